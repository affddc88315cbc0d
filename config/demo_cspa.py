"""The demo's child-soldier records: two lists confirmed complete, and one invented country on both.

Nobody in the demo nominates from it: it is listed, waived in part, the year before that in part and then in
full, and goes through an action plan. Each record is made by the acts, by people of the demo.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspa import fiscal
from cspa.actions import listings, plans, reliefs, years
from cspa.models import Listing, ListYear, Waiver
from foundation.accounts.models import Country, User
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from vetting.days import today

LISTED = ("XC", "Veskaria", ["Veskarian"])
CITATION = "List of child soldiers, invented"
LIMIT = "Logistics and stipends for peacekeepers only"


def load(people: dict[str, User]) -> None:
    officer, approver = people["cspa"], people["approver"]
    lists = (today().year - 1, today().year)  # last year's and this year's
    if not Listing.objects.exists():
        code, name, demonyms = LISTED
        country, _ = Country.objects.get_or_create(code=code, defaults={"name": name, "demonyms": demonyms})
        for list_year in lists:
            _list(country, list_year, officer)
        _waive_in_part_then_in_full(country, fiscal.bitten_by(lists[0]), officer, approver)
        _waive_in_part(country, fiscal.bitten_by(lists[1]), officer, approver)
        _plan(country, officer)
    confirm(lists, officer, approver)


def confirm(lists: tuple[int, ...], officer: User, approver: User) -> None:
    """Two people say that these lists are complete: only then is absence from them an answer."""
    for list_year in lists:
        year = ListYear.objects.filter(pk=list_year).first() or ListYear(list_year=list_year)
        if not year.confirmed:
            _sign(years.recommend_confirmed(year=year, citation=CITATION, by=officer), approver)


def _list(country: Country, list_year: int, officer: User) -> None:
    listings.record(
        country=country,
        list_year=list_year,
        forces=["government"],
        finding="Boys of 15 and 16 in two auxiliary companies; 31 cases verified.",
        citation=f"{CITATION}, {list_year}",
        confidence="high",
        by=officer,
    )


def _waive_in_part(country: Country, year: int, officer: User, approver: User) -> None:
    parts = [{"program": "IMET"}, {"program": "PKO", "limit": LIMIT}]
    said = _said(country, year, fiscal.first_day(year), extent="partial", parts=parts)
    _sign(reliefs.recommend_waiver(by=officer, **said), approver)


def _waive_in_part_then_in_full(country: Country, year: int, officer: User, approver: User) -> None:
    """A change in mid-year: the second ends the first."""
    said = _said(country, year, fiscal.first_day(year), extent="partial", parts=[{"program": "IMET"}])
    _sign(reliefs.recommend_waiver(by=officer, **said), approver)
    first = Waiver.objects.get(country=country, fiscal_year=year)
    said = _said(country, year, dt.date(year, 6, 28), extent="full", replaces=first)
    _sign(reliefs.recommend_waiver(by=officer, **said), approver)


def _said(country: Country, year: int, first: dt.date, **more: Any) -> dict[str, Any]:
    return {
        "country": country,
        "fiscal_year": year,
        "from": first,
        "instrument": {"official": "The President", "number": f"{year - 1}-14 (invented)", "dated": today()},
        "certified_on": today(),
        "justification": "Its government takes effective and continuing steps, screening its companies.",
        **more,
    }


def _plan(country: Country, officer: User) -> None:
    plan = plans.record(
        country=country,
        title="Ten-point road map",
        agreed_with="United Nations",
        agreed_on=dt.date(today().year - 1, 3, 4),
        citation="Road map, invented",
        milestones=[
            {"title": "Order forbidding recruitment below 18", "due": dt.date(today().year - 1, 9, 1)},
            {"title": "Screening of the auxiliary companies", "due": dt.date(today().year + 1, 3, 1)},
            {"title": "Age verification at every recruiting office", "due": dt.date(today().year + 1, 9, 1)},
        ],
        by=officer,
    )
    first = plan.milestones.get(number=1)
    plans.report(
        milestone=first, text="Order 11 was published in the gazette.", citation="Gazette, invented",
        done_on=dt.date(today().year - 1, 8, 20), by=officer,
    )  # fmt: skip


def _sign(determination: Determination, approver: User) -> None:
    signing.approve(determination, read=determination.digest, by=approver)
