"""Recording what links subjects, and correcting it: a new version, the old one stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.sources.citing import citations_of, cite
from foundation.sources.models import Citation
from units import facts, rules
from units.claims import kind_of
from units.locks import hold_structure
from units.models import Claim, CommandLink, Posting

C = TypeVar("C", bound=Claim)


@transaction.atomic
def link(
    *, claim: CommandLink | Posting, citations: Iterable[Citation] = (), by: User
) -> CommandLink | Posting:
    """Record a dated command link or posting between subjects that the caller has found within reach."""
    hold_structure()
    rules.check_can_record_of(by, claim.linked)
    rules.check_not_its_own_ancestor(claim)
    claim.recorded_by = by
    claim.save(force_insert=True)
    cite(kind_of(claim), claim.pk, claim.version, citations, by)
    recorded(claim, by)
    return claim


@transaction.atomic
def correct_claim(
    *,
    claim: CommandLink | Posting,
    changes: dict[str, Any],
    citations: Iterable[Citation] | None = None,
    reason: str,
    by: User,
) -> CommandLink | Posting:
    """A new version of a dated claim; the old one stays, superseded. `citations`: all of them, if given."""
    hold_structure()
    old = locked(claim)
    rules.check_can_correct_claim(by, old)
    new = next_version(old, by)
    for name, value in changes.items():
        setattr(new, name, value)
    rules.check_can_record_of(by, new.linked)
    rules.check_not_its_own_ancestor(new, instead_of=old)
    new.save(force_insert=True)
    replaced(old, new, citations, reason, by)
    return new


def locked(claim: C) -> C:
    claims: Any = type(claim)._default_manager
    found: C = claims.whole().select_for_update(of=("self",)).get(pk=claim.pk)
    return found


def next_version(old: C, by: User) -> C:
    """The next version, not saved yet. Read without its units, so that a lineage event reads its own."""
    claims: Any = type(old)._default_manager
    new: C = claims.get(pk=old.pk)
    new.pk = new.id = uuid4()
    new.version, new.recorded_by = old.version + 1, by
    return new


def recorded(claim: Claim, by: User) -> None:
    first = claim.linked[0]
    audit.record(f"units.{claim._meta.model_name}-recorded", by=by, target=first, claim=str(claim.pk))
    tell(claim)


def replaced(old: Claim, new: Claim, citations: Iterable[Citation] | None, reason: str, by: User) -> None:
    """The new version stands; it keeps what the old one rested on, unless that was said anew."""
    old.superseded_by = new
    old.save(update_fields=["superseded_by", "updated_at"])
    kept = citations_of(kind_of(old), [old.pk])[old.pk] if citations is None else citations
    cite(kind_of(new), new.pk, new.version, kept, by)
    audit.record(
        f"units.{old._meta.model_name}-corrected",
        by=by,
        target=new.linked[0],
        claim=str(new.pk),
        reason=reason,
    )
    tell(new)


def tell(claim: Claim) -> None:
    """Who stands where has changed. What is restricted meets whom it reaches now, in this transaction."""
    first = str(claim.linked[0].pk)
    if isinstance(claim, (CommandLink, Posting)):
        outbox.tell(facts.SUBJECT_CHANGED, subject=first)
    outbox.tell(facts.LINKED, subject=first)
