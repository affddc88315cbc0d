"""A country's whole fiscal year in one word, for the grid: no program in particular is asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cspa import fiscal
from cspa.judge import BARRED, IN_CONFLICT, NOT_ON_RECORD, OPEN, OPEN_UNDER_WAIVER, UNCONFIRMED
from cspa.on_record import REINSTATEMENT, WAIVER, Lifts, Listed, Records, names_no_program, once

ON_GRID: dict[str, Callable[[Lifts], str]] = {
    WAIVER: lambda lifts: "full" if lifts.parts is None else "part",
    REINSTATEMENT: lambda lifts: "reinstated" if lifts.parts is None else "reinstated-part",
}


@dataclass(frozen=True)
class Glance:
    """`steps`: what lifts the bar in the course of the year, in its order: part, full, reinstated,
    reinstated-part."""

    state: str
    steps: tuple[str, ...] = ()


def glance(records: Records, year: int) -> Glance:
    """A country's whole fiscal year in one word: what anything at all is open under, not what is not."""
    list_year = fiscal.list_behind(year)
    of_year = records.years.get(list_year)
    if list_year < fiscal.FIRST_LIST:
        return Glance(OPEN)
    if of_year is None:
        return Glance(NOT_ON_RECORD)
    if not of_year.listings:
        return Glance(OPEN if of_year.confirmed else UNCONFIRMED)
    tellings = {_steps(listing) for listing in of_year.listings}
    if len(tellings) > 1:
        return Glance(IN_CONFLICT)
    return _glance_at(of_year.listings, tellings.pop())


def _glance_at(listings: tuple[Listed, ...], steps: tuple[str, ...]) -> Glance:
    if not any(_is_sure(listing) for listing in listings):
        return Glance(UNCONFIRMED, steps)
    if not steps:
        return Glance(BARRED)
    return Glance(OPEN if steps == ("reinstated",) else OPEN_UNDER_WAIVER, steps)


def _steps(listing: Listed) -> tuple[str, ...]:
    in_order = sorted(listing.lifts, key=lambda lifts: (lifts.first, lifts.kind, lifts.id))
    return once(ON_GRID[lifts.kind](lifts) for lifts in in_order)


def _is_sure(listing: Listed) -> bool:
    return listing.confident and all(
        lifts.confident and not names_no_program(lifts) for lifts in listing.lifts
    )
