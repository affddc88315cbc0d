"""Four workers, each a process with a clock of its own, at one outbox in which one delivery is poison."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from config.embedded.process import die_with_parent
from foundation.outbox import actions as outbox
from foundation.outbox import leases, registry
from foundation.outbox.models import Delivery, Fact, Slot, State
from foundation.outbox.status import status
from tests.support.sizes import Size

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 4
# Told by a line to look at outbox and clock, each says what it delivered. The poison is number 0.
WORKER = """
import sys
import django; django.setup()
from foundation.outbox import registry, relay, slots
from foundation.outbox.models import Fact
def write(thing):
    Fact.objects.create(kind="tests.written", body={"thing": thing})
    1 / thing
registry._subscribers.clear(), registry._schedules.clear()
registry.subscribe("tests.happened", write, name="writer")
registry.every("tests.often", seconds=1, run=lambda: Fact.objects.create(kind="tests.ran", body={}))
relay._announce = lambda: None
print("ready", flush=True)
for line in sys.stdin:
    slots.run_due()
    print(relay.drain(), flush=True)
"""


@pytest.fixture
def workers(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    monkeypatch.setattr(registry, "_subscribers", {})
    outbox.subscribe("tests.happened", print, name="writer")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT, env=os.environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=die_with_parent(9),  # type: ignore[arg-type]
        )
        for _ in range(WORKERS)
    ]  # fmt: skip
    assert [each.stdout.readline() for each in started if each.stdout] == ["ready\n"] * WORKERS
    yield started
    for each in started:
        each.communicate()


def all_look(workers: list[Any]) -> list[int]:
    for each in workers:
        each.stdin.write("look\n")
        each.stdin.flush()
    return [int(each.stdout.readline()) for each in workers]


def test_poison_is_given_up_and_nothing_else_waits_or_is_done_twice(workers: list[Any], size: Size) -> None:
    good = size("good deliveries", gate=200, full=1_000)
    with transaction.atomic():
        outbox.tell_many("tests.happened", [{"thing": thing} for thing in range(good + 1)])

    shares = all_look(workers)

    assert sum(shares) > good  # the poison too, perhaps more than once
    assert sum(share > 0 for share in shares) > 1, "one did it all"
    assert written() == Counter(range(1, good + 1)), "the good ones did not pass the poison, once each"
    assert (status()["waiting"], status()["dead"]) == (1, 0)
    for _ in range(leases.STRIKES - 1):
        Delivery.objects.waiting().update(available_at=Now())
        all_look(workers)
    said = status()
    assert (said["waiting"], said["dead"]) == (0, 1)
    [dead] = said["dead_deliveries"]
    assert (dead["ids"], dead["attempts"]) == ({"thing": 0}, leases.STRIKES)
    assert dead["last_error"].startswith("ZeroDivisionError")
    assert written() == Counter(range(1, good + 1))
    done = Delivery.objects.filter(state=State.DONE)
    assert set(done.values_list("attempts", flat=True)) == {1}
    assert Fact.objects.filter(kind="tests.ran").count() == Slot.objects.count() >= 1


def written() -> Counter[int]:
    return Counter(Fact.objects.filter(kind="tests.written").values_list("body__thing", flat=True))
