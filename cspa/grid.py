"""The grid: every country in reach, fiscal year by fiscal year, each cell with its word and its records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cspa import fiscal, gate, glance, judge
from cspa.models import Listing
from cspa.on_record import Records
from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User

WORDS = {
    judge.BARRED: "Barred",
    judge.IN_CONFLICT: "In conflict",
    judge.NOT_ON_RECORD: "Not on record",
    judge.UNCONFIRMED: "Unconfirmed",
    judge.OPEN_UNDER_WAIVER: "Open under waiver",
    judge.OPEN: "Open",
    judge.NOT_COVERED: "Not covered",
}
STEPS = {
    "full": "waived in full",
    "part": "waived in part",
    "reinstated": "reinstated",
    "reinstated-part": "reinstated in part",
}


@dataclass(frozen=True)
class Cell:
    """`code`: how it is drawn, one of the states or what lifts the bar (part, full, part-full)."""

    country: Country
    fiscal_year: int
    state: str
    steps: tuple[str, ...]
    records: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        if self.state in (judge.OPEN_UNDER_WAIVER, judge.OPEN) and self.steps:
            return ", then ".join(STEPS[step] for step in self.steps).capitalize()
        return WORDS[self.state]

    @property
    def code(self) -> str:
        if self.state == judge.OPEN_UNDER_WAIVER:
            return "part-full" if len(self.steps) > 1 else self.steps[0].replace("reinstated-part", "part")
        return "reinstated" if self.state == judge.OPEN and self.steps else self.state


@dataclass(frozen=True)
class Row:
    country: Country
    cells: tuple[Cell, ...]


def countries_in_reach(user: User) -> QuerySet[Country]:
    return Country.objects.filter(reach.in_country(user, CspaPerm.VIEW, "pk"))


def ever_listed(countries: QuerySet[Country]) -> QuerySet[Country]:
    return countries.filter(pk__in=Listing.objects.standing().values("country"))


def grid(countries: Iterable[Country], years: Sequence[int]) -> list[Row]:
    found = list(countries)
    records = gate.read([each.pk for each in found], years)
    return [
        Row(country, tuple(cell(country, year, records[country.pk]) for year in years)) for country in found
    ]


def cell(country: Country, year: int, records: Records) -> Cell:
    seen = glance.glance(records, year)
    return Cell(country, year, seen.state, seen.steps, tuple(_records(records, year)))


def _records(records: Records, year: int) -> Iterable[tuple[str, str]]:
    of_year = records.years.get(fiscal.list_behind(year))
    for listing in of_year.listings if of_year else ():
        yield "listing", listing.id
        for lifts in listing.lifts:
            yield lifts.kind, lifts.id
