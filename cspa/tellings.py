"""Rows of the published lists put together: for each country and year, what is told of it, and how often.

Rows of one country and year are one telling, where they differ in the day from which they hold; without such
a day, each further row tells the year otherwise, and they stand side by side.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cspa import fiscal
from cspa.on_record import Part
from cspa.sheet import Line
from foundation.refused import Problem


@dataclass(frozen=True)
class Waived:
    """A waiver as the rows tell it. `parts` None: a full one."""

    first: dt.date
    last: dt.date
    parts: tuple[Part, ...] | None
    sure: bool


@dataclass(frozen=True)
class Telling:
    """A listing as the rows tell it: `account` 1, or 2 and more where they disagree."""

    row: int
    country: str
    list_year: int
    account: int
    sure: bool
    note: str
    waivers: tuple[Waived, ...]


def tellings(lines: Iterable[Line]) -> tuple[list[Telling], list[Problem]]:
    """In the order of their first rows, and what the rows of one country and year cannot mean together."""
    grouped: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.list_year, line.country].append(line)
    found: list[Telling] = []
    wrong: list[Problem] = []
    for rows in grouped.values():
        wrong += _wrong(rows)
        found += _of(rows)
    return found, wrong


def sure_years(lines: Iterable[Line]) -> dict[int, bool]:
    """Each list year: whether every row of it is of high confidence."""
    years: dict[int, bool] = {}
    for line in lines:
        years[line.list_year] = years.get(line.list_year, True) and line.listed_sure
    return years


def _wrong(rows: list[Line]) -> Iterable[Problem]:
    whole_year = [line for line in rows if not line.mid_year]
    seen: dict[tuple[object, ...], int] = {}
    for line in rows:
        told = (line.waiver, line.parts, line.from_day)
        if told in seen:
            yield Problem("twice", f"This repeats row {seen[told]}.", row=line.row, column="country")
        elif line.mid_year and len(whole_year) > 1:
            said = "Which of the tellings above this changes in mid-year cannot be told."
            yield Problem("ambiguous", said, row=line.row, column="effective_from")
        elif line.mid_year and any(each.from_day == line.from_day for each in rows if each.row < line.row):
            yield Problem("twice", "Two changes begin on this day.", row=line.row, column="effective_from")
        seen.setdefault(told, line.row)


def _of(rows: list[Line]) -> list[Telling]:
    whole_year = [line for line in rows if not line.mid_year]
    later = sorted((line for line in rows if line.mid_year), key=lambda line: line.from_day)
    if len(whole_year) > 1:
        return [_telling([line], account) for account, line in enumerate(whole_year, start=1)]
    return [_telling([*whole_year, *later], 1)]


def _telling(rows: list[Line], account: int) -> Telling:
    first = rows[0]
    return Telling(
        row=first.row,
        country=first.country,
        list_year=first.list_year,
        account=account,
        sure=all(line.listed_sure for line in rows),
        note="; ".join(dict.fromkeys(line.note for line in rows if line.note)),
        waivers=tuple(_waivers(rows)),
    )


def _waivers(rows: list[Line]) -> Iterable[Waived]:
    """Each holds to the day before the next begins, the last to the end of the fiscal year."""
    ends = [fiscal.day_before(line.from_day) for line in rows[1:]]
    for line, last in zip(rows, [*ends, fiscal.last_day(rows[0].fiscal_year)], strict=True):
        if line.waiver != "none":
            yield Waived(line.from_day, last, line.parts, line.waived_sure)
