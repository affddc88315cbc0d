"""Recommend, approve, return, withdraw, overtake.

Lock order at every door: the thing a determination is about first, the determination after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import rfc8785
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import NotNow, Stale
from foundation.signing import kinds, rules
from foundation.signing.models import Contributor, Cover, Determination, State


class Covered(NamedTuple):
    """Something a determination rests on: its kind, id and version as read, and who wrote it."""

    kind: str
    ref: Any
    version: Any
    written_by: User | None = None


@transaction.atomic
def recommend(
    *,
    kind: str,
    target: str,
    subject: Any,
    payload: dict[str, Any],
    covers: Iterable[Covered],
    by: User,
    law: str = "",
    country: Country | None = None,
    post: Post | None = None,
) -> Determination:
    """Write a determination, once. The caller has checked that `by` may, and holds the thing's lock.

    `subject` has `kind`, `pk` and `name`. `payload` is JSON; restricted values stand in it by id and version.
    """
    covers = list(covers)
    determination = Determination(
        kind=kind,
        target=target,
        subject_kind=subject.kind,
        subject_id=str(subject.pk),
        subject_label=subject.name,
        law=law,
        country=country,
        post=post,
        canonical=rfc8785.dumps(payload),
        recommended_by=by,
        recommended_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            determination.save(force_insert=True)
    except IntegrityError as error:
        if "signing_one_open_per_target" in str(error):
            raise NotNow("A recommendation of this kind waits for its signature already.") from error
        raise
    Cover.objects.bulk_create(
        Cover(determination=determination, kind=c.kind, ref=str(c.ref), version=str(c.version))
        for c in covers
    )
    writers = {c.written_by for c in covers if c.written_by} | {by} | _who_recommended_before(determination)
    Contributor.objects.bulk_create(Contributor(determination=determination, user=user) for user in writers)
    determination.refresh_from_db()
    audit.record(
        "signing.recommended", by=by, target=determination, kind=kind, digest=determination.digest, law=law
    )
    outbox.tell("signing.recommended", determination=str(determination.pk))
    return determination


def _who_recommended_before(determination: Determination) -> set[User]:
    """Taken back and put forward by another, it is still theirs."""
    before = Determination.objects.filter(kind=determination.kind, target=determination.target)
    return {each.recommended_by for each in before.select_related("recommended_by")}


@transaction.atomic
def approve(determination: Determination, *, read: str, by: User) -> Determination:
    """Sign: `read` is the digest of the text that was on the screen. Raises Refused, Stale."""
    kind = kinds.of(determination)
    thing = kind.lock(determination)
    determination = Determination.objects.locked(determination.pk)
    by = reach.anew(by)
    rules.check_can_approve(by, determination)
    check_read(determination, read)
    kind.check_still_stands(determination, thing)

    determination.read_digest = read
    _decide(determination, State.APPROVED, by)
    kind.when_signed(determination, thing, by)
    return determination


@transaction.atomic
def return_(determination: Determination, *, read: str, reason: str, by: User) -> Determination:
    kind = kinds.of(determination)
    thing = kind.lock(determination)
    determination = Determination.objects.locked(determination.pk)
    by = reach.anew(by)
    rules.check_can_return(by, determination)
    check_read(determination, read)

    _decide(determination, State.RETURNED, by, reason=reason)
    kind.when_closed(determination, thing, by)
    return determination


@transaction.atomic
def withdraw(determination: Determination, *, read: str, reason: str, by: User) -> Determination:
    kind = kinds.of(determination)
    thing = kind.lock(determination)
    determination = Determination.objects.locked(determination.pk)
    rules.check_can_withdraw(by, determination)
    check_read(determination, read)

    _decide(determination, State.WITHDRAWN, by, reason=reason)
    kind.when_closed(determination, thing, by)
    return determination


@transaction.atomic
def overtake(*, kind: str, ref: Any, changed: str, by: User | None) -> list[Determination]:
    """Something covered has changed: every open determination that rests on it is overtaken.

    `changed` is the sentence that is shown with it. Called by whoever changes the thing.
    """
    resting = Determination.objects.open().filter(covers__kind=kind, covers__ref=str(ref)).order_by("pk")
    return _overtake_all(resting.distinct(), changed, by)


@transaction.atomic
def overtake_other_versions(
    *, kind: str, now: Mapping[Any, str], changed: str, by: User | None
) -> list[Determination]:
    """Many things may have changed. `now`: ref → version; what rests on another version is overtaken."""
    versions = {str(ref): version for ref, version in now.items()}
    covers = Cover.objects.filter(
        determination__state=State.RECOMMENDED, kind=kind, ref__in=versions.keys()
    ).values_list("determination", "ref", "version")
    resting = {pk for pk, ref, version in covers if version != versions[ref]}
    return _overtake_all(Determination.objects.filter(pk__in=resting).order_by("pk"), changed, by)


@transaction.atomic
def overtake_open(*, targets: Iterable[str], changed: str, by: User | None) -> list[Determination]:
    """The things themselves have moved on (cancelled, barred): what was recommended of them is overtaken."""
    open_ones = Determination.objects.open().filter(target__in=list(targets)).order_by("pk")
    return _overtake_all(open_ones, changed, by)


def check_read(determination: Determination, read: str) -> None:
    if read != determination.digest:
        raise Stale("What you read is not what stands here now. Read it again before you sign.")


def _overtake_all(
    determinations: Iterable[Determination], changed: str, by: User | None
) -> list[Determination]:
    return [found for found in (_overtake(each, changed, by) for each in determinations) if found]


def _overtake(determination: Determination, changed: str, by: User | None) -> Determination | None:
    kind = kinds.of(determination)
    thing = kind.lock(determination)
    determination = Determination.objects.locked(determination.pk)
    if determination.state != State.RECOMMENDED:
        return None
    determination.changed = [*determination.changed, changed]
    _decide(determination, State.OVERTAKEN, by)
    kind.when_closed(determination, thing, by)
    return determination


def _decide(determination: Determination, state: State, by: User | None, reason: str = "") -> None:
    determination.state = state
    determination.decided_by = by
    determination.decided_at = timezone.now()
    determination.reason = reason
    determination.save(
        update_fields=["state", "decided_by", "decided_at", "read_digest", "reason", "changed", "updated_at"]
    )
    audit.record(
        f"signing.{state}",
        by=by,
        target=determination,
        kind=determination.kind,
        digest=determination.digest,
        **({"reason": reason} if reason else {}),
    )
    outbox.tell(f"signing.{state}", determination=str(determination.pk))
