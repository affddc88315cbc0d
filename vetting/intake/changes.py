"""Corrections to a candidate that was nominated, for `answer` and `resubmit`: laid over, checked anew."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.candidates import CANDIDATE_FIELDS, read_candidate
from vetting.intake.fields import Fields
from vetting.intake.lookups import Lookups
from vetting.intake.shape import MAY_BE_UNKNOWN, CandidateDraft, UnitDraft

POINTER = "/changes"
SHAPE = '{"date_of_birth": "1980-03", …}'


def check_candidate_changes(
    changes: Any, current: CandidateDraft, known: Lookups, today: date, *, country: str | None = None
) -> tuple[CandidateDraft | None, list[Problem]]:
    """`changes` has fields of a candidate; pointers are `/changes/…`; `country` is the nomination's.

    A field given replaces what stood there; null takes it away. Within `place_of_birth`, `unknown` and `unit`
    only the fields given are replaced, but a `unit` with an id or a name is another unit, told whole. A value
    ends its reason in `unknown`, a reason ends its value, and so with the commander.
    """
    problems: list[Problem] = []
    fields = Fields.of(changes, POINTER, CANDIDATE_FIELDS, problems, SHAPE)
    if fields is None:
        return None, problems
    if fields.given("kind") and fields.values["kind"] != current.kind:
        fields.note("not-changeable", "Kind: a person cannot become a unit, nor a unit a person.", "kind")
    told = {key: value for key, value in fields.values.items() if key in CANDIDATE_FIELDS}
    body = _laid_over(as_body(current), told) | {"kind": current.kind}
    reading = read_candidate(body, POINTER, current.row, country, _knowing_own(current, known), today)
    problems += reading.problems
    return (None, problems) if problems else (reading.draft, [])


def as_body(draft: CandidateDraft) -> dict[str, Any]:
    """The candidate as a request would have written it."""
    body: dict[str, Any] = {"kind": draft.kind, "role": draft.role, "unit": _unit_body(draft.unit)}
    return body if draft.kind == "unit" else body | _personal_body(draft)


def _personal_body(draft: CandidateDraft) -> dict[str, Any]:
    return {
        "name": draft.name.as_body() if draft.name else None,
        "aliases": list(draft.aliases),
        "date_of_birth": draft.date_of_birth.text if draft.date_of_birth else None,
        "place_of_birth": asdict(draft.place_of_birth) if draft.place_of_birth else None,
        "nationality": draft.nationality,
        "gender": draft.gender,
        "national_id": draft.national_id,
        "rank": draft.rank,
        "job_title": draft.job_title,
        "is_commander": draft.is_commander,
        "unknown": dict(draft.unknown),
    }


def _unit_body(unit: UnitDraft | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    if unit.id is not None:
        return {"id": unit.id}
    return {
        "name": unit.name,
        "english_name": unit.english_name,
        "aliases": list(unit.aliases),
        "parents": list(unit.parents),
        "level": unit.level,
        "location": unit.location,
        "commander": unit.commander.as_body() if unit.commander else None,
        "commander_unknown_reason": unit.commander_unknown_reason,
    }


def _laid_over(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = body | changes
    for key in ("place_of_birth", "unknown"):
        merged[key] = _merged(body.get(key), merged.get(key))
    merged["unit"] = _unit_over(body["unit"], merged["unit"])
    _settle_unknowns(merged, changes)
    return merged if body["kind"] == "individual" else {key: value for key, value in merged.items() if value}


def _merged(old: Any, new: Any) -> Any:
    return old | new if isinstance(old, dict) and isinstance(new, dict) else new


def _unit_over(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict) or "id" in old or {"id", "name"} & set(new):
        return new
    unit = old | new
    if new.get("commander") and "commander_unknown_reason" not in new:
        unit["commander_unknown_reason"] = None
    if new.get("commander_unknown_reason") and "commander" not in new:
        unit["commander"] = None
    return unit


def _settle_unknowns(merged: dict[str, Any], changes: dict[str, Any]) -> None:
    """What was unknown and is now told is no longer unknown; and the other way round."""
    reasons = merged.get("unknown")
    if not isinstance(reasons, dict):
        return
    told = changes.get("unknown")
    newly_unknown = {key for key, reason in told.items() if reason} if isinstance(told, dict) else set()
    for key in MAY_BE_UNKNOWN:
        if changes.get(key) and key not in newly_unknown:
            reasons.pop(key, None)
        elif key in newly_unknown and key not in changes:
            merged[key] = None


def _knowing_own(current: CandidateDraft, known: Lookups) -> Lookups:
    """The unit it already has needs no looking up again."""
    own, before = current.unit.id if current.unit else None, known.knows_unit
    return replace(known, knows_unit=lambda unit: unit == own or before(unit))
