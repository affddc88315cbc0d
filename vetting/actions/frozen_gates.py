"""The gates in the text of a decision: what they said, and what was written of their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.signing.actions import Covered
from vetting.gates import LABELS
from vetting.models import Case
from vetting.rules import gates

GATE = "vetting.gate"


def covered(case: Case) -> list[Covered]:
    return [
        Covered(GATE, case.nomination_id, f"{each.gate}:{each.number}")
        for each in gates.standing(case.nomination)
    ]


def as_they_stand(case: Case, written: Mapping[str, str]) -> list[dict[str, Any]]:
    """As they stand, with what was written of each condition."""
    return [
        {
            "gate": each.gate,
            "law": LABELS[each.gate],
            "state": each.state,
            "reasons": each.reasons,
            "years": each.years,
            "conditions": [
                {"condition": condition, "answer": written.get(condition, "")}
                for condition in each.conditions
            ],
        }
        for each in gates.standing(case.nomination)
    ]


def weighed(payload: dict[str, Any]) -> Any:
    """Only a clear rests on them: on what they said, not on what was written of their conditions."""
    if payload["decision"] != "clear":
        return None
    return [
        {**each, "conditions": [one["condition"] for one in each["conditions"]]}
        for each in payload.get("gates", [])
    ]
