"""Holding a delivery for a while: taking it, keeping it, giving it back, and how it ends.

Taking one is a commit of its own that counts an attempt, so an attempt that kills its worker is counted too.
The attempt's number is the lease's name: whoever comes back too late holds one that is no longer current.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from foundation.audit import actions as audit
from foundation.outbox.models import Delivery, DeliveryQuerySet, State

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LONG_LEASE = timedelta(minutes=10)  # for handlers that run outside the relay's transaction
STRIKES = 8  # attempts that count, and then it is dead
FORGIVING = 5  # of so many attempts lost to contention, one counts
LONGEST_WAIT = 600  # seconds
CRASHED = "the worker died, or the lease ran out, before it said how it went"
GONE = "nobody subscribes under this name"

TAKE = """
WITH due AS MATERIALIZED (
    SELECT id FROM outbox_delivery
    WHERE state = 'waiting' AND available_at <= statement_timestamp()
        AND (leased_until IS NULL OR leased_until < statement_timestamp()) AND (attempts > 0) = %(again)s
    ORDER BY available_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE outbox_delivery delivery
SET leased_until = statement_timestamp() + make_interval(secs => %(lease)s), attempts = attempts + 1
FROM due, outbox_fact fact WHERE delivery.id = due.id AND fact.id = delivery.fact_id
RETURNING delivery.id, delivery.attempts, delivery.forgiven, delivery.subscriber, fact.kind, fact.body
"""


@dataclass(frozen=True)
class Lease:
    delivery: int
    attempt: int
    forgiven: int
    subscriber: str
    kind: str
    body: dict[str, Any]

    @property
    def worn_out(self) -> bool:
        """It already had all its attempts, and the last one never came back."""
        return self.attempt - self.forgiven > STRIKES

    def row(self) -> DeliveryQuerySet:
        """The delivery, for as long as this is its lease."""
        return Delivery.objects.waiting().filter(pk=self.delivery, attempts=self.attempt)


def take(limit: int) -> list[Lease]:
    """Some due deliveries, in the order they came due: up to `limit` new ones, and one that failed before.

    Only one of those, for it may be the kind that kills its worker, and whoever shares its lease then loses
    an attempt as well.
    """
    return [*_take(again=True, limit=1), *_take(again=False, limit=limit)]


def _take(*, again: bool, limit: int) -> list[Lease]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"again": again, "limit": limit, "lease": LEASE.total_seconds()})
        rows = sorted(cursor.fetchall())
    return [
        Lease(pk, attempt, forgiven, subscriber, kind, json.loads(body))
        for pk, attempt, forgiven, subscriber, kind, body in rows
    ]


def hold(lease: Lease) -> bool:
    """Lock the delivery until the transaction ends. False where it is no longer this lease's to finish."""
    return lease.row().select_for_update().values_list("pk", flat=True).first() is not None


def prolong(lease: Lease) -> bool:
    """Keep it for as long as long work may take. False where it is no longer this lease's."""
    return lease.row().update(leased_until=Now() + LONG_LEASE) == 1


def give_back(leases: Iterable[Lease]) -> None:
    """Not begun: as if it had not been taken."""
    for lease in leases:
        lease.row().update(leased_until=None, attempts=F("attempts") - 1)


def done(lease: Lease) -> None:
    lease.row().update(state=State.DONE, done_at=Now(), leased_until=None, last_error="")


@transaction.atomic
def failed(lease: Lease, why: str, *, contention: bool = False) -> None:
    """Let it wait, longer each time; or give it up, which is an event."""
    delivery = lease.row().select_for_update().first()
    if delivery is None:
        return
    if contention and delivery.attempts % FORGIVING:
        delivery.forgiven += 1
    strikes = delivery.attempts - delivery.forgiven
    delivery.last_error, delivery.leased_until = why, None
    if strikes >= STRIKES:
        _bury(delivery, lease)
    else:
        wait = (
            random.uniform(0.1, 1) if contention else min(LONGEST_WAIT, 2**strikes) * random.uniform(0.8, 1.2)
        )
        delivery.available_at = Now() + timedelta(seconds=wait)
    delivery.save()
    log.warning(
        "%s of fact %s to %s: %s (%s)", delivery.state, lease.kind, lease.subscriber, why, delivery.pk
    )


def _bury(delivery: Delivery, lease: Lease) -> None:
    delivery.state = State.DEAD
    audit.record(
        "outbox.dead",
        by=None,
        target=delivery,
        fact=delivery.fact_id,
        kind=lease.kind,
        subscriber=lease.subscriber,
        attempts=delivery.attempts,
        error=delivery.last_error,
    )
