"""A candidate read back as it was kept: checked when it was given, so not checked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vetting.intake.shape import CandidateDraft, Name, PartialDate, Place, UnitDraft


def draft_of(given: Mapping[str, Any], row: int) -> CandidateDraft:
    """The inverse of `changes.as_body`."""
    place, born = given.get("place_of_birth"), given.get("date_of_birth")
    return CandidateDraft(
        row=row,
        kind=given["kind"],
        role=given["role"],
        unit=unit_of(given["unit"]),
        name=_name(given.get("name")),
        aliases=tuple(given.get("aliases", ())),
        date_of_birth=PartialDate(born) if born else None,
        place_of_birth=Place(**place) if place else None,
        nationality=given.get("nationality"),
        gender=given.get("gender"),
        national_id=given.get("national_id"),
        rank=given.get("rank"),
        job_title=given.get("job_title"),
        is_commander=given.get("is_commander", False),
        unknown=dict(given.get("unknown", {})),
    )


def unit_of(given: Mapping[str, Any]) -> UnitDraft:
    if "id" in given:
        return UnitDraft(id=given["id"])
    return UnitDraft(
        **{
            **given,
            "aliases": tuple(given["aliases"]),
            "parents": tuple(given["parents"]),
            "commander": _name(given["commander"]),
        }
    )


def _name(given: Mapping[str, Any] | None) -> Name | None:
    if given is None:
        return None
    return Name(full=given["full"]) if "full" in given else Name(parts=tuple(given["parts"]))
