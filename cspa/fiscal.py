"""Fiscal years and the list years behind them. Plain functions of dates.

The list of year N bites fiscal year N+1, which runs from 1 October N to 30 September N+1 (22 U.S.C. 2370c-1).
"""

from __future__ import annotations

import datetime as dt

FIRST_LIST = 2010  # the first list there was
LAST_YEAR = 2199


def fiscal_year(day: dt.date) -> int:
    return day.year + (day.month >= 10)


def first_day(year: int) -> dt.date:
    return dt.date(year - 1, 10, 1)


def last_day(year: int) -> dt.date:
    return dt.date(year, 9, 30)


def list_behind(year: int) -> int:
    """The list year that bites this fiscal year."""
    return year - 1


def bitten_by(list_year: int) -> int:
    """The fiscal year that this list bites."""
    return list_year + 1


def touched(first: dt.date, last: dt.date) -> list[int]:
    """Every fiscal year that these days, both included, touch."""
    return list(range(fiscal_year(first), fiscal_year(last) + 1))


def day_before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)
