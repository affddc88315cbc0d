"""The training event, and the day by which results are needed."""

from __future__ import annotations

from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.fields import Fields
from vetting.intake.shape import EventDraft

EVENT_FIELDS = ("title", "location", "starts_on", "ends_on")
EVENT_LIMIT = 300  # characters of its title, and of its location
SHAPE = '{"title": "…", "location": "…", "starts_on": "YYYY-MM-DD", "ends_on": "YYYY-MM-DD"}'


def read_event(value: Any, pointer: str, today: date, problems: list[Problem]) -> EventDraft | None:
    """None where a field is missing or wrong; an event that is over or upside down is noted."""
    fields = Fields.of(value, pointer, EVENT_FIELDS, problems, SHAPE)
    if fields is None:
        return None
    title = fields.text("title", required=True, name=True, longest=EVENT_LIMIT)
    location = _location(fields)
    starts, ends = fields.day("starts_on"), fields.day("ends_on")
    _check_dates(fields, starts, ends, today)
    if title is None or location is None or starts is None or ends is None:
        return None
    return EventDraft(title, location, starts, ends)


def _location(fields: Fields) -> str | None:
    """Asked for; but an empty text is taken as an answer, for many real class lists do not say where."""
    if fields.values.get("location") == "":
        return ""
    return fields.text("location", required=True, name=True, longest=EVENT_LIMIT)


def _check_dates(fields: Fields, starts: date | None, ends: date | None, today: date) -> None:
    if starts and ends and ends < starts:
        fields.note("upside-down", f"The event ends on {ends}, before it starts on {starts}.", "ends_on")
    elif ends and ends < today:
        fields.note("event-over", f"The event was over on {ends}; nobody can be vetted for it.", "ends_on")


def check_needed_by(fields: Fields, key: str, starts: date | None, today: date) -> date | None:
    """Not in the past, and not after the first day of the event."""
    needed = fields.day(key)
    if needed and needed < today:
        fields.note("in-the-past", f"Needed by: {needed} is in the past.", key)
    if needed and starts and needed > starts:
        fields.note(
            "after-the-start",
            f"Needed by: {needed} is after the event starts on {starts}. Results are of no use then.",
            key,
        )
    return needed
