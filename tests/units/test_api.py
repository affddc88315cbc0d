"""units/, individuals/, command-links/, postings/ by REST: recorded, corrected, as of a day, masked."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.audit.models import Event
from foundation.doors.models import IdempotencyKey
from tests.support.calls import offer
from units.models import CommandLink, Individual, Posting, Unit
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = {
    "country": "XA",
    "name": "3rd River Company",
    "names": [{"text": "3-я речная рота", "kind": "official", "language": "ru", "script": "Cyrillic"},
              {"text": "3 RC", "kind": "acronym"}],
    "level": "company",
    "force_type": "border",
    "status": "active",
}  # fmt: skip
PERSON = {
    "country": "XA",
    "name": {"parts": ["Ada", "van", "Marrow"]},
    "aliases": ["Адa Марроу"],
    "date_of_birth": "1980-03",
    "nationality": "XA",
}
SINCE_2019 = {"certain": {"from": "2019-06-01", "to": None}, "possible": {"from": "2019-01-01", "to": None}}


def made(caller: Any, address: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post(address, body)
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"/api/v1/{address}{answer.json()['id']}/" and answer["ETag"] == '"1"'
    return answer.json()  # type: ignore[no-any-return]


def pointers(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {each["pointer"] for each in answer.json()["errors"]}


# --- units and people ---


def test_a_unit_is_recorded_and_found_at_once(call: Any) -> None:
    unit = made(call("drl"), "units/", UNIT)
    assert (unit["name"], unit["level"], unit["force_type"], unit["status"]) == (
        "3rd River Company", "company", "border", "active")  # fmt: skip
    assert [each["text"] for each in unit["names"]] == ["3rd River Company", "3-я речная рота", "3 RC"]
    assert not unit["provisional"] and unit["same_as"] == []
    found = call("section").post("search/", {"q": "речная", "kinds": ["unit"]}).json()
    assert found == [{"kind": "unit", "id": unit["id"], "name": "3rd River Company"}]
    assert call("section").get(f"units/{unit['id']}/").status_code == 200
    assert call("section2").get(f"units/{unit['id']}/").status_code == 404


def test_an_individual_is_recorded_in_parts_or_in_full(call: Any) -> None:
    person = made(call("coordinator"), "individuals/", PERSON)
    assert person["name"] == {"full": "Ada van Marrow", "parts": ["Ada", "van", "Marrow"]}
    assert (person["aliases"], person["date_of_birth"]) == (["Адa Марроу"], "1980-03")
    whole = made(call("coordinator"), "individuals/", {"country": "XA", "name": {"full": "Oleg Brand"}})
    assert whole["name"] == {"full": "Oleg Brand"} and whole["date_of_birth"] == ""


def test_who_may_record_and_where(call: Any) -> None:
    assert call("section").post("units/", UNIT).status_code == 403
    refused = call("coordinator").post("units/", UNIT | {"country": "XB"})
    assert (refused.status_code, "of this country" in refused.json()["detail"]) == (403, True)
    assert call("nominator").post("units/", UNIT).status_code == 404
    assert Unit.objects.count() == 0


def test_everything_wrong_is_said_at_once(call: Any) -> None:
    wrong = {"country": "QQ", "name": "14", "names": [{"text": "", "kind": "nick"}], "level": "army", "x": 1}
    assert pointers(call("drl").post("units/", wrong)) == {
        "/country", "/name", "/names/0/text", "/names/0/kind", "/level", "/x"}  # fmt: skip
    wrong = {"country": "XA", "name": {"full": "A B", "parts": ["A"]}, "date_of_birth": "2199",
             "nationality": "Q1", "aliases": ["77"]}  # fmt: skip
    assert pointers(call("drl").post("individuals/", wrong)) == {
        "/name", "/date_of_birth", "/nationality", "/aliases/0"}  # fmt: skip
    assert pointers(call("drl").post("individuals/", {"country": "XA", "name": {"parts": ["A"] * 6}})) == {
        "/name/parts"}  # fmt: skip


def test_a_correction_is_a_new_version_with_its_reason(call: Any) -> None:
    unit = f"units/{made(call('drl'), 'units/', UNIT)['id']}/"
    body = {"changes": {"level": "battalion", "name": "3rd River Battalion"}, "reason": "It grew."}
    assert call("section").act(unit, "correct", body).status_code == 403
    assert call("drl").post(f"{unit}correct/", body).status_code == 428
    assert call("drl").post(f"{unit}correct/", body, If_Match='"9"').status_code == 412
    corrected = call("drl").act(unit, "correct", body)
    assert (corrected.status_code, corrected["ETag"], corrected.json()["level"]) == (200, '"2"', "battalion")
    assert [each["text"] for each in corrected.json()["names"]][0] == "3rd River Battalion"
    assert [each["text"] for each in corrected.json()["names"]][1:] == ["3-я речная рота", "3 RC"]
    event = Event.objects.get(action="units.corrected")
    assert (event.details["reason"], event.details["fields"]) == ("It grew.", ["level", "names"])
    assert pointers(call("drl").act(unit, "correct", {"changes": {}, "reason": " "})) == {
        "/changes",
        "/reason",
    }
    assert pointers(call("drl").act(unit, "correct", {"changes": {"country": "XB"}, "reason": "x"})) == {
        "/changes/country"}  # fmt: skip


def test_nominees_are_shown_as_nominated_and_are_nobodys_to_correct(call: Any, routed: list[Case]) -> None:
    nominees = call("section").get("individuals/?provisional=true").json()["results"]
    assert len(nominees) == 6 and all(each["provisional"] for each in nominees)
    assert call("section").get("individuals/?provisional=false").json()["results"] == []
    nominee = f"individuals/{routed[1].subject_id}/"
    refused = call("drl").act(nominee, "correct", {"changes": {"gender": "male"}, "reason": "Seen."})
    assert (refused.status_code, refused.json()["detail"]) == (
        409, offer(call("drl").get(nominee).json(), "correct")["why_not"])  # fmt: skip
    unit = call("section").get(f"units/{routed[0].subject_id}/").json()
    assert unit["above"] == ["Eastern Border Regiment", "Border Guard Command"]


def test_lists_are_narrowed_and_queries_do_not_grow(
    call: Any, restricted: list[Case], django_assert_max_num_queries: Any
) -> None:
    assert len(call("drl").get("units/?country=XA").json()["results"]) == 4
    assert call("drl").get("units/?country=XB").json()["results"] == []
    assert call("drl").get("units/?commander=x").status_code == 400
    for address in ("units/", "individuals/", "command-links/", "postings/", "restrictions/"):
        call("drl").get(f"{address}?limit=1")
        with django_assert_max_num_queries(100) as one:
            call("drl").get(f"{address}?limit=1")
        with django_assert_max_num_queries(len(one)):
            call("drl").get(address)


# --- masks ---


def test_a_masked_field_is_shown_with_a_reason_and_an_event(call: Any, routed: list[Case]) -> None:
    person = Individual.objects.get(pk=routed[1].subject_id)
    address, secret = f"individuals/{person.pk}/", person.national_id
    for who in ("section", "drl", "auditor"):
        shown = call(who).get(address)
        assert secret not in shown.content.decode() and person.birth_city not in shown.content.decode()
    body = {"field": "national_id", "reason": "To ask the registry."}
    assert call("legal").post(f"{address}unmask/", body).status_code == 403
    assert call("section2").post(f"{address}unmask/", body).status_code == 404
    assert pointers(call("section").post(f"{address}unmask/", {"field": "shoe_size"})) == {
        "/field",
        "/reason",
    }
    assert Event.objects.filter(action="units.unmasked").count() == 0

    key = {"Idempotency_Key": "look-once"}
    answer = call("section").post(f"{address}unmask/", body, **key)
    assert (answer.status_code, answer.json()) == (200, {"field": "national_id", "value": secret})
    birthplace = call("section").post(f"{address}unmask/", {"field": "place_of_birth", "reason": "As above."})
    assert birthplace.json()["value"] == {"city": "Corvasht", "state": "Corvasht", "country": "XA"}
    event = Event.objects.filter(action="units.unmasked").earliest("id")
    assert (event.actor, event.details) == ("section", body | {})
    assert secret not in "".join(Event.objects.values_list("body", flat=True))
    assert not any(secret in str(vars(each)) for each in IdempotencyKey.objects.all())


# --- links ---


@pytest.fixture
def two_units(call: Any) -> tuple[str, str]:
    """A company and the regiment above it, not linked yet."""
    company = made(call("drl"), "units/", UNIT)
    regiment = made(
        call("drl"), "units/", UNIT | {"name": "River Regiment", "names": [], "level": "regiment"}
    )
    return company["id"], regiment["id"]


def test_a_tree_as_of_a_day_tells_certain_from_possible_and_says_its_gaps(
    call: Any, two_units: tuple[str, str]
) -> None:
    company, regiment = two_units
    body = {"child": company, "parent": regiment, "kind": "command", "when": SINCE_2019, "citations": []}
    link = made(call("drl"), "command-links/", body)
    assert link["when"] == SINCE_2019 and link["recorded_by"] == "drl"
    person = made(call("drl"), "individuals/", PERSON)
    made(call("drl"), "postings/", {
        "individual": person["id"], "unit": company, "role": "commander", "rank": "Captain",
        "when": {"certain": None, "possible": {"from": "2020-01-01", "to": "2020-12-31"}}})  # fmt: skip

    def tree(day: str, unit: str = company) -> dict[str, Any]:
        answer = call("section").get(f"units/{unit}/tree/?on={day}")
        assert answer.status_code == 200, answer.content
        return answer.json()  # type: ignore[no-any-return]

    before, unsure, certain = tree("2018-12-31"), tree("2019-02-01"), tree("2020-05-05")
    assert (before["parents"], before["gaps"]) == (
        [], ["No unit above it is on record.", "No commander is on record."])  # fmt: skip
    assert [(each["id"], each["certain"]) for each in unsure["parents"]] == [(regiment, False)]
    assert [(each["id"], each["certain"]) for each in certain["parents"]] == [(regiment, True)]
    assert [(each["id"], each["certain"]) for each in certain["commanders"]] == [(person["id"], False)]
    assert (certain["on"], certain["unit"]["id"], certain["gaps"]) == ("2020-05-05", company, [])
    assert [each["id"] for each in tree("2020-05-05", regiment)["children"]] == [company]
    assert call("section").get(f"units/{company}/tree/?on=2020-02-30").status_code == 400
    assert call("section").get(f"units/{company}/tree/?day=2020-02-01").status_code == 400
    assert call("section2").get(f"units/{company}/tree/").status_code == 404


def test_what_cannot_be_is_refused(call: Any, two_units: tuple[str, str]) -> None:
    company, regiment = two_units
    link = {"child": company, "parent": regiment, "kind": "command", "when": SINCE_2019}
    made(call("drl"), "command-links/", link)
    assert pointers(call("drl").post("command-links/", link | {"parent": company})) == {"/parent"}
    turned = link | {"child": regiment, "parent": company}
    assert "above itself" in call("drl").post("command-links/", turned).json()["detail"]
    upside_down = {"certain": {"from": "2020-01-01", "to": "2019-01-01"}, "possible": None}
    assert pointers(call("drl").post("command-links/", link | {"when": upside_down})) == {"/when/certain/to"}
    outside = {"certain": {"from": "2018-01-01", "to": None}, "possible": {"from": "2019-01-01", "to": None}}
    assert pointers(call("drl").post("command-links/", link | {"when": outside})) == {"/when/certain"}
    assert pointers(call("drl").post("command-links/", link | {"citations": ["x"], "child": "x"})) == {
        "/citations/0", "/child"}  # fmt: skip
    assert call("section").post("command-links/", link).status_code == 403
    assert CommandLink.objects.count() == 1


def test_a_claim_is_corrected_into_a_new_version_and_the_old_one_stays(
    call: Any, two_units: tuple[str, str]
) -> None:
    person = made(call("drl"), "individuals/", PERSON)
    served = {"individual": person["id"], "unit": two_units[0], "role": "commander", "when": SINCE_2019}
    posting = made(call("drl"), "postings/", served)
    address = f"postings/{posting['id']}/"
    body = {"changes": {"role": "deputy", "unit": two_units[1]}, "reason": "Misread."}
    assert call("section").act(address, "correct", body).status_code == 403
    assert call("drl").post(f"{address}correct/", body, If_Match='"8"').status_code == 412
    corrected = call("drl").act(address, "correct", body)
    assert (corrected.status_code, corrected["ETag"]) == (200, '"2"')
    new = corrected.json()
    assert (new["role"], new["unit"], new["version"], new["when"]) == ("deputy", two_units[1], 2, SINCE_2019)
    assert call("drl").get(address).json()["superseded_by"] == new["id"]
    assert [each["id"] for each in call("drl").get("postings/").json()["results"]] == [new["id"]]
    assert call("drl").act(address, "correct", body).status_code == 409
    assert pointers(call("drl").act(f"postings/{new['id']}/", "correct", {"changes": {}, "reason": "x"})) == {
        "/changes"}  # fmt: skip
    assert Posting.objects.count() == 2
