"""Schedules: each slot run once, whoever ticks, and again where the run failed."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from foundation.outbox import actions as outbox
from foundation.outbox import registry, slots
from foundation.outbox.models import Fact, Slot
from tests.foundation.together import together

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_other_schedule(monkeypatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})


def run() -> None:
    Fact.objects.create(kind="tests.ran", body={})


def runs() -> int:
    return Fact.objects.filter(kind="tests.ran").count()


def test_a_slot_runs_once_and_the_next_one_again():
    outbox.every("tests.often", seconds=60, run=run)
    for seconds in (0, 5, 59, 60, 61):
        slots.run_due(NOON + timedelta(seconds=seconds))
    assert runs() == 2


def test_two_beats_at_once_run_it_once():
    outbox.every("tests.often", seconds=60, run=lambda: (run(), time.sleep(0.1)))
    together(*[lambda: slots.run_due(NOON)] * 3)
    assert runs() == 1


def test_a_beat_that_looked_before_the_other_was_done_does_not_run_it_again():
    outbox.every("tests.often", seconds=60, run=run)
    slots.run_due(NOON)
    [schedule] = registry.schedules()
    slots._run(schedule, schedule.slot_start(NOON))
    assert runs() == 1


def test_a_long_run_does_not_keep_another_worker_waiting(caplog):
    at_work, go_on = threading.Event(), threading.Event()

    def linger() -> None:
        at_work.set()
        assert go_on.wait(20)

    def other() -> None:
        assert at_work.wait(20)
        slots.run_due(NOON)
        go_on.set()  # reached while the first still runs

    outbox.every("tests.long", seconds=60, run=linger)
    together(lambda: slots.run_due(NOON), other)
    assert Slot.objects.count() == 1
    assert not caplog.records  # no lock timed out


def test_a_daily_run_waits_for_its_hour_and_is_made_up_for_when_late():
    outbox.daily("tests.digest", hour=6, run=run)
    slots.run_due(NOON)
    slots.run_due(NOON + timedelta(hours=17, minutes=59))
    assert runs() == 1
    slots.run_due(NOON + timedelta(hours=18))
    assert runs() == 2
    slots.run_due(NOON + timedelta(days=5))
    assert runs() == 3


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)], ids=["ahead", "back"])
def test_a_clock_that_jumps_and_is_put_right_runs_no_slot_twice(jump):
    """Back: nothing runs until the clock is where it was. Ahead: what ran too early does not run again."""
    outbox.every("tests.often", seconds=60, run=run)
    outbox.daily("tests.digest", hour=12, run=lambda: Fact.objects.create(kind="tests.digest", body={}))
    for now in (NOON, NOON + jump, NOON, NOON + jump, NOON + timedelta(minutes=1), NOON + timedelta(hours=1)):
        slots.run_due(now)
    assert Fact.objects.filter(kind="tests.digest").count() == 1
    starts = list(Slot.objects.filter(name="tests.often").values_list("slot_start", flat=True))
    assert runs() == len(starts) == len(set(starts)) == (2 if jump > timedelta(0) else 3)


def test_a_failed_run_gives_its_slot_back_and_does_not_hold_back_others(caplog):
    failing = [1]

    def fail_once() -> None:
        run()
        if failing:
            failing.pop()
            raise ZeroDivisionError("about somebody")

    outbox.every("tests.fails", seconds=60, run=fail_once)
    outbox.every("tests.works", seconds=60, run=run)
    slots.run_due(NOON)
    assert runs() == 1
    assert "ZeroDivisionError at tests/" in caplog.text
    assert "somebody" not in caplog.text
    slots.run_due(NOON)
    assert runs() == 2


def test_a_run_may_tell_facts_for_long_work():
    outbox.every("tests.often", seconds=60, run=lambda: outbox.tell("tests.due"))
    slots.run_due(NOON)
    assert Fact.objects.filter(kind="tests.due").exists()


def test_old_slots_are_cleared_away():
    outbox.every("tests.often", seconds=60, run=run)
    slots.run_due(NOON)
    slots.run_due(NOON + timedelta(days=3))
    assert Slot.objects.count() == 1
