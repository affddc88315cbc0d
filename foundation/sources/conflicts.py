"""Claims that contradict one another: said by a person, settled by a person. None is taken away for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources import rules
from foundation.sources.claims import kinds_of_claim
from foundation.sources.models import Conflict

ACCEPTED, IN_CONFLICT, NOT_ACCEPTED = "accepted", "in-conflict", "not-accepted"


def check_can_settle(user: User, conflict: Conflict) -> None:
    rules.check_can_record_somewhere(user)
    if not conflict.is_read_by(user):
        raise NotYours("Only those who read both claims settle which is accepted.")
    if conflict.settled_at is not None:
        raise NotNow("This was settled already.")


@transaction.atomic
def record(*, kind: str, claims: list[UUID], reason: str, by: User) -> Conflict:
    """Two claims of one kind, which the writer reads, cannot both be so."""
    rules.check_can_record_somewhere(by)
    found = kinds_of_claim()[kind].find(by, claims)
    missing = [
        Problem(
            "not-found",
            "Claims: there is no such claim that you can see. Give the id of another.",
            f"/claims/{at}",
        )
        for at, each in enumerate(claims)
        if each not in found
    ]
    if missing:
        raise Invalid(*missing)
    one, other = sorted(claims)
    conflict = Conflict(kind=kind, one=one, other=other, reason=reason, by=by)
    try:
        with transaction.atomic():
            conflict.save(force_insert=True)
    except IntegrityError as twice:
        raise NotNow("These two are said to be in conflict already.") from twice
    audit.record(
        "sources.conflict-recorded", by=by, target=conflict, kind=kind, claims=[str(one), str(other)]
    )
    return conflict


@transaction.atomic
def settle(*, conflict: Conflict, accepted: UUID | None, reason: str, by: User) -> Conflict:
    """One of the two is accepted, or (None) both stand after all."""
    conflict = Conflict.objects.locked(conflict.pk)
    check_can_settle(by, conflict)
    if accepted not in (None, conflict.one, conflict.other):
        raise Invalid(
            Problem("not-one-of-them", "Accepted: name one of the two claims, or null.", "/accepted")
        )
    conflict.accepted, conflict.settled_reason = accepted, reason
    conflict.settled_by, conflict.settled_at = by, timezone.now()
    conflict.version += 1
    conflict.save(update_fields=["accepted", "settled_reason", "settled_by", "settled_at", "version"])
    said = str(accepted) if accepted else None
    audit.record("sources.conflict-settled", by=by, target=conflict, accepted=said, reason=reason)
    return conflict


def standing_of(kind: str, refs: Iterable[Any]) -> dict[Any, str]:
    """How each of these claims stands beside those that contradict it; every ref has its entry."""
    found = dict.fromkeys(refs, ACCEPTED)
    conflicts = Conflict.objects.filter(Q(one__in=found) | Q(other__in=found), kind=kind)
    for each in conflicts.order_by("at", "pk"):
        for ref in (each.one, each.other):
            if ref in found and found[ref] != IN_CONFLICT:
                found[ref] = stands(each, ref, found[ref])
    return found


def stands(conflict: Conflict, ref: Any, before: str = ACCEPTED) -> str:
    """How one of its two claims stands by this conflict."""
    if conflict.settled_at is None:
        return IN_CONFLICT
    return NOT_ACCEPTED if conflict.accepted not in (None, ref) else before
