"""The columns of a file: ours, and which of theirs stands for which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.refused import Problem
from vetting.intake.sheet import Row, Sheet
from vetting.intake.text import did_you_mean, fold, listed, shown

NAME_PARTS = ("name_1", "name_2", "name_3", "name_4", "name_5")
COLUMNS = (
    "kind",
    "role",
    "name",
    *NAME_PARTS,
    "aliases",
    "date_of_birth",
    "birth_city",
    "birth_state",
    "birth_country",
    "nationality",
    "gender",
    "national_id",
    "rank",
    "job_title",
    "is_commander",
    "unit",
    "unit_english",
    "unit_aliases",
    "unit_parents",
    "unit_level",
    "commander",
    "commander_unknown_reason",
    "unknown_reasons",
)
PROBLEMS = "problems"  # our own last column, in a file of refused rows sent back to us

_FIELDS_IN_COLUMNS = {
    "place_of_birth": "birth_city",
    "place_of_birth/city": "birth_city",
    "place_of_birth/state": "birth_state",
    "place_of_birth/country": "birth_country",
    "unit/name": "unit",
    "unit/english_name": "unit_english",
    "unit/aliases": "unit_aliases",
    "unit/parents": "unit_parents",
    "unit/level": "unit_level",
    "unit/commander": "commander",
    "unit/commander_unknown_reason": "commander_unknown_reason",
    "unknown": "unknown_reasons",
}


@dataclass
class Matched:
    """Our column → its place in the sheet; what could not be matched is in `problems`."""

    headings: tuple[str, ...]
    places: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def cell(self, row: Row, column: str) -> str | None:
        place = self.places.get(column)
        text = row.cells[place] if place is not None else None
        return text.strip() or None if text else None

    def heading(self, column: str) -> str:
        """Theirs, where they have one."""
        place = self.places.get(column)
        return column if place is None else self.headings[place]

    def heading_for(self, pointer: str) -> str:
        """Their heading for a place in a candidate's body, `unit/commander/full`."""
        steps = pointer.split("/")
        if steps[0] == "name":
            return self.heading(
                "name" if "name" in self.places or NAME_PARTS[0] not in self.places else NAME_PARTS[0]
            )
        for length in (2, 1):
            found = _FIELDS_IN_COLUMNS.get("/".join(steps[:length]))
            if found:
                return self.heading(found)
        return self.heading(steps[0])


def match_columns(sheet: Sheet, mapping: Any = None) -> Matched:
    """`mapping` is their heading → our column, or null for one to leave out; the rest match by name, whatever
    their case, spaces, hyphens."""
    matched = Matched(sheet.headings)
    told = _told(mapping, matched)
    for place, heading in enumerate(sheet.headings):
        key = _key(heading)
        if key in told:
            _take(matched, told[key], place)
        elif heading and key != PROBLEMS:
            _take_by_name(matched, key, place)
    if not matched.places and not told:
        matched.problems[:] = [_no_headings(sheet)]
    return matched


def _told(mapping: Any, matched: Matched) -> dict[str, str | None]:
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        wrong = 'Columns: this must be a map of your headings to ours, {"DOB": "date_of_birth"}.'
        matched.problems.append(Problem("wrong-type", wrong, pointer="/columns"))
        return {}
    told: dict[str, str | None] = {}
    theirs = {_key(heading): heading for heading in matched.headings}
    for heading, column in mapping.items():
        if _key(str(heading)) not in theirs:
            near = did_you_mean(str(heading), matched.headings)
            detail = f"Columns: the file has no heading “{shown(heading)}”.{near}"
            matched.problems.append(Problem("unknown-column", detail, pointer="/columns"))
        elif column not in (None, "", *COLUMNS):
            detail = f"Columns: “{shown(column)}” is none of our columns.{did_you_mean(str(column), COLUMNS)}"
            matched.problems.append(Problem("unknown-column", detail, pointer="/columns"))
            told[_key(str(heading))] = None
        else:
            told[_key(str(heading))] = column or None
    return told


def _take(matched: Matched, column: str | None, place: int) -> None:
    if column is None:
        return
    if column in matched.places:
        other, this = matched.heading(column), matched.headings[place]
        detail = f"“{shown(other)}” and “{shown(this)}” both stand for {column}. Keep one."
        matched.problems.append(Problem("duplicate-column", detail, column=this))
        return
    matched.places[column] = place


def _take_by_name(matched: Matched, key: str, place: int) -> None:
    if key in COLUMNS:
        _take(matched, key, place)
        return
    heading = matched.headings[place]
    near = did_you_mean(heading, COLUMNS) or f" Ours are: {listed(COLUMNS)}."
    detail = (
        f"“{shown(heading)}” is not a column we know.{near} Rename it, or say which of ours it is, or none."
    )
    matched.problems.append(Problem("unknown-column", detail, column=heading))


def _no_headings(sheet: Sheet) -> Problem:
    first = listed(shown(heading, 20) for heading in sheet.headings[:5])
    detail = (
        f"None of the headings in the first row is ours ({first}). Put ours there, or say which is which."
    )
    return Problem("no-headings", f"{detail} Ours are: {listed(COLUMNS)}.")


def _key(heading: str) -> str:
    return "_".join(fold(heading).split())
