"""One row's cells into the candidate a request would have written; dates in the order that was told."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from foundation.refused import Problem
from vetting.intake.columns import NAME_PARTS, Matched
from vetting.intake.lookups import Lookups
from vetting.intake.shape import PartialDate
from vetting.intake.sheet import Row
from vetting.intake.text import shown

DATE_ORDERS = {"ymd": "year first", "dmy": "day first", "mdy": "month first"}
OR_ISO = "Write it so, or as YYYY-MM-DD."
YES, NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")

_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[Ee]\+?\d+")
_SEPARATED = re.compile(r"(\d{1,4})\s*[-/. ]\s*(\d{1,4})(?:\s*[-/. ]\s*(\d{1,4}))?", re.ASCII)


@dataclass
class Cells:
    """One row being read; a cell that cannot be taken is noted, and left out of the body."""

    row: Row
    matched: Matched
    known: Lookups
    date_order: str
    problems: list[Problem] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """In the shape of the REST body; what is empty is left out."""
        body = {
            "kind": self._code("kind") if "kind" in self.matched.places else "individual",
            "role": self._code("role"),
            "name": self._name(),
            "aliases": self._several("aliases"),
            "date_of_birth": self._date("date_of_birth"),
            "place_of_birth": self._birthplace(),
            "nationality": self._country("nationality"),
            "gender": self._code("gender"),
            "national_id": self._national_id(),
            "rank": self.text("rank"),
            "job_title": self.text("job_title"),
            "is_commander": self._flag("is_commander"),
            "unit": self._unit(),
            "unknown": self._reasons("unknown_reasons"),
        }
        return _without_empty(body)

    def text(self, column: str) -> str | None:
        return self.matched.cell(self.row, column)

    def note(self, code: str, column: str, sentence: str) -> None:
        heading = self.matched.heading(column)
        detail = f"{shown(heading)}: {sentence}"
        self.problems.append(Problem(code, detail, row=self.row.number, column=heading))

    def _name(self) -> dict[str, Any] | None:
        full, parts = self.text("name"), [part for column in NAME_PARTS if (part := self.text(column))]
        if full and parts:
            self.note(
                "one-or-the-other", "name", "give it in full, or in parts in name_1 to name_5; not both."
            )
            return None
        if parts:
            return {"parts": parts}
        return {"full": full} if full else None

    def _unit(self) -> dict[str, Any] | None:
        commander = self.text("commander")
        unit = {
            "name": self.text("unit"),
            "english_name": self.text("unit_english"),
            "aliases": self._several("unit_aliases"),
            "parents": self._several("unit_parents"),
            "level": self._code("unit_level"),
            "commander": {"full": commander} if commander else None,
            "commander_unknown_reason": self.text("commander_unknown_reason"),
        }
        return _without_empty(unit)

    def _birthplace(self) -> dict[str, Any]:
        place = {"city": self.text("birth_city"), "state": self.text("birth_state")}
        return _without_empty(place | {"country": self._country("birth_country")})

    def _several(self, column: str) -> list[str]:
        return [text.strip() for text in (self.text(column) or "").split(";") if text.strip()]

    def _code(self, column: str) -> str | None:
        text = self.text(column)
        return "-".join(text.casefold().replace("-", " ").split()) if text else None

    def _country(self, column: str) -> str | None:
        """A code in any case, or a name that only one country bears."""
        text = self.text(column)
        if text is None or text.upper() in self.known.countries:
            return text and text.upper()
        return self.known.country_named(text) or text

    def _flag(self, column: str) -> bool | None:
        text = (self.text(column) or "").casefold()
        if text and text not in YES + NO:
            self.note("unknown-code", column, f"“{shown(text)}” is neither yes nor no. Write one of them.")
        return text in YES if text else None

    def _national_id(self) -> str | None:
        text = self.text("national_id")
        if text and _SCIENTIFIC.fullmatch(text):
            lost = "a spreadsheet has shortened this number. Format the column as text and type it again."
            self.note("inexact-number", "national_id", lost)
            return None
        return text

    def _date(self, column: str) -> str | None:
        text = self.text(column)
        if text is None:
            return None
        found, wrong = read_date(text, self.date_order)
        if wrong:
            self.note("bad-date", column, wrong)
        return found

    def _reasons(self, column: str) -> dict[str, str]:
        """“national_id: never issued; rank: not told”."""
        reasons: dict[str, str] = {}
        for told in self._several(column):
            key, colon, reason = told.partition(":")
            if not colon:
                self.note(
                    "bad-reason",
                    column,
                    f"“{shown(told)}” is not written field: reason. Write it like “rank: not told”.",
                )
                continue
            reasons["_".join(key.casefold().replace("-", " ").replace("_", " ").split())] = reason.strip()
        return reasons


def read_date(text: str, order: str) -> tuple[str | None, str | None]:
    """(ISO date, None) or (None, what is wrong). ISO is always taken; the order is never guessed."""
    text = "".join(_plain_digit(character) for character in text)
    if PartialDate.read(text):
        return text, None
    if text.isdecimal() and len(text) == 5:
        return None, f"{text} is a spreadsheet's number for a day. Format the column as a date, or as text."
    match = _SEPARATED.fullmatch(text)
    if match is None:
        return None, f"“{shown(text)}” is not a date we can read. Write YYYY-MM-DD, or the year alone."
    return _in_order([part for part in match.groups() if part], order, text)


def _plain_digit(character: str) -> str:
    return str(unicodedata.digit(character, character)) if character.isdecimal() else character


def _in_order(parts: list[str], order: str, text: str) -> tuple[str | None, str | None]:
    names = order if len(parts) == 3 else "ym" if len(parts[0]) == 4 else order.replace("d", "")
    found = dict(zip(names, parts, strict=True))
    if len(found["y"]) != 4:
        return None, f"“{text}” is not written {DATE_ORDERS[order]}, with the year in four digits. {OR_ISO}"
    iso = "-".join([found["y"], found["m"].zfill(2), *([found["d"].zfill(2)] if "d" in found else [])])
    if PartialDate.read(iso):
        return iso, None
    return None, f"“{text}” read {DATE_ORDERS[order]} is not in the calendar. Check the day and the month."


def _without_empty(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value is not None and value not in ([], {}, "")}
