"""What may be recorded as a waiver or reinstatement: by field, everything at once.

Asked of the body, and once more under the lock; the database holds the days and the overlaps besides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from cspa import fiscal
from cspa.models import Coverage, Extent, Listing, Reinstatement, Relief, Waiver
from cspa.rules.years import not_yet, wrong_fiscal_year
from foundation.refused import Problem
from foundation.sources.dated import days

KINDS: dict[str, type[Relief]] = {"waiver": Waiver, "reinstatement": Reinstatement}


def listings_behind(country: Any, fiscal_year: int) -> list[Listing]:
    """What is listed for this fiscal year: one, none, or several that tell it differently."""
    behind = fiscal.list_behind(fiscal_year)
    return list(Listing.objects.standing().filter(country=country, list_year=behind).order_by("account"))


def wrong(
    kind: str, found: Mapping[str, Any], *, apart_from: Any = None, programs: bool = True
) -> list[Problem]:
    """Of what is to be recorded, as far as it could be read: `country fiscal_year extent parts from until
    replaces`. `apart_from`: the record that is being corrected; `programs`: whether each is one at all."""
    return [
        *_wrong_parts(kind, found),
        *(wrong_programs(found.get("parts") or []) if programs else ()),
        *_wrong_days(found),
        *_wrong_listing(kind, found, apart_from),
        *not_yet(found, "certified_on"),
    ]


def held(found: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    """The days it holds, both included: to the end of the fiscal year, unless it says otherwise."""
    return found["from"], found.get("until") or fiscal.last_day(found["fiscal_year"])


# --- parts ---


def _wrong_parts(kind: str, found: Mapping[str, Any]) -> Iterable[Problem]:
    extent, parts = found.get("extent"), found.get("parts")
    if extent == Extent.FULL and parts:
        yield Problem(
            "parts-of-a-full", "A full one covers everything: leave “parts” out, or say partial.", "/parts"
        )
    if extent == Extent.PARTIAL and not parts and parts is not None:
        yield Problem("missing", "A partial one covers something: name at least one program.", "/parts")
    yield from _twice(parts or [])
    if kind == "reinstatement" and any(part.get("limit") for part in parts or []):
        yield Problem("limit", "What is reinstated has no limits: limits belong to a waiver.", "/parts")


def wrong_programs(parts: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    for at, part in enumerate(parts):
        yield from wrong_program(part, f"/parts/{at}/program")


def wrong_program(part: Mapping[str, Any], pointer: str) -> Iterable[Problem]:
    program = part.get("program")
    if program is None:
        return
    reached = dict(Coverage.objects.order_by("reached").values_list("program", "reached"))
    if program not in reached:
        known = ", ".join(sorted(each for each in reached if reached[each]))
        said = f"There is no program “{program}”. Give one that the Act reaches: {known}."
        yield Problem("unknown-program", said, pointer)
    elif not reached[program]:
        yield Problem("not-reached", f"The Act does not reach {program}: it needs no waiver.", pointer)


def _twice(parts: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    seen = set()
    for at, part in enumerate(parts):
        named = (part.get("program"), part.get("purpose"))
        if named in seen:
            yield Problem("twice", "This program and purpose is named above already.", f"/parts/{at}")
        seen.add(named)


# --- days ---


def _wrong_days(found: Mapping[str, Any]) -> Iterable[Problem]:
    year, first, until = found.get("fiscal_year"), found.get("from"), found.get("until")
    if first and until and until < first:
        yield Problem("upside-down", "“until” is before “from”. Turn them round.", "/until")
    if year is None or list(wrong_fiscal_year(year, "")):
        return
    begins, ends = fiscal.first_day(year), fiscal.last_day(year)
    span = f"from {begins.isoformat()} to {ends.isoformat()}"
    if first and not begins <= first <= ends:
        yield Problem("outside-year", f"“from” lies outside fiscal year {year}, {span}.", "/from")
    if until and until > ends:
        yield Problem("outlives", f"It would outlive its listing: fiscal year {year} is {span}.", "/until")


# --- the listing it hangs on ---


def _wrong_listing(kind: str, found: Mapping[str, Any], apart_from: Any) -> Iterable[Problem]:
    country, year = found.get("country"), found.get("fiscal_year")
    if year is None:
        return
    future = list(wrong_fiscal_year(year, "/fiscal_year"))
    yield from future
    if future or country is None:
        return
    listings = listings_behind(country, year)
    if apart_from is None and len(listings) != 1:
        yield _not_listed(year) if not listings else _disagree(year)
    elif listings:
        yield from _wrong_beside_others(kind, found, apart_from, listings[0])


def _not_listed(year: int) -> Problem:
    behind = fiscal.list_behind(year)
    return Problem("not-listed", f"This country is not on the list of {behind}, on record here.", "/country")


def _disagree(year: int) -> Problem:
    behind = fiscal.list_behind(year)
    return Problem(
        "in-conflict", f"The records of the list of {behind} disagree: correct them first.", "/country"
    )


def _wrong_beside_others(
    kind: str, found: Mapping[str, Any], apart_from: Any, listing: Listing
) -> Iterable[Problem]:
    replaced = found.get("replaces")
    if replaced is not None:
        yield from _wrong_replaced(kind, found, replaced, listing)
    if not found.get("from"):
        return
    first, last = held(found)
    if last < first:
        return
    hangs_on = apart_from.listing_id if apart_from else listing.pk
    beside = KINDS[kind]._default_manager.filter(
        listing=hangs_on, ended=False, days__overlap=days(first, last)
    )
    beside = beside.exclude(pk__in=[each.pk for each in (apart_from, replaced) if each is not None])
    for other in beside:
        when = other.when
        yield Problem(
            "overlapping",
            f"Another {kind} holds from {when['from']} to {when['until']}: end that first, or say that this"
            " one replaces it.",
            "/from",
        )


def _wrong_replaced(
    kind: str, found: Mapping[str, Any], replaced: Relief, listing: Listing
) -> Iterable[Problem]:
    if replaced.listing_id != listing.pk or replaced.ended:
        yield Problem(
            "not-replaced", f"That {kind} does not stand for this country and fiscal year.", "/replaces"
        )
        return
    first = found.get("from")
    if first and not replaced.days.lower < first < (replaced.days.upper or dt.date.max):
        yield Problem(
            "not-within", f"It replaces that {kind} from a day on which it holds, after its first.", "/from"
        )
