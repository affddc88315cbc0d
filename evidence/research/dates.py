"""Dates of mixed precision as pairs of ranges.

"First cited in 2007" says that it was so on some day of 2007, and nothing of when it began: unless the date
is flagged as the beginning, it may have been so at any time before. The same holds of "last cited" and the
end; that a publisher takes something to go on is no evidence that it did. So from a first and a last date:

    certain    from the last day that the first may mean, to the first day that the last may mean
    possible   from the first day that the first may mean, if it is the beginning, else open; to the last day
               that the last may mean, if it is the end, else open
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from foundation.sources.dated import days
from units.spans import Span

PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1000, 2999

Pair = tuple[dt.date | None, dt.date | None]


class NoDate(ValueError):
    """With a sentence."""


@dataclass(frozen=True)
class Ranges:
    """First and last days, both included; None is an open end, and no `certain` no day at all."""

    certain: Pair | None
    possible: Pair

    def as_json(self) -> list[Any]:
        return [_iso(self.certain) if self.certain else None, _iso(self.possible)]

    def columns(self) -> dict[str, Any]:
        return {"certain": days(*self.certain) if self.certain else None, "possible": days(*self.possible)}


def partial(text: str) -> Span | None:
    """The first and the last day that `2007`, `2007-08` or `2007-08-31` may mean; None for nothing."""
    if not text:
        return None
    parts = PARTIAL.fullmatch(text)
    if parts is None:
        raise NoDate("It must be a year, a year and month, or a date: 2007, 2007-08 or 2007-08-31.")
    year, month, day = (int(part) if part else None for part in parts.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoDate(f"It must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError as wrong:
        raise NoDate("It names a month or day that does not exist.") from wrong
    if day:
        return first, first
    last_month = month or 12
    return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])


def cited(first: Span | None, last: Span | None, *, begins: bool, ends: bool) -> Ranges:
    """From when something was first and last cited. Raises NoDate where the last lies before the first."""
    if first and last and last[1] < first[0]:
        raise NoDate("The last date lies before the first.")
    sure_from = first[1] if first else last[0] if last else None
    sure_to = last[0] if last else first[1] if first else None
    if (first is None and last and last[0] != last[1]) or (last is None and first and first[0] != first[1]):
        sure_from = None  # on some day of that month or year, but on which?
    certain = (sure_from, sure_to) if sure_from and sure_to and sure_from <= sure_to else None
    return Ranges(certain, (first[0] if first and begins else None, last[1] if last and ends else None))


def happened(first: Span, last: Span, *, lasted: bool) -> Ranges:
    """An incident. `lasted`: it went on all of the time, rather than at some time within."""
    if last[1] < first[0]:
        raise NoDate("The end lies before the start.")
    possible = (first[0], last[1])
    whole = first[0] == last[1] or (lasted and first[1] <= last[0])
    return Ranges((first[1], last[0]) if whole else None, possible)


def _iso(pair: Pair) -> list[str | None]:
    return [day.isoformat() if day else None for day in pair]
