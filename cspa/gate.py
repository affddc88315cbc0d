"""The gate, asked of what is on record now. cspa.judge judges; this only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from psycopg2.extras import DateRange

from cspa import fiscal, judge
from cspa.judge import Answer, Days
from cspa.models import Confidence, Coverage, Extent, Listing, ListYear, Reinstatement, Relief, Waiver
from cspa.on_record import Lifts, Listed, Part, Reach, Records, Year
from foundation.accounts.models import Country
from foundation.sources.dated import as_days


def ask(country: Country | str, days: Days, program: str, purpose: str = "") -> Answer:
    """What the Act says of a program and purpose for a country on these days, both included."""
    code = country.pk if isinstance(country, Country) else country
    return judge.answer(read([code], fiscal.touched(*days))[code], days, program, purpose)


def read(countries: Iterable[str], fiscal_years: Iterable[int]) -> dict[str, Records]:
    """What is on record of these countries for these fiscal years: five queries, however many there are."""
    codes = list(countries)
    list_years = [fiscal.list_behind(year) for year in fiscal_years]
    years = list(ListYear.objects.filter(list_year__in=list_years))
    listed: dict[tuple[str, int], list[Listing]] = defaultdict(list)
    for listing in standing(codes, list_years):
        listed[listing.country_id, listing.list_year_id].append(listing)
    reach = tuple(_reach(line) for line in Coverage.objects.all())
    return {
        code: Records({year.pk: _year(year, listed[code, year.pk]) for year in years}, reach)
        for code in codes
    }


def standing(countries: Iterable[str], list_years: Iterable[int]) -> Iterable[Listing]:
    """Standing listings with the waivers and reinstatements that stand on them."""
    listings = Listing.objects.standing().filter(country__in=countries, list_year__in=list_years)
    return listings.order_by("account", "pk").prefetch_related(
        Prefetch("waivers", Waiver.objects.standing().order_by("days", "pk")),
        Prefetch("reinstatements", Reinstatement.objects.standing().order_by("days", "pk")),
    )


def _year(year: ListYear, listings: Iterable[Listing]) -> Year:
    return Year(year.pk, year.confirmed, year.citation, tuple(_listed(each) for each in listings))


def _listed(listing: Listing) -> Listed:
    lifts: list[Any] = [*listing.waivers.all(), *listing.reinstatements.all()]
    return Listed(
        id=str(listing.pk),
        confident=listing.confidence == Confidence.HIGH,
        citation=listing.citation,
        lifts=tuple(_lifts(each) for each in lifts),
    )


def _lifts(of: Relief) -> Lifts:
    full = of.extent == Extent.FULL
    return Lifts(
        id=str(of.pk),
        kind=str(of._meta.model_name),
        confident=of.confidence == Confidence.HIGH,
        first=of.days.lower,
        last=_last(of.days),
        parts=None if full else tuple(Part(**each) for each in of.parts),
        citation=", ".join(each for each in (of.official, of.number) if each),
    )


def _last(days: DateRange) -> Any:
    return fiscal.day_before(days.upper) if not days.upper_inc else days.upper


def _reach(line: Coverage) -> Reach:
    """A line holds where it certainly does."""
    held = as_days(line.certain)
    return Reach(
        id=str(line.pk),
        program=line.program,
        reached=line.reached or held is None,
        exempt=frozenset(line.exempt),
        first=line.certain.lower if line.certain else None,
        last=_last(line.certain) if line.certain and line.certain.upper else None,
        citation=line.citation,
    )
