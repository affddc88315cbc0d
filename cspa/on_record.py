"""What is on record of the child-soldier lists, told once as plain values: what the gate judges by.

No database stands behind them; `cspa.gate` reads them, `cspa.judge` judges them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
ACT = "22 U.S.C. 2370c-1"
WAIVER, REINSTATEMENT = "waiver", "reinstatement"


@dataclass(frozen=True)
class Part:
    """What a partial relief covers. No program: the record does not name it. No purpose: any."""

    program: str | None
    purpose: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Lifts:
    """A waiver or reinstatement as it stands. `parts` None: everything."""

    id: str
    kind: str
    confident: bool
    first: dt.date
    last: dt.date
    parts: tuple[Part, ...] | None = None
    citation: str = ""

    def in_force(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Listed:
    """One telling of a country's place on one year's list, and what lifts the bar by it."""

    id: str
    confident: bool
    citation: str = ""
    lifts: tuple[Lifts, ...] = ()


@dataclass(frozen=True)
class Year:
    """The list of one year, as far as this country is concerned."""

    list_year: int
    confirmed: bool = False
    citation: str = ""
    listings: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Reach:
    """Whether the Act reaches a program from one day to another (None: open), and the purposes it spares."""

    id: str
    program: str
    reached: bool
    exempt: frozenset[str] = frozenset()
    first: dt.date | None = None
    last: dt.date | None = None
    citation: str = ACT

    def in_force(self, day: dt.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def spares(self, purpose: str) -> bool:
        return not self.reached or as_code(purpose) in self.exempt


@dataclass(frozen=True)
class Records:
    """All that is known of one country: list years by year, and what the Act reaches."""

    years: Mapping[int, Year] = field(default_factory=dict)
    reach: tuple[Reach, ...] = ()


def covering(lifts: Lifts, program: str, purpose: str) -> tuple[Part, ...] | None:
    """The parts that cover this program and purpose; None where none does."""
    if lifts.parts is None:
        return (Part(program),)
    found = tuple(
        part
        for part in lifts.parts
        if part.program == program and (not part.purpose or as_code(part.purpose) == as_code(purpose))
    )
    return found or None


def names_no_program(lifts: Lifts) -> bool:
    return any(part.program is None for part in lifts.parts or ())


def as_code(words: str) -> str:
    """Purposes are compared as codes: "Peacekeeping preparation" is `peacekeeping-preparation`."""
    return "-".join(words.casefold().replace("-", " ").split())


def once(items: Iterable[T]) -> tuple[T, ...]:
    """Each of them once, in the order of their first coming."""
    return tuple(dict.fromkeys(items))
