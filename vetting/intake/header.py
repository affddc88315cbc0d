"""What a nomination says besides its candidates: who asks, for what event, under which program and law."""

from __future__ import annotations

from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.candidates import country_code
from vetting.intake.events import check_needed_by, read_event
from vetting.intake.fields import Fields, pointer_to
from vetting.intake.lookups import Lookups
from vetting.intake.shape import LAWS, EventDraft, NominationDraft
from vetting.intake.text import listed

HEADER_FIELDS = (
    "reference",
    "organisation",
    "country",
    "event",
    "program",
    "program_label",
    "law",
    "purpose",
    "needed_by",
)
OTHER = "OTHER"
REFERENCE_LIMIT, LABEL_LIMIT, PURPOSE_LIMIT = 100, 200, 1_000  # characters
OBJECT = '{"reference": "…", "organisation": "…", …}'


def read_header(body: Any, known: Lookups, today: date) -> tuple[NominationDraft | None, list[Problem]]:
    """The nomination without its candidates; None where anything in it is wrong."""
    problems: list[Problem] = []
    fields = Fields.of(body, "", (*HEADER_FIELDS, "candidates"), problems, OBJECT)
    if fields is None:
        return None, problems
    draft = _header(fields, known, today)
    return (None, problems) if problems else (draft, [])


def _header(fields: Fields, known: Lookups, today: date) -> NominationDraft | None:
    organisation = _organisation(fields, known)
    reference = _reference(fields, organisation, known)
    country = _country(fields, known)
    program = fields.code("program", known.programs)
    label = _label(fields, program)
    law = _law(fields, program, known)
    purpose = fields.text("purpose", longest=PURPOSE_LIMIT, lines=True)
    event = event_of(fields, today)
    needed_by = check_needed_by(fields, "needed_by", event.starts_on if event else None, today)
    if not (organisation and reference and country and program and law and event and needed_by):
        return None
    return NominationDraft(
        reference, organisation, country, event, program, label, law, purpose, needed_by, candidates=()
    )


def event_of(fields: Fields, today: date) -> EventDraft | None:
    if not fields.given("event"):
        fields.missing("event", "Give its title, location, starts_on and ends_on.")
        return None
    return read_event(fields.values["event"], pointer_to(fields.pointer, "event"), today, fields.problems)


def _organisation(fields: Fields, known: Lookups) -> str | None:
    """Another's, or none at all: one and the same sentence."""
    found = fields.text("organisation", required=True, how="Give the id of the organisation that nominates.")
    if found is None or found in known.organisations:
        return found
    fields.note("not-found", "Organisation: you nominate for no organisation with this id.", "organisation")
    return None


def _reference(fields: Fields, organisation: str | None, known: Lookups) -> str | None:
    how = "Give your own number for this nomination."
    found = fields.text("reference", required=True, longest=REFERENCE_LIMIT, how=how)
    if found and organisation and known.reference_taken(organisation, found):
        detail = f"Reference: your organisation already has a nomination “{found}”. Use another."
        fields.note("taken", detail, "reference")
    return found


def _country(fields: Fields, known: Lookups) -> str | None:
    """Where the candidates serve; narrower than the countries a person may be from."""
    found = country_code(fields, "country", known, required=True)
    if found is None or found in known.nomination_countries:
        return found
    allowed = listed(sorted(known.nomination_countries)) or "none yet"
    detail = f"Country: you cannot nominate for {found}. You can for: {allowed}."
    fields.note("not-allowed", detail, "country")
    return None


def _label(fields: Fields, program: str | None) -> str | None:
    if program == OTHER:
        how = "Program OTHER needs a name."
        return fields.text("program_label", required=True, name=True, longest=LABEL_LIMIT, how=how)
    return fields.text("program_label", name=True, longest=LABEL_LIMIT)


def _law(fields: Fields, program: str | None, known: Lookups) -> str | None:
    law = fields.code("law", LAWS, how=f"Use one of: {listed(LAWS)}.")
    if law is None or program is None or law in known.programs[program].laws:
        return law
    allowed = listed(known.programs[program].laws)
    fields.note("law-not-allowed", f"Law: {program} is not given under {law}. Use: {allowed}.", "law")
    return None
