"""Tokens: got with a password, good for a while, worth nothing once their person is switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from knox.models import AuthToken

from foundation.accounts.models import User
from foundation.audit.models import Event
from tests.foundation.doors_things import Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.foundation.doors_things")]
PASSWORD = "correct horse battery"


@pytest.fixture
def ann(things: type[Thing]) -> User:
    return User.objects.create_user("ann", password=PASSWORD)


def sign_in(username: Any = "ann", password: Any = PASSWORD, **more: Any) -> Any:
    body = {"username": username, "password": password, **more}
    return Client().post("/api/v1/auth/token/", body, "application/json")


def use(token: str) -> int:
    return Client().get("/api/v1/things/", headers={"Authorization": f"Token {token}"}).status_code


def test_a_password_gets_a_token_that_works_for_twelve_hours(ann: User) -> None:
    response = sign_in()
    assert response.status_code == 200
    assert set(response.json()) == {"token", "expires_at"}
    lives = parse_datetime(response.json()["expires_at"]) - timezone.now()
    assert timedelta(hours=11) < lives <= timedelta(hours=12)
    assert response.json()["expires_at"].endswith("Z")
    assert use(response.json()["token"]) == 200
    assert Event.objects.filter(action="accounts.signed-in", actor="ann").count() == 1


def test_a_wrong_password_an_unknown_name_and_a_person_switched_off_look_alike(ann: User) -> None:
    User.objects.create_user("off", password=PASSWORD, is_active=False)
    answers = [sign_in(password="wrong"), sign_in("nobody"), sign_in("off")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["WWW-Authenticate"] == "Token"
    refused = Event.objects.filter(action="accounts.sign-in-refused").order_by("pk")
    assert [event.chain for event in refused] == ["person:ann", "person:nobody", "person:off"]


def test_a_token_of_a_person_switched_off_is_worth_nothing(ann: User) -> None:
    token = sign_in().json()["token"]
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert use(token) == 401


def test_a_token_that_ran_out_is_worth_nothing(ann: User) -> None:
    token = sign_in().json()["token"]
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert use(token) == 401


@pytest.mark.parametrize("token", ["", "x", "a" * 64, "\xff" * 64, "a b", "%00", "g" * 64, "a" * 5000])
def test_what_is_no_token_is_401(ann: User, token: str) -> None:
    assert use(token) == 401


def test_ten_failures_in_a_row_make_one_wait(ann: User) -> None:
    for _ in range(10):
        assert sign_in(password="wrong").status_code == 401
    response = sign_in()
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert sign_in("nobody").status_code == 401


def test_a_body_with_mistakes_is_400(ann: User) -> None:
    response = sign_in(username=7, password=None, otp="1")
    assert response.status_code == 400
    assert {problem["pointer"] for problem in response.json()["errors"]} == {"/username", "/password", "/otp"}
    assert sign_in(username="a\x00b").status_code == 400


# --- in a browser ---


def test_the_browser_signs_in_by_the_same_check_and_out_again(ann: User) -> None:
    client = Client()
    assert client.post("/sign-in/", {"username": "ann", "password": "wrong"}).status_code == 200
    assert client.post("/sign-in/", {"username": "ann", "password": PASSWORD}).status_code == 302
    out = client.post("/sign-out/")
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    done = Event.objects.filter(chain="person:ann").order_by("pk").values_list("action", flat=True)
    assert list(done) == ["accounts.sign-in-refused", "accounts.signed-in", "accounts.signed-out"]


def test_failures_by_call_and_by_browser_are_counted_together(ann: User) -> None:
    for _ in range(10):
        sign_in(password="wrong")
    page = Client().post("/sign-in/", {"username": "ann", "password": PASSWORD})
    assert "Wait five minutes" in page.content.decode()
