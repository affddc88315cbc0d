"""A real worker's process dies with work in its hands; another worker finds what it left.

(tests/drills/test_kill_points.py dies at every point there is, without a broker and an acknowledgement.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db.models.functions import Now

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox.models import Delivery, State
from tests.support.classes import nominated
from tests.support.sizes import FULL, Size
from tests.support.worker import Worker
from vetting.models import Case, Movement, Status

pytestmark = pytest.mark.django_db(transaction=True)

# Before the message is acknowledged everything is done: it comes again, and there is nothing left to do.
POINTS = ["task.unacknowledged"]
IN_A_WORKER = [
    "relay.leased", "relay.held", "relay.handled", "relay.marked", "relay.done",
    "slot.taken", "slot.run", "seal.kept", "seal.committed", "seal.written",
]  # fmt: skip


@pytest.fixture
def start(transactional_db: None) -> Iterator[Callable[[str], Worker]]:
    started: list[Worker] = []

    def a_worker(name: str) -> Worker:
        one = Worker()
        one.name, one.log = f"{name}@{one.name}", one.log.with_name(f"{name}.log")
        started.append(one)
        one.listen()
        return one

    yield a_worker
    for each in started:
        if each.alive:
            each.kill()


@pytest.mark.parametrize("point", POINTS + (IN_A_WORKER if FULL else []))
def test_another_worker_finds_what_a_dead_one_left(
    start: Callable[[str], Worker],
    people: dict[str, User],
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
    point: str,
) -> None:
    people_sent = size("people", gate=3, full=20)
    with monkeypatch.context() as dying:
        dying.setenv("PROBITY_TESTING", "1")
        dying.setenv("PROBITY_KILL_AT", point)
        nominated(people_sent, by=people["nominator"])
        mortal = start("mortal")
        mortal.tick()
        mortal.until(lambda: "exitcode 137" in mortal.log.read_text(errors="replace"), seconds=40)
        mortal.kill()
    Delivery.objects.waiting().update(leased_until=None, available_at=Now())  # time goes by

    healthy = start("healthy")
    healthy.tick()
    healthy.until(lambda: not Delivery.objects.waiting().exists(), seconds=40)

    cases = people_sent + 1
    assert Case.objects.filter(status=Status.IN_REVIEW).count() == Case.objects.count() == cases
    assert Event.objects.filter(action="vetting.routed").count() == cases
    assert Movement.objects.count() == Movement.objects.values("case", "queue").distinct().count()
    assert not Delivery.objects.exclude(state=State.DONE).exists()
