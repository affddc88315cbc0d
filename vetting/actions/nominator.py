"""What a nominator does with a class after nominating it.

Lock order: the nomination's cases, units' first, then the nomination (`Nomination.objects.locked`,
`Candidate.objects.locked`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.signing import actions as signing
from vetting.actions import corrections, ends, gates, restrict, route, rows
from vetting.intake.shape import CandidateDraft, EventDraft
from vetting.models import Candidate, Case, Check, InformationRequest, Nomination, Outcome, Role, Status
from vetting.models.cases import OPEN
from vetting.rules import nominations as rules


@transaction.atomic
def withdraw(*, nomination: Nomination, by: User) -> Nomination:
    """Withdraw the whole class: every open case is cancelled."""
    nomination = Nomination.objects.locked(nomination.pk)
    rules.check_can_withdraw(by, nomination)
    now = timezone.now()
    nomination.candidates.filter(withdrawn_at=None).update(withdrawn_at=now)
    waiting = Case.objects.filter(nomination=nomination, status__in=OPEN).all_locked()
    ends.cancel_all(waiting, outcome=Outcome.WITHDRAWN, note="", by=by)
    nomination.withdrawn_at = now
    nomination.save(update_fields=["withdrawn_at"])
    audit.record("vetting.nomination-withdrawn", by=by, target=nomination)
    rows.refresh(nomination.cases.all())
    rows.touch([nomination.pk])
    return Nomination.objects.get(pk=nomination.pk)


@transaction.atomic
def amend_event(*, nomination: Nomination, event: EventDraft, needed_by: dt.date, by: User) -> Nomination:
    """Move the event. Clearances must still be valid on its first day: a later day may need them anew, and
    another may command the unit by then."""
    nomination = Nomination.objects.locked(nomination.pk)
    rules.check_can_amend_event(by, nomination)
    nomination.event_title, nomination.event_location = event.title, event.location
    nomination.event_starts_on, nomination.event_ends_on = event.starts_on, event.ends_on
    nomination.needed_by = needed_by
    nomination.save(
        update_fields=["event_title", "event_location", "event_starts_on", "event_ends_on", "needed_by"]
    )
    recalled = [
        _outlived(case, by) for case in Case.objects.filter(nomination=nomination, status=Status.CLEARED)
    ]
    waiting = nomination.cases.filter(status__in=OPEN)
    waiting.update(needed_by=needed_by, version=F("version") + 1, updated_at=timezone.now())
    Check.objects.filter(case__in=waiting).exclude(needed_by=needed_by).update(
        needed_by=needed_by, version=F("version") + 1, updated_at=timezone.now()
    )
    signing.overtake(kind="vetting.nomination", ref=nomination.pk, changed="The event was moved.", by=by)
    audit.record("vetting.event-amended", by=by, target=nomination)
    moved = restrict.meet(restrict.locked(nomination.cases.values_list("pk", flat=True)), by=by)
    gates.ask_after_amending(nomination, by)
    rows.refresh([*(case for case in recalled if case), *moved])
    rows.touch([nomination.pk])
    return Nomination.objects.get(pk=nomination.pk)


def _outlived(case: Case, by: User) -> Case | None:
    """A clearance that ends before the event's new first day no longer serves."""
    starts_on = case.nomination.event_starts_on
    if not case.clearances.live().filter(valid_until__lt=starts_on).exists():
        return None
    return ends.recall(Case.objects.locked(case.pk), because="ends-before-event", by=by)


@transaction.atomic
def withdraw_candidate(*, candidate: Candidate, by: User) -> Candidate:
    """Take one row out. Its unit's case goes on while any other row needs it."""
    candidate = Candidate.objects.locked(candidate.pk)
    rules.check_can_withdraw_candidate(by, candidate)
    _take_out(candidate, by)
    audit.record("vetting.row-withdrawn", by=by, target=candidate.nomination, row=candidate.row)
    rows.touch([candidate.nomination_id])
    return Candidate.objects.get(pk=candidate.pk)


@transaction.atomic
def substitute(*, candidate: Candidate, alternate: Candidate, by: User) -> Candidate:
    """An alternate takes a participant's place: that row is withdrawn, the alternate's vetting goes on."""
    candidate = Candidate.objects.locked(candidate.pk)
    rules.check_can_substitute(by, candidate)
    alternate = rules.usable_alternate(candidate, alternate)
    _take_out(candidate, by)
    alternate.role, alternate.replaces = Role.PARTICIPANT, candidate
    alternate.save(update_fields=["role", "replaces"])
    audit.record(
        "vetting.row-substituted",
        by=by,
        target=candidate.nomination,
        row=candidate.row,
        alternate=alternate.row,
    )
    rows.touch([candidate.nomination_id])
    return Candidate.objects.get(pk=candidate.pk)


@transaction.atomic
def answer(*, candidate: Candidate, answer: str, draft: CandidateDraft | None, by: User) -> Candidate:
    """Answer what was asked about a row; `draft` is the row as corrected with the answer, if it was."""
    return _reply(candidate, rules.check_can_answer, Case.answer, answer, draft, by)


@transaction.atomic
def resubmit(*, candidate: Candidate, draft: CandidateDraft | None, by: User) -> Candidate:
    """Give a returned row anew."""
    return _reply(candidate, rules.check_can_resubmit, Case.resubmit, "", draft, by)


def _reply(
    candidate: Candidate,
    check: Callable[[User, Candidate], None],
    move: Callable[[Case], None],
    text: str,
    draft: CandidateDraft | None,
    by: User,
) -> Candidate:
    candidate = Candidate.objects.locked(candidate.pk)
    check(by, candidate)
    question = rules.question_of(candidate)
    assert question is not None
    asked = candidate.case if question.case_id == candidate.case_id else candidate.unit_case
    _close_question(question, text, by)
    changed = corrections.correct(candidate, draft, asked=asked, by=by) if draft else []
    touched = _take_up(asked, move, [case.pk for case in changed])
    audit.record(
        "vetting.answered", by=by, target=candidate.nomination, row=candidate.row, changed=bool(changed)
    )
    rows.refresh(touched)
    rows.touch([candidate.nomination_id])
    return Candidate.objects.get(pk=candidate.pk)


def _take_up(asked: Case, move: Callable[[Case], None], changed: list[Any]) -> list[Case]:
    """The case that was asked about goes on; whichever was corrected is screened and checked again."""
    cases = Case.objects.filter(pk__in=[asked.pk, *changed]).order_by("-kind", "pk")
    for case in cases:  # read again: a correction overtakes what was recommended, and that moves its case
        if case.pk == asked.pk:
            move(case)
        if case.status == Status.RECEIVED and case.pk == asked.pk:
            route.received(case)
        elif case.pk in changed:
            route.start_again(case)
        if case.is_open:
            ends.save(case)
    return list(cases)


def _close_question(question: InformationRequest, text: str, by: User) -> None:
    now = timezone.now()
    question.answer, question.answered_by, question.answered_at, question.closed_at = text, by, now, now
    question.save()


def _take_out(candidate: Candidate, by: User) -> None:
    candidate.withdrawn_at = timezone.now()
    candidate.save(update_fields=["withdrawn_at"])
    corrections.let_go([candidate.case, candidate.unit_case], by)
    rows.refresh([candidate.case, candidate.unit_case])
