"""Partial birth dates: 1980, 1980-03 or 1980-03-14. What cannot be read is unknown, never a difference."""

import re
from datetime import date

from .types import Says

Partial = tuple[int, int | None, int | None]
ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def parse(born: str | None) -> Partial | None:
    """Year, month, day of a partial ISO date, or None where there is none or no such day exists."""
    found = ISO.fullmatch(born.strip()) if born and born.isascii() else None
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or 0) or None, int(found[3] or 0) or None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return year, month, day if month else None


def compare_births(left: str | None, right: str | None) -> tuple[float | None, Says]:
    """How well two dates agree, 0..1, and in a word. Symmetric; None and unknown where either is missing.

    1 the same day · 0.8 day and month swapped, or the same month where one names no day · 0.7 a day
    beside it or one digit off · 0.6 the same year where one names no more · 0.4 the same year, or years
    beside each other where one names only the year · 0 else.
    """
    one, other = parse(left), parse(right)
    if one is None or other is None:
        return None, "unknown"
    score = _whole(one, other) if one[2] and other[2] else _partial(one, other)
    if score == 0.0:
        return score, "differs"
    return score, "near" if score in {0.4, 0.7} or _swapped(one, other) else "agrees"


def _swapped(one: Partial, other: Partial) -> bool:
    return one != other and one[0] == other[0] and None not in one + other and one[1:] == other[:0:-1]


def _whole(one: Partial, other: Partial) -> float:
    if one == other:
        return 1.0
    if _swapped(one, other):
        return 0.8
    if abs((_day(one) - _day(other)).days) == 1 or _digits_off(one, other) == 1:
        return 0.7
    return 0.4 if one[0] == other[0] else 0.0


def _partial(one: Partial, other: Partial) -> float:
    if one[0] != other[0]:
        return 0.4 if abs(one[0] - other[0]) == 1 and None in (one[1], other[1]) else 0.0
    if one[1] is None or other[1] is None:
        return 0.6
    return 0.8 if one[1] == other[1] else 0.4


def _day(partial: Partial) -> date:
    return date(partial[0], partial[1] or 1, partial[2] or 1)


def _digits_off(one: Partial, other: Partial) -> int:
    return sum(a != b for a, b in zip(_day(one).isoformat(), _day(other).isoformat(), strict=True))
