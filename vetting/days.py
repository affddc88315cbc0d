"""Working days at a post: Monday to Friday. Holidays come with the clocks' own issue."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    return timezone.now().date()


def add_working_days(day: dt.date, count: int) -> dt.date:
    while count > 0:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """Working days after `first` up to and including `last`; negative when `last` is before."""
    if last < first:
        return -working_days_between(last, first)
    whole, rest = divmod((last - first).days, 7)
    return whole * 5 + sum((first + dt.timedelta(days=day + 1)).weekday() < 5 for day in range(rest))
