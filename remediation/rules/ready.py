"""What is still missing before a restriction may be lifted, on each of its grounds. Empty: nothing is.

Sentences hold no names: they stand in the record of refusals for ever. Numbers are those of the matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import Any

from django.db import models

from evidence.models import UNASSESSED, Conclusion
from foundation.sources.models import Law
from remediation.matrix import Matrix
from remediation.models import Committee
from units.models import Kind, LineageEnd, LineageKind, Side, Unit, UnitStatus, same_subjects


class Grounds(models.TextChoices):
    EFFECTIVE_STEPS = "effective-steps", "The government is taking effective steps"
    ALL_CORRECTIVE_STEPS = "all-corrective-steps", "The government has taken all necessary corrective steps"
    NOT_CREDIBLE = "not-credible", "The information is not credible on re-evaluation"
    WRONG_UNIT = "wrong-unit", "It was another unit or person"
    DISBANDED_OR_CHANGED = "disbanded-or-changed", "The unit is disbanded or fundamentally different"


BY_STEPS = {Law.STATE_LEAHY: Grounds.EFFECTIVE_STEPS, Law.DOD_LEAHY: Grounds.ALL_CORRECTIVE_STEPS}
SAME_UNIT = (LineageKind.RENAMED, LineageKind.RESUBORDINATED)
OF_LAW = {grounds: law for law, grounds in BY_STEPS.items()}


def missing(matrix: Matrix, law: str, grounds: str | None = None) -> list[str]:
    """On the grounds of this law's own steps, unless others are asked about."""
    grounds = Grounds(grounds or BY_STEPS[Law(law)])
    if grounds == Grounds.NOT_CREDIBLE:
        return _not_credible(matrix)
    if grounds == Grounds.WRONG_UNIT:
        return _still_named(matrix)
    if grounds == Grounds.DISBANDED_OR_CHANGED:
        return _not_another_unit(matrix)
    return [*_steps(matrix, law), *(_committees(matrix) if law == Law.STATE_LEAHY else [])]


def _steps(matrix: Matrix, law: str) -> list[str]:
    found = [] if matrix.rows else ["No incident is in this file: nothing shows what was done."]
    there = {row.of.incident_id for row in matrix.rows}
    others = [
        each
        for each in matrix.standing
        if each.conclusion == Conclusion.CREDIBLE and each.allegation.incident_id not in there
    ]
    if others:
        found.append(f"{_count(others, 'credible allegation')} against it: the incident is not in this file.")
    return [*found, *_unassessed(matrix), *(each for row in matrix.rows for each in row.missing(law))]


def _committees(matrix: Matrix) -> list[str]:
    told = set(matrix.file.notices.values_list("committee", flat=True))
    return [
        f"The committee {committee.label} has not been told; this comes before assistance resumes."
        for committee in Committee
        if committee not in told
    ]


def _not_credible(matrix: Matrix) -> list[str]:
    """Every allegation behind it, and every other against it, is judged not credible."""
    judged = {each.allegation.pk: each for each in [*matrix.behind, *matrix.standing]}
    if not judged:
        return ["No allegation is on record behind this restriction, so that none can be judged anew."]
    words = {
        UNASSESSED: "is not assessed as it stands.",
        Conclusion.CREDIBLE: "is concluded credible.",
        Conclusion.UNDETERMINED: "is undetermined.",
    }
    return [
        f"Allegation {number} of {len(judged)} {words[each.conclusion]}"
        for number, each in enumerate(judged.values(), 1)
        if each.conclusion != Conclusion.NOT_CREDIBLE
    ]


def _still_named(matrix: Matrix) -> list[str]:
    left = [each for each in matrix.standing if each.conclusion != Conclusion.NOT_CREDIBLE]
    if not left:
        return []
    return [f"{_count(left, 'allegation')} still name it: correct who each is against, or judge it anew."]


def _not_another_unit(matrix: Matrix) -> list[str]:
    """A unit that goes on under another name, or under another command, is the same unit."""
    if matrix.file.subject.kind != Kind.UNIT:
        return ["Only a unit is disbanded: this is a person."]
    carried = _goes_on_as({matrix.file.subject_id})
    renamed = carried.keys() - same_subjects([matrix.file.subject_id])
    if all(_is_another(unit) for unit, onward in carried.items() if not onward):
        return []
    if renamed:
        return ["It goes on under another name or another command: that is the same unit."]
    return ["The record does not say that the unit is disbanded or has become another."]


def _goes_on_as(units: Iterable[Any]) -> dict[Any, bool]:
    """The unit and all that it became by name or command alone; and whether each went on so itself."""
    found: dict[Any, bool] = {}
    fresh = same_subjects(units)
    while fresh:
        found |= dict.fromkeys(fresh, False)
        ends = LineageEnd.objects.filter(
            side=Side.FROM, unit__in=fresh, event__superseded_by=None, event__kind__in=SAME_UNIT
        )
        events = dict(ends.values_list("event_id", "unit_id"))
        found |= dict.fromkeys(events.values(), True)
        after = LineageEnd.objects.filter(side=Side.TO, event__in=events).values_list("unit_id", flat=True)
        fresh = same_subjects(after) - found.keys()
    return found


def _is_another(unit: Any) -> bool:
    """Disbanded on record, or merged, split or set up anew by an event that stands."""
    if Unit.objects.filter(pk=unit, status=UnitStatus.DISBANDED).exists():
        return True
    ended = LineageEnd.objects.filter(side=Side.FROM, unit=unit, event__superseded_by=None)
    return ended.exclude(event__kind__in=SAME_UNIT).exists()


def _unassessed(matrix: Matrix) -> list[str]:
    left = [each for each in matrix.standing if each.conclusion == UNASSESSED]
    return [f"{_count(left, 'allegation')} against it: not assessed yet."] if left else []


def _count(found: Sized, noun: str) -> str:
    return f"{len(found)} {noun}{'' if len(found) == 1 else 's'}"
