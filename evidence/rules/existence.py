"""Whether a perpetrator can have existed then. Where the record says nothing, it may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg2.extras import DateRange

from units.models import Individual, LineageEnd, LineageKind, Side, Subject

# A unit that took in another was there before; one that another split from goes on. Only these say more.
BEGINS = (LineageKind.RENAMED, LineageKind.SPLIT, LineageKind.RECONSTITUTED)
ENDS = (LineageKind.RENAMED, LineageKind.DISBANDED)


def why_not_then(subject: Subject, possible: DateRange) -> str | None:
    """A sentence, where this subject existed on no day on which the incident possibly happened."""
    first, last = span(possible)
    person = subject if isinstance(subject, Individual) else None
    if person is not None:
        born = earliest_birth(person.date_of_birth)
        return "Perpetrator: born after it happened. Check the person, or the days." if born > last else None
    if _began(subject.pk) > last:
        return "Perpetrator: the record says that this unit came into being after it happened."
    if _ended(subject.pk) < first:
        return "Perpetrator: the record says that this unit had ended before it happened."
    return None


def span(days: DateRange) -> tuple[dt.date, dt.date]:
    """The first and the last day; the ends of time where one is open."""
    first, last = days.lower or dt.date.min, days.upper or dt.date.max
    if days.upper is not None and not days.upper_inc:
        last -= dt.timedelta(days=1)
    if days.lower is not None and not days.lower_inc:
        first += dt.timedelta(days=1)
    return first, last


def earliest_birth(partial: str) -> dt.date:
    """The first day that "1980", "1980-03" or "1980-03-05" may mean; the beginning of time where unknown."""
    return dt.date.fromisoformat(partial + "0001-01-01"[len(partial) :]) if partial else dt.date.min


def _began(unit: Any) -> dt.date:
    """The earliest day on which it may have come into being; the beginning of time where nothing says."""
    return min((span(each)[0] for each in _events(unit, Side.TO, BEGINS)), default=dt.date.min)


def _ended(unit: Any) -> dt.date:
    """The latest day on which it may have ended."""
    return max((span(each)[1] for each in _events(unit, Side.FROM, ENDS)), default=dt.date.max)


def _events(unit: Any, side: Side, kinds: tuple[LineageKind, ...]) -> list[DateRange]:
    ends = LineageEnd.objects.filter(unit=unit, side=side, event__kind__in=kinds, event__superseded_by=None)
    return list(ends.values_list("event__possible", flat=True))
