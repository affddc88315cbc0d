"""What can be done, and why not, as the desk's list of actions has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from foundation.refused import NotNow, NotYours


def offer(user: Any, label: str, url: str, check: Callable[[Any, Any], None], thing: Any) -> dict[str, Any]:
    try:
        check(user, thing)
    except (NotYours, NotNow) as refused:
        why = [problem.detail for problem in refused.problems]
        said = {"label": label.removesuffix("…"), "why_not": why, "refusal": refused.code}
        return {**said, "allowed": False, "url": url}
    return {"label": label, "allowed": True, "url": url}
