"""The outbox with a real worker and a real broker."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from foundation.audit import actions as audit
from foundation.audit.seal import unsealed
from foundation.audit.verify import verify
from foundation.outbox import actions as outbox
from foundation.outbox import leases, registry, relay
from foundation.outbox.models import Delivery
from tests.support.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def subscriber_only_here(monkeypatch) -> None:
    """The worker knows nobody of this name, and says so on the delivery: which shows that it looked."""
    monkeypatch.setattr(registry, "_subscribers", {})
    outbox.subscribe("tests.happened", lambda: None, name="not in the worker")


def looked() -> bool:
    return Delivery.objects.filter(last_error=leases.GONE).exists()


def test_a_fact_told_wakes_the_worker_when_it_commits(worker: Worker):
    with transaction.atomic():
        outbox.tell("tests.happened")
    worker.until(looked)


def test_a_lost_message_is_made_good_by_the_tick(worker: Worker, monkeypatch):
    with monkeypatch.context() as patched, transaction.atomic():
        patched.setattr(relay, "nudge_on_commit", lambda: None)
        outbox.tell("tests.happened")
    assert not looked()
    worker.tick()
    worker.until(looked)


def test_the_tick_seals_what_moved(worker: Worker):
    Path(settings.SEALS).unlink(missing_ok=True)  # another test's: it does not fit this database
    audit.record("tests.counted", by=None, chain="a")
    worker.tick()
    worker.until(lambda: not unsealed() and Path(settings.SEALS).exists())
    assert verify().sound
    Path(settings.SEALS).unlink()
