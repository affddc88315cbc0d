"""How an allegation was judged: the seven factors of credibility and the five elements of the law.

Every judgement is a version of its own; none is changed. It speaks of the allegation and the incident as they
were read (`allegation_version`, `incident_version`): once either is corrected, the allegation is unassessed
until somebody judges anew. No number is made of it, and nothing decides by itself.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evidence.models.incidents import Allegation
from foundation.accounts.models import User


class Factor(models.TextChoices):
    TRACK_RECORD = "track-record", "Track record of who reports and of the first source"
    HOW_KNOWN = "how-known", "How the source knows"
    BIAS = "bias", "Agenda or bias"
    CORROBORATION = "corroboration", "Corroboration"
    CONTRADICTION = "contradiction", "Contradiction"
    UNIT_HISTORY = "unit-history", "The unit's own history"
    DETAIL = "detail", "Detail of the violation, the link to the unit, and the victim"


class Element(models.TextChoices):
    ACT = "act", "The act is a gross violation of human rights"
    COLOUR_OF_LAW = "colour-of-law", "It was done under colour of law"
    LINK_TO_UNIT = "link-to-unit", "It is linked to the unit"
    UNIT_EXISTED = "unit-existed", "The unit existed then"
    DATE = "date", "The date"


class Met(models.TextChoices):
    MET = "met", "Met"
    NOT_MET = "not-met", "Not met"
    UNKNOWN = "unknown", "Unknown"


class Credibility(models.TextChoices):
    NOT_CREDIBLE = "not-credible", "Not credible"
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Conclusion(models.TextChoices):
    CREDIBLE = "credible", "Credible"
    NOT_CREDIBLE = "not-credible", "Not credible"
    UNDETERMINED = "undetermined", "Undetermined"


UNASSESSED = "unassessed"  # what is said of an allegation without an assessment of it as it stands


class Assessment(models.Model):
    """`factors`: {factor: {finding, for: [citation id], against: [citation id]}}; `elements`: {element:
    {status, note}}. Factors' findings, elements' notes and the basis are protected as the incident is."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="assessments")
    version = models.PositiveIntegerField()
    allegation_version = models.PositiveIntegerField()
    incident_version = models.PositiveIntegerField()
    factors = models.JSONField()
    elements = models.JSONField()
    source_credibility = models.CharField(max_length=12, choices=Credibility.choices)
    content_credibility = models.CharField(max_length=12, choices=Credibility.choices)
    conclusion = models.CharField(max_length=12, choices=Conclusion.choices)
    basis = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["allegation", "version"], name="evidence_assessment_version"),
            models.CheckConstraint(
                condition=Q(conclusion__in=Conclusion.values), name="evidence_assessment_conclusion"
            ),
        ]

    def __str__(self) -> str:
        return f"assessment {self.version} of {self.allegation_id}"

    def is_of(self, allegation: Allegation) -> bool:
        """Whether it speaks of the allegation and its incident as they stand."""
        read = (self.allegation_version, self.incident_version)
        return read == (allegation.version, allegation.incident.version)
