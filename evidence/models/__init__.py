"""Incidents, allegations against units and people, how each was judged, and derogatory notes kept apart."""

from evidence.models.assessments import UNASSESSED, Assessment, Conclusion, Credibility, Element, Factor, Met
from evidence.models.imported import Imported
from evidence.models.incidents import (
    Allegation,
    Incident,
    Involvement,
    PerpetratorKind,
    Violation,
)
from evidence.models.notes import DerogatoryNote, NoteKind

__all__ = [
    "UNASSESSED",
    "Allegation",
    "Assessment",
    "Conclusion",
    "Credibility",
    "Element",
    "DerogatoryNote",
    "Factor",
    "Imported",
    "Incident",
    "Involvement",
    "Met",
    "NoteKind",
    "PerpetratorKind",
    "Violation",
]
