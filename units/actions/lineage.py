"""Recording how units became other units, and correcting it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.sources.citing import cite
from foundation.sources.models import Citation
from units import rules
from units.actions import claims
from units.claims import kind_of
from units.locks import hold_structure
from units.models import LineageEnd, LineageEvent, Side, Unit


@transaction.atomic
def record_lineage(
    *,
    event: LineageEvent,
    before: Sequence[Unit],
    after: Sequence[Unit],
    citations: Iterable[Citation] = (),
    by: User,
) -> LineageEvent:
    """Record an event among units that the caller has found within reach."""
    hold_structure()
    rules.check_can_record_of(by, [*before, *after])
    rules.check_lineage(event.kind, before, after)
    event.recorded_by = by
    event.save(force_insert=True)
    _write_ends(event, before, after)
    cite(kind_of(event), event.pk, event.version, citations, by)
    claims.recorded(event, by)
    return event


@transaction.atomic
def correct_lineage(
    *,
    event: LineageEvent,
    changes: dict[str, Any],
    before: Sequence[Unit] | None = None,
    after: Sequence[Unit] | None = None,
    citations: Iterable[Citation] | None = None,
    reason: str,
    by: User,
) -> LineageEvent:
    """A new version of an event; the old one stays, superseded. `before`, `after`, `citations`: all of them,
    if given."""
    hold_structure()
    old = claims.locked(event)
    rules.check_can_correct_claim(by, old)
    new = claims.next_version(old, by)
    for name, value in changes.items():
        setattr(new, name, value)
    before = old.before if before is None else before
    after = old.after if after is None else after
    rules.check_can_record_of(by, [*before, *after])
    rules.check_lineage(new.kind, before, after, instead_of=old)
    new.save(force_insert=True)
    _write_ends(new, before, after)
    claims.replaced(old, new, citations, reason, by)
    return new


def _write_ends(event: LineageEvent, before: Sequence[Unit], after: Sequence[Unit]) -> None:
    LineageEnd.objects.bulk_create(
        LineageEnd(event=event, unit=unit, side=side, order=order)
        for side, units in ((Side.FROM, before), (Side.TO, after))
        for order, unit in enumerate(units)
    )
