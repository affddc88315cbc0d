"""Who may do what to a case, and when. Each raises NotYours, or NotNow with every reason, or returns."""

from __future__ import annotations

from collections.abc import Container

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from vetting.days import today
from vetting.models import Case, Status
from vetting.models.cases import OPEN
from vetting.permissions import CasePerm
from vetting.rules import bars, fast_lane
from vetting.rules.checks import sealed_stages

WHO = {
    CasePerm.RETURN: "Only the post coordinator can return a case.",
    CasePerm.CANCEL: "Only the post coordinator can cancel a case.",
    CasePerm.ASK: "Only the post and the human rights bureau can ask the nominator.",
    CasePerm.OWN: "Only vetters of this country can take a case.",
    CasePerm.REVIEW: "Only the human rights bureau can suspend, resume, recommend or recall.",
    CasePerm.REOPEN: "Only the coordinator or the human rights bureau can reopen a case.",
    CasePerm.CLEAR: "Only the coordinator or the human rights bureau can clear.",
    CasePerm.OPINE: "Only legal and the regional desk give opinions.",
    CasePerm.APPROVE: "Only an approver for this country can approve.",
}


def check_can_return(user: User, case: Case) -> None:
    _check(user, case, CasePerm.RETURN, (Status.RECEIVED, Status.SCREENING, Status.IN_REVIEW), "returned")


def check_can_cancel(user: User, case: Case) -> None:
    """Besides the coordinator, whoever reviews may end a suspension so: at thirty days somebody must."""
    reviews = case.status == Status.SUSPENDED and reach.holds(user, CasePerm.REVIEW, case.places)
    if not reviews:
        check_holds(user, case, CasePerm.CANCEL)
    check_status(case, OPEN, "cancelled")


def check_can_claim(user: User, case: Case) -> None:
    _check(user, case, CasePerm.OWN, (Status.IN_REVIEW,), "taken")
    if case.owner_id == user.pk:
        raise NotNow("You have this case already.")
    if case.owner_id is not None:
        raise NotNow(f"{case.owner} has this case.")


def check_can_release(user: User, case: Case) -> None:
    check_holds(user, case, CasePerm.OWN)
    if case.owner_id != user.pk:
        raise NotNow("You do not have this case.")
    check_not_past_thirty_days(case)


def check_can_ask(user: User, case: Case) -> None:
    _check(user, case, CasePerm.ASK, (Status.IN_REVIEW,), "asked about")


def check_can_suspend(user: User, case: Case) -> None:
    _check(user, case, CasePerm.REVIEW, (Status.IN_REVIEW,), "suspended")


def check_can_resume(user: User, case: Case) -> None:
    _check(user, case, CasePerm.REVIEW, (Status.SUSPENDED,), "resumed")


def check_can_recommend_withhold(user: User, case: Case) -> None:
    _check(user, case, CasePerm.REVIEW, (Status.IN_REVIEW, Status.SUSPENDED), "recommended for a withhold")


def check_can_recommend_clear(user: User, case: Case) -> None:
    _check(user, case, CasePerm.REVIEW, (Status.IN_REVIEW,), "recommended for a clear")
    if reasons := fast_lane.not_ready(case):
        raise NotNow(*reasons)


def check_can_clear(user: User, case: Case) -> None:
    """One person, in the fast lane (DESIGN §4)."""
    _check(user, case, CasePerm.CLEAR, (Status.IN_REVIEW,), "cleared")
    sealed = sealed_stages(user, case, fast_lane.checks_of(case))
    if reasons := [*fast_lane.not_ready(case), *fast_lane.takes_two(case, user, sealed)]:
        raise NotNow(*reasons)


def check_can_opine(user: User, case: Case) -> None:
    _check(user, case, CasePerm.OPINE, (Status.IN_REVIEW, Status.SUSPENDED), "given an opinion on")
    check_not_past_thirty_days(case)


def check_can_recall(user: User, case: Case) -> None:
    _check(user, case, CasePerm.REVIEW, (Status.CLEARED,), "recalled")


def check_can_reopen(user: User, case: Case) -> None:
    permission = CasePerm.REVIEW if case.status == Status.RECALLED else CasePerm.REOPEN
    _check(user, case, permission, (Status.RECALLED, Status.WITHHELD, Status.BARRED), "reopened")
    reasons = [each.sentence for each in bars.bars(case)]
    if not is_needed(case):
        reasons.append("It was withdrawn by its nominator, who may nominate anew.")
    if reasons:
        raise NotNow(*reasons)


def is_needed(case: Case) -> bool:
    """Whether any row that was not withdrawn is about it: itself, or a unit's people."""
    rows = case.candidates.filter(withdrawn_at=None) | case.unit_candidates.filter(withdrawn_at=None)
    return rows.exists()


def check_can_approve(user: User, case: Case, status: Status) -> None:
    """What a case demands of whoever signs for it, besides what signing itself refuses."""
    check_holds(user, case, CasePerm.APPROVE)
    check_status(case, (status,), "approved")
    if status == Status.CLEAR_RECOMMENDED and (reasons := fast_lane.not_ready(case)):
        raise NotNow(*reasons)


def check_not_past_thirty_days(case: Case) -> None:
    if case.status == Status.SUSPENDED and past_thirty_days(case):
        raise NotNow("Its thirty days are over: it can only be resumed, recommended or cancelled.")


def past_thirty_days(case: Case) -> bool:
    return any(each.ended_at is None and each.decide_by <= today() for each in case.suspensions.all())


def check_holds(user: User, case: Case, permission: CasePerm) -> None:
    if not reach.holds(user, permission, case.places):
        raise NotYours(WHO[permission])


def check_status(case: Case, statuses: Container[str], done: str) -> None:
    if case.status not in statuses:
        raise NotNow(f"This case is {case.get_status_display().lower()}: it cannot be {done} now.")


def _check(user: User, case: Case, permission: CasePerm, statuses: Container[str], done: str) -> None:
    check_holds(user, case, permission)
    check_status(case, statuses, done)
