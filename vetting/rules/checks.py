"""Who may claim, release and complete a check, and what a section may read of the others'."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from vetting.models import Case, Check, CheckState, Queue, Status
from vetting.permissions import CasePerm, QueuePerm


def check_can_claim(user: User, check: Check) -> None:
    check_works(user, check)
    check_case_open(check)
    if check.state == CheckState.CLAIMED:
        raise NotNow(
            "You have claimed this already."
            if check.claimed_by_id == user.pk
            else f"{check.claimed_by} has claimed this."
        )
    if check.state != CheckState.OPEN:
        raise NotNow(f"This check is {check.get_state_display().lower()}.")


def check_can_release(user: User, check: Check) -> None:
    check_works(user, check)
    check_is_mine(user, check)


def check_can_complete(user: User, check: Check) -> None:
    check_works(user, check)
    check_case_open(check)
    check_is_mine(user, check)


def check_can_skip(user: User, check: Check) -> None:
    if not reach.holds(user, CasePerm.SKIP, check.places):
        raise NotYours("Only the post coordinator can recommend that a check be skipped.")
    check_skippable(check)


def check_skippable(check: Check) -> None:
    check_case_open(check)
    if check.state not in (CheckState.OPEN, CheckState.CLAIMED):
        raise NotNow(f"This check is {check.get_state_display().lower()}.")


def check_works(user: User, check: Check) -> None:
    check_works_queue(user, check.queue)
    if not reach.holds(user, CasePerm.VIEW, check.places):
        raise NotYours("Only those who read cases of this country can take its checks.")


def check_works_queue(user: User, queue: Queue) -> None:
    if not reach.holds(user, QueuePerm.WORK, [queue]):
        raise NotYours("Only those who work this queue can take its checks.")


def check_works_somewhere(user: User) -> None:
    if not reach.holds_anywhere(user, QueuePerm.WORK, Queue):
        raise NotYours("You work no queue, so there is no check for you to take.")


def check_is_mine(user: User, check: Check) -> None:
    if check.state != CheckState.CLAIMED:
        raise NotNow(
            "Nobody has claimed this: claim it first."
            if check.state == CheckState.OPEN
            else f"This check is {check.get_state_display().lower()}."
        )
    if check.claimed_by_id != user.pk:
        raise NotNow(f"{check.claimed_by} has claimed this.")


def check_case_open(check: Check) -> None:
    if check.case.status != Status.IN_REVIEW:
        raise NotNow(f"Its case is {check.case.get_status_display().lower()}: work on it has stopped.")


def is_sealed(user: User, check: Check) -> bool:
    """Another's finding, in a stage in which this person still owes theirs."""
    if check.state != CheckState.DONE or check.claimed_by_id == user.pk:
        return False
    return check.stage in sealed_stages(user, check.case, check.case.checks.all())


def sealed_among(user: User, cases: Iterable[UUID]) -> set[UUID]:
    """Those of these cases of which some finding is sealed to this person: `is_sealed` for a whole list."""
    if not reach.holds_anywhere(user, QueuePerm.WORK, Queue):
        return set()
    done = Check.objects.filter(case__in=list(cases), state=CheckState.DONE).exclude(claimed_by=user)
    owed = Check.objects.filter(
        reach.within(user, QueuePerm.WORK, queue=Queue),
        case=OuterRef("case"),
        stage=OuterRef("stage"),
        state__in=(CheckState.OPEN, CheckState.CLAIMED),
    )
    return set(done.filter(Exists(owed)).values_list("case", flat=True))


def sealed_stages(user: User, case: Case, checks: Iterable[Check]) -> set[int]:
    """Stages in which this person still owes a finding: there, the others' findings are sealed to them."""
    return {
        check.stage
        for check in checks
        if check.state in (CheckState.OPEN, CheckState.CLAIMED)
        and reach.holds(user, QueuePerm.WORK, [check.queue])
    }
