"""What a nominator does with a class after nominating it.

Lock order: the nomination's cases, units' first, then the nomination (`Nomination.objects.locked`,
`Candidate.objects.locked`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.signing import actions as signing
from units import actions as units
from units.models import Individual, Kind, Unit
from vetting.actions import ends, nominate, route, rows
from vetting.intake.shape import CandidateDraft, EventDraft
from vetting.models import Candidate, Case, InformationRequest, Nomination, Outcome, Role, Status
from vetting.models.cases import OPEN
from vetting.rules import nominations as rules


@transaction.atomic
def withdraw(*, nomination: Nomination, by: User) -> Nomination:
    """Withdraw the whole class: every open case is cancelled."""
    nomination = Nomination.objects.locked(nomination.pk)
    rules.check_can_withdraw(by, nomination)
    now = timezone.now()
    nomination.candidates.filter(withdrawn_at=None).update(withdrawn_at=now)
    for case in Case.objects.filter(nomination=nomination, status__in=OPEN).all_locked():
        _cancel(case, by)
    nomination.withdrawn_at = now
    nomination.save(update_fields=["withdrawn_at"])
    audit.record("vetting.nomination-withdrawn", by=by, target=nomination)
    rows.refresh(nomination.cases.all())
    rows.touch([nomination.pk])
    return Nomination.objects.get(pk=nomination.pk)


@transaction.atomic
def amend_event(*, nomination: Nomination, event: EventDraft, needed_by: dt.date, by: User) -> Nomination:
    """Move the event. Clearances must still be valid on its first day: a later day may need them anew."""
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
    for case in Case.objects.filter(nomination=nomination, status__in=OPEN).all_locked():
        case.needed_by = needed_by
        ends.save(case)
        case.checks.update(needed_by=needed_by)
        signing.overtake(kind="vetting.case", ref=case.pk, changed="The event was moved.", by=by)
    audit.record("vetting.event-amended", by=by, target=nomination)
    rows.refresh([case for case in recalled if case])
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
    case = candidate.case if question.case_id == candidate.case_id else candidate.unit_case
    _close_question(question, text, by)
    was_returned = case.status == Status.RETURNED
    move(case)
    changed = _correct(candidate, draft, by) if draft else False
    if was_returned:
        _receive_again(case)
    elif changed:
        route.start_again(case)
    if case.is_open:
        ends.save(case)
    audit.record("vetting.answered", by=by, target=candidate.nomination, row=candidate.row, changed=changed)
    rows.refresh([case])
    rows.touch([candidate.nomination_id])
    return Candidate.objects.get(pk=candidate.pk)


def _receive_again(case: Case) -> None:
    ends.save(case)
    route.received(case)


def _close_question(question: InformationRequest, text: str, by: User) -> None:
    now = timezone.now()
    question.answer, question.answered_by, question.answered_at, question.closed_at = text, by, now, now
    question.save()


def _correct(candidate: Candidate, draft: CandidateDraft, by: User) -> bool:
    """Put a corrected row on its nominee and its unit; the old version is kept. Whether it differs."""
    last = candidate.versions.order_by("-version").first()
    assert last is not None and draft.unit is not None
    version = nominate.version_of(candidate, draft, last.version + 1, by)
    if version.given == last.given:
        return False
    version.save()
    candidate.rank, candidate.job_title = draft.rank or "", draft.job_title or ""
    candidate.is_commander = draft.is_commander
    candidate.save(update_fields=["rank", "job_title", "is_commander"])
    changed = _correct_unit(candidate, draft, by)
    if candidate.kind == Kind.INDIVIDUAL:
        person = Individual.objects.get(pk=candidate.subject_id)
        names = nominate.person_names(draft)
        changed |= _change(person, nominate.set_person_fields(person, draft), names, by)
    return changed


def _correct_unit(candidate: Candidate, draft: CandidateDraft, by: User) -> bool:
    """A unit's own case takes what its row says of the unit; a commander now named is a new nominee."""
    assert draft.unit is not None
    if draft.unit.id:
        return False
    unit, case = Unit.objects.get(pk=candidate.unit_case.subject_id), candidate.unit_case
    changed = _change(unit, nominate.set_unit_fields(unit, draft.unit), nominate.unit_names(draft.unit), by)
    named = draft.unit.commander
    if named and (case.commander is None or case.commander.name != named.text):
        building = nominate.Building(candidate.nomination, by)
        case.commander = building.new_commander(named)
        units.record_nominees(building.subjects)
        case.commander_unknown_reason = ""
        ends.save(case)
        changed = True
    return changed


def _change(subject: Any, changes: dict[str, object], names: list[units.Called], by: User) -> bool:
    told = [name.text for name in subject.names.all()] != [called.text for called in names]
    if not changes and not told:
        return False
    units.change_nominee(subject=subject, changes=changes, names=names if told else None, by=by)
    signing.overtake(
        kind="units.subject", ref=subject.pk, changed="What was nominated has been corrected.", by=by
    )
    return True


def _take_out(candidate: Candidate, by: User) -> None:
    candidate.withdrawn_at = timezone.now()
    candidate.save(update_fields=["withdrawn_at"])
    cases = [case for case in (candidate.case, candidate.unit_case) if not _needed(case)]
    for case in {case.pk: case for case in cases}.values():
        if case.is_open:
            _cancel(case, by)
    rows.refresh([candidate.case, candidate.unit_case])


def _needed(case: Case) -> bool:
    """Whether any row that stands still needs this case."""
    return (
        case.candidates.filter(withdrawn_at=None) | case.unit_candidates.filter(withdrawn_at=None)
    ).exists()


def _cancel(case: Case, by: User) -> Case:
    return ends.cancel(case, outcome=Outcome.WITHDRAWN, note="", by=by)
