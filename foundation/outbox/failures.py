"""What may be kept of an exception: its class and its place. Its message may hold anybody's data."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

CONTENTION = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock timeout: try again soon
LONGEST = 300


def describe(error: BaseException) -> str:
    """As in: IntegrityError 23505 at vetting/actions.py:41 in route. The innermost place that is ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.ROOT)]
    own_code = [frame for frame in ours if "site-packages" not in frame.filename]
    name = " ".join(filter(None, [type(error).__name__, sqlstate(error)]))
    return f"{name}{_place((own_code or frames)[-1:])}"[:LONGEST]


def is_contention(error: BaseException) -> bool:
    """Somebody else held what was needed; nothing is wrong with the work itself."""
    return sqlstate(error) in CONTENTION


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code for what went wrong, if it was PostgreSQL that said so."""
    return next((code for cause in _causes(error) if (code := getattr(cause, "pgcode", None))), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _place(frames: list[traceback.FrameSummary]) -> str:
    for frame in frames:
        path = Path(frame.filename)
        shown = path.relative_to(settings.ROOT) if path.is_relative_to(settings.ROOT) else path.name
        return f" at {shown}:{frame.lineno} in {frame.name}"
    return ""
