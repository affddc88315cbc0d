"""The REST doors: the order of refusals, what is answered, what is kept and what is recorded."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from knox.models import AuthToken

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.idempotency import Key
from foundation.doors.models import IdempotencyKey
from tests.foundation.doors_things import Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.foundation.doors_things")]
API = "/api/v1/"


class Caller:
    """Somebody with a token."""

    def __init__(self, username: str) -> None:
        self.user = User.objects.create(username=username)
        self.token = AuthToken.objects.create(self.user)[1]

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        sent = body if isinstance(body, (bytes, str)) else json.dumps(body) if body is not None else ""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(
            method,
            API + address,
            sent,
            "application/json",
            headers={"Authorization": f"Token {self.token}", **names},
        )

    def get(self, address: str, **headers: str) -> Any:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self("POST", address, body, **headers)


@pytest.fixture
def may(things: type[Thing]) -> Caller:
    return Caller("may")


@pytest.fixture
def other(things: type[Thing]) -> Caller:
    return Caller("other")


def codes(response: Any) -> list[str]:
    return [problem["code"] for problem in response.json()["errors"]]


# --- finding ---


def test_a_stranger_is_told_to_sign_in_wherever_they_knock(things: type[Thing]) -> None:
    thing = Thing.objects.create()
    for address in ("things/", f"things/{thing.pk}/", "no-such-thing/"):
        response = Client().get(API + address)
        assert response.status_code == 401, address
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == "Token"


def test_hidden_missing_and_impossible_ids_are_answered_with_the_very_same_body(may: Caller) -> None:
    hidden = Thing.objects.create(owner="somebody")
    addresses = [
        f"things/{hidden.pk}/",
        "things/7b8e7d6c-0000-4000-8000-000000000000/",
        "things/no-id/",
        "things/%00/",
        "nowhere/at/all/",
    ]
    answers = [may.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["type"] == "/problems/not-found"


def test_a_thing_is_read_with_its_etag_and_304_while_it_holds(may: Caller) -> None:
    thing = Thing.objects.create(reference="A")
    response = may.get(f"things/{thing.pk}/")
    assert (response.status_code, response["ETag"]) == (200, '"1"')
    assert response["Cache-Control"] == "no-store"
    assert response.json()["actions"] == [
        {"name": "close", "allowed": True, "why_not": None},
        {"name": "unmask", "allowed": True, "why_not": None},
    ]
    assert may.get(f"things/{thing.pk}/", If_None_Match='"1"').status_code == 304


def test_why_not_is_the_sentence_of_the_refusal(other: Caller) -> None:
    thing = Thing.objects.create()
    offered = other.get(f"things/{thing.pk}/").json()["actions"][0]
    refused = other.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"')
    assert offered["allowed"] is False
    assert offered["why_not"] == refused.json()["detail"]


# --- acting ---


def test_an_act_answers_the_thing_and_its_new_etag(may: Caller) -> None:
    thing = Thing.objects.create()
    response = may.post(f"things/{thing.pk}/close/", {"reason": " done \r\n"}, If_Match='"1"')
    assert response.status_code == 200, response.content
    assert (response.json()["state"], response.json()["note"], response["ETag"]) == ("closed", "done", '"2"')


def test_refusals_come_in_the_order_of_the_contract(may: Caller, other: Caller) -> None:
    hidden = Thing.objects.create(owner="somebody")
    closed = Thing.objects.create(state="closed")
    thing = Thing.objects.create()
    wrong = {"colour": "red"}
    assert Client().post(f"{API}things/{hidden.pk}/close/", "{", "application/json").status_code == 401
    assert may.post(f"things/{hidden.pk}/close/", b"{").status_code == 404
    assert other.post(f"things/{closed.pk}/close/", b"{").status_code == 403
    assert may.post(f"things/{closed.pk}/close/", wrong).status_code == 400
    assert may.post(f"things/{closed.pk}/close/", {"reason": "x"}).status_code == 409
    assert may.post(f"things/{thing.pk}/close/", {"reason": "x"}).status_code == 428
    assert may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"7"').status_code == 412


@pytest.mark.parametrize("tag", ["*", 'W/"1"', "1", '"2"', '"1", "2"', '""'])
def test_a_tag_that_is_weak_malformed_or_another_is_stale(may: Caller, tag: str) -> None:
    thing = Thing.objects.create()
    response = may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match=tag)
    assert (response.status_code, response["ETag"]) == (412, '"1"')
    assert Thing.objects.get().state == "open"


def test_a_409_names_every_reason(may: Caller) -> None:
    thing = Thing.objects.create(state="closed")
    response = may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"')
    assert response.json()["detail"] == "It is closed already. Nothing can be closed twice."
    assert len(response.json()["errors"]) == 2


def test_a_stale_tag_on_a_thing_that_can_no_longer_be_changed_is_409(may: Caller) -> None:
    thing = Thing.objects.create(state="closed", version=2)
    assert may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"').status_code == 409


def test_everything_wrong_with_a_body_is_said_at_once(may: Caller) -> None:
    thing = Thing.objects.create()
    hidden = Thing.objects.create(owner="somebody")
    body = {"reason": "a\x00b", "like": str(hidden.pk), "raison": "x"}
    response = may.post(f"things/{thing.pk}/close/", body, If_Match='"1"', Idempotency_Key="with space")
    assert response.status_code == 400
    assert {problem.get("pointer") for problem in response.json()["errors"]} == {
        None,
        "/reason",
        "/like",
        "/raison",
    }
    named = next(problem for problem in response.json()["errors"] if problem.get("pointer") == "/raison")
    assert named["detail"] == "There is no field “raison” here. Did you mean “reason”?"


def test_a_hidden_reference_reads_like_a_missing_one(may: Caller) -> None:
    thing, hidden = Thing.objects.create(), Thing.objects.create(owner="somebody")
    said = [
        may.post(f"things/{thing.pk}/close/", {"reason": "x", "like": like}, If_Match='"1"').json()
        for like in (str(hidden.pk), "7b8e7d6c-0000-4000-8000-000000000000", "no id", 7, True, ["x"])
    ]
    assert len({json.dumps(each) for each in said}) == 1
    assert said[0]["errors"][0]["pointer"] == "/like"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not-json"),
        (b'{"reason": NaN}', "not-json"),
        (b'{"reason": "a", "reason": "b"}', "duplicate-name"),
        (b'{"reason": "\xff"}', "not-utf-8"),
        (b'{"reason": "\\ud800"}', "not-utf-8"),
        (b"[" * 60 + b"]" * 60, "too-deep"),
        (b"[" * 100_000, "not-json"),
        (b"[]", "not-an-object"),
        (b"null", "null"),
        (b'"text"', "not-an-object"),
        (b"1" * 6000, "not-json"),
    ],
)
def test_a_body_that_cannot_be_read_says_why(may: Caller, body: bytes, code: str) -> None:
    thing = Thing.objects.create()
    response = may.post(f"things/{thing.pk}/close/", body, If_Match='"1"')
    assert (response.status_code, codes(response)) == (400, [code]), response.content


def test_too_much_is_413_and_another_format_415(may: Caller) -> None:
    thing = Thing.objects.create()
    large = json.dumps({"reason": "x" * 6_000_000})
    assert may.post(f"things/{thing.pk}/close/", large, If_Match='"1"').status_code == 413
    response = Client().post(
        f"{API}things/{thing.pk}/close/", "<a/>", "text/xml", headers={"Authorization": f"Token {may.token}"}
    )
    assert response.status_code == 415


def test_another_method_is_405_and_says_which_there_are(may: Caller) -> None:
    response = may("PATCH", "things/", {})
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert may("OPTIONS", "things/").status_code == 405


# --- what is recorded ---


def test_refusals_are_recorded_in_the_chain_of_the_thing_and_mistakes_are_not(
    may: Caller, other: Caller
) -> None:
    thing = Thing.objects.create()
    other.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"')
    may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"9"')
    may.post(f"things/{thing.pk}/close/", {"reason": ""}, If_Match='"1"')
    events = list(Event.objects.filter(chain=f"thing:{thing.pk}"))
    assert [(event.action, event.actor, event.details["code"]) for event in events] == [
        ("doorsapp.refused", "other", "not-yours"),
        ("doorsapp.refused", "may", "stale"),
    ]
    assert events[0].details["act"] == "close"


# --- keys ---


def test_the_same_request_twice_makes_one_thing_and_is_answered_alike(may: Caller) -> None:
    first = may.post("things/", {"reference": "A", "note": "n"}, Idempotency_Key="k1")
    again = may.post("things/", b'{"note":"n",  "reference":"A"}', Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first["ETag"], first["Location"]) == (again["ETag"], again["Location"])
    assert Thing.objects.count() == 1


def test_an_act_is_replayed_though_it_could_not_be_done_again(may: Caller) -> None:
    thing = Thing.objects.create()
    first, again = (
        may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"', Idempotency_Key="k")
        for _ in "ab"
    )
    assert (first.status_code, again.status_code, first.content) == (200, 200, again.content)


def test_a_key_used_for_something_else_is_422(may: Caller) -> None:
    may.post("things/", {"reference": "A"}, Idempotency_Key="k")
    assert may.post("things/", {"reference": "B"}, Idempotency_Key="k").status_code == 422
    assert may.post("things/first/", {}, Idempotency_Key="k").status_code == 422
    assert may.post("things/", b"{", Idempotency_Key="k").status_code == 422


def test_a_key_belongs_to_its_client(may: Caller, other: Caller) -> None:
    may.post("things/", {"reference": "A"}, Idempotency_Key="k")
    assert other.post("things/", {"reference": "B"}, Idempotency_Key="k").status_code == 201


def test_a_refused_request_is_not_remembered(may: Caller) -> None:
    assert may.post("things/", {"reference": "taken"}, Idempotency_Key="k").status_code == 409
    assert may.post("things/", {"reference": "free"}, Idempotency_Key="k").status_code == 201


def test_a_missing_key_is_named_together_with_everything_else(may: Caller) -> None:
    response = may.post("keyed/", {"referense": "A"})
    assert response.status_code == 400
    assert codes(response) == ["idempotency-key-missing", "unknown-field", "required"]
    assert Thing.objects.count() == 0


def test_what_was_unmasked_is_never_kept(may: Caller) -> None:
    thing = Thing.objects.create(secret="S-1")
    response = may.post(f"things/{thing.pk}/unmask/", {"reason": "needed"}, Idempotency_Key="k")
    assert response.json() == {"value": "S-1"}
    assert not IdempotencyKey.objects.exists()


def test_a_twin_of_a_running_request_is_told_so(may: Caller) -> None:
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Key(may.user, "k", "", "").hold()
            held.set()
            free.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    response = may.post("things/", {"reference": "A"}, Idempotency_Key="k")
    free.set()
    thread.join()
    assert (response.status_code, response.json()["type"]) == (409, "/problems/key-in-use")
    assert may.post("things/", {"reference": "A"}, Idempotency_Key="k").status_code == 201


def test_twins_at_the_same_moment_make_one_thing(may: Caller) -> None:
    statuses: list[int] = []

    def send() -> None:
        statuses.append(may.post("things/", {"reference": "A"}, Idempotency_Key="k").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Thing.objects.count() == 1
    assert 201 in statuses
    assert set(statuses) <= {201, 409}


def test_of_two_with_the_same_etag_one_wins(may: Caller) -> None:
    thing = Thing.objects.create()
    statuses: list[int] = []

    def send() -> None:
        statuses.append(may.post(f"things/{thing.pk}/close/", {"reason": "x"}, If_Match='"1"').status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(statuses) == [200, 409, 409, 409]


# --- acts on none, and on many ---


def test_an_act_of_the_list_answers_a_thing_or_204(may: Caller) -> None:
    assert may.post("things/first/").status_code == 204
    Thing.objects.create(reference="A")
    response = may.post("things/first/", {})
    assert (response.status_code, response.json()["reference"], response["ETag"]) == (200, "A", '"1"')


def test_many_are_each_done_or_refused_on_their_own(may: Caller) -> None:
    done, closed, hidden = (
        Thing.objects.create(),
        Thing.objects.create(state="closed"),
        Thing.objects.create(owner="somebody"),
    )
    ids = [str(each.pk) for each in (done, closed, hidden)] + ["no id", str(done.pk)]
    response = may.post("things/close/", {"ids": ids})
    assert response.status_code == 200, response.content
    results = response.json()["results"]
    assert [result["status"] for result in results] == [200, 409, 404, 404]
    assert results[0] == {"id": str(done.pk), "status": 200, "etag": '"2"'}
    assert len(results[1]["errors"]) == 2
    assert Thing.objects.get(pk=done.pk).note == "many at once"
    assert Event.objects.filter(chain=f"thing:{closed.pk}", action="doorsapp.refused").count() == 1


def test_many_do_not_take_what_is_fixed_and_need_ids(may: Caller) -> None:
    response = may.post("things/close/", {"ids": [], "reason": "mine"})
    assert response.status_code == 400
    assert sorted(problem["pointer"] for problem in response.json()["errors"]) == ["/ids", "/reason"]


def test_many_under_a_key_are_done_once(may: Caller) -> None:
    thing = Thing.objects.create()
    first, again = (may.post("things/close/", {"ids": [str(thing.pk)]}, Idempotency_Key="k") for _ in "ab")
    assert first.json()["results"][0]["status"] == 200
    assert first.content == again.content


# --- lists ---


def test_a_list_goes_from_page_to_page_and_back_and_shows_each_thing_once(may: Caller) -> None:
    for number in range(7):
        Thing.objects.create(reference=f"R{number}")
    Thing.objects.create(owner="somebody", reference="hidden")
    first = may.get("things/?limit=3").json()
    second = Client().get(first["next"], headers={"Authorization": f"Token {may.token}"}).json()
    third = Client().get(second["next"], headers={"Authorization": f"Token {may.token}"}).json()
    shown = [each["reference"] for page in (first, second, third) for each in page["results"]]
    assert shown == [f"R{number}" for number in range(6, -1, -1)]
    assert (first["previous"], third["next"]) == (None, None)
    back = Client().get(third["previous"], headers={"Authorization": f"Token {may.token}"}).json()
    assert back["results"] == second["results"]
    start = Client().get(back["previous"], headers={"Authorization": f"Token {may.token}"}).json()
    assert (start["results"], start["previous"]) == (first["results"], None)


def test_what_changed_since_comes_oldest_first(may: Caller) -> None:
    old = Thing.objects.create(reference="old")
    new = Thing.objects.create(reference="new")
    since = new.updated_at.isoformat().replace("+00:00", "Z")
    assert [each["reference"] for each in may.get(f"things/?updated_since={since}").json()["results"]] == [
        "new"
    ]
    old.save()
    assert [each["reference"] for each in may.get(f"things/?updated_since={since}").json()["results"]] == [
        "new",
        "old",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=-1",
        "cursor=x",
        "updated_since=yesterday",
        "updated_since=2026-01-01",
        "updated_since=2026-13-01T00:00:00Z",
        "colour=red",
        "owner=may",
        "secret__startswith=S",
        "ordering=secret",
        "q=%00",
        "state=a&state=b",
        "limit=%D9%A3",
    ],
)
def test_a_parameter_that_is_unknown_or_unreadable_is_named(may: Caller, query: str) -> None:
    response = may.get(f"things/?{query}")
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"


def test_a_cursor_is_good_for_one_person_and_one_list(may: Caller, other: Caller) -> None:
    for _ in range(3):
        Thing.objects.create()
    cursor = may.get("things/?limit=1").json()["next"].partition("cursor=")[2]
    assert may.get(f"things/?cursor={cursor}").status_code == 200
    assert other.get(f"things/?cursor={cursor}").status_code == 400
    assert may.get(f"things/?state=open&cursor={cursor}").status_code == 400
    assert may.get(f"keyed/?cursor={cursor}").status_code == 400


def test_q_finds_references_and_ids_and_nothing_else(may: Caller) -> None:
    thing = Thing.objects.create(reference="AB-1", note="AB-2")
    Thing.objects.create(reference="CD-1", note="AB-1")
    assert [each["id"] for each in may.get("things/?q=ab").json()["results"]] == [str(thing.pk)]
    assert [each["id"] for each in may.get(f"things/?q={thing.pk}").json()["results"]] == [str(thing.pk)]


def test_a_list_asks_the_database_as_often_for_many_as_for_one(
    may: Caller, django_assert_num_queries: Any
) -> None:
    Thing.objects.create()
    for _ in range(20):
        Thing.objects.create()
    with django_assert_num_queries(2):  # the token with its person, the page
        may.get("things/")
