"""Stretches of days to reckon with: first and last day, both included, an open end as far as days go."""

from __future__ import annotations

import datetime as dt
from typing import Any

ONE_DAY = dt.timedelta(days=1)

Span = tuple[dt.date, dt.date]


def span(days: Any) -> Span:
    """Of a range, as it was given ([from, to]) or as Postgres answers ([from, to))."""
    first, last = days.lower or dt.date.min, days.upper or dt.date.max
    if days.lower is not None and not days.lower_inc:
        first += ONE_DAY
    if days.upper is not None and not days.upper_inc:
        last -= ONE_DAY
    return first, last


def common(one: Span, other: Span) -> Span | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def in_words(event: Any) -> str:
    """When something that happened once did, of a dated claim: "on 3 March 2019"."""
    first, last = span(event.possible)
    if first == last:
        return f"on {_said(first)}"
    if first == dt.date.min and last == dt.date.max:
        return "on a day that is not on record"
    if first == dt.date.min:
        return f"by {_said(last)}"
    if last == dt.date.max:
        return f"not before {_said(first)}"
    return f"between {_said(first)} and {_said(last)}"


def _said(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
