"""What is done to a case short of deciding it. Lock, check, change, record, then tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from vetting import facts
from vetting.actions import ends, route, rows
from vetting.days import today
from vetting.models import Case, InformationRequest, Opinion, Outcome, Suspension
from vetting.rules import cases as rules


@transaction.atomic
def claim(*, case: Case, by: User) -> Case:
    """Take a case as its owner."""
    case = Case.objects.locked(case.pk)
    by = accounts.as_they_stand(by)
    rules.check_can_claim(by, case)
    case.owner = by
    ends.save(case)
    audit.record("vetting.claimed", by=by, target=case)
    return case


@transaction.atomic
def release(*, case: Case, by: User) -> Case:
    case = Case.objects.locked(case.pk)
    rules.check_can_release(by, case)
    return put_back(case, by=by)


def put_back(case: Case, *, by: User | None, **why: str) -> Case:
    """The caller holds the case's lock."""
    case.owner = None
    ends.save(case)
    audit.record("vetting.released", by=by, target=case, **why)
    return case


@transaction.atomic
def return_(*, case: Case, note: str, by: User, fields: Sequence[str] = ()) -> Case:
    """Send a case back for data that is owed; the nominator resubmits it."""
    case = Case.objects.locked(case.pk)
    rules.check_can_return(by, case)
    case.return_for_data()
    _ask(case, question=note, fields=fields, returned=True, by=by)
    ends.save(case)
    audit.record("vetting.returned", by=by, target=case, fields=list(fields))
    rows.refresh([case])
    return case


@transaction.atomic
def request_information(*, case: Case, question: str, by: User, fields: Sequence[str] = ()) -> Case:
    """Ask the nominator. The clock stops until they answer."""
    case = Case.objects.locked(case.pk)
    rules.check_can_ask(by, case)
    case.ask()
    _ask(case, question=question, fields=fields, returned=False, by=by)
    ends.save(case)
    audit.record("vetting.asked", by=by, target=case, fields=list(fields))
    rows.refresh([case])
    return case


def _ask(case: Case, *, question: str, fields: Sequence[str], returned: bool, by: User) -> None:
    InformationRequest.objects.create(
        case=case,
        question=question,
        fields=list(fields),
        returned=returned,
        asked_by=by,
        asked_at=timezone.now(),
    )


@transaction.atomic
def suspend(*, case: Case, reason: str, by: User) -> Case:
    """Stand still while what was found is weighed: thirty days, then it must be decided."""
    case = Case.objects.locked(case.pk)
    rules.check_can_suspend(by, case)
    case.suspend()
    ends.save(case)
    Suspension.objects.create(
        case=case,
        reason=reason,
        by=by,
        since=timezone.now(),
        decide_by=today() + dt.timedelta(days=Suspension.DAYS),
    )
    ends.mark([case], "earlier-suspended")
    audit.record("vetting.suspended", by=by, target=case, reason=reason)
    outbox.tell(facts.SUSPENDED, case=str(case.pk))
    rows.refresh([case])
    return case


@transaction.atomic
def resume(*, case: Case, reason: str, by: User) -> Case:
    case = Case.objects.locked(case.pk)
    rules.check_can_resume(by, case)
    case.resume()
    ends.end_suspension(case)
    ends.save(case)
    audit.record("vetting.resumed", by=by, target=case, reason=reason)
    rows.refresh([case])
    return case


@transaction.atomic
def opinion(*, case: Case, view: str, note: str, by: User) -> Case:
    """Legal's or the desk's view, before a recommendation."""
    case = Case.objects.locked(case.pk)
    rules.check_can_opine(by, case)
    given = Opinion.objects.create(case=case, view=view, note=note, by=by, at=timezone.now())
    ends.save(case)
    audit.record("vetting.opinion-given", by=by, target=case, view=view, opinion=str(given.pk))
    return case


@transaction.atomic
def cancel(*, case: Case, reason: str, by: User, note: str = "") -> Case:
    """End a case without an answer. `reason`: data-incomplete event-cancelled lapsed withdrawn duplicate."""
    case = Case.objects.locked(case.pk)
    rules.check_can_cancel(by, case)
    ends.cancel(case, outcome=Outcome(f"cancelled-{reason}"), note=note, by=by)
    rows.refresh([case])
    return case


@transaction.atomic
def recall(*, case: Case, reason: str, by: User) -> Case:
    """A clearance touched by later information stands no longer."""
    case = Case.objects.locked(case.pk)
    rules.check_can_recall(by, case)
    ends.recall(case, because="recalled", by=by, reason=reason)
    ends.mark([case], "earlier-recalled")
    rows.refresh([case])
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: User) -> Case:
    """Take up an ended case anew, once nothing bars it: it is screened and checked again."""
    case = Case.objects.locked(case.pk)
    rules.check_can_reopen(by, case)
    case.reopen()
    case.needed_by = case.nomination.needed_by  # an ended case does not follow an event that is moved
    audit.record("vetting.reopened", by=by, target=case, reason=reason)
    if case.plan_id:
        route.start_again(case)
    else:  # it was barred at screening, before it had a plan
        route.screened(case)
        route.pick_plan(case)
    ends.save(case)
    rows.refresh([case])
    return case
