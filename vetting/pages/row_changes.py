"""A row given anew in a form: which boxes are asked for, and what in it is other than it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from units.models import Kind
from vetting.pages.class_forms import DESCRIBED, CandidateForm

NAMES = ("name", "name_1", "name_2", "name_3", "name_4", "name_5")
BIRTHPLACE = ("birth_city", "birth_state", "birth_country")
UNIT = (
    "unit_from", "unit_name", "unit_english", "unit_aliases", "unit_parents", "unit_level", "unit_location",
    "commander", "commander_unknown_reason",
)  # fmt: skip
OF_FIELD: dict[str, tuple[str, ...]] = {  # a field of the row, as it is asked for → its boxes
    "name": NAMES,
    "aliases": ("aliases",),
    "date_of_birth": ("date_of_birth",),
    "place_of_birth": (*BIRTHPLACE, "unknown_place_of_birth"),
    "nationality": ("nationality",),
    "gender": ("gender",),
    "national_id": ("national_id", "unknown_national_id"),
    "rank": ("rank", "unknown_rank"),
    "job_title": ("job_title", "unknown_job_title"),
    "is_commander": ("is_commander",),
    "unit": UNIT,
}
OF_UNIT = {
    "name": "unit_name", "english_name": "unit_english", "aliases": "unit_aliases", "parents": "unit_parents",
    "level": "unit_level", "location": "unit_location", "commander": "commander",
    "commander_unknown_reason": "commander_unknown_reason",
}  # fmt: skip
BOXES: dict[str, tuple[str, ...]] = {
    Kind.INDIVIDUAL: tuple(name for boxes in OF_FIELD.values() for name in boxes),
    Kind.UNIT: UNIT,
}


def asked_boxes(fields: Iterable[str], kind: str) -> list[str]:
    """The boxes of what is asked for: `date_of_birth`, `unit.commander`."""
    found: list[str] = []
    for field in fields:
        of_unit = field.removeprefix("unit.") if field.startswith("unit.") else ""
        boxes = (OF_UNIT[of_unit],) if of_unit in OF_UNIT else OF_FIELD.get(field, ())
        if of_unit == "commander":
            boxes += ("commander_unknown_reason",)
        found += [name for name in boxes if name not in found and name in BOXES[kind]]
    return found


def changes(form: CandidateForm, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields other than they were; what was emptied is None. A masked box left empty says nothing."""
    found = _of_unit(form, before)
    if given["kind"] == Kind.UNIT:
        return found
    for field, value in _told(form).items():
        boxes = [name for name in OF_FIELD[field] if not name.startswith("unknown_")]
        if any(_differs(form, before, name) for name in boxes):
            found[field] = value
    reasons = {
        name.removeprefix("unknown_"): form.said(name) or None
        for name in form.fields
        if name.startswith("unknown_") and _differs(form, before, name)
    }
    return found | ({"unknown": reasons} if reasons else {})


def _told(form: CandidateForm) -> dict[str, Any]:
    """Every personal field as the boxes say it; those that are masked only where something was typed."""
    body = form.body()
    told = {field: body.get(field) for field in OF_FIELD if field != "unit"}
    told["is_commander"] = bool(body.get("is_commander"))
    told["aliases"] = body.get("aliases", [])
    masked = ("national_id", "place_of_birth")
    return {field: value for field, value in told.items() if value or field not in masked}


def _of_unit(form: CandidateForm, before: Mapping[str, Any]) -> dict[str, Any]:
    """A new name, or an earlier unit chosen, is another unit told whole; else only what differs of it."""
    if not any(_differs(form, before, name) for name in UNIT):
        return {}
    unit = form.unit_body()
    if _differs(form, before, "unit_from") or _differs(form, before, "unit_name") or "id" in unit:
        return {"unit": unit}
    return {
        "unit": {
            field: unit.get(field, [] if field in ("aliases", "parents") else None)
            for field, name in OF_UNIT.items()
            if _differs(form, before, name)
        }
    }


def _differs(form: CandidateForm, before: Mapping[str, Any], name: str) -> bool:
    """As typed, whatever the browser did to line ends."""
    return _plain(form.said(name)) != _plain(before.get(name) or (DESCRIBED if name == "unit_from" else ""))


def _plain(value: Any) -> Any:
    return "\n".join(value.split("\r\n")).strip() if isinstance(value, str) else value
