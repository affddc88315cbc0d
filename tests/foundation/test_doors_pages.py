"""The browser's doors: the same acts, answered with a message and the page one came from."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.messages import get_messages
from django.db import OperationalError
from django.test import Client

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.models import IdempotencyKey
from tests.foundation.doors_things import Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.foundation.doors_things")]


def browser(username: str) -> Client:
    client = Client()
    client.force_login(
        User.objects.get_or_create(username=username)[0], "django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def may(things: type[Thing]) -> Client:
    return browser("may")


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_an_act_is_done_and_sends_the_reader_back_with_a_message(may: Client) -> None:
    thing = Thing.objects.create()
    response = may.post(f"/things/{thing.pk}/close/", {"reason": "done", "version": '"1"'})
    assert (response.status_code, response["Location"]) == (303, f"/things/{thing.pk}/")
    assert said(response) == ["Close: done."]
    assert Thing.objects.get().note == "done"


def test_a_refusal_says_every_reason_and_is_recorded(may: Client) -> None:
    thing = Thing.objects.create(state="closed")
    response = may.post(f"/things/{thing.pk}/close/", {"reason": "done", "version": '"1"'})
    assert response.status_code == 303
    assert said(response) == ["It is closed already.", "Nothing can be closed twice."]
    assert Event.objects.filter(chain=f"thing:{thing.pk}", action="doorsapp.refused").count() == 1


def test_what_was_typed_is_not_lost_when_it_is_wrong(may: Client) -> None:
    thing = Thing.objects.create()
    response = may.post(f"/things/{thing.pk}/close/", {"reason": "", "like": "typed", "version": '"1"'})
    assert response.status_code == 400
    assert "“reason” is missing" in response.content.decode()
    assert "no such thing" in response.content.decode()
    assert Thing.objects.get().state == "open"


def test_an_old_page_cannot_overwrite_a_newer_thing(may: Client) -> None:
    thing = Thing.objects.create(version=2)
    response = may.post(f"/things/{thing.pk}/close/", {"reason": "done", "version": '"1"'})
    assert said(response) == [
        "This has changed since you read it. Read it again, and decide on what stands there now."
    ]
    assert Thing.objects.get().state == "open"


def test_what_is_out_of_reach_is_404_and_so_is_an_act_that_is_none(may: Client) -> None:
    hidden, thing = Thing.objects.create(owner="somebody"), Thing.objects.create()
    assert may.post(f"/things/{hidden.pk}/close/", {"reason": "x"}).status_code == 404
    assert may.post(f"/things/{thing.pk}/explode/", {}).status_code == 404
    assert may.get(f"/things/{thing.pk}/close/").status_code == 405


def test_a_form_sent_twice_is_done_once(may: Client) -> None:
    form = {"reference": "A", "once": "form-1"}
    first, again = may.post("/things/make/", form), may.post("/things/make/", form)
    made = Thing.objects.get()
    assert [first["Location"], again["Location"]] == [made.get_absolute_url()] * 2
    assert IdempotencyKey.objects.count() == 1


def test_many_are_done_from_a_page_and_the_others_explained(may: Client) -> None:
    open_, closed = Thing.objects.create(), Thing.objects.create(state="closed")
    response = may.post("/things/close/", {"ids": [str(open_.pk), str(closed.pk)], "reason": "x"})
    assert said(response) == [
        "Close: done for 1.",
        "Not done for 1: It is closed already. Nothing can be closed twice.",
    ]


@pytest.mark.parametrize(
    ("wanted", "goes"), [("/things/", "/things/"), ("https://elsewhere.example/", None), ("//x", None)]
)
def test_the_next_page_is_one_of_ours(may: Client, wanted: str, goes: str | None) -> None:
    thing = Thing.objects.create()
    response = may.post(f"/things/{thing.pk}/close/", {"reason": "x", "version": '"1"', "next": wanted})
    assert response["Location"] == (goes or f"/things/{thing.pk}/")


# --- the edge ---


def test_a_refusal_that_a_page_lets_through_goes_back_to_where_one_was(may: Client) -> None:
    response = may.post("/things/refusing/", headers={"Referer": "http://testserver/things/"})
    assert (response.status_code, response["Location"]) == (303, "http://testserver/things/")
    assert said(response) == ["Not on this page, not now."]


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/things/"])
def test_without_a_page_of_ours_to_go_back_to_there_is_an_error_page(may: Client, referer: str) -> None:
    response = may.post("/things/refusing/", headers={"Referer": referer})
    assert response.status_code == 409
    assert "Not on this page, not now." in response.content.decode()


def test_every_answer_has_an_id_and_keeps_itself_out_of_caches(may: Client) -> None:
    response = may.get("/no-such-page/", headers={"X-Request-Id": "from-the-proxy-1"})
    assert response.status_code == 404
    assert response["X-Request-Id"] == "from-the-proxy-1"
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert may.get("/healthz", headers={"X-Request-Id": "a b\nc"})["X-Request-Id"] != "a b\nc"


def test_a_database_that_is_away_is_said_with_when_to_come_back(may: Client) -> None:
    with patch(
        "tests.foundation.doors_things.Thing.objects.visible_to", side_effect=OperationalError("gone")
    ):
        page = may.post("/things/7b8e7d6c-0000-4000-8000-000000000000/close/", {})
        call = may.get("/api/v1/things/")
    assert (page.status_code, call.status_code) == (503, 503)
    assert page["Retry-After"] == call["Retry-After"] == "5"
    assert call.json()["type"] == "/problems/unavailable"


def test_a_database_away_before_any_view_runs_is_503_too(may: Client) -> None:
    may.raise_request_exception = False
    with patch("django.contrib.sessions.backends.db.SessionStore.load", side_effect=OperationalError("gone")):
        page, call = may.get("/things/refusing/"), may.get("/api/v1/things/")
        nothing, up = may.get("/no-such-page/"), Client().get("/healthz")
    assert [each.status_code for each in (page, call, nothing, up)] == [503, 503, 503, 200]


def test_a_fault_of_ours_is_500_without_a_word_of_what_it_was(may: Client) -> None:
    may.raise_request_exception = False
    with patch("tests.foundation.doors_things.Thing.objects.visible_to", side_effect=RuntimeError("secret")):
        page = may.post("/things/7b8e7d6c-0000-4000-8000-000000000000/close/", {})
        call = may.get("/api/v1/things/")
    assert (page.status_code, call.status_code) == (500, 500)
    assert call["Content-Type"] == "application/problem+json"
    assert b"secret" not in page.content + call.content


def test_a_session_writes_only_with_its_csrf_token(may: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = may.cookies
    response = strict.post("/api/v1/things/", {"reference": "A"}, "application/json")
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
    assert Thing.objects.count() == 0
