"""What an operator sees of the outbox, and can do about it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from foundation.audit.models import Event
from foundation.outbox import actions as outbox
from foundation.outbox import leases, registry, relay
from foundation.outbox.models import Delivery, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_dead_and_one_waiting(monkeypatch) -> None:
    monkeypatch.setattr(registry, "_subscribers", {})
    monkeypatch.setattr(relay, "_announce", lambda: None)
    outbox.subscribe("tests.happened", lambda thing: None, name="writer")
    outbox.tell_many("tests.happened", [{"thing": n} for n in range(3)])
    for lease in leases.take(2):
        Delivery.objects.filter(pk=lease.delivery).update(attempts=leases.STRIKES)
        leases.failed(
            leases.Lease(**{**vars(lease), "attempt": leases.STRIKES}), "ZeroDivisionError at x.py:1"
        )


def say(command: str, *arguments: object, **options: object) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def dead() -> list[int]:
    return list(Delivery.objects.dead().order_by("pk").values_list("pk", flat=True))


def test_the_status_counts_what_waits_and_names_the_dead():
    said = json.loads(say("outbox_status", json=True))
    assert (said["waiting"], said["due"], said["dead"]) == (1, 1, 2)
    assert said["oldest_seconds"] >= 0
    assert said["dead_deliveries"][0] == {
        "delivery": dead()[0],
        "kind": "tests.happened",
        "subscriber": "writer",
        "attempts": leases.STRIKES,
        "last_error": "ZeroDivisionError at x.py:1",
        "ids": {"thing": 0},
    }


def test_the_status_reads_well():
    said = say("outbox_status")
    assert said.startswith("1 deliveries wait, 1 of them due; ")
    assert f"delivery {dead()[0]}: tests.happened to writer, ZeroDivisionError at x.py:1" in said


def test_a_dead_delivery_can_be_tried_again_which_is_an_event():
    first, second = dead()
    assert say("outbox_retry", first) == "1 will be tried again.\n"
    assert dead() == [second]
    assert Event.objects.filter(action="outbox.retried", object_id=str(first)).exists()
    assert relay.drain() == 2
    assert Delivery.objects.get(pk=first).state == State.DONE


def test_all_the_dead_can_be_tried_again_with_all_their_attempts():
    say("outbox_retry", all_dead=True)
    assert dead() == []
    assert {delivery.attempts - delivery.forgiven for delivery in Delivery.objects.all()} == {0}


def test_a_delivery_that_is_not_dead_is_not_retried():
    waiting = Delivery.objects.waiting().get().pk
    with pytest.raises(CommandError, match=f"Not among the dead: {waiting}"):
        say("outbox_retry", waiting)


def test_the_command_wants_to_know_which():
    with pytest.raises(CommandError, match="Name the deliveries"):
        say("outbox_retry")
    with pytest.raises(CommandError, match="Name the deliveries"):
        say("outbox_retry", dead()[0], all_dead=True)
