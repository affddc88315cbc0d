"""A case's overlaps: whom it is about, or for a unit who commands it, against what is alleged."""

from __future__ import annotations

from typing import Any

from evidence.overlap import Overlap, overlaps
from foundation.accounts.models import User
from units.models import Kind
from vetting.models import Case


def person_of(case: Case) -> Any:
    """The individual's id; None where nobody is on record as commanding the unit."""
    return case.subject_id if case.kind == Kind.INDIVIDUAL else case.commander_id


def of_case(case: Case, user: User, incident: Any = None) -> list[Overlap]:
    person = person_of(case)
    return overlaps([person], user, incident=incident, country=case.country_id) if person else []
