"""What a unit came from and what came of it, for its page: a unit out of reach is there without its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foundation.accounts.models import User
from units.lineage import Path, paths_after
from units.models import LineageEvent, Side, Unit


@dataclass(frozen=True)
class Seen:
    unit: Unit
    hidden: bool


@dataclass(frozen=True)
class Line:
    """One event. `of_it`: this unit stands in it, rather than one that it came from or went into."""

    event: LineageEvent
    before: list[Seen]
    after: list[Seen]
    of_it: bool


def lines(unit: Unit, came_from: dict[Any, Path], user: User) -> list[Line]:
    """Every event of this unit, of what it came from and of what came of it, the oldest first."""
    ways = [*came_from.values(), *paths_after([unit.pk]).values()]
    ids = {step.event.pk for way in ways for step in way}
    ids |= set(LineageEvent.objects.current().of(unit).values_list("pk", flat=True))
    events = list(LineageEvent.objects.whole().filter(pk__in=ids).order_by("possible", "pk")) if ids else []
    seen = _visible(events, user)
    return [_line(event, unit, seen) for event in events]


def _visible(events: list[LineageEvent], user: User) -> set[Any]:
    ids = {end.unit_id for event in events for end in event.ends.all()}
    found = Unit.objects.visible_to(user).filter(pk__in=ids)
    return set(found.values_list("pk", flat=True)) if ids else set()


def _line(event: LineageEvent, unit: Unit, seen: set[Any]) -> Line:
    sides: dict[str, list[Seen]] = {Side.FROM: [], Side.TO: []}
    for end in event.ends.all():
        sides[end.side].append(Seen(end.unit, end.unit_id not in seen))
    of_it = any(end.unit_id == unit.pk for end in event.ends.all())
    return Line(event, sides[Side.FROM], sides[Side.TO], of_it)
