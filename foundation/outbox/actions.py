"""Telling facts. Also the doorway to the registry, so that callers need one import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from foundation.audit import actions as audit
from foundation.audit.canonical import plain
from foundation.killpoints import reach
from foundation.outbox import relay
from foundation.outbox.models import Delivery, Fact, State
from foundation.outbox.registry import Subscriber, daily, every, subscribe, subscribers

__all__ = ["daily", "every", "retry", "subscribe", "tell", "tell_many"]

AT_ONCE = 5_000  # rows in one statement


def tell(kind: str, /, **ids: Any) -> None:
    """Write down, in the transaction that made it true, that something happened: `tell("room.happened", …)`.

    ids and codes only: whoever is told reads the rows they name. Subscribers that asked to be told at once
    run here and now, and if one raises, so does this; the others each get a delivery.
    """
    tell_many(kind, [ids])


def tell_many(kind: str, rows: Iterable[Mapping[str, Any]], /) -> None:
    """`tell` for many facts of one kind, in two statements."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{kind} must be told inside the transaction that makes it true: use transaction.atomic."
        )
    bodies = [plain(row) for row in rows]
    known = subscribers(kind)
    facts = Fact.objects.bulk_create([Fact(kind=kind, body=body) for body in bodies], batch_size=AT_ONCE)
    _deliver_later(facts, [subscriber for subscriber in known if not subscriber.at_once])
    reach("tell.written")
    for body in bodies:
        for subscriber in known:
            if subscriber.at_once:
                subscriber.handler(**body)


def _deliver_later(facts: list[Fact], to: list[Subscriber]) -> None:
    deliveries = [Delivery(fact=fact, subscriber=subscriber.name) for fact in facts for subscriber in to]
    if deliveries:
        Delivery.objects.bulk_create(deliveries, batch_size=AT_ONCE)
        relay.nudge_on_commit()


@transaction.atomic
def retry(*, deliveries: Iterable[int] | None, by: Any) -> list[int]:
    """Give dead deliveries (by id; None: all) their attempts back. Returns which. Each is an event."""
    dead = Delivery.objects.dead().select_related("fact").select_for_update(of=["self"]).order_by("pk")
    found = list(dead if deliveries is None else dead.filter(pk__in=list(deliveries)))
    ids = [delivery.pk for delivery in found]
    Delivery.objects.filter(pk__in=ids).update(
        state=State.WAITING, available_at=Now(), leased_until=None, forgiven=F("attempts")
    )
    audit.record_many(
        audit.entry("outbox.retried", by=by, target=each, fact=each.fact_id, kind=each.fact.kind)
        for each in found
    )
    if ids:
        relay.nudge_on_commit()
    return ids
