"""The matrix of a file: incident × responsible person × step, read in a handful of queries.

The last step of a kind counts: one that was set again answers those before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evidence import against
from evidence.against import Standing
from evidence.models import Allegation, Conclusion
from foundation.sources.models import Law
from remediation.models import (
    IncidentOfFile,
    Remediation,
    Requirement,
    Responsible,
    Step,
    StepKind,
    StepState,
)
from remediation.rules import files
from units.models import same_subjects
from vetting.days import today
from vetting.models import Restriction

NOT_CLOSED = {
    StepState.OPEN: "is open",
    StepState.DONE: "is not verified",
    StepState.REJECTED: "was rejected",
    StepState.LAPSED: "has lapsed",
}


@dataclass
class Line:
    """One responsible person in one incident. `needed`: law → kinds of step."""

    number: int
    responsible: Responsible
    steps: list[Step]
    needed: dict[str, set[str]]

    @cached_property
    def last(self) -> dict[str, Step]:
        """Of each kind the step that counts."""
        return {step.kind: step for step in sorted(self.steps, key=lambda each: (each.created_at, each.pk))}

    def missing(self, law: str) -> dict[str, str]:
        """Kinds of step that still bar, each as it reads after "Incident 1, responsible person 2: "."""
        found: dict[str, str] = {}
        for kind in StepKind:
            step = self.last.get(kind)
            if step is None and kind in self.needed.get(law, ()):
                found[kind] = f"no step is set for the {kind.label.lower()}."
            elif step is not None and step.state != StepState.VERIFIED and self._counts(kind, law):
                found[kind] = f"the {kind.label.lower()} {NOT_CLOSED[StepState(step.state)]}."
        return found

    def _counts(self, kind: str, law: str) -> bool:
        """The State law asks for effective steps: those it requires. The DoD law for all that were needed."""
        return law == Law.DOD_LEAHY or kind in self.needed.get(law, ())

    def is_closed(self, laws: Iterable[str]) -> bool:
        return not any(self.missing(law) for law in laws)


@dataclass
class Row:
    """One incident. `answered`: every allegation of it against the subject was judged not credible."""

    number: int
    of: IncidentOfFile
    lines: list[Line] = field(default_factory=list)
    answered: bool = False

    def missing(self, law: str) -> list[str]:
        if self.answered:
            return []
        if not self.lines:
            return [f"Incident {self.number}: nobody responsible is named or described."]
        return [
            f"Incident {self.number}, responsible person {line.number}: {what}"
            for line in self.lines
            for what in line.missing(law).values()
        ]

    def is_closed(self, laws: Iterable[str]) -> bool:
        return not any(self.missing(law) for law in laws)


class Matrix:
    def __init__(self, file: Remediation) -> None:
        self.file = file

    @cached_property
    def restrictions(self) -> list[Restriction]:
        return list(files.restrictions_of(self.file).select_related("cause", "lifted_by"))

    @property
    def laws(self) -> list[str]:
        """Those under which this file answers a restriction in force; of a closed file, all of its."""
        in_force = [each.law for each in self.restrictions if each.until is None]
        return list(dict.fromkeys(in_force or [each.law for each in self.restrictions]))

    @cached_property
    def needed(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for each in Requirement.objects.filter(certain__contains=today()):
            found[each.law].add(each.kind)
        return dict(found)

    @cached_property
    def standing(self) -> list[Standing]:
        """Every allegation against the subject, or against whoever was judged the same."""
        return against.standing(same_subjects([self.file.subject_id]))

    @cached_property
    def behind(self) -> list[Standing]:
        """The allegations that its restrictions were signed on, as they stand now, whoever they name now."""
        named = {
            str(each["id"] if isinstance(each, dict) else each)
            for restriction in self.restrictions
            for cause in restriction.causes.select_related("determination")
            for each in cause.determination.payload.get("allegations", [])
        }
        allegations = Allegation.objects.filter(pk__in=named).order_by("created_at", "pk")
        return [against.conclude(each) for each in against.with_assessments(allegations)]

    @cached_property
    def rows(self) -> list[Row]:
        of_incident = defaultdict(list)
        for each in self.standing:
            of_incident[each.allegation.incident_id].append(each.conclusion)
        incidents = self.file.incidents.select_related("incident").prefetch_related(
            "responsibles__individual"
        )
        steps = self._steps()
        rows = []
        for number, of in enumerate(incidents, 1):
            said = of_incident[of.incident_id]
            answered = bool(said) and set(said) == {Conclusion.NOT_CREDIBLE.value}
            lines = [
                Line(at, each, steps[each.pk], self.needed)
                for at, each in enumerate(of.responsibles.all(), 1)
            ]
            rows.append(Row(number, of, lines, answered))
        return rows

    def _steps(self) -> dict[Any, list[Step]]:
        found: dict[Any, list[Step]] = defaultdict(list)
        steps = self.file.steps.select_related("owner", "completed_by", "verified_by")
        for step in steps.order_by("created_at", "pk"):
            found[step.responsible_id].append(step)
        return found

    @property
    def open_lines(self) -> int:
        """Responsible people whose share is not closed; an incident with nobody named counts as one."""
        return sum(
            sum(not line.is_closed(self.laws) for line in row.lines) or 1
            for row in self.rows
            if not row.is_closed(self.laws)
        )
