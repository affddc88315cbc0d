"""What a unit came from and what came of it: a rename never loses a unit its past.

Followed by lineage events alone, never by a name, over judged sameness, and in the order of time: of two
events a later one carries on from an earlier one only if they possibly happened in that order. Both walks
err on the side of the link: what possibly happened is followed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from units.models import LineageEnd, LineageEvent, Side, same_groups
from units.spans import span


@dataclass(frozen=True)
class Step:
    """One event on the way from a unit to what it became. Both are ids of units."""

    event: LineageEvent
    before: Any
    after: Any


Path = tuple[Step, ...]  # the oldest event first


@dataclass(frozen=True)
class _Reached:
    """A unit that the walk came to: by which way, and within which day the next event must lie."""

    bound: dt.date
    path: Path = ()


def predecessors(ids: Iterable[Any], day: dt.date) -> set[Any]:
    """Every unit that possibly became one of these by that day, without these."""
    return set(paths_before(ids, day))


def successors(ids: Iterable[Any], day: dt.date | None = None) -> set[Any]:
    """Every unit that one of these possibly became: by that day, or ever. Without these."""
    return set(paths_after(ids, day))


def paths_before(ids: Iterable[Any], day: dt.date, *, judged: bool = False) -> dict[Any, Path]:
    """`predecessors`, each with the events that lead from it to one of these, the oldest first.

    `judged`: the ids hold already all that are judged the same.
    """
    found = _grouped({pk: _Reached(day) for pk in ids}, judged)
    asked, fresh = set(found), dict(found)
    while fresh:
        came: dict[Any, _Reached] = {}
        for before, after, event in _pairs(Side.TO, fresh):
            here = fresh[after]
            first, last = span(event.possible)
            if first <= here.bound:
                way = _Reached(min(last, here.bound), (Step(event, before, after), *here.path))
                if before not in came or way.bound > came[before].bound:
                    came[before] = way
        fresh = {
            pk: way for pk, way in _grouped(came).items() if pk not in found or way.bound > found[pk].bound
        }
        found |= fresh
    return {pk: way.path for pk, way in found.items() if pk not in asked}


def paths_after(ids: Iterable[Any], day: dt.date | None = None) -> dict[Any, Path]:
    """`successors`, each with the events that lead to it from one of these, the oldest first."""
    found = _grouped({pk: _Reached(dt.date.min) for pk in ids})
    asked, fresh, until = set(found), dict(found), day or dt.date.max
    while fresh:
        came: dict[Any, _Reached] = {}
        for before, after, event in _pairs(Side.FROM, fresh):
            here = fresh[before]
            first, last = span(event.possible)
            if last >= here.bound and first <= until:
                way = _Reached(max(first, here.bound), (*here.path, Step(event, before, after)))
                if after not in came or way.bound < came[after].bound:
                    came[after] = way
        fresh = {
            pk: way for pk, way in _grouped(came).items() if pk not in found or way.bound < found[pk].bound
        }
        found |= fresh
    return {pk: way.path for pk, way in found.items() if pk not in asked}


def _pairs(side: str, units: Iterable[Any]) -> list[tuple[Any, Any, LineageEvent]]:
    """(before, after, event) for every event that stands and has one of these units on that side."""
    ends = LineageEnd.objects.filter(side=side, unit__in=list(units), event__superseded_by=None)
    here = list(ends.select_related("event").order_by("pk"))
    if not here:
        return []
    there = LineageEnd.objects.filter(event__in={end.event_id for end in here}).exclude(side=side)
    others: dict[Any, list[Any]] = {}
    for end in there.order_by("pk"):
        others.setdefault(end.event_id, []).append(end.unit_id)
    pairs = [(end.unit_id, other, end.event) for end in here for other in others.get(end.event_id, ())]
    return pairs if side == Side.FROM else [(other, unit, event) for unit, other, event in pairs]


def _grouped(reached: dict[Any, _Reached], judged: bool = False) -> dict[Any, _Reached]:
    """The same way leads to all that are judged the same."""
    if judged or not reached:
        return reached
    groups = same_groups(reached)
    return {other: way for pk, way in reached.items() for other in groups[pk]} | reached
