"""nominations/: what a nominator sends, what it is answered, and what it is never told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.models import IdempotencyKey
from foundation.outbox import relay
from foundation.signing import actions as signing
from tests.support.classes import a_class, a_name, a_person, a_unit, nominated, screened
from tests.support.evidence import credible
from tests.support.people import Caller, codes, key, organisation, person, pointers
from tests.support.world import found_nothing
from vetting.actions import cases, checks, decide
from vetting.days import today
from vetting.models import Candidate, CandidateVersion, Case, Check, Nomination, Status

pytestmark = pytest.mark.django_db(transaction=True)

ONLY = {
    "id", "reference", "status", "organisation", "country", "program", "program_label", "law", "purpose",
    "event", "needed_by", "forecast", "updated_at", "candidates", "actions",
}  # fmt: skip
ROW = {"id", "row", "kind", "role", "name", "unit", "status"}
IGNORED = {"audit", "sessions", "knox", "contenttypes", "auth", "admin"}


@pytest.fixture
def jana(people: dict[str, User]) -> Caller:
    return Caller(people["nominator"])


@pytest.fixture
def petra(people: dict[str, User]) -> Caller:
    return Caller(people["coordinator"])


def rows_everywhere() -> dict[str, int]:
    """Every table of ours but the audit's, where a refusal is an event."""
    models = [model for model in apps.get_models() if model._meta.app_label not in IGNORED]
    return {model._meta.label: model._default_manager.count() for model in models}


def act(caller: Caller, nomination: Any, name: str, body: Any = None, **headers: str) -> Any:
    """POST an act on a class, or (given a row) on that row, with the ETag read just before."""
    is_row = isinstance(nomination, Candidate)
    of = f"nominations/{nomination.nomination_id if is_row else nomination.pk}/"
    headers = {"If_Match": caller.get(of)["ETag"]} | headers
    return caller.post(
        f"{of}candidates/{nomination.pk}/{name}/" if is_row else f"{of}{name}/", body, **headers
    )


def row(nomination: Nomination, number: int) -> Candidate:
    return Candidate.objects.select_related("case", "unit_case").get(nomination=nomination, row=number)


def seen(caller: Caller, nomination: Nomination) -> dict[str, Any]:
    return caller.get(f"nominations/{nomination.pk}/").json()


# --- nominating ---


def test_a_class_is_taken_whole_and_answered_with_its_address_and_etag(jana: Caller) -> None:
    body = a_class(40, by=jana.user)
    response = jana.post("nominations/", body, **key())
    made = response.json()
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    assert response["Location"] == f"/api/v1/nominations/{made['id']}/"
    assert jana.get(response["Location"]).json() == made
    assert (made["reference"], made["status"], made["event"]) == (
        body["reference"],
        "received",
        body["event"],
    )
    assert [each["row"] for each in made["candidates"]] == list(range(1, 41))
    assert made["candidates"][0]["name"] == a_name(1)
    assert (Case.objects.filter(kind="unit").count(), Case.objects.filter(kind="individual").count()) == (
        1,
        40,
    )


def test_it_is_then_screened_and_routed_by_workers(jana: Caller) -> None:
    jana.post("nominations/", a_class(2, by=jana.user), **key())
    relay.drain()
    assert {case.status for case in Case.objects.all()} == {Status.IN_REVIEW}
    assert Check.objects.count() == 5
    assert jana.get("nominations/").json()["results"][0]["status"] == "in-review"


def test_the_same_key_and_body_are_answered_alike_and_done_once(jana: Caller) -> None:
    body, once = a_class(2, by=jana.user), key()
    first, again = jana.post("nominations/", body, **once), jana.post("nominations/", body, **once)
    assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"])
    assert Nomination.objects.count() == 1
    assert jana.post("nominations/", body | {"reference": "other"}, **once).status_code == 422


def test_a_key_is_required_for_a_class_and_not_for_its_acts(jana: Caller) -> None:
    response = jana.post("nominations/", a_class(1, by=jana.user))
    assert (response.status_code, codes(response)) == (400, ["idempotency-key-missing"])
    assert act(jana, nominated(1, by=jana.user), "withdraw").status_code == 200


def test_a_reference_is_unique_in_its_organisation_only(jana: Caller, people: dict[str, User]) -> None:
    taken = a_class(1, by=jana.user, reference="MTP-9")
    assert jana.post("nominations/", taken, **key()).status_code == 201
    response = jana.post("nominations/", taken, **key())
    assert (response.status_code, pointers(response)) == (400, [("/reference", "taken")])
    other = Caller(people["nominator2"])
    theirs = a_class(1, by=other.user, country="XB", reference="MTP-9")
    assert other.post("nominations/", theirs, **key()).status_code == 201


@pytest.mark.parametrize("role", ["coordinator", "drl", "approver", "auditor"])
def test_staff_do_not_nominate(people: dict[str, User], role: str) -> None:
    response = Caller(people[role]).post("nominations/", {}, **key())
    assert (response.status_code, response.json()["detail"]) == (403, "Only nominators nominate.")


def test_whoever_neither_nominates_nor_reads_nominations_finds_no_such_call(people: dict[str, User]) -> None:
    admin = Caller(people["admin"])
    assert admin.get("nominations/").status_code == 404
    assert admin.get("nominations/template.csv").status_code == 404


# --- what is refused: all at once, and nothing saved ---

TODAY = today()
LATER, PAST = (TODAY + dt.timedelta(days=90)).isoformat(), (TODAY - dt.timedelta(days=9)).isoformat()
EVENT = {"title": "Course", "location": "Velin", "starts_on": LATER, "ends_on": LATER}
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"referense": "x"}, "/referense", "unknown-field"),
    ({"reference": 7}, "/reference", "wrong-type"),
    ({"needed_by": "31/12/2026"}, "/needed_by", "bad-date"),
    ({"event": EVENT | {"ends_on": PAST, "starts_on": PAST}}, "/event/ends_on", "event-over"),
    ({"event": EVENT | {"ends_on": TODAY.isoformat()}}, "/event/ends_on", "upside-down"),
    ({"event": EVENT | {"starts_on": "2027-02-30"}}, "/event/starts_on", "bad-date"),
    (
        {"needed_by": LATER, "event": EVENT | {"starts_on": TODAY.isoformat()}},
        "/needed_by",
        "after-the-start",
    ),
    ({"organisation": "00000000-0000-4000-8000-000000000000"}, "/organisation", "not-found"),
    ({"country": "XB"}, "/country", "not-allowed"),
    ({"law": "DOD"}, "/law", "law-not-allowed"),
    ({"program": "OTHER"}, "/program_label", "missing"),
    ({"candidates": []}, "/candidates", "missing"),
    ({"candidates": "all"}, "/candidates", "wrong-type"),
]
BAD_ROWS: list[tuple[dict[str, Any], str, str]] = [
    ({"unit": ...}, "/unit", "missing"),
    ({"unit": a_unit(2, commander=...)}, "/unit/commander", "missing"),
    ({"unit": a_unit(name="Ministry of Interior")}, "/unit/name", "whole-service"),
    ({"unit": {"id": "00000000-0000-4000-8000-000000000000"}}, "/unit/id", "not-found"),
    ({"unit": {"id": "not an id"}}, "/unit/id", "not-found"),
    ({"date_of_birth": "2099"}, "/date_of_birth", "in-the-future"),
    ({"date_of_birth": "1899"}, "/date_of_birth", "too-early"),
    ({"date_of_birth": "03/04/1980"}, "/date_of_birth", "bad-date"),
    ({"date_of_birth": "1980-02-30"}, "/date_of_birth", "bad-date"),
    ({"name": {"full": "1234"}}, "/name/full", "no-letter"),
    ({"name": {"full": "a" * 501}}, "/name/full", "too-long"),
    ({"name": "Ana"}, "/name", "wrong-type"),
    ({"national_id": ...}, "/national_id", "missing"),
    ({"rank": "x" * 101}, "/rank", "too-long"),
    ({"nationality": "Morvania"}, "/nationality", "unknown-code"),
    ({"colour": "blue"}, "/colour", "unknown-field"),
]


@pytest.mark.parametrize(("changes", "pointer", "code"), BAD)
def test_a_class_with_a_mistake_is_refused_and_nothing_is_saved(
    jana: Caller, changes: dict[str, Any], pointer: str, code: str
) -> None:
    body, before = a_class(2, by=jana.user) | changes, rows_everywhere()
    response = jana.post("nominations/", body, **key())
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (pointer, code) in pointers(response)
    assert rows_everywhere() == before


@pytest.mark.parametrize(("changes", "pointer", "code"), BAD_ROWS)
def test_a_row_with_a_mistake_refuses_the_class_and_is_named(
    jana: Caller, changes: dict[str, Any], pointer: str, code: str
) -> None:
    body = a_class([a_person(1), a_person(2, **changes)], by=jana.user)
    before = rows_everywhere()
    response = jana.post("nominations/", body, **key())
    assert pointers(response) == [(f"/candidates/1{pointer}", code)]
    assert rows_everywhere() == before


def test_everything_that_is_wrong_is_said_at_once(jana: Caller) -> None:
    rows = [a_person(n, date_of_birth="soon", gender=...) for n in range(1, 41)]
    response = jana.post("nominations/", a_class(rows, by=jana.user, needed_by=PAST))
    assert len(response.json()["errors"]) == 1 + 1 + 2 * 40  # the key, the day, and two in each row


def test_another_organisations_unit_or_name_reads_like_one_that_is_not_there(
    jana: Caller, people: dict[str, User]
) -> None:
    theirs = nominated(1, by=people["nominator2"], country="XB").cases.get(kind="unit").subject_id
    body = a_class([a_person(1, unit={"id": str(theirs)})], by=jana.user)
    hidden = jana.post("nominations/", body, **key())
    body["candidates"][0]["unit"]["id"] = "00000000-0000-4000-8000-000000000000"
    assert jana.post("nominations/", body, **key()).content == hidden.content
    body = a_class(1, by=jana.user, organisation=str(people["nominator2"].organisation_id))
    assert pointers(jana.post("nominations/", body, **key())) == [("/organisation", "not-found")]


def test_more_than_five_hundred_rows_are_413_before_any_of_them_is_read(jana: Caller) -> None:
    before = rows_everywhere()
    response = jana.post("nominations/", a_class([{}] * 501, by=jana.user), **key())
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")
    assert rows_everywhere() == before


def test_the_longest_texts_that_are_taken_are_kept(jana: Caller) -> None:
    longest = a_person(
        1,
        rank="r" * 100,
        job_title="j" * 200,
        national_id="9" * 100,
        name={"parts": ["n" * 200, "m" * 200]},
        place_of_birth={"city": "c" * 200, "state": "s" * 200, "country": "XA"},
        unit=a_unit(name="u" * 500, location="l" * 300, parents=["p" * 500], aliases=["a" * 500]),
    )
    event = EVENT | {"title": "t" * 300, "location": "l" * 300}
    body = a_class([longest], by=jana.user, event=event, purpose="p" * 1000, reference="r" * 100)
    body |= {"program": "OTHER", "program_label": "o" * 200}
    assert jana.post("nominations/", body, **key()).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"event": EVENT | {"title": "t" * 301}},
        {"event": EVENT | {"location": "t" * 301}},
        {"purpose": "p" * 1001},
        {"program": "OTHER", "program_label": "o" * 201},
        {"candidates": [a_person(1, name={"parts": ["n" * 201]})]},
        {"candidates": [a_person(1, place_of_birth={"city": "c" * 201, "country": "XA"})]},
        {"candidates": [a_person(1, unit=a_unit(location="l" * 301))]},
    ],
)
def test_longer_ones_are_refused_in_words(jana: Caller, changes: dict[str, Any]) -> None:
    response = jana.post("nominations/", a_class(1, by=jana.user) | changes, **key())
    assert (response.status_code, codes(response)) == (400, ["too-long"])


# --- what a nominator reads ---


def test_a_nominator_reads_these_fields_and_no_other(jana: Caller) -> None:
    shown = seen(jana, screened(2, by=jana.user))
    assert set(shown) == ONLY
    assert all(set(each) == ROW for each in shown["candidates"])
    assert [each["name"] for each in shown["actions"]] == ["withdraw", "amend-event"]
    assert all(each["allowed"] for each in shown["actions"])


def test_staff_read_which_cases_a_row_has_and_may_do_nothing_of_the_nominators(
    jana: Caller, petra: Caller
) -> None:
    nomination = screened(2, by=jana.user)
    shown = seen(petra, nomination)
    first = row(nomination, 1)
    assert shown["candidates"][0]["case"] == str(first.case_id)
    assert shown["candidates"][0]["unit_case"] == str(first.unit_case_id)
    assert not any(each["allowed"] for each in shown["actions"])
    response = act(petra, nomination, "withdraw")
    assert (response.status_code, Nomination.objects.get().withdrawn_at) == (403, None)
    assert Event.objects.filter(action="vetting.refused", chain=f"nomination:{nomination.pk}").count() == 1


def test_another_organisations_class_is_not_there(jana: Caller, people: dict[str, User]) -> None:
    theirs = nominated(2, by=person("nominator", at=organisation()))
    nowhere = jana.get("nominations/00000000-0000-4000-8000-000000000000/")
    first = row(theirs, 1)
    for address in ("", "results.csv", f"candidates/{first.pk}/"):
        response = jana.get(f"nominations/{theirs.pk}/{address}")
        assert (response.status_code, response.content) == (404, nowhere.content)
    for address in ("withdraw/", f"candidates/{first.pk}/withdraw/", f"candidates/{first.pk}/answer/"):
        assert jana.post(f"nominations/{theirs.pk}/{address}", {}, If_Match='"1"').status_code == 404
    assert jana.get(f"nominations/?q={theirs.reference}").json()["results"] == []


def test_a_row_is_found_under_its_own_class_only(jana: Caller) -> None:
    one, other = nominated(1, by=jana.user), nominated(1, by=jana.user)
    address = f"nominations/{one.pk}/candidates/{row(other, 1).pk}/"
    assert jana.get(address).status_code == 404
    assert jana.post(address + "withdraw/", {}, If_Match='"1"').status_code == 404


def test_lists_are_narrowed_by_word_country_and_reference(jana: Caller, people: dict[str, User]) -> None:
    received, review = nominated(2, by=jana.user), screened(2, by=jana.user, reference="ZZ-77")
    relay.drain()
    withdrawn = nominated(1, by=jana.user)
    act(jana, withdrawn, "withdraw")

    def found(query: str) -> list[str]:
        return [each["id"] for each in jana.get(f"nominations/?{query}").json()["results"]]

    assert found("status=in-review") == [str(review.pk), str(received.pk)]
    assert found("status=cancelled") == [str(withdrawn.pk)]
    assert found("q=zz-7") == [str(review.pk)]
    assert found("country=XA&program=INCLE&limit=1") == [str(withdrawn.pk)]
    assert jana.get("nominations/?outcome=withheld").status_code == 400
    assert set(jana.get("nominations/").json()["results"][0]) == ONLY - {"candidates", "purpose"}


def test_the_status_of_the_whole_is_its_least_settled_row(jana: Caller, people: dict[str, User]) -> None:
    nomination = screened(3, by=jana.user)
    act(jana, row(nomination, 3), "withdraw")
    cases.request_information(case=row(nomination, 2).case, question="Who?", by=people["section"])
    shown = seen(jana, nomination)
    assert [each["status"] for each in shown["candidates"]] == [
        "in-review",
        "more-information-needed",
        "cancelled",
    ]
    assert shown["status"] == Nomination.objects.get().word == "more-information-needed"


def test_queries_do_not_grow_with_rows(jana: Caller) -> None:
    counted = []
    for size in (2, 30):
        nomination = screened(size, by=jana.user)
        with CaptureQueriesContext(connection) as queries:
            seen(jana, nomination)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12
    with CaptureQueriesContext(connection) as queries:
        assert len(jana.get("nominations/").json()["results"]) == 2
    assert len(queries) <= 12


# --- the etag moves with what may be read, and only with that ---


def test_what_staff_do_in_secret_moves_nothing_that_a_nominator_can_see(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = screened(2, by=jana.user)
    before = jana.get(f"nominations/{nomination.pk}/")
    case = row(nomination, 1).case
    checks.complete(
        check=checks.claim_next(by=people["section"]),
        finding="derogatory",
        note="A report.",
        by=people["section"],
        searches=[{"source": "Files", "query": "x", "results": 3}],
    )
    cases.claim(case=case, by=people["drl"])
    cases.suspend(case=case, reason="To weigh.", by=people["drl"])
    cases.opinion(case=case, view="object", note="No.", by=people["legal"])
    decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    after = jana.get(f"nominations/{nomination.pk}/")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert jana.get(f"nominations/{nomination.pk}/", If_None_Match=before["ETag"]).status_code == 304


def test_a_withhold_and_a_bar_read_alike(jana: Caller, people: dict[str, User]) -> None:
    from_case, from_unit = (
        screened([a_person(1)], by=jana.user),
        screened([a_person(2, unit=a_unit(9))], by=jana.user),
    )
    answers = []
    for case in (row(from_case, 1).case, row(from_unit, 1).unit_case):
        determination = decide.recommend_withhold(
            case=case,
            grounds="gvhr",
            basis="As read.",
            allegations=credible(case.subject, people["drl"]),
            by=people["drl"],
        )
        signing.approve(determination, read=determination.digest, by=people["approver"])
        nomination = case.nomination
        shown = jana.get(f"nominations/{nomination.pk}/")
        answers.append((shown.json()["status"], shown.json()["candidates"][0]["status"]))
    assert answers == [("not-cleared", "not-cleared")] * 2


def test_the_etag_moves_with_a_word_a_question_and_a_clearance(jana: Caller, people: dict[str, User]) -> None:
    nomination = screened(1, by=jana.user)
    tags = [jana.get(f"nominations/{nomination.pk}/")["ETag"]]
    cases.request_information(case=row(nomination, 1).case, question="Who?", by=people["section"])
    tags.append(jana.get(f"nominations/{nomination.pk}/")["ETag"])
    act(jana, row(nomination, 1), "answer", {"answer": "He."})
    tags.append(jana.get(f"nominations/{nomination.pk}/")["ETag"])
    found_nothing("section", "drl", people=people)
    for case in (row(nomination, 1).unit_case, row(nomination, 1).case):
        decide.clear(case=case, basis="Clean.", by=people["coordinator"])
    tags.append(jana.get(f"nominations/{nomination.pk}/")["ETag"])
    assert len(set(tags)) == len(tags)
    since, until = today(), today().replace(year=today().year + 1) - dt.timedelta(days=1)
    clearance = seen(jana, nomination)["candidates"][0]["clearance"]
    assert clearance == {"from": since.isoformat(), "until": until.isoformat()}


def test_a_second_question_that_becomes_the_one_shown_moves_the_etag(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = screened(1, by=jana.user)
    first = row(nomination, 1)
    cases.request_information(case=first.unit_case, question="Which company?", by=people["section"])
    cases.request_information(case=first.case, question="Which Ana?", by=people["section"])
    before = jana.get(f"nominations/{nomination.pk}/")
    assert before.json()["candidates"][0]["question"]["text"] == "Which company?"
    cases.cancel(case=Case.objects.get(pk=first.unit_case_id), reason="duplicate", by=people["coordinator"])
    after = jana.get(f"nominations/{nomination.pk}/")
    assert after.json() != before.json()
    assert after["ETag"] != before["ETag"]


def test_the_forecast_is_moved_by_the_nominators_own_acts_alone(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = screened(1, by=jana.user)
    first = seen(jana, nomination)
    assert first["forecast"] == first["needed_by"]
    cases.suspend(case=row(nomination, 1).case, reason="To weigh.", by=people["drl"])
    assert seen(jana, nomination)["forecast"] == first["forecast"]
    act(jana, nomination, "amend-event", {"needed_by": today().isoformat()})
    assert seen(jana, nomination)["forecast"] > today().isoformat()  # the usual time it takes
    act(jana, nomination, "withdraw")
    assert seen(jana, nomination)["forecast"] is None


# --- acts on a class ---


def test_a_withdrawn_class_is_cancelled_row_by_row(jana: Caller) -> None:
    nomination = screened(3, by=jana.user)
    response = act(jana, nomination, "withdraw")
    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    assert response["ETag"] == jana.get(f"nominations/{nomination.pk}/")["ETag"]
    assert {case.outcome for case in Case.objects.all()} == {"cancelled-withdrawn"}
    again = act(jana, nomination, "withdraw")
    assert (again.status_code, again.json()["detail"]) == (409, "This nomination was withdrawn already.")


def test_an_act_needs_the_etag_that_was_read(jana: Caller) -> None:
    nomination = screened(2, by=jana.user)
    address = f"nominations/{nomination.pk}/"
    old = jana.get(address)["ETag"]
    assert jana.post(address + "withdraw/").status_code == 428
    assert act(jana, nomination, "amend-event", {"event": {"title": "Another course"}}).status_code == 200
    for stale in (old, "*", "W/" + jana.get(address)["ETag"]):
        assert jana.post(address + "withdraw/", If_Match=stale).status_code == 412
    assert not Nomination.objects.get().withdrawn_at


def test_an_event_is_moved_by_what_is_other_than_it_was(jana: Caller) -> None:
    nomination = screened(1, by=jana.user)
    later = (nomination.event_starts_on + dt.timedelta(days=30)).isoformat()
    body = {"event": {"starts_on": later, "ends_on": later}, "needed_by": LATER}
    shown = act(jana, nomination, "amend-event", body).json()
    kept = {"title": nomination.event_title, "location": nomination.event_location}
    assert shown["event"] == {**kept, "starts_on": later, "ends_on": later}
    assert {case.needed_by.isoformat() for case in Case.objects.all()} == {LATER}
    assert {check.needed_by.isoformat() for check in Check.objects.all()} == {LATER}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/event", "missing")]),
        ({"needed_by": PAST}, [("/needed_by", "in-the-past")]),
        ({"event": {"ends_on": PAST}}, [("/event/ends_on", "upside-down")]),
        ({"event": {"begins_on": LATER}}, [("/event/begins_on", "unknown-field")]),
        ({"event": "later"}, [("/event", "wrong-type")]),
        ({"reason": "x"}, [("/reason", "unknown-field"), ("/event", "missing")]),
    ],
)
def test_an_event_moved_amiss_is_refused(jana: Caller, body: Any, expected: Any) -> None:
    nomination = nominated(1, by=jana.user)
    response = act(jana, nomination, "amend-event", body)
    assert (response.status_code, pointers(response)) == (400, expected)
    assert Nomination.objects.get().version == 1


# --- acts on a row ---


def test_a_row_is_withdrawn_and_its_unit_goes_on_for_the_others(jana: Caller) -> None:
    nomination = screened(2, by=jana.user)
    shown = act(jana, row(nomination, 1), "withdraw").json()
    assert [each["status"] for each in shown["candidates"]] == ["cancelled", "in-review"]
    assert row(nomination, 1).unit_case.status == Status.IN_REVIEW
    act(jana, row(nomination, 2), "withdraw")
    assert row(nomination, 1).unit_case.status == Status.CANCELLED


def test_a_question_is_read_and_answered_with_a_correction(jana: Caller, people: dict[str, User]) -> None:
    nomination = screened(2, by=jana.user)
    first = row(nomination, 1)
    cases.request_information(
        case=first.case, question="Which year?", fields=["date_of_birth"], by=people["section"]
    )
    shown = seen(jana, nomination)["candidates"][0]
    assert shown["status"] == "more-information-needed"
    assert {**shown["question"], "id": ""} == {"id": "", "text": "Which year?", "fields": ["date_of_birth"]}
    own = jana.get(f"nominations/{nomination.pk}/candidates/{first.pk}/").json()
    assert [each["name"] for each in own["actions"] if each["allowed"]] == ["withdraw", "answer"]

    body = {"answer": "The passport says 1981.", "changes": {"date_of_birth": "1981-05-06"}}
    response = act(jana, first, "answer", body)
    assert (response.status_code, response.json()["candidates"][0]["status"]) == (200, "in-review")
    assert "question" not in response.json()["candidates"][0]
    assert row(nomination, 1).subject.individual.date_of_birth == "1981-05-06"
    given = [each.given["date_of_birth"] for each in CandidateVersion.objects.filter(candidate=first)]
    assert given == ["1971-03-02", "1981-05-06"]
    assert Case.objects.get(pk=first.case_id).questions.get().answer == body["answer"]
    refused = act(jana, first, "answer", {"answer": "Again."})
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "There is no question about this row to answer.",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/answer", "required")]),
        ({"answer": " "}, [("/answer", "blank")]),
        ({"answer": "Yes.", "changes": "none"}, [("/changes", "wrong-type")]),
        (
            {"changes": {"date_of_birth": "2099", "hat": 1}},
            [
                ("/answer", "required"),
                ("/changes/hat", "unknown-field"),
                ("/changes/date_of_birth", "in-the-future"),
            ],
        ),
        ({"answer": "Yes.", "changes": {"unit": None}}, [("/changes/unit", "missing")]),
    ],
)
def test_an_answer_amiss_is_refused_whole(
    jana: Caller, people: dict[str, User], body: Any, expected: Any
) -> None:
    nomination = screened(1, by=jana.user)
    cases.request_information(case=row(nomination, 1).case, question="Who?", by=people["section"])
    response = act(jana, row(nomination, 1), "answer", body)
    assert (response.status_code, sorted(pointers(response))) == (400, sorted(expected))
    assert CandidateVersion.objects.count() == 1


def test_a_returned_row_is_resubmitted_and_goes_through_screening_again(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = nominated(1, by=jana.user)
    first = row(nomination, 1)
    cases.return_(case=first.case, note="The rank, please.", fields=["rank"], by=people["coordinator"])
    relay.drain()
    assert seen(jana, nomination)["candidates"][0]["question"]["text"] == "The rank, please."
    assert act(jana, first, "answer", {"answer": "Here."}).status_code == 409
    assert codes(act(jana, first, "resubmit", {})) == ["required"]
    shown = act(jana, first, "resubmit", {"changes": {"rank": "Major"}}).json()
    assert (shown["candidates"][0]["status"], row(nomination, 1).rank) == ("received", "Major")
    relay.drain()
    assert row(nomination, 1).case.status == Status.IN_REVIEW


def test_an_alternate_takes_a_withdrawn_participants_place(jana: Caller) -> None:
    people = [a_person(1), a_person(2, role="alternate"), a_person(3)]
    nomination = screened(people, by=jana.user)
    one, alternate, three = (row(nomination, n) for n in (1, 2, 3))
    response = act(jana, one, "substitute", {"with": str(alternate.pk)})
    assert [each["status"] for each in response.json()["candidates"]] == [
        "cancelled",
        "in-review",
        "in-review",
    ]
    assert row(nomination, 2).role == "participant"
    assert act(jana, three, "substitute", {"with": str(alternate.pk)}).status_code == 409  # none is left


def test_only_an_alternate_of_the_same_class_takes_a_place(jana: Caller, people: dict[str, User]) -> None:
    nomination = screened([a_person(1), a_person(2, role="alternate"), a_person(3)], by=jana.user)
    elsewhere = screened([a_person(4, role="alternate")], by=jana.user)
    theirs = nominated([a_person(5, role="alternate")], by=person("nominator", at=organisation()))
    for other in (row(nomination, 3), row(elsewhere, 1), row(theirs, 1)):
        response = act(jana, row(nomination, 1), "substitute", {"with": str(other.pk)})
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/with")


def test_staff_do_none_of_it(jana: Caller, petra: Caller, people: dict[str, User]) -> None:
    nomination = screened([a_person(1), a_person(2, role="alternate")], by=jana.user)
    first = row(nomination, 1)
    shown = petra.get(f"nominations/{nomination.pk}/candidates/{first.pk}/").json()
    assert [each["name"] for each in shown["actions"]] == ["withdraw", "answer", "resubmit", "substitute"]
    assert {each["why_not"] for each in shown["actions"]} == {
        "Only the organisation that nominated can do this."
    }
    for name in ("withdraw", "answer", "resubmit", "substitute"):
        assert act(petra, first, name, {}).status_code == 403
    assert Candidate.objects.filter(withdrawn_at=None).count() == 2


# --- units ---


def test_a_unit_of_an_earlier_class_is_named_by_its_id(jana: Caller) -> None:
    earlier = seen(jana, nominated(1, by=jana.user))["candidates"][0]["unit"]
    rows = [a_person(n, unit={"id": earlier["id"]}) for n in (1, 2)]
    response = jana.post("nominations/", a_class(rows, by=jana.user), **key())
    assert {each["unit"]["id"] for each in response.json()["candidates"]} == {earlier["id"]}
    old, new = Case.objects.filter(subject=earlier["id"]).order_by("opened_at")
    assert new.commander == old.commander


def test_naming_the_id_another_way_is_naming_nothing(jana: Caller) -> None:
    unit = seen(jana, nominated(1, by=jana.user))["candidates"][0]["unit"]["id"]
    for text in (unit.upper(), unit.replace("-", ""), f"{{{unit}}}"):
        body = a_class([a_person(1, unit={"id": unit}), a_person(2, unit={"id": text})], by=jana.user)
        assert pointers(jana.post("nominations/", body, **key())) == [("/candidates/1/unit/id", "not-found")]


def test_a_person_moved_to_another_unit_leaves_the_others_in_theirs(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = screened([a_person(1), a_person(2), a_person(3, unit=a_unit(2))], by=jana.user)
    first = row(nomination, 1)
    cases.request_information(
        case=first.case, question="Which unit?", fields=["unit.name"], by=people["section"]
    )
    body = {"answer": "It was the second.", "changes": {"unit": a_unit(2)}}
    assert act(jana, first, "answer", body).status_code == 200
    moved, stays, there = (row(nomination, n) for n in (1, 2, 3))
    assert moved.unit_case_id == moved.case.unit_case_id == there.unit_case_id != stays.unit_case_id
    assert stays.unit_case.subject.name == a_unit(1)["name"]


def test_a_unit_that_nobody_needs_any_more_is_let_go(jana: Caller, people: dict[str, User]) -> None:
    earlier = seen(jana, nominated(1, by=jana.user))["candidates"][0]["unit"]["id"]
    nomination = screened([a_person(1, unit=a_unit(5))], by=jana.user)
    first = row(nomination, 1)
    cases.request_information(case=first.case, question="Which unit?", by=people["section"])
    act(jana, first, "answer", {"answer": "That one.", "changes": {"unit": {"id": earlier}}})
    now = row(nomination, 1)
    assert str(now.unit_case.subject_id) == earlier
    assert Case.objects.get(pk=first.unit_case_id).outcome == "cancelled-withdrawn"
    relay.drain()
    assert row(nomination, 1).unit_case.status == Status.IN_REVIEW


def test_a_unit_that_was_asked_about_is_corrected_for_all_its_rows(
    jana: Caller, people: dict[str, User]
) -> None:
    nomination = screened(2, by=jana.user)
    unit_case = row(nomination, 1).unit_case
    cases.request_information(
        case=unit_case, question="Its full name?", fields=["unit.name"], by=people["section"]
    )
    changes = {"unit": {"name": "First Harbour Guard Company", "commander": {"full": "Marta Tirel"}}}
    shown = act(jana, row(nomination, 2), "answer", {"answer": "As below.", "changes": changes}).json()
    assert {each["unit"]["name"] for each in shown["candidates"]} == {"First Harbour Guard Company"}
    now = Case.objects.get(pk=unit_case.pk)
    assert (now.status, now.commander.name) == (Status.IN_REVIEW, "Marta Tirel")
    assert {each["status"] for each in shown["candidates"]} == {"in-review"}


@pytest.mark.parametrize("decided", [False, True], ids=["open", "decided"])
def test_a_unit_described_anew_tells_nobody_whether_it_is_decided(
    jana: Caller, people: dict[str, User], decided: bool
) -> None:
    """One that is decided keeps its end; what is told of it now is vetted as another unit."""
    nomination = screened(1, by=jana.user)
    first = row(nomination, 1)
    if decided:
        found_nothing("section", "drl", people=people)
        decide.clear(case=first.unit_case, basis="Clean.", by=people["coordinator"])
    cases.request_information(case=first.case, question="Which Ana?", by=people["section"])
    changes = {"unit": {"commander": {"full": "Somebody Else"}}}
    response = act(jana, first, "answer", {"answer": "This one.", "changes": changes})
    assert response.status_code == 200
    assert [each["status"] for each in response.json()["candidates"]] == ["in-review"]
    relay.drain()
    before, now = Case.objects.get(pk=first.unit_case_id), row(nomination, 1).unit_case
    assert (before.status == Status.CLEARED, now.pk != before.pk) == (decided, decided)
    assert (now.status, now.commander.name) == (Status.IN_REVIEW, "Somebody Else")
    assert before.commander.name != "Somebody Else" or not decided


# --- files and the rest ---


def test_results_are_a_file_that_no_spreadsheet_runs(jana: Caller) -> None:
    nomination = screened([a_person(1, name={"full": "=Ana Kolm"}), a_person(2)], by=jana.user)
    response = jana.get(f"nominations/{nomination.pk}/results.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert 'filename="results.csv"' in response["Content-Disposition"]
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == '"row","kind","name","status","cleared_from","cleared_until"'
    assert lines[1] == '"1","individual","\'=Ana Kolm","in-review","",""'
    assert len(lines) == 3


def test_templates_are_there_to_fill_in(jana: Caller) -> None:
    as_csv, as_xlsx = jana.get("nominations/template.csv"), jana.get("nominations/template.xlsx")
    assert as_csv.content.decode("utf-8-sig").startswith('"kind","role","name","name_1"')
    assert as_xlsx.content.startswith(b"PK")
    assert jana.get("nominations/template.csv?x=1").status_code == 400


def test_programs_are_everybodys(jana: Caller) -> None:
    found = {each["code"]: each for each in jana.get("programs/").json()}
    assert found["FMF"] == {"code": "FMF", "name": "Foreign Military Financing", "laws": ["FAA", "AECA"]}
    assert len(found) == 15
    one = jana.get("programs/NADR-ATA/")
    assert (one.json()["code"], bool(one["ETag"])) == ("NADR-ATA", True)


def test_me_says_who_in_which_roles_and_where(jana: Caller, people: dict[str, User]) -> None:
    me = jana.get("me/").json()
    place = {
        "kind": "organisation",
        "id": str(jana.user.organisation_id),
        "name": "Meridian Training Partners",
    }
    assert me == {
        "username": "nominator",
        "name": "Jana Hartmann-Ise",
        "roles": [{"role": "nominator", "place": place}],
        "organisation": {"id": place["id"], "name": place["name"]},
        "countries": ["XA"],
        "queues": [],
    }
    section = Caller(people["section"]).get("me/").json()
    assert section["countries"] == ["XA"]
    assert [(each["check_type"], each["rights"]) for each in section["queues"]] == [
        ("consular", ["see", "work"]), ("political", ["see", "work"])
    ]  # fmt: skip
    drl = Caller(people["drl"]).get("me/").json()
    assert (drl["roles"], drl["countries"]) == ([{"role": "drl", "place": None}], ["XA", "XB"])


def test_nothing_of_a_refused_request_is_kept_under_its_key(jana: Caller) -> None:
    once = key()
    assert jana.post("nominations/", a_class(0, by=jana.user), **once).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert jana.post("nominations/", a_class(1, by=jana.user), **once).status_code == 201
