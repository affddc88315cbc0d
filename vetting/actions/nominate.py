"""A nomination goes in: all of it or nothing. Nominees as nominated, a case for each person and each unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from units import actions as units
from units.models import Individual, Kind, NameKind, Unit
from vetting import facts
from vetting.actions import gates
from vetting.intake.changes import as_body
from vetting.intake.shape import CandidateDraft, Name, NominationDraft, UnitDraft
from vetting.intake.text import in_any_order
from vetting.models import Candidate, CandidateVersion, Case, Nomination
from vetting.rules import nominations as rules

AT_ONCE = 1_000  # rows in one statement


@transaction.atomic
def nominate(*, draft: NominationDraft, by: User) -> Nomination:
    """Save a checked nomination. Raises NotYours; Invalid if its reference was taken meanwhile."""
    rules.check_can_nominate(by, draft.organisation)
    nomination = rules.saved_with_free_reference(_nomination(draft, by))
    building = Building(nomination, by, known=KnownUnits.named_in(draft.candidates))
    for row in draft.candidates:
        building.add(row)
    building.save()
    return nomination


def _nomination(draft: NominationDraft, by: User) -> Nomination:
    now = timezone.now()
    return Nomination(
        reference=draft.reference,
        organisation_id=draft.organisation,
        country_id=draft.country,
        post=rules.post_of(draft.country),
        event_title=draft.event.title,
        event_location=draft.event.location,
        event_starts_on=draft.event.starts_on,
        event_ends_on=draft.event.ends_on,
        program_id=draft.program,
        program_label=draft.program_label or "",
        law=draft.law,
        purpose=draft.purpose or "",
        needed_by=draft.needed_by,
        submitted_by=by,
        submitted_at=now,
        updated_at=now,
    )


@dataclass
class KnownUnits:
    """Units of earlier nominations of their own, and the case each last had."""

    units: dict[UUID, Unit] = field(default_factory=dict)
    last_cases: dict[UUID, Case] = field(default_factory=dict)

    @classmethod
    def named_in(cls, rows: Iterable[CandidateDraft]) -> KnownUnits:
        return cls.of({UUID(row.unit.id) for row in rows if row.unit and row.unit.id})

    @classmethod
    def of(cls, ids: Collection[UUID]) -> KnownUnits:
        if not ids:
            return cls()
        last = Case.objects.filter(subject__in=ids).select_related("commander")
        last = last.order_by("subject_id", "-opened_at", "pk").distinct("subject_id")
        return cls(Unit.objects.in_bulk(ids), {case.subject_id: case for case in last})


@dataclass
class Building:
    """Rows gathered into subjects, cases and candidates, to be saved in a handful of statements."""

    nomination: Nomination
    by: User
    known: KnownUnits = field(default_factory=KnownUnits)
    subjects: dict[UUID, units.Recorded] = field(default_factory=dict)
    unit_cases: dict[tuple[str, ...], Case] = field(default_factory=dict)
    people_cases: list[Case] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    versions: list[CandidateVersion] = field(default_factory=list)

    def add(self, row: CandidateDraft) -> Candidate:
        assert row.unit is not None
        unit_case = self.unit_case(row.unit)
        case = unit_case if row.kind == Kind.UNIT else self._person_case(row, unit_case)
        self._settle_commander(row, case, unit_case)
        candidate = Candidate(
            nomination=self.nomination,
            row=row.row,
            kind=row.kind,
            role=row.role,
            subject=case.subject,
            case=case,
            unit_case=unit_case,
            rank=row.rank or "",
            job_title=row.job_title or "",
            is_commander=row.is_commander,
            moved_at=self.nomination.submitted_at,
        )
        self.candidates.append(candidate)
        self.versions.append(version_of(candidate, row, 1, self.by))
        return candidate

    def unit_case(self, unit: UnitDraft) -> Case:
        """One case a unit, however many of its people are nominated with it."""
        if unit.key not in self.unit_cases:
            self.unit_cases[unit.key] = self._known_unit_case(unit) if unit.id else self._new_unit_case(unit)
        return self.unit_cases[unit.key]

    def _new_unit_case(self, unit: UnitDraft) -> Case:
        subject = Unit(country=self.nomination.country)
        set_unit_fields(subject, unit)
        self._record(subject, unit_names(unit))
        commander = self.new_commander(unit.commander) if unit.commander else None
        return self._case(
            subject, commander=commander, commander_unknown_reason=unit.commander_unknown_reason or ""
        )

    def _known_unit_case(self, unit: UnitDraft) -> Case:
        """A unit of an earlier nomination of their own, with the commander it was last nominated with."""
        pk = UUID(unit.id)
        last = self.known.last_cases.get(pk)
        return self._case(
            self.known.units[pk],
            commander=last.commander if last else None,
            commander_unknown_reason=last.commander_unknown_reason if last else "",
        )

    def new_commander(self, name: Name) -> Individual:
        commander = Individual(country=self.nomination.country)
        self._record(commander, [called(name)])
        return commander

    def _record(self, subject: Individual | Unit, names: list[units.Called]) -> None:
        self.subjects[subject.id] = units.Recorded(subject, names)

    def _person_case(self, row: CandidateDraft, unit_case: Case) -> Case:
        person = Individual(country=self.nomination.country)
        set_person_fields(person, row)
        self._record(person, person_names(row))
        case = self._case(person, unit_case=unit_case)
        self.people_cases.append(case)
        return case

    def _settle_commander(self, row: CandidateDraft, case: Case, unit_case: Case) -> None:
        """A row marked as commander, bearing the commander's name, is the commander: one subject, not two."""
        named = unit_case.commander
        if not (
            row.is_commander
            and row.name
            and named
            and named._state.adding
            and row.unit
            and row.unit.commander
        ):
            return
        if in_any_order(row.unit.commander.text) == in_any_order(row.name.text):
            del self.subjects[named.id]
            unit_case.commander = Individual(pk=case.subject_id)
            unit_case.commander._state.adding = False

    def _case(self, subject: Individual | Unit, **more: Any) -> Case:
        of = self.nomination
        return Case(
            kind=Kind.UNIT if isinstance(subject, Unit) else Kind.INDIVIDUAL,
            nomination=of,
            subject=subject,
            country=of.country,
            post=of.post,
            law=of.law,
            program_id=of.program_id,
            needed_by=of.needed_by,
            opened_at=of.submitted_at,
            **more,
        )

    def save(self) -> None:
        states = gates.ask_first(self.nomination)
        audit.record(
            "vetting.nominated", by=self.by, target=self.nomination, rows=len(self.candidates), gates=states
        )
        self.save_cases()
        Candidate.objects.bulk_create(self.candidates, batch_size=AT_ONCE)
        CandidateVersion.objects.bulk_create(self.versions, batch_size=AT_ONCE)

    def save_cases(self) -> None:
        """The subjects and their cases, for workers to screen and route."""
        cases = [*self.unit_cases.values(), *self.people_cases]
        for case, reference in zip(cases, references(self.nomination, len(cases)), strict=True):
            case.reference = reference
        units.record_nominees(self.subjects.values())
        Case.objects.bulk_create(cases, batch_size=AT_ONCE)
        audit.record_many(
            audit.entry("vetting.received", by=self.by, target=case, nomination=str(self.nomination.pk))
            for case in cases
        )
        # Units before their people: most of a person's case can only end after its unit's.
        outbox.tell_many(facts.CASE_RECEIVED, [{"case": str(case.pk)} for case in cases])


def references(nomination: Nomination, count: int) -> list[str]:
    """References for cases: country, year, and a number never used twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('vetting_case_number') FROM generate_series(1, %s)", [count])
        numbers = [row[0] for row in cursor.fetchall()]
    return [f"{nomination.country_id}-{nomination.submitted_at:%y}-{number:06d}" for number in numbers]


def version_of(candidate: Candidate, row: CandidateDraft, version: int, by: User) -> CandidateVersion:
    return CandidateVersion(
        candidate=candidate, version=version, given=as_body(row), given_by=by, given_at=timezone.now()
    )


def called(name: Name) -> units.Called:
    return units.Called(name.text, name.parts)


def person_names(row: CandidateDraft) -> list[units.Called]:
    assert row.name is not None
    return [called(row.name), *_aliases(row.aliases)]


def unit_names(unit: UnitDraft) -> list[units.Called]:
    assert unit.name is not None
    english = [units.Called(unit.english_name, language="en")] if unit.english_name else []
    return [units.Called(unit.name), *english, *_aliases(unit.aliases)]


def _aliases(aliases: Iterable[str]) -> list[units.Called]:
    return [units.Called(alias, kind=NameKind.ALIAS) for alias in aliases]


def set_person_fields(person: Individual, row: CandidateDraft) -> dict[str, Any]:
    """Put a row's personal data on its nominee; answers the fields that differ."""
    place = row.place_of_birth
    wanted = {
        "date_of_birth": row.date_of_birth.text if row.date_of_birth else "",
        "nationality": row.nationality or "",
        "gender": row.gender or "",
        "birth_city": (place and place.city) or "",
        "birth_state": (place and place.state) or "",
        "birth_country": (place and place.country) or "",
        "national_id": row.national_id or "",
    }
    return _set(person, wanted)


def set_unit_fields(unit: Unit, draft: UnitDraft) -> dict[str, Any]:
    wanted = {
        "level": draft.level or "",
        "location": draft.location or "",
        "parents_as_named": list(draft.parents),
    }
    return _set(unit, wanted)


def _set(subject: Individual | Unit, wanted: dict[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in wanted.items() if getattr(subject, name) != value}
    for name, value in changed.items():
        setattr(subject, name, value)
    return changed
