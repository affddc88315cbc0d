"""A session is one person's, from one sign-in, for twelve hours at most; and ends on the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo import PASSWORD
from foundation.accounts.models import User
from foundation.doors import housekeeping
from tests.support.people import Caller
from vetting.models import Case

People = dict[str, User]
COOKIE = house.SESSION_COOKIE_NAME
ME = "/api/v1/me/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def browser(key: str = "") -> Client:
    client = Client()
    if key:
        client.cookies[COOKIE] = key
    return client


def sign_in(client: Client, username: str = "drl") -> str:
    """The session's key."""
    answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return str(client.cookies[COOKIE].value)


def is_in(client: Client) -> bool:
    """By page and by call, which must agree."""
    page, call = client.get("/").status_code, client.get(ME).status_code
    assert (page, call) in ((200, 200), (302, 401)), (page, call)
    return page == 200


# --- whose it is ---


def test_the_key_that_a_browser_had_before_is_not_the_one_it_has_after(people: People) -> None:
    planted = import_module(house.SESSION_ENGINE).SessionStore()
    planted["known-to"] = "somebody else"
    planted.save()
    victim = browser(planted.session_key)
    assert sign_in(victim) != planted.session_key
    assert is_in(victim)
    assert not is_in(browser(planted.session_key))
    assert not Session.objects.filter(pk=planted.session_key).exists()


@pytest.mark.parametrize("key", ["a" * 32, "short", "0123456789abcdefghijklmnopqrstuv", "%00", "é"])
def test_a_key_that_the_server_did_not_make_is_not_taken_up(people: People, key: str) -> None:
    victim = browser(key)
    assert sign_in(victim) != key
    assert not is_in(browser(key))


def test_every_sign_in_has_a_key_of_its_own(people: People) -> None:
    assert len({sign_in(browser()) for _ in range(5)}) == 5


# --- how it ends ---


def test_signing_out_ends_it_on_the_server(people: People) -> None:
    client = browser()
    key = sign_in(client)
    copied = browser(key)
    assert is_in(copied)
    client.post("/sign-out/")
    assert not is_in(copied)
    assert not Session.objects.filter(pk=key).exists()


def test_it_ends_twelve_hours_after_the_sign_in_whatever_was_done_in_it(people: People, clock: Any) -> None:
    client = browser()
    key = sign_in(client)
    for _ in range(11):
        clock.shift(HOUR)
        again = client.post("/password/", {"password": PASSWORD})  # notes something in the session
        assert again.status_code == 303
        assert is_in(client)
    assert int(client.cookies[COOKIE]["max-age"]) <= HOUR.total_seconds()
    clock.shift(HOUR - dt.timedelta(seconds=1))
    assert is_in(browser(key))
    clock.shift(dt.timedelta(seconds=1))
    assert not is_in(browser(key))
    housekeeping.forget()
    clock.shift(HOUR)
    housekeeping.forget()
    assert not Session.objects.exists()


def test_a_person_switched_off_is_out_at_the_next_request(people: People) -> None:
    client = browser()
    sign_in(client)
    User.objects.filter(username="drl").update(is_active=False)
    assert not is_in(client)


def test_a_person_without_a_role_reads_nothing_at_the_next_request(
    people: People, routed: list[Case]
) -> None:
    client, page = browser(), reverse("case", args=[routed[0].pk])
    call = f"/api/v1/cases/{routed[0].pk}/"
    sign_in(client)
    assert [client.get(each).status_code for each in (page, call)] == [200, 200]
    people["drl"].groups.clear()
    assert [client.get(each).status_code for each in (page, call, "/api/v1/cases/")] == [404] * 3


@pytest.mark.parametrize("how", ["by the application", "in the database"])
def test_a_new_password_ends_what_the_old_one_got(people: People, how: str) -> None:
    drl, other = Caller(people["drl"]), Caller(people["legal"])
    client = browser()
    sign_in(client)
    assert (is_in(client), drl.get(ME).status_code) == (True, 200)
    if how == "by the application":
        people["drl"].set_password("another long password")
        people["drl"].save()
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET password = 'md5$a$b' WHERE username = 'drl'")
    assert (is_in(client), drl.get(ME).status_code) == (False, 401)
    assert other.get(ME).status_code == 200


def test_what_is_changed_of_a_person_besides_ends_nothing(people: People) -> None:
    drl = Caller(people["drl"])
    people["drl"].name = "Another name"
    people["drl"].save()
    assert drl.get(ME).status_code == 200
