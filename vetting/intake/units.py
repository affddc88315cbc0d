"""The unit of a candidate: by id, or described with its commander."""

from __future__ import annotations

from typing import Any

from foundation.refused import Problem
from vetting.intake.fields import NAME_LIMIT, Fields, pointer_to
from vetting.intake.lookups import Lookups
from vetting.intake.names import read_name
from vetting.intake.shape import LEVELS, Name, UnitDraft
from vetting.intake.whole_service import names_whole_service

UNIT_FIELDS = (
    "id",
    "name",
    "english_name",
    "aliases",
    "parents",
    "level",
    "location",
    "commander",
    "commander_unknown_reason",
)
LOCATION_LIMIT = 300
SHAPE = '{"id": "…"} or {"name": "…", "commander": {"full": "…"}}'


def read_unit(
    value: Any, pointer: str, country: str | None, known: Lookups, problems: list[Problem]
) -> UnitDraft | None:
    """`country` is the nomination's: its army is the one that “Army” would mean."""
    fields = Fields.of(value, pointer, UNIT_FIELDS, problems, SHAPE)
    if fields is None:
        return None
    return _known(fields, known) if fields.given("id") else _described(fields, country, known)


def _known(fields: Fields, known: Lookups) -> UnitDraft | None:
    described = [key for key in UNIT_FIELDS[1:] if fields.given(key)]
    for key in described:
        fields.note("one-or-the-other", "Give a unit's id, or describe the unit; not both.", key)
    found = fields.text("id", longest=100)
    if found is None:
        return None
    if not known.knows_unit(found):
        fields.note("not-found", "Unit: there is no unit with this id in your earlier nominations.", "id")
        return None
    return UnitDraft(id=found)


def _described(fields: Fields, country: str | None, known: Lookups) -> UnitDraft:
    unit = UnitDraft(
        name=fields.text("name", required=True, longest=NAME_LIMIT, name=True, how="Name the unit."),
        english_name=fields.text("english_name", longest=NAME_LIMIT, name=True),
        aliases=fields.texts("aliases"),
        parents=fields.texts("parents"),
        level=fields.code("level", LEVELS, required=False),
        location=fields.text("location", longest=LOCATION_LIMIT),
        commander=_commander(fields),
        commander_unknown_reason=fields.text("commander_unknown_reason", name=True),
    )
    _check_not_whole_service(fields, unit, country, known)
    _check_commander_or_reason(fields)
    return unit


def _commander(fields: Fields) -> Name | None:
    """`{full}` or `{parts}`, or the same under `name`."""
    value = fields.values.get("commander")
    if not fields.given("commander"):
        return None
    pointer = pointer_to(fields.pointer, "commander")
    if isinstance(value, dict) and set(value) == {"name"}:
        value, pointer = value["name"], pointer_to(pointer, "name")
    return read_name(value, pointer, "Commander", fields.problems)


def _check_not_whole_service(fields: Fields, unit: UnitDraft, country: str | None, known: Lookups) -> None:
    for key, name in (("name", unit.name), ("english_name", unit.english_name)):
        if name and names_whole_service(name, known.words_for(country), known.all_country_words):
            fields.note(
                "whole-service",
                f"Unit: “{name[:60]}” is a whole service or ministry. Name the unit within it.",
                key,
            )
            return


def _check_commander_or_reason(fields: Fields) -> None:
    named, excused = fields.given("commander"), fields.given("commander_unknown_reason")
    if not named and not excused:
        fields.missing("commander", "Name the unit's commander, or say in commander_unknown_reason why not.")
    if named and excused:
        fields.note(
            "one-or-the-other",
            "Commander: a name is given, and a reason why it is unknown. Leave one out.",
            "commander_unknown_reason",
        )
