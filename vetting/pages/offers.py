"""What can be done to a thing, and why not: acts as the desk's list of actions has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from foundation.doors.acts import Act, Acts
from foundation.doors.etags import etag_of
from foundation.refused import NotNow, NotYours, Refused
from vetting.models import Case, Check

HINTS = {
    "request-information": "Stops the clock until they answer",
    "suspend": "Thirty days, then it must be decided",
    "release": "Back to those who can take it",
    "return": "The nominator gives what is owed and resubmits",
    "recommend-withhold": "Somebody else signs",
    "recommend-clear": "Somebody else signs",
    "recommend-skip": "Somebody else signs",
    "clear": "On your name alone: nothing stands against it",
    "opinion": "The approver reads it",
}


def on_case(user: Any, case: Case, acts: Acts) -> list[dict[str, Any]]:
    return offered(user, case, acts, lambda act: reverse("case-act", args=[case.pk, act.name]))


def on_check(user: Any, check: Check, acts: Acts) -> list[dict[str, Any]]:
    return offered(user, check, acts, lambda act: reverse("check-act", args=[check.pk, act.name]))


def offered(user: Any, thing: Any, acts: Acts, url: Callable[[Act], str]) -> list[dict[str, Any]]:
    """Items for `{% actions %}`: an act with a body leads to its form, one without is pressed here."""
    return [_item(user, thing, act, url(act)) for act in acts.values()]


def _item(user: Any, thing: Any, act: Act, url: str) -> dict[str, Any]:
    refused = refusal(act, user, thing)
    return {
        "name": act.name,
        "label": f"{act.words}…" if act.body and not refused else act.words,
        "allowed": refused is None,
        "url": url,
        "post": act.body is None,
        "version": etag_of(thing, user),
        "hint": HINTS.get(act.name, ""),
        "why_not": [each.detail for each in refused.problems] if refused else [],
        "refusal": "not-yours" if isinstance(refused, NotYours) else "not-now",
    }


def refusal(act: Act, user: Any, thing: Any) -> Refused | None:
    """None where the act is allowed, else what is said to who tries it."""
    try:
        act.check(user, thing)
    except (NotYours, NotNow) as refused:
        return refused
    return None


def together(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is refused for one and the same reason stands in one line: "Suspend, resume, recall"."""
    kept: list[dict[str, Any]] = []
    for item in items:
        same = next(
            (each for each in kept if not item["allowed"] and each["why_not"] == item["why_not"]), None
        )
        if same:
            same["label"] += f", {item['label'][:1].lower()}{item['label'][1:]}"
        else:
            kept.append(dict(item))
    return kept
