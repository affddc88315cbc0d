"""The pages of the way back, read and used without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.accounts.models import User
from remediation.models import HostNotification, Publication, Remediation, Step
from tests.support import classes, evidence
from tests.support import wayback as way
from tests.vetting.browsing import Browser
from units import actions as units
from units.models import Unit
from vetting.days import today
from vetting.models import Case, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def unit(people: People) -> Unit:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    return unit


def day(name: str) -> dict[str, str]:
    on = today()
    return {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}


def post(browser: Browser, url: str, **boxes: Any) -> Any:
    """The form at this address, filled in and sent."""
    page = browser.read(url)
    return browser.client.post(url, {**page.hidden(""), **boxes})


def test_the_file_shows_at_a_glance_what_is_closed_and_what_bars(people: People, unit: Unit) -> None:
    file = way.file_of(unit)
    of = way.named(file, people)
    way.verified(way.step_set(of, people), people)
    way.step_set(of, people, "adjudication")
    page = Browser(people["desk"]).read(f"/remediations/{file.pk}/")
    assert page.title == f"Remediation, {file.reference} – Probity"
    for words in ("A sergeant", "Verified", "Open", "Not set", "Not needed", "6 things are missing"):
        assert words in page.text, words
    assert unit.name in page.text and "Set it" not in page.text  # the desk only reads


def test_the_way_back_through_its_forms(people: People, unit: Unit) -> None:
    file, officer = way.file_of(unit), Browser(people["remediation"])
    home = f"/remediations/{file.pk}/"
    incident = str(file.incidents.get().incident_id)
    assert (
        post(officer, f"{home}responsibles/", incident=incident, description="A sergeant").status_code == 303
    )
    of = file.incidents.get().responsibles.get()
    sent = post(
        officer, f"{home}steps/?responsible={of.pk}", responsible=str(of.pk), kind="investigation",
        owner="remediation", **day("due"),
    )  # fmt: skip
    assert sent.status_code == 303
    step = Step.objects.get()
    said = {"outcome": "Nine witnesses.", "impartial": "yes", "impartial_reasons": "Outside judges."}
    assert post(officer, f"/steps/{step.pk}/complete/", **said).status_code == 303
    assert post(Browser(people["legal"]), f"/steps/{step.pk}/verify/", reason="Read.").status_code == 303
    shown = officer.read(f"/steps/{step.pk}/")
    assert "Verified" in shown.text and "Outside judges." in shown.text
    told = post(officer, f"{home}committee-notices/", committee="house-appropriations", **day("sent_on"))
    assert told.status_code == 303 and file.notices.count() == 1


def test_what_is_wrong_stands_beside_its_box_and_what_was_typed_stays(people: People, unit: Unit) -> None:
    file, officer = way.file_of(unit), Browser(people["remediation"])
    of = way.named(file, people)
    url = f"/remediations/{file.pk}/steps/"
    page = officer.read(url)
    wrong = officer.client.post(
        url, {**page.hidden(""), "responsible": str(of.pk), "kind": "sanction", "due_0": "31", "due_1": "2",
              "due_2": "2027"},
    )  # fmt: skip
    assert wrong.status_code == 400
    text = wrong.content.decode()
    assert "Owner" in text and 'value="31"' in text and not Step.objects.exists()


def test_a_lift_is_recommended_and_signed_in_the_browser(people: People, unit: Unit) -> None:
    file = way.remedied(unit, people)
    officer = Browser(people["remediation"])
    sent = post(
        officer, f"/remediations/{file.pk}/recommend-lift/", law="state-leahy", grounds="effective-steps",
        basis="All is done.", password="demo-only",
    )  # fmt: skip
    assert sent.status_code == 303 and sent["Location"].startswith("/determinations/"), sent.content
    approver = Browser(people["approver"])
    page = approver.read(sent["Location"])
    assert "This restriction ends today" in page.text and "The remediation file" in page.text
    assert "Lift a restriction" in approver.read("/signatures/").text
    action = next(form["action"] for form in page.forms if "approve" in form["action"])
    signed = approver.client.post(
        action.partition("#")[0], {**page.hidden(action.partition("#")[0]), "password": "demo-only"}
    )
    assert signed.status_code == 303
    assert Restriction.objects.get().until == today()
    assert "Closed" in officer.read(f"/remediations/{file.pk}/").text


def test_a_lift_that_is_not_ready_says_all_that_is_missing(people: People, unit: Unit) -> None:
    officer = Browser(people["remediation"])
    url = f"/remediations/{way.file_of(unit).pk}/recommend-lift/"
    page = officer.read(url)
    boxes = {"law": "state-leahy", "grounds": "effective-steps", "basis": "Early.", "password": "demo-only"}
    sent = officer.client.post(
        url, {**page.hidden(""), **boxes}, headers={"Referer": f"http://testserver{url}"}
    )
    assert sent.status_code == 303
    after = officer.read(url).text
    assert "nobody responsible is named" in after and "has not been told" in after


def test_the_government_is_informed_in_the_browser(people: People, unit: Unit) -> None:
    officer, notification = Browser(people["remediation"]), HostNotification.objects.get()
    home = f"/host-notifications/{notification.pk}/"
    assert post(officer, f"{home}draft/", text="Please inquire.", **day("on")).status_code == 303
    assert post(officer, f"{home}deliver/", to="Ministry", **day("on")).status_code == 303
    page = officer.read(home)
    assert "Please inquire." in page.text and "Delivered" in page.text
    assert "Ministry" in officer.read("/host-notifications/").text or unit.name in page.text


def test_publishing_in_the_browser(people: People, unit: Unit) -> None:
    officer, publication = Browser(people["publication"]), Publication.objects.get()
    page = officer.read(f"/publications/{publication.pk}/")
    action = f"/publications/{publication.pk}/publish/"
    assert officer.client.post(action, page.hidden(action)).status_code == 303
    assert Publication.objects.get().state == "published"
    assert unit.name in officer.read("/publications/").text
    assert unit.name in officer.read("/public/ineligible-units/?country=XA").text


def test_an_exception_is_recommended_in_the_browser(people: People, unit: Unit) -> None:
    officer, publication = Browser(people["publication"]), Publication.objects.get()
    url = f"/publications/{publication.pk}/recommend-exception/"
    sent = post(officer, url, justification="A hostage is held.", password="demo-only", **day("reported_on"))
    assert sent.status_code == 303
    assert "A hostage is held." in officer.read(sent["Location"]).text


def test_a_restriction_says_why_since_when_and_what_it_met(people: People) -> None:
    unit = way.a_unit(people)
    case = classes.screened(1, by=people["nominator"]).cases.get(kind="unit")
    units.judge_same(nominee=case.subject, known=unit, by=people["drl"])
    restriction = way.restricted(unit, people)
    reader = Browser(people["coordinator"])
    assert unit.name in reader.read("/restrictions/?state=in-force&law=state-leahy").text
    page = reader.read(f"/restrictions/{restriction.pk}/")
    for words in (case.reference, "Its subject", "Restrict", "Its remediation file"):
        assert words in page.text, words
    shown = reader.read(f"/cases/{case.pk}/")
    assert "Its cause" in shown.text and "The way back" in shown.text
    back = reader.client.get(f"/restrictions/{restriction.pk}/remediation/")
    assert back["Location"] == f"/remediations/{way.file_of(unit).pk}/"


def test_cases_that_it_had_barred_are_offered_and_reopened_together(people: People) -> None:
    unit = way.a_unit(people)
    case = classes.screened(1, by=people["nominator"]).cases.get(kind="unit")
    units.judge_same(nominee=case.subject, known=unit, by=people["drl"])
    restriction = way.restricted(unit, people)
    way.signed(way.lift(way.remedied(unit, people), people), people)
    coordinator = Browser(people["coordinator"])
    page = coordinator.read(f"/restrictions/{restriction.pk}/")
    assert "To be reopened" in page.text and "Can be reopened" in page.text
    boxes = {**page.hidden("/cases/reopen/"), "ids": [str(case.pk)], "reason": "Lifted."}
    assert coordinator.client.post("/cases/reopen/", boxes)["Location"] == f"/restrictions/{restriction.pk}/"
    assert Case.objects.get(pk=case.pk).status == Status.IN_REVIEW


def test_a_restriction_is_recommended_from_the_units_page(people: People) -> None:
    unit = way.a_unit(people)
    [allegation] = evidence.credible(unit, people["drl"])
    drl = Browser(people["drl"])
    url = f"/restrictions/recommend/?subject={unit.pk}"
    assert url in drl.read(f"/units/{unit.pk}/").links
    page = drl.read(url)
    assert "Credible" in page.text
    empty = drl.client.post("/restrictions/recommend/", {**page.hidden(""), "password": "demo-only"})
    assert empty.status_code == 400 and "Basis" in empty.content.decode()
    boxes = {"law": "dod-leahy", "basis": "As read.", "allegations": [str(allegation.pk)]}
    sent = drl.client.post("/restrictions/recommend/", {**page.hidden(""), **boxes, "password": "demo-only"})
    assert sent.status_code == 303 and sent["Location"].startswith("/determinations/")
    follows = Browser(people["approver"]).read(sent["Location"]).text
    assert "A restriction begins at once" in follows


def test_of_nobody_it_leads_to_where_one_begins(people: People) -> None:
    page = Browser(people["drl"]).read("/restrictions/recommend/")
    assert "Open the page of the unit or the person" in page.text
    assert "human rights bureau" in Browser(people["desk"]).read("/restrictions/recommend/").text


@pytest.mark.parametrize(
    "url", ["/remediations/", "/host-notifications/", "/publications/", "/restrictions/"]
)
def test_lists_and_who_finds_them(people: People, unit: Unit, url: str) -> None:
    assert unit.name in Browser(people["auditor"]).read(url).text
    assert unit.name not in Browser(people["section2"]).read(url).text
    assert Browser(people["nominator"]).status(url) == Browser(people["admin"]).status(url) == 404


def test_the_bar_counts_ones_own_open_duties(people: People, unit: Unit) -> None:
    way.step_set(way.named(way.file_of(unit), people), people)
    page = Browser(people["remediation"]).read("/remediations/")
    assert "Remediation 1" in page.text and "Governments 1" in page.text
    assert "Publications 1" in Browser(people["publication"]).read("/publications/").text
    assert "Remediation 1" not in Browser(people["drl"]).read("/remediations/").text


def test_no_page_has_a_name_in_its_title_or_address(people: People, unit: Unit) -> None:
    reader, file = Browser(people["drl"]), way.file_of(unit)
    step = way.step_set(way.named(file, people), people)
    for url in (
        f"/remediations/{file.pk}/", f"/steps/{step.pk}/", f"/restrictions/{Restriction.objects.get().pk}/",
        f"/host-notifications/{HostNotification.objects.get().pk}/",
        f"/publications/{Publication.objects.get().pk}/",
    ):  # fmt: skip
        assert unit.name not in reader.read(url).title
    assert Remediation.objects.get().reference in reader.read(f"/steps/{step.pk}/").title
