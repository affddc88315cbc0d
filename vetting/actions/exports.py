"""Files with people in them. That somebody took one away is an event, by whichever door."""

from __future__ import annotations

from typing import Any

from foundation.audit import actions as audit
from vetting import answers
from vetting.intake.out import safe_csv
from vetting.models import Nomination

HEADINGS = ("row", "kind", "name", "status", "cleared_from", "cleared_until")


def results(*, nomination: Nomination, by: Any) -> bytes:
    """Every row with its word, and the days between which it is cleared, as CSV."""
    rows = [
        (each.candidate.row, each.candidate.kind, each.candidate.subject.name, each.candidate.word)
        + (each.clearance or (None, None))
        for each in answers.rows_of(nomination)
    ]
    audit.record("vetting.exported", by=by, target=nomination, file="results.csv", rows=len(rows))
    return safe_csv(HEADINGS, rows)
