"""Guessing a password: counted for the name, for the address and for both, at every door, for any name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, transaction
from django.db.models import F
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors import housekeeping, tries
from foundation.doors.fresh import GIVEN
from foundation.doors.models import Tries
from tests.support.sizes import Size
from tests.vetting.browsing import BACKEND

PASSWORD = "correct horse battery"
HERE, THERE = "198.51.100.1", "203.0.113.9"
DOORS = ("call", "page", "again")
WAIT = "Wait five minutes"
LETS_IN, REFUSES, WAITS = 200, 401, 429


class Counting(MD5PasswordHasher):
    """How often a password was worked through."""

    times: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.times += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def counting(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{Counting.__module__}.{Counting.__qualname__}"]


@pytest.fixture
def ann(db: Any) -> User:
    return User.objects.create_user("ann", password=PASSWORD)


def guess(username: str = "ann", password: str = "wrong", at: str = HERE, by: str = "call") -> int:
    """What a door says: 200, 401 or 429."""
    said = {"username": username, "password": password}
    client = Client(REMOTE_ADDR=at)
    if by == "call":
        return client.post("/api/v1/auth/token/", said, "application/json").status_code
    answer = client.post("/sign-in/", said) if by == "page" else _again(client, username, password)
    if answer.status_code in (302, 303):
        return LETS_IN
    return WAITS if WAIT in answer.content.decode() else REFUSES


def _again(client: Client, username: str, password: str) -> Any:
    """The password asked for once more, of somebody who is signed in."""
    client.force_login(User.objects.get(username=username), BACKEND)
    session = client.session
    session[GIVEN] = 0
    session.save()
    return client.post("/password/", {"password": password})


@pytest.mark.parametrize("door", DOORS)
def test_ten_wrong_ones_at_any_door_close_every_door_to_the_right_one(ann: User, door: str) -> None:
    assert [guess(by=door) for _ in range(tries.MOST_OF_BOTH)] == [REFUSES] * tries.MOST_OF_BOTH
    assert [guess(password=PASSWORD, by=each) for each in DOORS] == [WAITS] * len(DOORS)
    assert guess(password=PASSWORD, at=THERE) == LETS_IN


def test_many_addresses_do_not_make_many_tries(ann: User) -> None:
    User.objects.create_user("bob", password=PASSWORD)
    each = tries.MOST_OF_BOTH // 2
    for number in range(tries.MOST_OF_NAME // each):
        assert [guess(at=f"192.0.2.{number}") for _ in range(each)] == [REFUSES] * each
    assert guess(password=PASSWORD, at=THERE) == WAITS
    assert guess("bob", PASSWORD, at=THERE) == LETS_IN


def test_many_names_do_not_make_many_tries(ann: User) -> None:
    for number in range(tries.MOST_OF_ADDRESS):
        assert guess(f"name-{number}") == REFUSES
    assert guess(password=PASSWORD) == WAITS
    assert guess(password=PASSWORD, at=THERE) == LETS_IN
    rows = Tries.objects.count()
    assert guess("one-more") == WAITS
    assert Tries.objects.count() == rows, "what is refused leaves a row"


def test_a_closed_door_that_is_hammered_does_not_close_the_others(ann: User) -> None:
    """Else one address could keep anybody out everywhere, at no cost."""
    answers = [guess() for _ in range(tries.MOST_OF_NAME + 10)]
    assert answers.count(REFUSES) == tries.MOST_OF_BOTH
    assert guess(password=PASSWORD, at=THERE) == LETS_IN


def test_the_wait_ends_and_trying_does_not_make_it_longer(ann: User) -> None:
    for _ in range(tries.MOST_OF_BOTH):
        guess()
    before = list(Tries.objects.order_by("key").values_list("key", "count", "since"))
    assert guess() == WAITS
    assert list(Tries.objects.order_by("key").values_list("key", "count", "since")) == before
    Tries.objects.update(since=F("since") - timedelta(seconds=tries.WITHIN - 1))
    assert guess(password=PASSWORD) == WAITS
    Tries.objects.update(since=F("since") - timedelta(seconds=1))
    assert guess(password=PASSWORD) == LETS_IN


def test_the_right_password_takes_back_its_own_try_alone(ann: User) -> None:
    for _ in range(tries.MOST_OF_BOTH - 1):
        guess()
    assert [guess(password=PASSWORD) for _ in range(3)] == [LETS_IN] * 3
    assert [guess(), guess()] == [REFUSES, WAITS]


# --- where a request comes from ---


@pytest.mark.parametrize(
    ("proxies", "sent", "found"),
    [
        (0, "192.0.2.7", HERE),
        (1, "", HERE),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "10.9.9.9, 192.0.2.7", "192.0.2.7"),
        (2, "10.9.9.9, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        (2, "192.0.2.7", HERE),
        (1, "::ffff:192.0.2.7", "192.0.2.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "unknown", "unknown"),
    ],
)
def test_an_address_is_what_a_proxy_of_ours_wrote(settings: Any, proxies: int, sent: str, found: str) -> None:
    settings.PROXIES = proxies
    request = RequestFactory(REMOTE_ADDR=HERE).get("/", headers={"X-Forwarded-For": sent} if sent else {})
    assert tries.address_of(request) == found


# --- what a stranger learns ---


@pytest.mark.parametrize("full", [False, True], ids=["let try", "made wait"])
@pytest.mark.parametrize("address", ["/api/v1/auth/token/", "/sign-in/"])
def test_nobodys_name_looks_like_anybodys(ann: User, address: str, full: bool, size: Size) -> None:
    """The same answer, the same work done for it, and the same kind of event."""
    User.objects.create_user("off", password=PASSWORD, is_active=False)
    User.objects.create_user("no-password")
    seen = {}
    for name in ("ann", "off", "no-password", "nobody"):
        for _ in range(tries.MOST_OF_BOTH if full else 0):
            guess(name)
        seen[name] = _looks(address, name)
    size.note(f"{len(seen)} names")
    assert list(seen.values()) == [seen["ann"]] * len(seen)
    assert seen["ann"][2] == (0 if full else 1)  # times that a password was worked through


def _looks(address: str, name: str) -> tuple[Any, ...]:
    client, before, events = Client(REMOTE_ADDR=HERE), Counting.times, Event.objects.count()
    said = {"username": name, "password": "wrong"}
    with CaptureQueriesContext(connection) as queries:
        if address.startswith("/api/"):
            answer: Any = client.post(address, said, "application/json")
        else:
            answer = client.post(address, said)
    form = answer.context["form"].errors.as_json() if answer.context else answer.content
    done = [each.action for each in Event.objects.order_by("pk")[events:]]
    return answer.status_code, form, Counting.times - before, len(queries), done


# --- the count itself ---


@pytest.mark.django_db(transaction=True)
def test_a_count_that_could_be_rolled_back_is_refused() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        tries.count(tries.counters(RequestFactory().get("/"), "ann"))


def test_what_was_typed_for_a_name_is_not_kept(ann: User) -> None:
    guess("a-password-typed-too-early")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM doors_tries t")
        kept = cursor.fetchone()[0]
    assert "typed-too-early" not in kept
    assert HERE not in kept


def test_counts_that_ran_out_are_forgotten(ann: User) -> None:
    guess()
    housekeeping.forget()
    assert Tries.objects.count() == 3
    Tries.objects.update(since=F("since") - timedelta(seconds=tries.WITHIN + 1))
    housekeeping.forget()
    assert not Tries.objects.exists()
