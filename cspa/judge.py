"""The child-soldier gate, judged: a pure function of what is on record.

It says *open* only where a record says so: nothing is read between the lines, and nothing else is asked.
What it reads is told once, as plain values (`Records`); dates matter only through the fiscal year they fall
in and the days on which a record is in force. After 22 U.S.C. 2370c-1; the states are CONTRACT §7's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cspa import fiscal
from cspa.on_record import (
    ACT,
    REINSTATEMENT,
    Lifts,
    Listed,
    Part,
    Reach,
    Records,
    Year,
    as_code,
    covering,
    names_no_program,
    once,
)

BARRED, IN_CONFLICT, NOT_ON_RECORD, UNCONFIRMED, OPEN_UNDER_WAIVER, OPEN, NOT_COVERED = STATES = (
    "barred", "in-conflict", "not-on-record", "unconfirmed", "open-under-waiver", "open", "not-covered",
)  # fmt: skip  # the worst first
PASSABLE = frozenset({OPEN_UNDER_WAIVER, OPEN, NOT_COVERED})

Days = tuple[dt.date, dt.date]  # both included


@dataclass(frozen=True)
class Reason:
    """`record`: kind and id of what it rests on, where that is a record; `citation`: where to read it."""

    text: str
    record: tuple[str, str] | None = None
    citation: str = ""


@dataclass(frozen=True)
class OfYear:
    fiscal_year: int
    state: str
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """The worst of the years that the days touch; the reasons of the worst year first."""

    state: str
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    years: tuple[OfYear, ...]

    @property
    def lets_through(self) -> bool:
        return self.state in PASSABLE


def answer(records: Records, days: Days, program: str, purpose: str = "") -> Answer:
    """What the gate says of a program and purpose on these days. Days that run backwards: ValueError."""
    first, last = days
    if last < first:
        raise ValueError("The last day is before the first.")
    years = tuple(
        _of_year(records, year, _clamped(days, year), program, purpose)
        for year in fiscal.touched(first, last)
    )
    worst_first = sorted(years, key=lambda year: badness(year.state))
    return Answer(
        state=worst_first[0].state,
        conditions=once(each for year in years for each in year.conditions),
        reasons=once(each for year in worst_first for each in year.reasons),
        years=years,
    )


def badness(state: str) -> int:
    """The lower, the worse."""
    return STATES.index(state)


def _clamped(days: Days, year: int) -> Days:
    return max(days[0], fiscal.first_day(year)), min(days[1], fiscal.last_day(year))


def _of_year(records: Records, year: int, days: Days, program: str, purpose: str) -> OfYear:
    """The worst of its stretches: between two of them something begins or ends to be in force."""
    stretches = [_on_day(records, year, day, program, purpose) for day in _stretches(records, year, days)]
    state = min((each.state for each in stretches), key=badness)
    return OfYear(
        fiscal_year=year,
        state=state,
        conditions=once(each for stretch in stretches for each in stretch.conditions),
        reasons=once(each for stretch in stretches if stretch.state == state for each in stretch.reasons),
    )


def _stretches(records: Records, year: int, days: Days) -> list[dt.date]:
    """The first day of each stretch of days through which the same records are in force."""
    first, last = days
    cuts = {first}
    for begins, ends in _in_force(records, year):
        cuts |= {begins} if begins else set()
        cuts |= {ends + dt.timedelta(days=1)} if ends and ends < dt.date.max else set()
    return sorted(day for day in cuts if first <= day <= last)


def _in_force(records: Records, year: int) -> Iterator[tuple[dt.date | None, dt.date | None]]:
    for reach in records.reach:
        yield reach.first, reach.last
    of_year = records.years.get(fiscal.list_behind(year))
    for listing in of_year.listings if of_year else ():
        for lifts in listing.lifts:
            yield lifts.first, lifts.last


# --- one day ---


@dataclass(frozen=True)
class _Said:
    state: str
    reasons: tuple[Reason, ...]
    conditions: tuple[str, ...] = ()


def _on_day(records: Records, year: int, day: dt.date, program: str, purpose: str) -> _Said:
    spared = _spared(records, day, program, purpose)
    if spared:
        return spared
    list_year = fiscal.list_behind(year)
    if list_year < fiscal.FIRST_LIST:
        text = f"Fiscal year {year} is before the first list, of {fiscal.FIRST_LIST}."
        return _Said(OPEN, (Reason(text, None, ACT),))
    of_year = records.years.get(list_year)
    if of_year is None:
        text = f"The list of {list_year}, which bites fiscal year {year}, is not on record."
        return _Said(NOT_ON_RECORD, (Reason(text),))
    if not of_year.listings:
        return _absent(of_year)
    return _listed(of_year, day, program, purpose)


def _spared(records: Records, day: dt.date, program: str, purpose: str) -> _Said | None:
    """Not reached by the Act. A program of which nothing is on record is taken as reached."""
    lines = [each for each in records.reach if each.program == program and each.in_force(day)]
    if not lines or not all(each.spares(purpose) for each in lines):
        return None
    return _Said(NOT_COVERED, tuple(_why_spared(each, purpose) for each in lines))


def _why_spared(line: Reach, purpose: str) -> Reason:
    what = f" for {as_code(purpose).replace('-', ' ')}" if line.reached else ""
    return Reason(f"The Act does not reach {line.program}{what}.", ("coverage", line.id), line.citation)


def _absent(year: Year) -> _Said:
    record = ("list-year", str(year.list_year))
    if year.confirmed:
        text = f"Not on the list of {year.list_year}, which is confirmed to be complete."
        return _Said(OPEN, (Reason(text, record, year.citation),))
    text = (
        f"Not on the list of {year.list_year} as far as it is on record, and that it is complete is not"
        " confirmed: absence from it says nothing yet."
    )
    return _Said(UNCONFIRMED, (Reason(text, record, year.citation),))


def _listed(year: Year, day: dt.date, program: str, purpose: str) -> _Said:
    told = [_tell(listing, year, day, program, purpose) for listing in year.listings]
    if len({each.says for each in told}) > 1:
        text = f"The records of the list of {year.list_year} disagree, and nobody has settled which holds."
        first = Reason(text, ("list-year", str(year.list_year)), year.citation)
        return _Said(IN_CONFLICT, (first, *once(reason for each in told for reason in each.said.reasons)))
    return _agreed([each.said for each in told])


def _agreed(said: list[_Said]) -> _Said:
    """One telling, or several that say the same: what one of them knows for sure, the others only believe."""
    sure = [each for each in said if each.state != UNCONFIRMED] or said
    return _Said(
        state=sure[0].state,
        reasons=once(reason for each in sure for reason in each.reasons),
        conditions=once(limit for each in sure for limit in each.conditions),
    )


@dataclass(frozen=True)
class _Told:
    """What one telling says, and the state it gives: where it is not sure of itself, *unconfirmed*."""

    says: str  # barred, waived, reinstated, unclear
    said: _Said


def _tell(listing: Listed, year: Year, day: dt.date, program: str, purpose: str) -> _Told:
    on_list = _on_list(listing, year)
    in_force = [each for each in listing.lifts if each.in_force(day)]
    for lifts in sorted(in_force, key=_nearest_to_open):
        parts = covering(lifts, program, purpose)
        if parts is not None:
            return _lifted(listing, lifts, parts, on_list)
    unclear = [each for each in in_force if names_no_program(each)]
    if unclear:
        reasons = (on_list, *(_reason_unclear(each) for each in unclear))
        return _Told("unclear", _Said(UNCONFIRMED, reasons))
    reasons = (on_list, *(_reason_elsewhere(each, program, purpose) for each in in_force))
    if not in_force:
        reasons = (on_list, Reason("No waiver and no reinstatement is in force.", None, ACT))
    return _Told("barred", _Said(BARRED if listing.confident else UNCONFIRMED, reasons))


def _nearest_to_open(lifts: Lifts) -> tuple[bool, bool, str]:
    return (not lifts.confident, lifts.kind != REINSTATEMENT, lifts.id)


def _lifted(listing: Listed, lifts: Lifts, parts: tuple[Part, ...], on_list: Reason) -> _Told:
    says = "reinstated" if lifts.kind == REINSTATEMENT else "waived"
    limits = () if any(not part.limit for part in parts) else once(part.limit for part in parts)
    what = "Reinstated" if lifts.kind == REINSTATEMENT else "Waived"
    extent = "in full" if lifts.parts is None else "in part, this program with it"
    reason = Reason(
        f"{what} {extent}, from {_day(lifts.first)} to {_day(lifts.last)}.",
        (lifts.kind, lifts.id),
        lifts.citation,
    )
    if not (listing.confident and lifts.confident):
        doubt = Reason("The record of it is of low confidence only.", (lifts.kind, lifts.id))
        return _Told(says, _Said(UNCONFIRMED, (on_list, reason, doubt)))
    state = OPEN if lifts.kind == REINSTATEMENT else OPEN_UNDER_WAIVER
    return _Told(says, _Said(state, (on_list, reason), limits))


def _on_list(listing: Listed, year: Year) -> Reason:
    sure = "" if listing.confident else ", by a record of low confidence"
    text = (
        f"On the list of {year.list_year}{sure}, which bites fiscal year {fiscal.bitten_by(year.list_year)}."
    )
    return Reason(text, ("listing", listing.id), listing.citation)


def _reason_unclear(lifts: Lifts) -> Reason:
    limits = "; ".join(part.limit for part in lifts.parts or () if part.program is None and part.limit)
    what = f" ({limits})" if limits else ""
    text = f"A partial {lifts.kind} is on record{what}, but not which programs it covers."
    return Reason(text, (lifts.kind, lifts.id), lifts.citation)


def _reason_elsewhere(lifts: Lifts, program: str, purpose: str) -> Reason:
    covered = ", ".join(once(_worded(part) for part in lifts.parts or ()))
    asked = program + (f" for “{purpose}”" if purpose else "")
    text = f"The {lifts.kind} in force covers {covered}, not {asked}."
    return Reason(text, (lifts.kind, lifts.id), lifts.citation)


def _worded(part: Part) -> str:
    return (part.program or "unnamed programs") + (f" for “{part.purpose}”" if part.purpose else "")


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
