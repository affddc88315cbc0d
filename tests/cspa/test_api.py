"""CONTRACT §7 by REST: list years, listings, waivers, reinstatements, plans, the gate and the grid."""

from __future__ import annotations

from typing import Any

import pytest

from cspa import fiscal
from cspa.models import Listing, ListYear, Waiver
from foundation.audit.models import Event
from foundation.signing.models import Determination
from tests.support.calls import offer, sentences
from tests.support.cspa import body, confirmed, listed, this_year, waived
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

LISTING = {
    "country": "XA",
    "forces": ["government", "supported-group"],
    "finding": "As published.",
    "citation": "Report, page 7",
    "confidence": "high",
}
PLAN = {
    "country": "XA",
    "title": "Ten-point road map",
    "agreed_with": "United Nations",
    "agreed_on": "2020-03-04",
    "citation": "Road map, page 1",
    "milestones": [{"title": "Order forbidding recruitment", "due": "2021-01-01"}, {"title": "Screening"}],
}


def a_listing(**more: Any) -> dict[str, Any]:
    return {**LISTING, "list_year": fiscal.list_behind(this_year()), **more}


def pointers(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return {(each["pointer"], each["code"]) for each in answer.json()["errors"]}


def approve(call: Any, determination: dict[str, Any]) -> Any:
    address = f"determinations/{determination['id']}/approve/"
    return call("approver").post(address, If_Match=f'"{determination["digest"]}"')


def gate(call: Any, who: str = "cspa", **asked: str) -> Any:
    question = {"country": "XA", "program": "FMF", "on": f"{this_year()}-01-15"} | asked
    return call(who).get("cspa/gate/?" + "&".join(f"{name}={value}" for name, value in question.items()))


# --- listings and list years ---


def test_a_listing_is_recorded_read_and_listed(call: Any) -> None:
    made = call("cspa").post("cspa/listings/", a_listing())
    assert made.status_code == 201 and made["ETag"] == '"1"'
    listing = made.json()
    assert made["Location"] == f"/api/v1/cspa/listings/{listing['id']}/"
    assert (listing["country"], listing["fiscal_year"], listing["forces"]) == (
        "XA", this_year(), ["government", "supported-group"])  # fmt: skip
    assert [each["version"] for each in listing["versions"]] == [1]
    [row] = call("desk").get("cspa/listings/?country=XA").json()["results"]
    assert row["id"] == listing["id"] and "versions" not in row
    years = call("section").get("cspa/list-years/").json()
    assert [(each["list_year"], each["confirmed"]) for each in years] == [(this_year() - 1, False)]


def test_a_listing_says_everything_that_is_wrong(call: Any) -> None:
    wrong = {"country": "QQ", "list_year": today().year + 1, "forces": ["army"], "confidence": "sure", "x": 1}
    assert pointers(call("cspa").post("cspa/listings/", wrong)) == {
        ("/country", "not-found"), ("/list_year", "future-list"), ("/forces/0", "invalid-choice"),
        ("/confidence", "invalid-choice"), ("/finding", "required"), ("/citation", "required"),
        ("/x", "unknown-field"),
    }  # fmt: skip
    assert not Listing.objects.exists() and not ListYear.objects.exists()


def test_whose_calls_these_are(call: Any) -> None:
    assert call("nominator").get("cspa/listings/").status_code == 404
    assert call("nominator").get("cspa/grid/").status_code == 404
    assert gate(call, "nominator").status_code == 404
    assert call("admin").get("cspa/list-years/").status_code == 404
    assert call("drl").post("cspa/listings/", a_listing()).status_code == 403
    assert call("approver").post("cspa/waivers/", body()).status_code == 403
    assert Event.objects.filter(action="cspa.refused").count() == 0
    refused = Event.objects.filter(action__endswith=".refused").count()
    assert refused == 2


def test_a_list_is_confirmed_by_two_people(call: Any) -> None:
    address = f"cspa/list-years/{today().year}/recommend-confirmed/"
    made = call("cspa").post(address, {"citation": "The report", "published_on": f"{today().year}-01-02"})
    assert made.status_code == 201, made.content
    assert made.json()["kind"] == "cspa-list-year" and made.json()["payload"]["listings"] == []
    assert call("cspa").get(f"cspa/list-years/{today().year}/").json()["confirmed"] is False
    assert approve(call, made.json()).status_code == 200
    shown = call("cspa").get(f"cspa/list-years/{today().year}/").json()
    assert (shown["confirmed"], shown["citation"], shown["published_on"]) == (
        True, "The report", f"{today().year}-01-02")  # fmt: skip
    assert call("cspa").post(address, {"citation": "The report"}).status_code == 409


@pytest.mark.parametrize("year", ["2009", "1999", "20x0", "99999"])
def test_a_year_that_has_no_list_is_not_there(call: Any, year: str) -> None:
    said = {"citation": "The report"}
    assert call("cspa").post(f"cspa/list-years/{year}/recommend-confirmed/", said).status_code == 404
    assert call("cspa").get(f"cspa/list-years/{year}/").status_code == 404


def test_a_future_list_is_refused_with_the_reason(call: Any) -> None:
    answer = call("cspa").post(
        f"cspa/list-years/{today().year + 1}/recommend-confirmed/", {"citation": "The report"}
    )
    assert answer.status_code == 409 and "future" in sentences(answer)[0]
    assert not ListYear.objects.exists()


def test_a_correction_of_a_listing(call: Any) -> None:
    listing = call("cspa").post("cspa/listings/", a_listing(confidence="low")).json()
    address = f"cspa/listings/{listing['id']}/"
    assert call("cspa").post(f"{address}correct/", {"changes": {}, "reason": "x"}).status_code == 400
    assert call("cspa").post(
        f"{address}correct/", {"changes": {"confidence": "high"}, "reason": "Published."}
    ).status_code == 428  # fmt: skip
    made = call("cspa").act(address, "correct", {"changes": {"confidence": "high"}, "reason": "Published."})
    assert made.status_code == 201 and made.json()["kind"] == "cspa-correction"
    assert made.json()["determination"]["id"] == made.json()["id"]
    assert approve(call, made.json()).status_code == 200
    shown = call("cspa").get(address).json()
    assert (shown["confidence"], shown["version"]) == ("high", 2)
    assert [each["reason"] for each in shown["versions"]] == ["", "Published."]


# --- waivers and reinstatements ---


def test_a_waiver_from_its_recommendation_to_its_effect(call: Any) -> None:
    call("cspa").post("cspa/listings/", a_listing())
    made = call("cspa").post("cspa/waivers/", body())
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["kind"], told["state"], told["determination"]["state"]) == (
        "cspa-waiver", "recommended", "recommended")  # fmt: skip
    assert (
        made["Location"] == f"/api/v1/determinations/{told['id']}/" and made["ETag"] == f'"{told["digest"]}"'
    )
    assert call("cspa").get("cspa/waivers/").json()["results"] == []
    assert gate(call, program="IMET").json()["state"] == "barred"
    assert (
        call("cspa").post(f"determinations/{told['id']}/approve/", If_Match=made["ETag"]).status_code == 403
    )
    assert approve(call, told).status_code == 200
    [waiver] = call("cspa").get(f"cspa/waivers/?fiscal_year={this_year()}").json()["results"]
    assert (waiver["from"], waiver["until"]) == (f"{this_year() - 1}-10-01", f"{this_year()}-09-30")
    assert waiver["determination"] == told["id"] and waiver["parts"][1]["limit"] == "Logistics only"
    answer = gate(call, program="PKO").json()
    assert (answer["state"], answer["conditions"]) == ("open-under-waiver", ["Logistics only"])
    assert {each["record"]["kind"] for each in answer["reasons"]} == {"listing", "waiver"}


def test_a_reinstatement(call: Any) -> None:
    call("cspa").post("cspa/listings/", a_listing())
    said = body(parts=[{"program": "FMF"}])
    limited = call("cspa").post("cspa/reinstatements/", body())
    assert pointers(limited) == {("/parts", "limit")}
    made = call("cspa").post("cspa/reinstatements/", said)
    assert approve(call, made.json()).status_code == 200
    assert (gate(call).json()["state"], gate(call, program="IMET").json()["state"]) == ("open", "barred")


def test_a_waiver_says_everything_that_is_wrong_and_saves_nothing(call: Any) -> None:
    call("cspa").post("cspa/listings/", a_listing())
    wrong = body(
        country="XB", year=today().year + 2, parts=[{"program": "XYZ"}, {"limit": "x"}],
        instrument={"official": "The President"}, until="2010-01-01", justification="",
    )  # fmt: skip
    del wrong["certified_on"]
    assert pointers(call("cspa").post("cspa/waivers/", wrong)) == {
        ("/fiscal_year", "future-list"), ("/parts/0/program", "unknown-program"),
        ("/parts/1/program", "required"), ("/instrument/number", "required"),
        ("/instrument/dated", "required"), ("/until", "upside-down"),
        ("/certified_on", "required"), ("/justification", "blank"),
    }  # fmt: skip
    assert pointers(call("cspa").post("cspa/waivers/", body(country="XB"))) == {("/country", "not-listed")}
    assert not Determination.objects.exists() and not Waiver.objects.exists()


def test_overlapping_and_outliving(call: Any, people: Any) -> None:
    waived(people, listed(people))
    assert pointers(call("cspa").post("cspa/waivers/", body())) == {("/from", "overlapping")}
    assert pointers(call("cspa").post("cspa/waivers/", body(until=f"{this_year()}-10-01"))) >= {
        ("/until", "outlives")}  # fmt: skip


def test_a_change_in_mid_year_names_what_it_replaces(call: Any, people: Any) -> None:
    first = waived(people, listed(people), extent="partial", parts=[{"program": "IMET"}])
    change = {"from": f"{this_year()}-06-28", "replaces": str(first.pk), "extent": "full", "parts": []}
    made = call("cspa").post("cspa/waivers/", body(**change))
    assert made.status_code == 201 and made.json()["payload"]["replaces"]["id"] == str(first.pk)
    assert approve(call, made.json()).status_code == 200
    assert gate(call, on=f"{this_year()}-06-27").json()["state"] == "barred"
    assert gate(call, on=f"{this_year()}-06-28").json()["state"] == "open-under-waiver"


# --- the gate and the grid ---


def test_the_gate_answers_for_every_year_that_is_touched(call: Any, people: Any) -> None:
    confirmed(people)
    listed(people, list_year=today().year)
    first, last = f"{today().year}-09-01", f"{today().year}-10-31"
    answer = call("desk").get(f"cspa/gate/?country=XA&program=FMF&from={first}&to={last}").json()
    assert (answer["country"], answer["fiscal_year"], answer["state"]) == ("XA", today().year + 1, "barred")
    assert [each["state"] for each in answer["years"]] == ["open", "barred"]
    assert gate(call, program="INCLE").json()["state"] == "not-covered"


def test_what_cannot_be_asked(call: Any) -> None:
    assert gate(call, country="QQ").status_code == 404
    assert gate(call, program="XYZ").status_code == 400
    assert gate(call, on="2026-02-30").status_code == 400
    assert (
        call("cspa").get("cspa/gate/?country=XA&program=FMF&on=2026-01-01&to=2026-01-02").status_code == 400
    )
    upside = call("cspa").get("cspa/gate/?country=XA&program=FMF&from=2026-01-02&to=2026-01-01")
    assert upside.status_code == 400 and "?to=" in sentences(upside)[0]
    assert call("cspa").get("cspa/gate/?country=XA").status_code == 400
    assert call("cspa").get("cspa/gate/?country=XA&program=FMF&who=me").status_code == 400


def test_the_gate_and_the_grid_keep_to_the_readers_countries(call: Any, people: Any) -> None:
    listed(people, "XA")
    listed(people, "XB")
    assert gate(call, "approver2", country="XA").status_code == 404
    assert gate(call, "approver2", country="XB").status_code == 200
    year = this_year()
    rows = call("approver2").get(f"cspa/grid/?from={year}&to={year}").json()["rows"]
    assert [row["country"] for row in rows] == ["XB"]
    assert call("approver2").get(f"cspa/listings/{Listing.objects.get(country='XA').pk}/").status_code == 404


def test_the_grid(call: Any, people: Any) -> None:
    listing = listed(people)
    waiver = waived(people, listing)
    year = this_year()
    grid = call("legal").get(f"cspa/grid/?from={year - 1}&to={year}").json()
    assert grid["years"] == [year - 1, year]
    [row] = [row for row in grid["rows"] if row["country"] == "XA"]
    assert [(cell["fiscal_year"], cell["state"], cell["words"]) for cell in row["cells"]] == [
        (year - 1, "not-on-record", "Not on record"),
        (year, "open-under-waiver", "Waived in full")]  # fmt: skip
    assert row["cells"][1]["records"] == [
        {"kind": "listing", "id": str(listing.pk)}, {"kind": "waiver", "id": str(waiver.pk)}]  # fmt: skip
    assert len(call("legal").get("cspa/grid/").json()["years"]) == 12
    for wrong in ("?from=x", "?from=2030&to=2020", "?from=1970&to=2100", "?who=me"):
        assert call("legal").get(f"cspa/grid/{wrong}").status_code == 400


# --- action plans ---


def test_a_plan_with_its_milestones_evidence_and_verifier(call: Any) -> None:
    made = call("cspa").post("cspa/action-plans/", PLAN)
    assert made.status_code == 201, made.content
    plan = made.json()
    first, second = plan["milestones"]
    assert (first["number"], first["state"], first["due"], second["due"]) == (1, "open", "2021-01-01", None)
    address = f"cspa/milestones/{first['id']}/"
    said = {"text": "Published in the gazette.", "citation": "Gazette 11", "done_on": "2020-12-30"}
    assert call("legal").act(address, "verify", {"reason": "Read it."}).status_code == 409
    assert call("cspa").act(address, "report", said).status_code == 200
    own = call("cspa").act(address, "verify", {"reason": "Mine."})
    assert own.status_code == 403 and "another person" in own.json()["detail"]
    assert call("legal").act(address, "reject", {"reason": "No page."}).json()["state"] == "open"
    call("cspa").act(address, "report", said)
    shown = call("legal").act(address, "verify", {"reason": "Read it."}).json()
    assert (shown["state"], shown["verified_by"], len(shown["evidence"])) == ("verified", "legal", 2)
    assert offer(shown, "report")["allowed"] is False
    assert [each["verified"] for each in shown["verdicts"]] == [False, True]


def test_a_plan_is_corrected_and_gets_another_milestone(call: Any) -> None:
    plan = call("cspa").post("cspa/action-plans/", PLAN).json()
    address = f"cspa/action-plans/{plan['id']}/"
    shown = call("cspa").act(address, "correct", {"changes": {"title": "Road map"}, "reason": "Shorter."})
    assert (shown.json()["title"], shown.json()["version"]) == ("Road map", 2)
    added = call("cspa").act(address, "add-milestone", {"title": "Age verification"})
    assert added.status_code == 201 and added.json()["number"] == 3
    assert len(call("desk").get(address).json()["milestones"]) == 3
    assert call("desk").act(address, "add-milestone", {"title": "x"}).status_code == 403
