"""Reading the fields of one JSON object: every problem is noted with its pointer, nothing is raised.

A field that is null, blank text or an empty list counts as not given. A reader answers None (or an empty
tuple) for what was not given or is wrong; what is wrong is in `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.text import clean, did_you_mean, forbidden, has_letter, letters_lost, listed, shown

NAME_LIMIT = 500
TEXT_LIMIT = 500
LONG_TEXT_LIMIT = 5_000
LIST_LIMIT = 50
CODES_WORTH_LISTING = 20

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def pointer_to(base: str, key: object) -> str:
    """One step further down a JSON pointer (RFC 6901)."""
    step = str(key).encode("utf-8", "replace").decode()[:100]
    return f"{base}/" + step.replace("~", "~0").replace("/", "~1")


def label_of(key: str) -> str:
    """`date_of_birth` → “Date of birth”."""
    words = key.replace("_", " ").replace("national id", "national ID")
    return words[:1].upper() + words[1:]


@dataclass
class Fields:
    """One object at `pointer`, read field by field."""

    values: dict[str, Any]
    pointer: str
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(
        cls, value: Any, pointer: str, allowed: Collection[str], problems: list[Problem], shape: str
    ) -> Fields | None:
        """None, with a problem, unless `value` is an object; `shape` says how one is written."""
        if not isinstance(value, dict):
            problems.append(Problem("wrong-type", f"This must be an object, written {shape}.", pointer))
            return None
        fields = cls(value, pointer, problems)
        for key in value:
            if key not in allowed:
                fields.note("unknown-field", _unknown(key, allowed), key)
        return fields

    def note(self, code: str, detail: str, key: str | None = None) -> None:
        at = self.pointer if key is None else pointer_to(self.pointer, key)
        self.problems.append(Problem(code, detail, at))

    def given(self, key: str) -> bool:
        value = self.values.get(key)
        if isinstance(value, str):
            return bool(value.strip())
        return value is not None and value != [] and value != {}

    def missing(self, key: str, how: str = "") -> None:
        self.note("missing", f"{label_of(key)}: missing. {how or 'Give it.'}", key)

    def text(
        self,
        key: str,
        *,
        required: bool = False,
        longest: int = TEXT_LIMIT,
        lines: bool = False,
        name: bool = False,
        how: str = "",
    ) -> str | None:
        """Text in NFC without the space around it; a `name` must have a letter in it."""
        if not self.given(key):
            if required:
                self.missing(key, how)
            return None
        return self._checked(self.values[key], key, label_of(key), longest, lines, name)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of names, such as aliases; a blank one among them is wrong."""
        if not self.given(key):
            return ()
        value = self.values[key]
        if not isinstance(value, list):
            self.note("wrong-type", f'{label_of(key)}: this must be a list of texts, ["…", "…"].', key)
            return ()
        if len(value) > LIST_LIMIT:
            detail = f"{label_of(key)}: {len(value)} are given; at most {LIST_LIMIT} are kept."
            self.note("too-many", detail, key)
            return ()
        inner = Fields({str(place): item for place, item in enumerate(value)}, pointer_to(self.pointer, key))
        found = tuple(inner._listed_name(place, label_of(key)) for place in inner.values)
        self.problems.extend(inner.problems)
        return tuple(text for text in found if text is not None)

    def code(self, key: str, codes: Collection[str], *, required: bool = True, how: str = "") -> str | None:
        """One of `codes`, exactly as written."""
        value = self.text(key, required=required, longest=10_000, how=how)
        if value is None or value in codes:
            return value
        allowed = f" Use one of: {listed(codes)}." if 0 < len(codes) <= CODES_WORTH_LISTING else ""
        self.note(
            "unknown-code",
            f"{label_of(key)}: “{shown(value)}” is not a code we know.{did_you_mean(value, codes)}{allowed}",
            key,
        )
        return None

    def day(self, key: str, *, required: bool = True, how: str = "") -> date | None:
        """A whole date, YYYY-MM-DD."""
        value = self.text(key, required=required, longest=10_000, how=how)
        if value is None:
            return None
        found = _day(value)
        if found is None:
            self.note("bad-date", f"{label_of(key)}: {why_not_a_day(value)} Write YYYY-MM-DD.", key)
        return found

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.note("wrong-type", f"{label_of(key)}: this must be true or false, without quotes.", key)
        return False

    def _listed_name(self, place: str, label: str) -> str | None:
        if self.given(place):
            return self._checked(self.values[place], place, label, NAME_LIMIT, False, True)
        self.note("missing", f"{label}: one of them is empty. Leave it out.", place)
        return None

    def _checked(self, value: Any, key: str, label: str, longest: int, lines: bool, name: bool) -> str | None:
        if not isinstance(value, str):
            self.note("wrong-type", f"{label}: this must be text in quotes, not {_kind_of(value)}.", key)
            return None
        text = clean(value)
        wrong = why_not_text(text, longest=longest, lines=lines, name=name)
        if wrong is None:
            return text
        self.note(wrong[0], f"{label}: {wrong[1]}", key)
        return None


def why_not_text(text: str, *, longest: int, lines: bool, name: bool) -> tuple[str, str] | None:
    """(code, sentence) for text that may not be kept; None where it may."""
    bad = forbidden(text, lines=lines)
    if bad is not None:
        return "control-character", f"it holds the character {bad}, which cannot be kept. Type it again."
    if len(text) > longest:
        return "too-long", f"it has {len(text):,} characters; at most {longest:,} are kept."
    if name and letters_lost(text):
        return "letters-lost", "its letters were lost when it was saved. Type it again in its own script."
    if name and not has_letter(text):
        return "no-letter", "there is no letter in it. Write the name in its own script."
    return None


def why_not_a_day(value: str) -> str:
    if _DAY.fullmatch(value):
        return f"{value} is not a day in the calendar."
    return f"“{shown(value)}” is not a date we can read."


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _unknown(key: Any, allowed: Iterable[str]) -> str:
    near = did_you_mean(str(key), allowed) or f" The fields are: {listed(allowed)}."
    return f"Unknown field “{shown(key)}”.{near}"


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
