"""The pages: the grid in letters and in words, a country, forms without a script, the gate on a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from cspa import fiscal
from cspa.models import ActionPlan, Listing, ListYear, Milestone, Waiver
from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.signing.models import Determination
from tests.support.classes import nominated
from tests.support.cspa import confirmed, listed, this_year, waived
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser, said
from vetting.days import today
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def leila(people: People) -> Browser:
    return Browser(people["cspa"])


def day(name: str, of: dt.date) -> dict[str, str]:
    return {f"{name}_0": str(of.day), f"{name}_1": str(of.month), f"{name}_2": str(of.year)}


def a_waiver(year: int, **more: str) -> dict[str, str]:
    return {
        "country": "XA", "fiscal_year": str(year), "extent": "full", **day("first", fiscal.first_day(year)),
        "official": "The President", "number": "2020-14", **day("dated", dt.date(2020, 9, 29)),
        **day("certified_on", dt.date(2020, 9, 29)), "justification": "Continuing steps.", **more,
    }  # fmt: skip


# --- looking ---


def test_the_grid_says_in_letters_and_in_words_what_stands(people: People, leila: Browser) -> None:
    waived(people, listed(people), extent="partial", parts=[{"program": "IMET"}])
    page = leila.read(reverse("cspa-grid"))
    assert f"Morvania {this_year()}: waived in part" in page.text
    assert "The same, in words" in page.text and "Talmara" not in page.text.partition("What the gate says")[0]
    assert f"{reverse('cspa-country', args=['XA'])}#y{this_year()}" in page.links
    assert "Talmara" in leila.read(f"{reverse('cspa-grid')}?all=1").text


def test_the_grid_says_what_it_cannot_show(leila: Browser) -> None:
    assert "at most" in leila.read(f"{reverse('cspa-grid')}?from=1970&to=2100").text
    assert "a fiscal year" in leila.read(f"{reverse('cspa-grid')}?from=x").text


def test_the_gate_is_asked_on_the_page(people: People, leila: Browser) -> None:
    listed(people)
    asked = f"{reverse('cspa-grid')}?country=XA&program=FMF&purpose=&on_0=8&on_1=2&on_2={this_year()}"
    page = leila.read(asked)
    assert "FMF, Morvania" in page.text and "No waiver and no reinstatement is in force." in page.text
    assert (
        "The Act does not reach INCLE." in leila.read(f"{reverse('cspa-grid')}?country=XA&program=INCLE").text
    )


def test_whose_pages_these_are(people: People) -> None:
    listed(people)
    for url in (reverse("cspa-grid"), reverse("cspa-years"), reverse("cspa-country", args=["XA"])):
        assert Browser(people["nominator"]).status(url) == 404
        assert Browser(people["desk"]).status(url) == 200
    assert Browser(people["approver2"]).status(reverse("cspa-country", args=["XA"])) == 404
    assert "Record a listing" not in Browser(people["desk"]).read(reverse("cspa-grid")).text


# --- recording, and putting forward ---


def test_a_listing_is_recorded_by_a_form(leila: Browser) -> None:
    at = reverse("cspa-listing-new")
    typed = {"country": "XA", "list_year": str(today().year), "forces": ["government"],
             "finding": "As printed.", "citation": "Page 7", "confidence": "high"}  # fmt: skip
    wrong = leila.press(at, **typed | {"citation": "", "list_year": ""})
    assert wrong.status_code == 400 and "Citation" in said(wrong) and "As printed." in said(wrong)
    page = leila.then(leila.press(at, **typed))
    assert "As printed." in page.text and Listing.objects.get().citation == "Page 7"
    again = leila.press(at, **typed)
    assert again.status_code == 400 and "correct that one" in said(again)


def test_a_waiver_goes_from_a_form_to_a_signature(people: People, leila: Browser) -> None:
    listed(people)
    at = reverse("cspa-waiver-new")
    page = leila.then(leila.press(at, **a_waiver(this_year())))
    assert "It counts once another person has signed." in page.text
    assert "Waiver of a child-soldier listing" in page.text and not Waiver.objects.exists()
    determination = Determination.objects.get()
    edwin, address = Browser(people["approver"]), reverse("determination", args=[determination.pk])
    assert "Waiver of a child-soldier listing" in edwin.read(reverse("to-sign")).text
    page = edwin.read(address)
    assert "Continuing steps." in page.text and determination.digest in page.text
    edwin.then(edwin.press(address, f"{address}approve/"))
    assert Waiver.objects.get().justification == "Continuing steps."
    assert "signed by two people" in leila.read(reverse("cspa-country", args=["XA"])).text


def test_a_wrong_waiver_is_told_box_by_box(people: People, leila: Browser) -> None:
    listed(people)
    typed = a_waiver(this_year(), extent="partial", program_0="IMET", limit_1="Nonlethal", number="")
    answer = leila.press(reverse("cspa-waiver-new"), **typed | day("until", dt.date(this_year() + 1, 1, 1)))
    words = said(answer)
    assert answer.status_code == 400 and not Determination.objects.exists()
    assert "Number of the paper" in words and "outlive" in words and "“program” is missing" in words


def test_a_listing_and_a_waiver_are_corrected_by_forms(people: People, leila: Browser) -> None:
    waiver = waived(people, listed(people))
    at = reverse("cspa-waiver-correct", args=[waiver.pk])
    as_it_was = {"number": "2026-14", "justification": "Effective and continuing steps.", "reason": "x"}
    unchanged = leila.press(at, **a_waiver(this_year()) | as_it_was)
    assert unchanged.status_code == 400
    typed = {"extent": "full", "justification": "Told anew.", "reason": "Misread."}
    leila.then(leila.press(at, **typed))
    [determination] = Determination.objects.open()
    assert determination.payload["changes"] == {"justification": "Told anew."}
    at = reverse("cspa-listing-correct", args=[waiver.listing_id])
    typed = {"forces": ["government"], "finding": "As published.", "citation": "Report, page 7",
             "confidence": "high", "ended": "on", "reason": "Recorded in error."}  # fmt: skip
    leila.then(leila.press(at, **typed))
    found = Determination.objects.open().get(target=f"cspa.listing:{waiver.listing_id}")
    assert found.payload["changes"] == {"ended": True}


def test_a_list_is_put_forward_as_complete(people: People, leila: Browser) -> None:
    listed(people, list_year=today().year)
    assert "Confirm" in leila.read(reverse("cspa-years")).text
    at = reverse("cspa-year-confirm", args=[today().year])
    assert "Morvania" in leila.read(at).text
    leila.then(leila.press(at, citation="The report"))
    assert Determination.objects.get().payload["listings"][0]["country"]["code"] == "XA"
    assert leila.status(reverse("cspa-year-confirm", args=[2009])) == 404
    leila.then(leila.press(reverse("cspa-year-confirm", args=[2012]), citation="The report"))
    assert not ListYear.objects.get(pk=2012).confirmed


def test_who_may_not_reads_why_not(people: People) -> None:
    desk = Browser(people["desk"])
    assert "Only the child soldiers officer" in desk.read(reverse("cspa-listing-new")).text
    assert desk.client.post(reverse("cspa-listing-new"), {}).status_code == 403


def test_a_plan_by_its_pages(people: People, leila: Browser) -> None:
    at = reverse("cspa-plan-new")
    page = leila.then(leila.press(at, country="XA", title="Ten-point road map", citation="Page 1"))
    plan = ActionPlan.objects.get()
    assert "No milestone is on record" in page.text
    leila.then(leila.press(reverse("cspa-milestone-new", args=[plan.pk]), title="Screening"))
    milestone = Milestone.objects.get()
    report = {"text": "3,800 screened.", "citation": "Page 3", **day("done_on", dt.date(2020, 10, 1))}
    leila.then(leila.press(reverse("cspa-milestone", args=[milestone.pk, "report"]), **report))
    own = leila.read(reverse("cspa-milestone", args=[milestone.pk, "verify"])).text
    assert "another person must verify" in own
    nora = Browser(people["legal"])
    page = nora.then(nora.press(reverse("cspa-milestone", args=[milestone.pk, "verify"]), reason="Read it."))
    assert "Verified" in page.text and "3,800 screened." in page.text
    typed = {"title": "Road map", "citation": "Page 1", "reason": "Shorter."}
    assert "Road map" in leila.then(leila.press(reverse("cspa-plan-correct", args=[plan.pk]), **typed)).text


# --- on a case ---


def test_a_case_shows_its_gates_and_clears_with_its_conditions(people: People) -> None:
    nomination = nominated(1, by=people["nominator"], program="PKO")
    relay.drain()
    found_nothing("section", "drl", people=people)
    case = Case.objects.get(nomination=nomination, kind="unit")
    petra, page = Browser(people["coordinator"]), reverse("case", args=[case.pk])
    assert "Not on record" in petra.read(page).text
    confirmed(people)
    listing = listed(people, list_year=fiscal.list_behind(fiscal.fiscal_year(nomination.event_starts_on)))
    part = [{"program": "PKO", "limit": "Logistics only"}]
    waived(people, listing, extent="partial", parts=part)
    shown = petra.read(page).text
    assert "Open under a waiver" in shown and "before: barred" in shown and "Logistics only" in shown
    act = reverse("case-act", args=[case.pk, "clear"])
    assert "Logistics only" in petra.read(act).text
    unanswered = petra.press(act, basis="Nothing found.", **{"conditions[0].answer": ""})
    assert unanswered.status_code == 400 and "Condition 1" in said(unanswered)
    answered: dict[str, Any] = {"basis": "Nothing found.", "conditions[0].answer": "Rations and fuel."}
    assert "Cleared" in petra.then(petra.press(act, **answered)).text
