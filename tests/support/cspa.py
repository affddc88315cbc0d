"""Child-soldier records, brought about by the acts of the demo's people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from config import demo_cspa
from cspa import fiscal
from cspa.actions import listings, reliefs
from cspa.models import Listing, Waiver
from foundation.accounts.models import Country, User
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from vetting.days import today

People = dict[str, User]


def this_year() -> int:
    return fiscal.fiscal_year(today())


def signed(determination: Determination, people: People) -> Determination:
    return signing.approve(determination, read=determination.digest, by=people["approver"])


def confirmed(people: People, *list_years: int) -> None:
    """These lists are complete; last year's and this year's unless others are named."""
    years = list_years or (today().year - 1, today().year)
    demo_cspa.confirm(years, people["cspa"], people["approver"])


def listed(people: People, country: str = "XA", list_year: int = 0, **more: Any) -> Listing:
    said = {"forces": ["government"], "finding": "As published.", "citation": "Report, page 7",
            "confidence": "high"} | more  # fmt: skip
    return listings.record(
        country=Country.objects.get(pk=country),
        list_year=list_year or fiscal.list_behind(this_year()),
        by=people["cspa"],
        **said,
    )


def relief(listing: Listing, **more: Any) -> dict[str, Any]:
    """What the act takes: a full one for the whole fiscal year, unless something else is said."""
    instrument = {"official": "The President", "number": "2026-14", "dated": dt.date(2020, 9, 29)}
    return {
        "country": listing.country,
        "fiscal_year": listing.fiscal_year,
        "extent": "full",
        "from": fiscal.first_day(listing.fiscal_year),
        "instrument": instrument,
        "certified_on": dt.date(2020, 9, 29),
        "justification": "Effective and continuing steps.",
    } | more


def waived(people: People, listing: Listing, **more: Any) -> Waiver:
    determination = reliefs.recommend_waiver(by=people["cspa"], **relief(listing, **more))
    signed(determination, people)
    return Waiver.objects.get(cause=determination)


def body(country: str = "XA", year: int = 0, **more: Any) -> dict[str, Any]:
    """The same as a call sends it."""
    year = year or this_year()
    return {
        "country": country,
        "fiscal_year": year,
        "extent": "partial",
        "parts": [{"program": "IMET"}, {"program": "PKO", "limit": "Logistics only"}],
        "from": fiscal.first_day(year).isoformat(),
        "instrument": {"official": "The President", "number": "2020-14", "dated": "2020-09-29"},
        "certified_on": "2020-09-29",
        "justification": "Effective and continuing steps.",
    } | more
