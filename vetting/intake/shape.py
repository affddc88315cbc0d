"""What a checked nomination is made of. Frozen: once checked, nothing in it changes."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date

from vetting.intake.text import fold, in_any_order

KINDS = ("individual", "unit")
ROLES = ("participant", "alternate", "instructor")
GENDERS = ("male", "female", "other", "unknown")
LEVELS = ("corps", "division", "brigade", "regiment", "battalion", "company", "platoon", "post", "other")
LAWS = ("FAA", "AECA", "DOD")
MAY_BE_UNKNOWN = ("place_of_birth", "national_id", "rank", "job_title")

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A day, a month or a year: "1980-03-05", "1980-03", "1980"."""

    text: str

    @classmethod
    def read(cls, text: str) -> PartialDate | None:
        """None unless it is written so and such a day exists."""
        match = _PARTIAL.fullmatch(text)
        if match is None:
            return None
        year, month, day = (int(part) if part else 1 for part in match.groups())
        try:
            date(year, month, day)
        except ValueError:
            return None
        return cls(text)

    @property
    def first_day(self) -> date:
        year, month, day = (int(part) for part in (self.text + "-01-01")[:10].split("-"))
        return date(year, month, day)

    @property
    def last_day(self) -> date:
        start = self.first_day
        if len(self.text) == 10:
            return start
        month = start.month if len(self.text) == 7 else 12
        return date(start.year, month, calendar.monthrange(start.year, month)[1])

    @property
    def whole(self) -> bool:
        return len(self.text) == 10

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Name:
    """As given: in full, or in one to five parts that are never forced into first and last."""

    full: str | None = None
    parts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.full if self.full is not None else " ".join(self.parts)

    def as_body(self) -> dict[str, object]:
        return {"full": self.full} if self.full is not None else {"parts": list(self.parts)}


@dataclass(frozen=True)
class Place:
    city: str | None
    state: str | None
    country: str | None


@dataclass(frozen=True)
class UnitDraft:
    """A unit by the id it already has (then nothing else is set), or described."""

    id: str | None = None
    name: str | None = None
    english_name: str | None = None
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    level: str | None = None
    location: str | None = None
    commander: Name | None = None
    commander_unknown_reason: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for two rows that describe one unit: same id, or same name under the same parents."""
        if self.id is not None:
            return ("id", self.id)
        return ("described", fold(self.name or ""), *(fold(parent) for parent in self.parents))


@dataclass(frozen=True)
class CandidateDraft:
    """One row: a person, or (kind "unit") a unit, for which every personal field is empty."""

    row: int
    kind: str
    role: str
    unit: UnitDraft | None
    name: Name | None = None
    aliases: tuple[str, ...] = ()
    date_of_birth: PartialDate | None = None
    place_of_birth: Place | None = None
    nationality: str | None = None
    gender: str | None = None
    national_id: str | None = None
    rank: str | None = None
    job_title: str | None = None
    is_commander: bool = False
    unknown: dict[str, str] = field(default_factory=dict)

    @property
    def person_key(self) -> tuple[str, str] | None:
        """Name (words in any order) and birth date: two rows that share it are read as one person."""
        if self.name is None or self.date_of_birth is None:
            return None
        return (in_any_order(self.name.text), self.date_of_birth.text)


@dataclass(frozen=True)
class EventDraft:
    title: str
    location: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class NominationDraft:
    reference: str
    organisation: str
    country: str
    event: EventDraft
    program: str
    program_label: str | None
    law: str
    purpose: str | None
    needed_by: date
    candidates: tuple[CandidateDraft, ...]
