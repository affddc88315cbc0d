"""What a lift was recommended on, frozen: the exact text that is signed.

What is protected of incidents (narrative, victims' and sources' identities) stands by id and version alone.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from evidence import frozen as evidence
from evidence.against import Standing
from foundation.accounts.models import User
from foundation.signing.actions import Covered
from foundation.sources import citing
from foundation.sources.models import LawText
from remediation.actions.steps import STEP
from remediation.matrix import Line, Matrix, Row
from remediation.models import Step
from remediation.rules import files as rules
from vetting.actions import frozen, frozen_restriction, restrict
from vetting.days import today
from vetting.models import Restriction

STANDS = ("law", "subject", "restrictions", "matrix", "committees", "allegations")


def lift(matrix: Matrix, law: str, by: User, **of_its_own: Any) -> dict[str, Any]:
    """`of_its_own`: grounds and basis."""
    file = matrix.file
    restriction = _standing(matrix, law)
    return {
        "format": frozen.FORMAT,
        "decision": "lift",
        "written_by": by.username,
        "written_on": today().isoformat(),
        "law": frozen_restriction.law_text(law),
        "subject": frozen.subject(file.subject),
        "restrictions": [frozen_restriction.barred(restriction)],
        "remediation": {"id": str(file.pk), "reference": file.reference},
        "matrix": _rows(matrix),
        "committees": [
            {"committee": each.committee, "sent_on": each.sent_on.isoformat()} for each in file.notices.all()
        ],
        "allegations": evidence.allegations(weighed(matrix)),
        "cases_barred": [
            {"id": str(each.pk), "reference": each.reference}
            for each in restrict.freed_by(restriction).order_by("reference")
        ],
        **of_its_own,
    }


def covers(matrix: Matrix, law: str) -> list[Covered]:
    """What it rests on, and who wrote it: none of them signs."""
    file, text = matrix.file, LawText.objects.in_force(law, today())
    restriction = _standing(matrix, law)
    steps = [step for row in matrix.rows for line in row.lines for step in line.steps]
    return [
        Covered("remediation.remediation", file.pk, file.version),
        Covered("units.subject", file.subject_id, file.subject.version),
        Covered("vetting.restriction", restriction.pk, restriction.version),
        Covered("sources.law-text", text.pk, text.version),
        *(Covered(STEP, each.pk, each.version, each.completed_by) for each in steps),
        *(Covered(STEP, each.pk, each.version, each.verified_by) for each in steps if each.verified_by),
        *(Covered("remediation.responsible", line.responsible.pk, 1, line.responsible.by)
          for row in matrix.rows for line in row.lines),
        *(Covered("remediation.committee-notice", each.pk, 1, each.by)
          for each in file.notices.select_related("by")),
        *evidence.covers(weighed(matrix), []),
    ]  # fmt: skip


def changed_since(payload: dict[str, Any], matrix: Matrix) -> list[str]:
    """The parts that are no longer what is known. Empty: it still stands."""
    now = lift(matrix, payload["law"]["code"], User(username=payload["written_by"]))
    return [part for part in STANDS if payload[part] != now[part]]


def answers(matrix: Matrix) -> dict[Any, int]:
    """Allegation → version of its assessment (0: none), of all that a lift answers."""
    return {each.allegation.pk: each.assessment.version if each.assessment else 0 for each in weighed(matrix)}


def weighed(matrix: Matrix) -> list[Standing]:
    """The allegations behind the restriction and every other against the subject, each once."""
    return list({each.allegation.pk: each for each in [*matrix.behind, *matrix.standing]}.values())


def _standing(matrix: Matrix, law: str) -> Restriction:
    restriction = rules.standing(matrix.file, law)
    if restriction is None:
        raise Restriction.DoesNotExist
    return restriction


def _rows(matrix: Matrix) -> list[dict[str, Any]]:
    steps = [step.pk for row in matrix.rows for line in row.lines for step in line.steps]
    cited = citing.citations_of(STEP, steps)
    return [_row(row, cited) for row in matrix.rows]


def _row(row: Row, cited: dict[Any, list[Any]]) -> dict[str, Any]:
    incident = row.of.incident
    return {
        "incident": {"id": str(incident.pk), "title": incident.title, "version": incident.version},
        "answered": row.answered,
        "responsible": [_line(line, cited) for line in row.lines],
    }


def _line(line: Line, cited: dict[Any, list[Any]]) -> dict[str, Any]:
    of = line.responsible
    return {
        "id": str(of.pk),
        "individual": str(of.individual_id) if of.individual_id else None,
        "label": of.label,
        "steps": [_step(step, cited[step.pk]) for step in line.steps],
    }


def _step(step: Step, citations: list[Any]) -> dict[str, Any]:
    return {
        "id": str(step.pk),
        "version": step.version,
        "kind": step.kind,
        "state": step.state,
        "owner": step.owner.username,
        "outcome": step.outcome,
        "impartial": step.impartial,
        "impartial_reasons": step.impartial_reasons,
        "sentence": step.sentence,
        "proportionality": step.proportionality,
        "completed_by": step.completed_by.username if step.completed_by else None,
        "verified_by": step.verified_by.username if step.verified_by else None,
        "verified_at": _time(step.verified_at) if step.verified_at else None,
        "citations": [{"id": str(each.pk), "version": each.version} for each in citations],
    }


def _time(at: Any) -> str:
    return str(at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%SZ"))
