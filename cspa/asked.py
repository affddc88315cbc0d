"""What the gate and the grid are asked in an address: days, a program, a stretch of fiscal years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rest_framework import serializers

from cspa import fiscal
from cspa.models import Coverage
from cspa.rules.years import today
from foundation.doors.fields import Day
from foundation.refused import Invalid, Problem

T = TypeVar("T")
MOST_YEARS = 60
BEFORE, AFTER = 10, 1  # years of the grid, where none are asked for
FIRST_FISCAL, LAST_FISCAL = 1962, 2199


@dataclass(frozen=True)
class Question:
    days: tuple[dt.date, dt.date]
    program: str
    purpose: str


def question(sent: Mapping[str, str]) -> Question:
    """`on` a day, or `from` and `to`; a program; perhaps a purpose. Raises Invalid with all that is wrong."""
    wrong: list[Problem] = []
    on, first, last = (_day(sent, name, wrong) for name in ("on", "from", "to"))
    program = sent.get("program", "").strip()
    if on and (first or last):
        wrong.append(_problem("on", "give a day, or “from” and “to”, not both."))
    if first and last and last < first:
        wrong.append(_problem("to", "it is before “from”. Turn them round."))
    if first and last and last.year - first.year > MOST_YEARS:
        wrong.append(_problem("to", f"at most {MOST_YEARS} years at once."))
    if not program:
        wrong.append(_problem("program", "name a program, by its code."))
    elif not Coverage.objects.filter(program=program).exists():
        wrong.append(_problem("program", "there is no such program."))
    if wrong:
        raise Invalid(*wrong)
    first = on or first or last or today()
    return Question((first, on or last or first), program, sent.get("purpose", "").strip())


def years(sent: Mapping[str, str]) -> list[int]:
    """Fiscal years, from and to; ten back and one ahead, where it is not said."""
    wrong: list[Problem] = []
    now = fiscal.fiscal_year(today())
    last = _year(sent, "to", wrong) or now + AFTER
    first = _year(sent, "from", wrong) or max(min(now, last) - BEFORE, FIRST_FISCAL)
    if not wrong and not 0 <= last - first < MOST_YEARS:
        wrong.append(_problem("to", f"it must lie in “from” or after it, at most {MOST_YEARS} years in all."))
    if wrong:
        raise Invalid(*wrong)
    return list(range(first, last + 1))


def _day(sent: Mapping[str, str], name: str, wrong: list[Problem]) -> dt.date | None:
    value = sent.get(name)
    if not value:
        return None
    return _read(lambda: Day().run_validation(value), name, "it must be a date, as 2026-11-24.", wrong)


def _year(sent: Mapping[str, str], name: str, wrong: list[Problem]) -> int | None:
    field = serializers.IntegerField(min_value=FIRST_FISCAL, max_value=LAST_FISCAL)
    value = sent.get(name)
    if not value:
        return None
    return _read(lambda: field.run_validation(value), name, "it must be a fiscal year, as 2027.", wrong)


def _read(read: Callable[[], Any], name: str, sentence: str, wrong: list[Problem]) -> Any:
    try:
        return read()
    except serializers.ValidationError:
        wrong.append(_problem(name, sentence))
        return None


def _problem(name: str, sentence: str) -> Problem:
    return Problem("invalid-parameter", f"?{name}=: {sentence}")
