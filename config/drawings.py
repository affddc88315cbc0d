"""The desk's two small drawings as numbers: a clock's line, a score's bar. Both repeat words beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

WIDTH = 240  # of a clock's viewBox
ROOM = 1.15  # what is shown beyond the last date, so that its mark does not stand on the edge


class Track(NamedTuple):
    """Places on a clock's line, 0 to WIDTH; None where there is nothing to draw."""

    now: int
    needed: int
    over: tuple[int, int] | None
    pauses: list[tuple[int, int]]


def track(
    start: date,
    now: date,
    needed: date | None,
    forecast: date | None = None,
    pauses: Iterable[tuple[date, date | None]] = (),
) -> Track | None:
    """Where to draw work done, pauses, now, the date needed and the overrun; None without a date needed."""
    if needed is None:
        return None
    end = max(needed, now, forecast or needed)
    days = max((end - start).days, 1) * ROOM

    def at(when: date) -> int:
        return max(0, min(WIDTH, round((when - start).days / days * WIDTH)))

    over = (at(needed), at(end)) if end > needed else None
    return Track(at(now), at(needed), over, [(at(since), at(until or now)) for since, until in pauses])


class Bar(NamedTuple):
    """A score's bar in a viewBox from -20 to 80: where it starts, how wide it is, which way it points."""

    x: int
    width: int
    way: str  # "plus", "minus" or nothing


def bar(weight: float, most: float = 0.5) -> Bar:
    """`most` is the weight that fills the whole line."""
    width = min(round(abs(weight) / most * 70), 70)
    if weight < 0:
        width = min(width, 20)
        return Bar(-width, width, "minus")
    return Bar(0, width, "plus" if width else "")
