"""A unit on a chosen day: what stood above and below it, and who commanded.

Certain: the claim holds on that day. Possible: it may. Where nothing is on record, a gap is shown as a gap;
what is on record but out of this person's reach is said to be there, without its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from foundation.accounts.models import User
from units.models import CommandLink, Individual, Posting, Unit

ABOVE, BELOW = 8, 2  # how many levels of units are read each way


@dataclass(frozen=True)
class Command:
    """Somebody who commanded on that day: certainly, or only possibly. `hidden`: out of reach."""

    posting: Posting
    certain: bool
    hidden: bool


@dataclass
class Place:
    """One unit of the structure. `level`: steps below the highest shown. `links`: to the units above it."""

    unit: Unit
    level: int
    hidden: bool = False
    links: list[CommandLink] = field(default_factory=list)
    commanders: list[Command] = field(default_factory=list)


@dataclass(frozen=True)
class Structure:
    """`places` as a reader goes down: what stands above, the unit, then each below its own parent."""

    on: dt.date
    unit: Unit
    places: list[Place]

    @property
    def here(self) -> Place:
        return next(place for place in self.places if place.unit.pk == self.unit.pk)

    @property
    def parents(self) -> list[CommandLink]:
        return self.here.links

    @property
    def children(self) -> list[CommandLink]:
        return [link for place in self.places for link in place.links if link.parent_id == self.unit.pk]

    @property
    def gaps(self) -> list[str]:
        """What the record does not say of this unit on this day."""
        said = [] if self.parents else ["No unit above it is on record."]
        return said if self.here.commanders else [*said, "No commander is on record."]


def on_day(unit: Unit, day: dt.date, user: User) -> Structure:
    """A query for each level, whatever the number of units in it."""
    above = _follow(unit.pk, day, "child_id", "parent_id", ABOVE)
    below = _follow(unit.pk, day, "parent_id", "child_id", BELOW)
    places = {unit.pk: Place(unit, 0)}
    for link in above:
        places.setdefault(link.parent_id, Place(link.parent, 0))
    for link in below:
        places.setdefault(link.child_id, Place(link.child, 0))
    for link in (*above, *below):
        places[link.child_id].links.append(link)
    _set_levels(places, above, below)
    _hide(places, user)
    _read_commanders(places, day, user)
    prefetch_related_objects([place.unit for place in places.values()], "names")
    return Structure(day, unit, _in_order(unit.pk, places))


def is_certain(claim: CommandLink | Posting, day: dt.date) -> bool:
    """Whether a claim that possibly holds on that day certainly does."""
    return claim.certain is not None and day in claim.certain


def _follow(unit: Any, day: dt.date, near: str, far: str, levels: int) -> list[CommandLink]:
    """Links that possibly hold on that day, step by step away from the unit; no link is followed twice."""
    found: dict[Any, CommandLink] = {}
    seen = fresh = {unit}
    for _step in range(levels):
        links = CommandLink.objects.current().possibly_on(day).filter(**{f"{near}__in": fresh})
        found |= {link.pk: link for link in links.select_related("child", "parent")}
        fresh = {getattr(link, far) for link in found.values()} - seen
        seen = seen | fresh
        if not fresh:
            break
    return list(found.values())


def _set_levels(places: dict[Any, Place], above: list[CommandLink], below: list[CommandLink]) -> None:
    """Steps from the unit, above it negative: a unit stands higher than all that stand under it."""
    for _step in range(ABOVE):
        for link in above:
            parent, child = places[link.parent_id], places[link.child_id]
            parent.level = max(-ABOVE, min(parent.level, child.level - 1))
        for link in below:
            child, parent = places[link.child_id], places[link.parent_id]
            child.level = min(BELOW, max(child.level, parent.level + 1))


def _hide(places: dict[Any, Place], user: User) -> None:
    visible = set(Unit.objects.visible_to(user).filter(pk__in=places).values_list("pk", flat=True))
    for pk, place in places.items():
        place.hidden = pk not in visible


def _read_commanders(places: dict[Any, Place], day: dt.date, user: User) -> None:
    postings = list(_commanding(places).possibly_on(day))
    visible = _visible_people(postings, user)
    for posting in postings:
        command = Command(posting, is_certain(posting, day), posting.individual_id not in visible)
        places[posting.unit_id].commanders.append(command)


def _commanding(units: Iterable[Any]) -> Any:
    return (
        Posting.objects.current()
        .filter(unit__in=list(units), role=Posting.COMMANDER)
        .select_related("individual")
        .order_by("possible", "id")
    )


def _visible_people(postings: Iterable[Posting], user: User) -> set[Any]:
    people = {posting.individual_id for posting in postings}
    return set(Individual.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))


def _in_order(unit: Any, places: dict[Any, Place]) -> list[Place]:
    highest = min(place.level for place in places.values())
    above = sorted((place for place in places.values() if place.level < 0), key=_by_level)
    under: dict[Any, list[Place]] = {}
    for place in sorted(places.values(), key=_by_level):
        if place.level > 0:
            under.setdefault(place.links[0].parent_id, []).append(place)
    below = [each for child in under.get(unit, ()) for each in (child, *under.get(child.unit.pk, ()))]
    for place in places.values():
        place.level -= highest
    return [*above, places[unit], *below]


def _by_level(place: Place) -> tuple[int, str]:
    return (place.level, place.unit.name)
