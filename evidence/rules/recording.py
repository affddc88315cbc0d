"""Who may record, correct and assess. Writes nothing: raises or returns."""

from __future__ import annotations

from typing import Any

from evidence import protection
from evidence.models import Allegation, DerogatoryNote, Incident
from evidence.permissions import EvidencePerm
from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotYours
from units.models import Subject

WHO = "Only the human rights bureau records incidents, allegations and derogatory notes."
HERE = "Only the human rights bureau of this country records evidence of it."
ASSESSES = "Only the human rights bureau of this country assesses an allegation."
SEALED = "This is kept in a compartment that you do not read: somebody who does must do it."


def check_can_record_somewhere(user: User, nothing: None = None) -> None:
    if not reach.holds_anywhere(user, EvidencePerm.RECORD, Country, Post):
        raise NotYours(WHO)


def check_can_record(user: User, country: Any) -> None:
    if not reach.holds_in_country(user, EvidencePerm.RECORD, country):
        raise NotYours(HERE)


def check_can_correct_incident(user: User, incident: Incident) -> None:
    check_can_record(user, incident.country)
    check_reads(user, incident)


def check_can_allege(user: User, incident: Incident) -> None:
    check_can_correct_incident(user, incident)


def check_can_correct_allegation(user: User, allegation: Allegation) -> None:
    check_can_correct_incident(user, allegation.incident)


def check_can_assess(user: User, allegation: Allegation) -> None:
    """Nobody judges what they cannot read."""
    if not reach.holds_in_country(user, EvidencePerm.ASSESS, allegation.incident.country):
        raise NotYours(ASSESSES)
    check_reads(user, allegation.incident)


def check_can_note(user: User, subject: Subject) -> None:
    check_can_record(user, subject.country)


def check_can_correct_note(user: User, note: DerogatoryNote) -> None:
    check_can_record(user, note.country)


def check_reads(user: User, incident: Incident) -> None:
    if not protection.reads_incident(user, incident):
        raise NotYours(SEALED)
