"""Deliveries: done exactly once, whoever else drains, fails, dies or comes back too late."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models.functions import Now

from foundation.audit.models import Event
from foundation.outbox import actions as outbox
from foundation.outbox import broker, leases, registry, relay
from foundation.outbox.models import Delivery, Fact, State
from tests.foundation.together import together

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nobody_else_subscribes(monkeypatch) -> None:
    monkeypatch.setattr(registry, "_subscribers", {})


@pytest.fixture(autouse=True)
def messages(monkeypatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(relay, "_announce", lambda: sent.append("outbox.drain"))
    return sent


@pytest.fixture
def handled() -> Counter:
    return Counter()


@pytest.fixture
def listen(handled) -> Callable[..., None]:
    """Subscribe to tests.happened; the handler counts itself, leaves a row, and may then fail."""

    def subscribe(name: str = "writer", *, fails: Callable[[int], object] | None = None, **how: bool) -> None:
        def write(thing: int) -> None:
            handled[thing] += 1
            Fact.objects.create(kind="tests.written", body={"thing": thing})
            if fails:
                fails(thing)

        outbox.subscribe("tests.happened", write, name=name, **how)

    return subscribe


def tell(*things: int) -> None:
    with transaction.atomic():
        outbox.tell_many("tests.happened", [{"thing": thing} for thing in things])


def written() -> list[int]:
    rows = Fact.objects.filter(kind="tests.written").order_by("id")
    return [body["thing"] for body in rows.values_list("body", flat=True)]


def the_wait_is_over() -> None:
    Delivery.objects.waiting().update(available_at=Now())


def divide_by_zero(thing: int) -> None:
    raise ZeroDivisionError(f"a name nobody should read: Amina {thing}")


def states() -> Counter:
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_a_delivery_is_brought_and_done(listen):
    listen()
    tell(1, 2, 3)
    assert relay.drain() == 3
    assert written() == [1, 2, 3]
    assert states() == {State.DONE: 3}
    assert relay.drain() == 0


def test_every_subscriber_gets_its_own(listen):
    listen("one")
    listen("two")
    tell(1)
    relay.drain()
    assert written() == [1, 1]


def test_two_drains_share_the_work_and_do_nothing_twice(listen, handled):
    listen(fails=lambda thing: time.sleep(0.002))
    tell(*range(60))
    shares = together(relay.drain, relay.drain)
    assert sum(shares) == 60
    assert all(shares)
    assert sorted(written()) == list(range(60))
    assert max(handled.values()) == 1
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_what_a_handler_tells_is_delivered_by_the_same_drain_without_a_message(listen, messages):
    outbox.subscribe("tests.began", lambda thing: outbox.tell("tests.happened", thing=thing), name="first")
    listen()
    with transaction.atomic():
        outbox.tell("tests.began", thing=1)
    messages.clear()
    assert relay.drain() == 2
    assert written() == [1]
    assert messages == []


def test_more_than_one_can_do_at_once_wakes_another(listen, messages):
    listen()
    tell(*range(relay.AT_ONCE))
    messages.clear()
    relay.drain()
    assert messages == ["outbox.drain"]


def test_when_the_time_is_up_the_rest_is_given_back_and_somebody_is_woken(listen, messages):
    listen()
    tell(*range(5))
    messages.clear()
    assert relay.drain(limit_seconds=0) == 1
    assert messages == ["outbox.drain"]
    assert set(Delivery.objects.waiting().values_list("attempts", "leased_until")) == {(0, None)}


def test_long_work_does_not_keep_the_rest_of_its_batch_from_others(listen, monkeypatch):
    monkeypatch.setattr(relay, "HOLD_SECONDS", 0)
    listen()
    tell(*range(5))
    assert relay.drain() == 5
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


# --- failures ---


def test_a_handler_that_fails_leaves_nothing_and_is_tried_again_later(listen):
    failing = [1]
    listen(fails=lambda thing: failing.pop() and divide_by_zero(thing) if failing else None)
    tell(1)
    relay.drain()
    assert written() == []
    delivery = Delivery.objects.get()
    assert delivery.state == State.WAITING
    wait = delivery.available_at - Fact.objects.get().at
    assert timedelta(seconds=1) < wait < timedelta(seconds=5)
    assert relay.drain() == 0
    the_wait_is_over()
    relay.drain()
    assert written() == [1]
    assert Delivery.objects.get().last_error == ""


def test_the_wait_grows_with_every_failure_but_not_without_end(listen):
    listen(fails=divide_by_zero)
    tell(1)
    waits = []
    for _ in range(5):
        relay.drain()
        with connection.cursor() as cursor:
            cursor.execute("select extract(epoch from available_at - now()) from outbox_delivery")
            waits.append(float(cursor.fetchone()[0]))
        the_wait_is_over()
    assert all(2**n * 0.7 < wait < 2**n * 1.3 for n, wait in enumerate(waits, 1))


def test_an_error_is_kept_by_class_and_place_without_what_it_says(listen):
    listen(fails=divide_by_zero)
    tell(1)
    relay.drain()
    error = Delivery.objects.get().last_error
    assert error.startswith("ZeroDivisionError at tests/foundation/test_outbox_relay.py:")
    assert error.endswith("in divide_by_zero")
    assert "Amina" not in error


def test_poison_dies_while_the_others_pass_and_its_death_is_an_event(listen):
    listen(fails=lambda thing: divide_by_zero(thing) if thing == 2 else None)
    tell(1, 2, 3)
    for _ in range(leases.STRIKES):
        relay.drain()
        the_wait_is_over()
    assert written() == [1, 3]
    [dead] = Delivery.objects.dead()
    assert dead.fact.body == {"thing": 2}
    event = Event.objects.get(action="outbox.dead")
    assert (event.object_id, event.actor) == (str(dead.pk), "system")
    assert event.details["subscriber"] == "writer"
    assert relay.drain() == 0


def test_an_error_of_the_databases_own_leaves_the_drain_able_to_go_on(listen):
    def break_a_constraint(thing: int) -> None:
        if thing == 1:
            Group.objects.create(name="same")
            Group.objects.create(name="same")

    listen(fails=break_a_constraint)
    tell(1, 2)
    relay.drain()
    assert written() == [2]
    assert "IntegrityError 23505 at tests/" in Delivery.objects.get(state=State.WAITING).last_error


def test_contention_is_tried_again_soon_and_hardly_counts(listen, django_db_setup):
    """Another holds what the handler wants."""

    def want(thing: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(1)")

    listen(fails=want)
    tell(1)
    django_db_setup.run("select pg_advisory_lock(1)")
    try:
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '20ms'")
        for _ in range(leases.STRIKES + 2):
            relay.drain()
            the_wait_is_over()
    finally:
        django_db_setup.run("select pg_advisory_unlock(1)")
        connection.close()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.forgiven) == (State.WAITING, 10, 8)
    assert "OperationalError 55P03" in delivery.last_error
    relay.drain()
    assert written() == [1]


def test_a_fact_for_a_subscriber_that_is_gone_waits_for_it_to_come_back(listen, monkeypatch):
    listen()
    tell(1)
    with monkeypatch.context() as patched:
        patched.setattr(registry, "_subscribers", {})
        relay.drain()
    assert Delivery.objects.get().last_error == leases.GONE
    the_wait_is_over()
    relay.drain()
    assert written() == [1]


# --- leases ---


def test_a_lease_that_ran_out_is_taken_by_another(listen):
    listen()
    tell(1)
    [lost] = leases.take(10)
    assert relay.drain() == 0
    Delivery.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert relay.drain() == 1
    assert not lost.row().exists()
    assert written() == [1]
    assert Delivery.objects.get().attempts == 2


def test_who_comes_back_too_late_does_nothing(listen, handled):
    listen()
    tell(1)
    [late] = leases.take(10)
    Delivery.objects.update(leased_until=Now() - timedelta(seconds=1))
    relay.drain()
    relay._deliver(late)
    leases.failed(late, "too late")
    leases.give_back([late])
    assert handled[1] == 1
    assert states() == {State.DONE: 1}


def test_who_comes_back_when_another_has_the_lease_does_nothing(listen, handled):
    listen()
    tell(1)
    [late] = leases.take(10)
    Delivery.objects.update(leased_until=Now() - timedelta(seconds=1))
    [current] = leases.take(10)
    relay._deliver(late)
    assert handled[1] == 0
    relay._deliver(current)
    assert handled[1] == 1


def test_a_handler_at_work_is_left_alone_even_when_its_lease_has_run_out(listen, handled, monkeypatch):
    monkeypatch.setattr(leases, "LEASE", timedelta(0))
    at_work, go_on = threading.Event(), threading.Event()

    def linger(thing: int) -> None:
        at_work.set()
        assert go_on.wait(20)

    def other() -> int:
        assert at_work.wait(20)
        assert Delivery.objects.due().exists()
        found = relay.drain()
        go_on.set()
        return found

    listen(fails=linger)
    tell(1)
    assert together(relay.drain, other) == [1, 0]
    assert handled[1] == 1


def test_what_kills_its_worker_every_time_is_given_up(listen, handled):
    listen()
    tell(1)
    for _ in range(leases.STRIKES):
        assert leases.take(10)  # and never heard of again
        Delivery.objects.update(leased_until=Now() - timedelta(seconds=1))
    relay.drain()
    assert handled[1] == 0
    assert Delivery.objects.get().state == State.DEAD
    assert Delivery.objects.get().last_error == leases.CRASHED


def test_what_failed_before_does_not_share_a_lease(listen):
    listen()
    tell(*range(4))
    Delivery.objects.filter(fact__body__thing__lt=3).update(attempts=1)
    assert sorted(lease.attempt for lease in leases.take(10)) == [1, 2]


# --- outside of any transaction ---


def test_long_work_runs_outside_of_any_transaction_under_a_long_lease(listen):
    def look(thing: int) -> None:
        assert not connection.in_atomic_block
        assert Delivery.objects.get().leased_until - Fact.objects.first().at > timedelta(minutes=9)

    listen(fails=look, own_transaction=True)
    tell(1)
    assert relay.drain() == 1
    assert states() == {State.DONE: 1}


def test_long_work_that_fails_is_tried_again(listen):
    listen(fails=divide_by_zero, own_transaction=True)
    tell(1)
    relay.drain()
    assert "ZeroDivisionError" in Delivery.objects.get(state=State.WAITING).last_error


# --- the broker ---


def test_a_lost_nudge_is_made_good_by_the_tick(listen, messages):
    listen()
    tell(*range(15))
    messages.clear()  # the broker was wiped
    relay.sweep()
    assert messages == ["outbox.drain"] * 2
    relay.drain()
    messages.clear()
    relay.sweep()
    assert messages == []


def test_a_broker_that_is_down_costs_little_and_then_nothing(monkeypatch, caplog):
    monkeypatch.setattr(broker, "breaker", broker.Breaker(rest_seconds=30))
    monkeypatch.setattr(broker, "own", broker.Own())  # one kept from before is tried twice
    tries = []

    def hang(way: object) -> None:
        tries.append(way)
        raise ConnectionError

    for _ in range(10):
        broker.attempt(hang)
    assert len(tries) == 1
    assert len(caplog.records) == 1
    broker.breaker.open_until = 0
    broker.attempt(lambda way: None)
    broker.attempt(tries.append)
    assert len(tries) == 2


def test_a_broker_that_never_answers_is_given_up_in_a_fifth_of_a_second(monkeypatch, tmp_path):
    monkeypatch.setattr(broker, "breaker", broker.Breaker(rest_seconds=30))
    monkeypatch.setattr(broker, "own", broker.Own())
    app = Celery("silent", broker=f"redis+socket://{tmp_path}/silent", set_as_current=False)
    monkeypatch.setattr(broker, "current_app", app)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/silent")
        silent.listen()
        begun = time.monotonic()
        broker.attempt(lambda way: app.send_task("outbox.drain", connection=way, retry=False))
        assert 0.15 < time.monotonic() - begun < 0.35
    assert broker.breaker.is_open


def test_a_connection_that_died_with_its_broker_is_made_anew(monkeypatch):
    monkeypatch.setattr(broker, "breaker", broker.Breaker(rest_seconds=30))
    monkeypatch.setattr(broker, "own", broker.Own())
    ways = []

    def send(way: object) -> None:
        ways.append(way)
        if len(ways) == 2:
            raise ConnectionError

    broker.attempt(send)
    broker.attempt(send)
    assert len(ways) == 3
    assert ways[0] is ways[1] is not ways[2]
    assert not broker.breaker.is_open


# --- crashes ---


DRAIN = """
import django; django.setup()
from django.contrib.auth.models import Group
from foundation.outbox import registry, relay
registry.subscribe("tests.happened", lambda thing: Group.objects.create(name=f"g{thing}"), name="writer")
relay._announce = lambda: None
relay.drain()
"""


def drain_and_die_at(point: str) -> int:
    kill = {"PROBITY_KILL_AT": point, "PROBITY_TESTING": "1"}
    return subprocess.run([sys.executable, "-c", DRAIN], env=os.environ | kill, cwd=ROOT).returncode


@pytest.mark.parametrize(
    ("point", "already"), [("relay.leased", 0), ("relay.handled", 0), ("relay.marked", 0), ("relay.done", 1)]
)
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(listen, point, already):
    listen()
    tell(1)
    assert drain_and_die_at(point) == 137
    assert Group.objects.filter(name="g1").count() == already
    Delivery.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert drain_and_die_at("nowhere") == 0
    assert Group.objects.filter(name="g1").count() == 1
    assert states() == {State.DONE: 1}
