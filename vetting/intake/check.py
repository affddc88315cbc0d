"""A nomination as it was sent, checked whole: a draft, or every problem at once.

Never raises, on any JSON value. Pointers are JSON pointers into the body. What it must know of the world
comes in `Lookups`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.candidates import Reading, read_candidate
from vetting.intake.events import check_needed_by
from vetting.intake.fields import Fields
from vetting.intake.header import event_of, read_header
from vetting.intake.lookups import Lookups
from vetting.intake.shape import EventDraft, NominationDraft
from vetting.intake.together import check_together


def check_nomination(body: Any, known: Lookups, today: date) -> tuple[NominationDraft | None, list[Problem]]:
    """The body of `POST nominations/`. How many candidates are too many is the caller's to say."""
    header, problems = read_header(body, known, today)
    if not isinstance(body, dict):
        return None, problems
    readings = _candidates(Fields(body, "", problems), known, today)
    check_together(readings)
    problems += [problem for reading in readings for problem in reading.problems]
    if problems or header is None:
        return None, problems
    return replace(header, candidates=tuple(r.draft for r in readings if r.draft is not None)), []


def check_event(
    event: Any, needed_by: Any, today: date
) -> tuple[EventDraft | None, date | None, list[Problem]]:
    """An event moved or renamed, and the day its results are needed; pointers `/event…` and `/needed_by`."""
    fields = Fields({"event": event, "needed_by": needed_by}, "")
    checked = event_of(fields, today)
    needed = check_needed_by(fields, "needed_by", checked.starts_on if checked else None, today)
    return (None, None, fields.problems) if fields.problems else (checked, needed, [])


def _candidates(fields: Fields, known: Lookups, today: date) -> list[Reading]:
    rows = fields.values.get("candidates")
    if rows is None or rows == []:
        fields.missing("candidates", "Give at least one.")
        return []
    if not isinstance(rows, list):
        fields.note("wrong-type", "Candidates: this must be a list.", "candidates")
        return []
    country = fields.values.get("country")
    country = country.strip() if isinstance(country, str) else None
    return [
        read_candidate(row, f"/candidates/{place}", place + 1, country, known, today)
        for place, row in enumerate(rows)
    ]
