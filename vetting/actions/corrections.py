"""A row given anew: what changed is put on its nominee and its unit; how it was given before is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from foundation.accounts.models import User
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, Problem
from foundation.signing import actions as signing
from screening import actions as screening
from units import actions as units
from units.models import Individual, Kind, NameKind, Subject, Unit
from vetting import facts
from vetting.actions import ends, nominate, route, rows
from vetting.intake.given import draft_of, unit_of
from vetting.intake.shape import CandidateDraft, UnitDraft
from vetting.models import Candidate, CandidateVersion, Case, Outcome
from vetting.rules import burying, fast_lane
from vetting.rules.cases import is_needed

ROW_SETTLED = Problem("settled", "Changes: this row is decided; what it says stands.", "/changes")
UNIT = "/changes/unit"
OTHER_UNIT = Problem("other-unit", "Unit: a row for a unit cannot become another. Nominate that one.", UNIT)
UNIT_TAKEN_OUT = Problem("withdrawn", "Unit: this one was withdrawn here. Nominate it anew.", UNIT)


def correct(candidate: Candidate, draft: CandidateDraft, *, asked: Case, by: User) -> list[Case]:
    """Answers the cases whose subject or unit is no longer what it was. `asked` is the case that was asked
    about; the caller holds the locks on the row's cases and its nomination. Raises Invalid."""
    last = last_version(candidate)
    version = nominate.version_of(candidate, draft, last.version + 1, by)
    if version.given == last.given:
        return []
    version.save()
    changed = _correct_row(candidate, draft, last, by) + _correct_unit(candidate, draft, last, asked, by)
    return list({case.pk: case for case in changed}.values())


def last_version(candidate: Candidate) -> CandidateVersion:
    return candidate.versions.order_by("-version")[0]


def as_it_stands(candidate: Candidate) -> CandidateDraft:
    return draft_of(last_version(candidate).given, candidate.row)


# --- the row's own data ---


def _correct_row(candidate: Candidate, draft: CandidateDraft, last: CandidateVersion, by: User) -> list[Case]:
    if _without_unit(draft_of(last.given, candidate.row)) == _without_unit(draft):
        return []
    if not candidate.case.is_open:
        raise Invalid(ROW_SETTLED)
    candidate.role, candidate.is_commander = draft.role, draft.is_commander
    candidate.rank, candidate.job_title = draft.rank or "", draft.job_title or ""
    candidate.save(update_fields=["role", "is_commander", "rank", "job_title"])
    if candidate.kind == Kind.UNIT:
        return []
    person = Individual.objects.get(pk=candidate.subject_id)
    changes = nominate.set_person_fields(person, draft)
    return [candidate.case] if _change(candidate, person, changes, nominate.person_names(draft), by) else []


def _without_unit(draft: CandidateDraft) -> dict[str, Any]:
    return {**vars(draft), "unit": None}


# --- its unit ---


def _correct_unit(
    candidate: Candidate, draft: CandidateDraft, last: CandidateVersion, asked: Case, by: User
) -> list[Case]:
    """Told anew, it is the same unit under a better description, for all its rows; or another unit.

    One that is decided is never described anew: what is told of it now is vetted as another, and at once in
    review. A refusal, or another word for a while, would tell that it is decided.
    """
    before, unit = unit_of(last.given["unit"]), draft.unit
    assert unit is not None
    if unit == before:
        return []
    if _is_another(candidate, unit, before, asked):
        return _move(candidate, unit, _case_of(candidate, unit), by)
    if not candidate.unit_case.is_open:
        moved = _move(candidate, unit, None, by)
        route.screen_and_route(str(candidate.unit_case_id))
        return moved
    return [candidate.unit_case] if _describe(candidate, unit, by) else []


def _is_another(candidate: Candidate, unit: UnitDraft, before: UnitDraft, asked: Case) -> bool:
    """Where the unit itself was asked about, or nobody else is nominated with it, a new name is its name."""
    if unit.key == before.key:
        return False
    if unit.id or before.id:
        return True
    is_about_it = candidate.kind == Kind.UNIT or asked.pk == candidate.unit_case_id
    others = candidate.unit_case.unit_candidates.filter(withdrawn_at=None).exclude(pk=candidate.pk)
    return not is_about_it and others.exists()


def _describe(candidate: Candidate, unit: UnitDraft, by: User) -> bool:
    """A unit's own case takes what its row says of the unit; a commander now named is a new nominee."""
    subject, case = Unit.objects.get(pk=candidate.unit_case.subject_id), candidate.unit_case
    changes = nominate.set_unit_fields(subject, unit)
    changed = _change(candidate, subject, changes, nominate.unit_names(unit), by)
    return _correct_commander(case, unit, candidate, by) or changed


def _correct_commander(case: Case, unit: UnitDraft, candidate: Candidate, by: User) -> bool:
    name, reason = unit.commander.text if unit.commander else "", unit.commander_unknown_reason or ""
    if name == (case.commander.name if case.commander else "") and reason == case.commander_unknown_reason:
        return False
    if case.commander and fast_lane.stands_against(case):
        screening.mark(subject=case.subject, reason=burying.TOLD_ANEW, adverse=True)
    if case.commander_id:  # people's determinations hold it too
        signing.overtake(
            kind="units.subject", ref=case.commander_id, changed="The unit's commander was told anew.", by=by
        )
    building = nominate.Building(candidate.nomination, by)
    case.commander = building.new_commander(unit.commander) if unit.commander else None
    case.commander_unknown_reason = reason
    units.record_nominees(building.subjects.values())
    ends.save(case)
    signing.overtake(kind="vetting.case", ref=case.pk, changed="The unit's commander was told anew.", by=by)
    return True


def _move(candidate: Candidate, unit: UnitDraft, there: Case | None, by: User) -> list[Case]:
    """The row is of another unit: `there` is that one's case in this nomination; None: it has none yet."""
    if candidate.kind == Kind.UNIT:
        raise Invalid(OTHER_UNIT)
    if not candidate.case.is_open:
        raise Invalid(ROW_SETTLED)
    left = candidate.unit_case
    if fast_lane.stands_against(left):
        screening.mark(subject=candidate.case.subject, reason=burying.TOLD_ANEW, adverse=True)
    candidate.unit_case = there or _new_case(candidate, unit, by)
    candidate.save(update_fields=["unit_case"])
    case = Case.objects.get(pk=candidate.case_id)
    case.unit_case = candidate.unit_case
    ends.save(case)
    signing.overtake(kind="vetting.case", ref=case.pk, changed="The row names another unit now.", by=by)
    let_go([left], by)
    return [case]


def _case_of(candidate: Candidate, unit: UnitDraft) -> Case | None:
    """Locked, so that its end and this row's joining it are not missed by each other. It comes after the
    nomination's lock here, against the order: the loser of a deadlock is tried again by its door."""
    cases = Case.objects.filter(nomination=candidate.nomination_id, kind=Kind.UNIT)
    cases = cases.select_for_update(no_key=True, of=("self",))
    if unit.id:
        found = cases.filter(subject=UUID(unit.id)).first()
        if found and found.outcome.startswith("cancelled"):
            raise Invalid(UNIT_TAKEN_OUT)
        return found
    described = CandidateVersion.objects.filter(candidate__nomination=candidate.nomination_id)
    described = described.filter(candidate__withdrawn_at=None).exclude(candidate=candidate.pk)
    latest = (
        described.order_by("candidate_id", "-version").distinct("candidate_id").select_related("candidate")
    )
    same = (each for each in latest if unit_of(each.given["unit"]).key == unit.key)
    return next((cases.get(pk=each.candidate.unit_case_id) for each in same), None)


def _new_case(candidate: Candidate, unit: UnitDraft, by: User) -> Case:
    known = nominate.KnownUnits.of([UUID(unit.id)] if unit.id else [])
    building = nominate.Building(candidate.nomination, by, known)
    case = building.unit_case(unit)
    building.save_cases()
    return case


# --- what follows ---


def let_go(cases: Iterable[Case], by: User) -> None:
    """Cancel those that no standing row needs any more."""
    for case in {case.pk: case for case in cases}.values():
        if case.is_open and not is_needed(case):
            ends.cancel(case, outcome=Outcome.WITHDRAWN, note="", by=by)


def _change(
    candidate: Candidate, subject: Any, changes: dict[str, object], names: list[units.Called], by: User
) -> bool:
    told = [(each.text, list(each.parts)) for each in subject.names.exclude(kind=NameKind.FORMER)]
    renamed = told != [(each.text, list(each.parts)) for each in names]
    if not changes and not renamed:
        return False
    units.change_nominee(subject=subject, changes=changes, names=names if renamed else None, by=by)
    signing.overtake(
        kind="units.subject", ref=subject.pk, changed="What was nominated has been corrected.", by=by
    )
    _tell_others(candidate, subject)
    return True


def _tell_others(candidate: Candidate, subject: Subject) -> None:
    """A unit may stand in several nominations of its organisation, under one name: those are told too."""
    others = Case.objects.filter(subject=subject.pk).exclude(nomination=candidate.nomination_id)
    pks, nominations = zip(*others.values_list("pk", "nomination_id"), strict=True) if others else ((), ())
    outbox.tell_many(facts.CASE_TOUCHED, [{"case": str(pk)} for pk in pks])
    rows.touch(set(nominations))
