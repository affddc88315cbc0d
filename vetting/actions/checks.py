"""A section's work: claim, release, complete, recommend a skip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.refused import NotNow
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from vetting.actions import ends, frozen, route
from vetting.models import Case, Check, CheckState, Finding, Queue, Search, Status
from vetting.rules import checks as rules


@transaction.atomic
def claim(*, check: Check, by: User) -> Check:
    """Take a check. Of any number who try at once, exactly one has it."""
    check = Check.objects.select_related("case", "queue").locked(check.pk)
    by = accounts.as_they_stand(by)
    rules.check_can_claim(by, check)
    return _claim(check, by)


@transaction.atomic
def claim_next(*, by: User, queue: Queue | None = None) -> Check | None:
    """Take the most urgent open check of one's queues: by date needed, then age. None when there is none."""
    by = accounts.as_they_stand(by)
    open_checks = Check.objects.worked_by(by).waiting().filter(state=CheckState.OPEN)
    if queue is not None:
        rules.check_works_queue(by, queue)
        open_checks = open_checks.filter(queue=queue)
    first = (
        open_checks.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by("needed_by", "opened_at", "id")
        .first()
    )
    return _claim(first, by) if first else None


def _claim(check: Check, by: User) -> Check:
    check.state, check.claimed_by, check.claimed_at = CheckState.CLAIMED, by, timezone.now()
    check.version += 1
    check.save()
    audit.record("vetting.check-claimed", by=by, target=check)
    return check


@transaction.atomic
def release(*, check: Check, by: User) -> Check:
    """Put a check back into its queue."""
    check = Check.objects.select_related("case", "queue").locked(check.pk)
    rules.check_can_release(by, check)
    return put_back(check, by=by)


def put_back(check: Check, *, by: User | None, **why: str) -> Check:
    """The caller holds the case's lock and the check's."""
    check.state, check.claimed_by, check.claimed_at = CheckState.OPEN, None, None
    check.version += 1
    check.save()
    audit.record("vetting.check-released", by=by, target=check, **why)
    return check


@transaction.atomic
def complete(
    *, check: Check, finding: str, by: User, note: str = "", searches: Sequence[dict[str, Any]] = ()
) -> Check:
    """Record a finding with the searches made. `searches`: [{source, query, script?, results}]."""
    case = Case.objects.locked(check.case_id)
    check = Check.objects.select_related("queue", "claimed_by").locked(check.pk)
    check.case = case
    rules.check_can_complete(by, check)

    _done(check, finding=finding, note=note, searches=searches, by=by)
    audit.record("vetting.check-completed", by=by, target=check, finding=finding, searches=len(searches))
    _after(case, check)
    return check


@transaction.atomic
def recommend_skip(*, check: Check, reason: str, by: User) -> Determination:
    """Recommend that a check need not be made. Takes two people."""
    case = Case.objects.locked(check.case_id)
    check = Check.objects.select_related("queue").locked(check.pk)
    check.case = case
    rules.check_can_skip(by, check)
    return signing.recommend(
        kind="check-skip",
        target=f"vetting.check:{check.pk}",
        subject=case.subject,
        payload=frozen.skip(check, reason, by),
        covers=frozen.covers_of_skip(check),
        by=by,
        law=case.restriction_law,
        country=case.country,
        post=case.post,
    )


def skip(check: Check, *, reason: str, by: User) -> None:
    """Signed for: the check counts as done. The caller holds the case's lock and the check's."""
    if check.state not in (CheckState.OPEN, CheckState.CLAIMED):
        raise NotNow("This check is done already.")
    _done(check, finding="skipped", note=reason, searches=(), by=by)
    audit.record("vetting.check-skipped", by=by, target=check)
    _after(check.case, check)


def _done(check: Check, *, finding: str, note: str, searches: Sequence[dict[str, Any]], by: User) -> None:
    now = timezone.now()
    check.state, check.finding, check.done_at = CheckState.DONE, finding, now
    check.version += 1
    check.save()
    recorded = Finding.objects.create(check_done=check, finding=finding, note=note, by=by, at=now)
    Search.objects.bulk_create(Search(found=recorded, **search) for search in searches)


def _after(case: Case, check: Check) -> None:
    signing.overtake(kind="vetting.check", ref=check.pk, changed="The check was completed.", by=None)
    signing.overtake(kind="vetting.case", ref=case.pk, changed="A check recorded a finding since.", by=None)
    if case.status == Status.IN_REVIEW:
        route.advance(case, check.queue)
    ends.save(case)
