"""A country is listed and its class barred; waived in part, changed in mid-year, and the class is cleared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cspa import fiscal
from foundation.accounts.models import User
from tests.stories.conftest import Somebody
from tests.stories.person import Person
from tests.stories.test_by_rest import Call
from tests.stories.vetting import opens_the_case
from tests.support.classes import a_person, a_unit, nominated
from tests.support.cspa import body
from tests.support.world import found_nothing
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "61st Harbour Guard Company"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_listed_barred_waived_changed_in_mid_year_cleared(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    nomination = ready(register, worked)
    year = fiscal.fiscal_year(nomination.event_starts_on)
    leila, edwin, petra = somebody("cspa"), somebody("approver"), somebody("coordinator")
    lists(leila, year)
    opens_the_case(petra, UNIT)
    petra.reads("Barred", f"On the list of {year - 1}, which bites fiscal year {year}.")

    waives(leila, year, fiscal.first_day(year).isoformat(), "IMET")
    leila.reads("It counts once another person has signed.")
    signs(edwin)
    opens_the_case(petra, UNIT)
    petra.reads("The waiver in force covers IMET, not FMF.")

    change = nomination.event_starts_on.isoformat()
    waives(leila, year, change, "FMF", limit="Nonlethal items only", replaces=True)
    signs(edwin)
    opens_the_case(petra, UNIT)
    petra.reads("Open under a waiver", "before: barred")
    petra.follows("Clear…", within=petra.acts())
    petra.reads("Nonlethal items only")
    petra.types("Basis", "Every section looked and found nothing.")
    petra.presses("Clear", within=petra.main())
    petra.reads("Condition 1")
    petra.types("How the event keeps to it", "A course on charts; nothing is handed over.")
    petra.presses("Clear", within=petra.main())
    petra.reads("Cleared")
    leila.opens("/cspa/")
    leila.reads("Waived in part", "The same, in words")
    worked()


def ready(register: dict[str, User], worked: Callable[[], None]) -> Nomination:
    """A unit of which nothing was found, once the worker has screened and routed it."""
    rows = [a_person(61, unit=a_unit(61, name=UNIT))]
    nomination = nominated(rows, by=register["nominator"], program="FMF")
    worked()
    found_nothing("section", "drl", people=register)
    return nomination


def lists(leila: Person, year: int) -> None:
    leila.opens("/cspa/")
    leila.reads("No country is on record")
    leila.follows("Record a listing")
    leila.chooses("Country", "XA")
    leila.chooses("List of", str(year - 1))
    leila.ticks("The government's own forces")
    leila.types("Finding", "Two companies, 31 cases.")
    leila.types("Citation", "Report, page 7")
    leila.ticks("High")
    leila.presses("Record it")
    leila.reads("Two companies, 31 cases.", f"Fiscal year {year}")


def waives(
    leila: Person, year: int, first: str, program: str, *, limit: str = "", replaces: bool = False
) -> None:
    leila.opens("/cspa/countries/XA/")
    leila.follows("Recommend a waiver")
    leila.chooses("Country", "XA")
    leila.chooses("Fiscal year", str(year))
    if replaces:
        leila.page.get_by_label("Replaces").select_option(index=1)
    leila.ticks("Partial")
    leila.chooses("Program 1", program)
    leila.types("Only within this limit 1", limit)
    leila.dates("From", first)
    leila.types("Decided by", "The President")
    leila.types("Number of the paper", "2020-14")
    leila.dates("Dated", "2020-09-29")
    leila.dates("Certified on", "2020-09-29")
    leila.types("Justification", "Effective and continuing steps.")
    leila.presses("Recommend it")


def signs(edwin: Person) -> None:
    edwin.opens("/signatures/")
    edwin.follows("Waiver of a child-soldier listing: Morvania")
    edwin.reads("Exactly what you sign", "Effective and continuing steps.")
    edwin.presses("Approve and sign")
    edwin.reads("Exactly what was signed")


def test_the_same_by_call(register: dict[str, User], call: Call, worked: Callable[[], None]) -> None:
    nomination = ready(register, worked)
    year = fiscal.fiscal_year(nomination.event_starts_on)
    listing = {
        "country": "XA", "list_year": year - 1, "forces": ["government"], "confidence": "high",
        "finding": "Two companies, 31 cases.", "citation": "Report, page 7",
    }  # fmt: skip
    assert call("cspa").post("cspa/listings/", listing).status_code == 201
    worked()
    case = f"cases/{nomination.cases.get(kind='unit').pk}/"
    assert gate_of(call, case)["state"] == "barred"
    cleared = {"basis": "Every section looked and found nothing."}
    assert call("coordinator").act(case, "clear", cleared).status_code == 409

    by_call(call, body(year=year, parts=[{"program": "IMET"}]))
    worked()
    assert gate_of(call, case)["state"] == "barred"
    [first] = call("cspa").get(f"cspa/waivers/?country=XA&fiscal_year={year}").json()["results"]
    change = {"from": nomination.event_starts_on.isoformat(), "replaces": first["id"]}
    by_call(call, body(year=year, parts=[{"program": "FMF", "limit": "Nonlethal items only"}], **change))
    worked()
    assert gate_of(call, case)["state"] == "open-under-waiver"
    assert call("coordinator").act(case, "clear", cleared).status_code == 409  # its condition is unanswered
    kept = {"condition": "Nonlethal items only", "answer": "A course on charts; nothing is handed over."}
    answer = call("coordinator").act(case, "clear", cleared | {"conditions": [kept]})
    assert answer.status_code == 200 and answer.json()["status"] == "cleared", answer.content


def gate_of(call: Call, case: str) -> dict[str, Any]:
    [found] = call("coordinator").get(case).json()["gates"]
    return dict(found)


def by_call(call: Call, waiver: dict[str, Any]) -> None:
    recommended = call("cspa").post("cspa/waivers/", waiver)
    assert recommended.status_code == 201, recommended.content
    address = f"determinations/{recommended.json()['id']}/"
    assert call("cspa").act(address, "approve").status_code == 403
    assert call("approver").act(address, "approve").json()["state"] == "approved"
