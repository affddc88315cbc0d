"""Bringing deliveries to their subscribers. The only place that sends a Celery message.

One transaction leases, a second runs the handler and marks the delivery done, so its effect and the mark
commit together or not at all. Any number of drains may run side by side.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import connection, transaction

from foundation.killpoints import reach
from foundation.outbox import broker, leases, registry
from foundation.outbox.failures import describe, is_contention
from foundation.outbox.leases import Lease
from foundation.outbox.models import Delivery
from foundation.outbox.registry import Subscriber

AT_ONCE = 10  # leases taken in one go
HOLD_SECONDS = 2  # longer than that, others may have the rest of them
MESSAGE_SECONDS = 60  # a message not heard by then is not worth hearing: a tick will have come

_draining: ContextVar[bool] = ContextVar("draining", default=False)


# --- waking a worker ---


def nudge_on_commit() -> None:
    """One nudge for each transaction, however much it tells."""
    if not any(call[1] is nudge for call in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Say "look now". Costs next to nothing, is allowed to get lost, and raises nothing."""
    reach("relay.committed")
    if not _draining.get():  # a drain looks again before it ends
        _announce()
        reach("relay.announced")


def sweep() -> None:
    """Wake as many workers as there is work for: whatever a lost message left behind is found here."""
    workers = current_app.conf.worker_concurrency or os.cpu_count() or 1
    due = Delivery.objects.due()[: workers * AT_ONCE].count()
    for _ in range(-(-due // AT_ONCE)):
        _announce()


def _announce() -> None:
    broker.attempt(
        lambda way: current_app.send_task(
            "outbox.drain", connection=way, retry=False, ignore_result=True, expires=MESSAGE_SECONDS
        )
    )


# --- delivering ---


def drain(limit_seconds: float = 20) -> int:
    """Deliver what is due, until nothing is or the time is up; then wake somebody else. Returns how many."""
    until = time.monotonic() + limit_seconds
    delivered, shared = 0, False
    with _looking():
        while batch := leases.take(AT_ONCE):
            reach("relay.leased")
            if len(batch) >= AT_ONCE and not shared:
                shared = True
                _announce()  # more than one can do at once
            delivered += _deliver_all(batch, until)
            if time.monotonic() > until:
                _announce()
                break
    return delivered


@contextmanager
def _looking() -> Iterator[None]:
    token = _draining.set(True)
    try:
        yield
    finally:
        _draining.reset(token)


def _deliver_all(batch: list[Lease], until: float) -> int:
    until = min(until, time.monotonic() + HOLD_SECONDS)
    for n, lease in enumerate(batch):
        if n and time.monotonic() > until:
            leases.give_back(batch[n:])
            return n
        _deliver(lease)
    return len(batch)


def _deliver(lease: Lease) -> None:
    subscriber = registry.subscriber(lease.kind, lease.subscriber)
    if lease.worn_out:
        leases.failed(lease, leases.CRASHED)
    elif subscriber is None:
        leases.failed(lease, leases.GONE)
    else:
        _try(subscriber, lease)


def _try(subscriber: Subscriber, lease: Lease) -> None:
    try:
        _run(subscriber, lease)
    except Exception as error:
        reach("relay.failing")
        leases.failed(lease, describe(error), contention=is_contention(error))
        reach("relay.failed")


def _run(subscriber: Subscriber, lease: Lease) -> None:
    if subscriber.own_transaction:
        if leases.prolong(lease):
            reach("relay.prolonged")
            subscriber.handler(**lease.body)
            reach("relay.handled-alone")
            leases.done(lease)
            reach("relay.done-alone")
        return
    with transaction.atomic():
        if leases.hold(lease):
            reach("relay.held")
            subscriber.handler(**lease.body)
            reach("relay.handled")
            leases.done(lease)
            reach("relay.marked")
    reach("relay.done")
