"""A decision replayed: how a case went, and on what each decision was made, checked against its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db.models import Q

from foundation.audit.models import Event
from foundation.signing.models import Determination
from vetting.actions.ends import target_of
from vetting.models import Case, ClearRecord


def find(words: str) -> Case | None:
    """A case by its id or its reference."""
    try:
        return Case.objects.filter(pk=UUID(words)).first()
    except ValueError:
        return Case.objects.filter(reference=words).first()


def explain(case: Case) -> dict[str, Any]:
    """{case, movements[], decisions[], events[]}: `intact` says whether a payload still has its digest."""
    return {
        "case": {
            "id": str(case.pk),
            "reference": case.reference,
            "status": case.status,
            "outcome": case.outcome,
        },
        "movements": [
            {
                "queue": each.queue.name,
                "stage": each.stage,
                "rule": str(each.rule),
                "rule_version": each.rule_version,
                "entered_at": each.entered_at.isoformat(),
                "left_at": each.left_at.isoformat() if each.left_at else None,
            }
            for each in case.movements.select_related("queue")
        ],
        "decisions": sorted([*_determinations(case), *_clears(case)], key=lambda each: str(each["at"])),
        "events": [
            {
                "at": each.at.isoformat(),
                "action": each.action,
                "actor": each.actor,
                "body": json.loads(each.body),
            }
            for each in _events(case)
        ],
    }


def _determinations(case: Case) -> list[dict[str, Any]]:
    checks = [f"vetting.check:{pk}" for pk in case.checks.values_list("pk", flat=True)]
    found = Determination.objects.filter(target__in=[target_of(case), *checks])
    return [
        {
            "kind": each.kind,
            "state": each.state,
            "at": each.recommended_at.isoformat(),
            "recommended_by": each.recommended_by.username,
            "decided_by": each.decided_by.username if each.decided_by else None,
            "decided_at": each.decided_at.isoformat() if each.decided_at else None,
            "reason": each.reason,
            "changed": each.changed,
            **_payload(each),
        }
        for each in found.select_related("recommended_by", "decided_by")
    ]


def _clears(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "kind": "clear",
            "state": "by one person",
            "at": each.at.isoformat(),
            "decided_by": each.by.username,
            **_payload(each),
        }
        for each in case.clear_records.select_related("by")
    ]


def _payload(frozen: Determination | ClearRecord) -> dict[str, Any]:
    canonical = bytes(frozen.canonical)
    return {
        "digest": frozen.digest,
        "intact": hashlib.sha256(canonical).hexdigest() == frozen.digest,
        "payload": json.loads(canonical),
    }


def _events(case: Case) -> Any:
    about = Q(object_kind="vetting.case", object_id=str(case.pk))
    about |= Q(
        object_kind="vetting.check",
        object_id__in=[str(pk) for pk in case.checks.values_list("pk", flat=True)],
    )
    return Event.objects.filter(about, chain=case.audit_chain).order_by("seq")
