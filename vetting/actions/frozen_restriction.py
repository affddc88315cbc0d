"""What a restriction without a case was recommended on, frozen: the exact text that is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evidence import against
from evidence import frozen as evidence
from evidence.against import Standing
from evidence.models import Allegation
from foundation.accounts.models import User
from foundation.signing.actions import Covered
from foundation.sources.models import LawText
from units.models import Subject, same_subjects
from vetting.actions import frozen
from vetting.days import today
from vetting.models import Restriction

STANDS = ("law", "subject", "restrictions", "allegations")


def restriction(
    subject: Subject, law: str, by: User, standing: Sequence[Standing], **of_its_own: Any
) -> dict[str, Any]:
    """Everything known of a subject that weighs in restricting it. `of_its_own`: basis, includes_subunits."""
    return {
        "format": frozen.FORMAT,
        "decision": "restrict",
        "written_by": by.username,
        "written_on": today().isoformat(),
        "law": law_text(law),
        "subject": frozen.subject(subject),
        "restrictions": [barred(each) for each in _standing(subject)],
        "allegations": evidence.allegations(standing),
        **of_its_own,
    }


def covers(subject: Subject, law: str, standing: Sequence[Standing]) -> list[Covered]:
    text = LawText.objects.in_force(law, today())
    return [
        Covered("units.subject", subject.pk, subject.version),
        *(Covered("vetting.restriction", each.pk, each.version) for each in _standing(subject)),
        Covered("sources.law-text", text.pk, text.version),
        *evidence.covers(standing, []),
    ]


def changed_since(payload: dict[str, Any], subject: Subject) -> list[str]:
    """The parts that are no longer what is known. Empty: it still stands."""
    named = Allegation.objects.filter(pk__in=[each["id"] for each in payload["allegations"]])
    by_id = {str(each.pk): against.conclude(each) for each in against.with_assessments(named)}
    standing = [by_id[each["id"]] for each in payload["allegations"]]
    now = restriction(subject, payload["law"]["code"], User(username=payload["written_by"]), standing)
    return [part for part in STANDS if payload[part] != now[part]]


def law_text(law: str) -> dict[str, str]:
    text = LawText.objects.in_force(law, today())
    return {"code": text.law, "citation": text.citation, "version": text.version}


def barred(of: Restriction) -> dict[str, Any]:
    return {
        "id": str(of.pk),
        "law": of.law,
        "since": of.since.isoformat(),
        "includes_subunits": of.includes_subunits,
    }


def _standing(subject: Subject) -> list[Restriction]:
    """In force on it, or on whoever was judged the same, under any law."""
    in_force = Restriction.objects.in_force(today()).filter(subject__in=same_subjects([subject.pk]))
    return list(in_force.order_by("law", "since", "pk"))
