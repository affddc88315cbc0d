"""Who commanded a unit over time, gaps said as gaps; and the days on which its record changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, prefetch_related_objects

from foundation.accounts.models import User
from units.models import CommandLink, Individual, Posting, Unit

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """From the first to the last day, both included; None is an open end."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class Span:
    """A commander's time, or (no posting) a gap. `certain` is None where no day of it is certain."""

    possible: Days
    certain: Days | None = None
    posting: Posting | None = None
    hidden: bool = False


def over_time(unit: Unit, until: dt.date, user: User) -> list[Span]:
    """Oldest first, with a gap wherever nobody possibly commanded, up to `until`. Three queries."""
    postings = list(
        Posting.objects.current()
        .filter(unit=unit, role=Posting.COMMANDER)
        .select_related("individual")
        .order_by("possible", "id")
    )
    prefetch_related_objects([posting.individual for posting in postings], "names")
    people = [posting.individual_id for posting in postings]
    visible = set(Individual.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))
    return with_gaps([_span(posting, posting.individual_id not in visible) for posting in postings], until)


def with_gaps(spans: Iterable[Span], until: dt.date) -> list[Span]:
    found: list[Span] = []
    reached: dt.date | None = None  # the last day that somebody possibly commanded
    for span in spans:
        first, last = span.possible.first, span.possible.last
        if reached is not None and first is not None and first > reached + ONE_DAY:
            found.append(Span(Days(reached + ONE_DAY, first - ONE_DAY)))
        found.append(span)
        reached = max(reached or dt.date.min, last or dt.date.max)
    if reached is not None and reached < until:
        found.append(Span(Days(reached + ONE_DAY, None)))
    return found


def changes(unit: Unit) -> list[dt.date]:
    """The days on which something begins or has ended in this unit's own record, in order."""
    links = CommandLink.objects.current().filter(Q(child=unit) | Q(parent=unit))
    postings = Posting.objects.current().filter(unit=unit, role=Posting.COMMANDER)
    ranges = [*links.values_list("certain", "possible"), *postings.values_list("certain", "possible")]
    ends = {end for pair in ranges for days in pair if days is not None for end in (days.lower, days.upper)}
    return sorted(end for end in ends if end is not None)


def days_of(value: Any) -> Days:
    """A range of Postgres, [from, to), as its first and last day."""
    return Days(value.lower, value.upper - ONE_DAY if value.upper is not None else None)


def _span(posting: Posting, hidden: bool) -> Span:
    certain = days_of(posting.certain) if posting.certain is not None else None
    return Span(days_of(posting.possible), certain, posting, hidden)
