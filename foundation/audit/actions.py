"""Recording what happened. In the transaction that did it; a refusal, after the rollback, by the edge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from foundation.audit.canonical import canonical
from foundation.audit.chains import chain_of, kind_of, named, person_chain
from foundation.audit.models import Event

ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")  # room.past-tense
AT_ONCE = 5_000  # rows in one statement


def record(
    action: str, *, by: Any, target: Model | None = None, chain: str | None = None, **body: Any
) -> Event:
    """Append one event. The database gives it seq, at, prev and hash: refresh it to read them.

    by      the user who acts; None for the system itself
    target  what it was done to; the event goes to its subject's chain (`target.audit_chain`), else its own,
            and without a target to the person's
    chain   another chain, where neither is right
    body    ids, codes and the actor's own reasons: never a name or a national id, for events cannot be erased
    """
    event = entry(action, by=by, target=target, chain=chain, **body)
    event.save(force_insert=True)
    return event


def record_many(entries: Iterable[Event]) -> None:
    """Append what `entry` made, in one statement, so bulk work costs one round trip.

    In the order of their chains, so that two who append to the same chains wait in line and never deadlock.
    """
    Event.objects.bulk_create(sorted(entries, key=lambda event: event.chain), batch_size=AT_ONCE)


def entry(
    action: str, *, by: Any, target: Model | None = None, chain: str | None = None, **body: Any
) -> Event:
    """An event not yet appended, for `record_many`; the arguments are `record`'s."""
    if not ACTION.fullmatch(action):
        raise ValueError(f"{action!r} names no action: write room.past-tense, as in vetting.suspended.")
    actor = named(by)
    return Event(
        chain=chain or (chain_of(target) if target is not None else person_chain(actor)),
        action=action,
        actor=actor,
        object_kind=kind_of(target) if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        body=canonical(body).decode(),
    )
