"""Incidents, and allegations: an incident × a perpetrator × a violation.

A correction is a new version of the row; every version as it was written stands in `sources.Written`.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from evidence.permissions import EvidencePerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.sources.dated import Dated, DatedQuerySet
from foundation.sources.models import Compartment
from units.models import Individual, Subject, Unit


class Violation(models.TextChoices):
    """22 U.S.C. 2304(d)(1); the first four are those in daily use."""

    TORTURE = "torture", "Torture"
    KILLING = "extrajudicial-killing", "Extrajudicial killing"
    DISAPPEARANCE = "enforced-disappearance", "Enforced disappearance"
    RAPE = "rape-under-colour-of-law", "Rape under colour of law"
    CRUEL = "cruel-inhuman-degrading", "Cruel, inhuman or degrading treatment or punishment"
    DETENTION = "prolonged-detention-without-trial", "Prolonged detention without charge and trial"
    OTHER = "other-flagrant-denial", "Other flagrant denial of life, liberty or security"


class Involvement(models.TextChoices):
    DIRECT = "direct", "Did it"
    COMMANDED = "commanded", "Commanded those who did it"
    AIDED = "aided", "Helped those who did it"
    UNKNOWN = "unknown", "Not known"


class PerpetratorKind(models.TextChoices):
    UNIT = "unit", "A unit"
    INDIVIDUAL = "individual", "An individual"
    UNIDENTIFIED = "unidentified", "Not identified"


class IncidentQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> IncidentQuerySet:
        return self.filter(reach.in_country(user, EvidencePerm.VIEW))

    def locked(self, pk: Any) -> Incident:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Incident(Dated):
    """Something that happened, at a place, in a time. `narrative` and `victim_identities` are protected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=500)
    location = models.CharField(max_length=500, blank=True)
    narrative = models.TextField(blank=True)
    victims_min = models.PositiveIntegerField(null=True, blank=True)
    victims_max = models.PositiveIntegerField(null=True, blank=True)
    victim_identities = models.TextField(blank=True)
    compartment = models.ForeignKey(
        Compartment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit_unknown = models.BooleanField(default=False)  # the unit is to be sought: 22 U.S.C. 2378d(d)(6)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IncidentQuerySet.as_manager()

    class Meta(Dated.Meta):
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in EvidencePerm]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(victims_min=None) | Q(victims_max=None) | Q(victims_max__gte=F("victims_min")),
                name="evidence_incident_victims",
            ),
        ]
        indexes = [
            models.Index(fields=["country", "updated_at", "id"], name="evidence_incident_listed"),
            models.Index(fields=["-created_at", "-id"], name="evidence_incident_newest"),
        ]

    def __str__(self) -> str:
        return f"incident {self.pk}"  # never the title: this may reach a log

    def get_absolute_url(self) -> str:
        return f"/incidents/{self.pk}/"


class AllegationQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> AllegationQuerySet:
        """Those of incidents that this person reads, against whom this person reads."""
        of_incident = reach.in_country(user, EvidencePerm.VIEW, "incident__country")
        of_unit = Q(unit=None) | reach.in_country(user, EvidencePerm.VIEW, "unit__country")
        of_person = Q(individual=None) | reach.in_country(user, EvidencePerm.VIEW, "individual__country")
        return self.filter(of_incident, of_unit, of_person)

    def against(self, subjects: Any) -> AllegationQuerySet:
        """Subject ids. By id only: whoever asks says who else they were judged to be."""
        return self.filter(Q(unit__in=subjects) | Q(individual__in=subjects))

    def locked(self, pk: Any) -> Allegation:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Allegation(Dated):
    """Who is said to have committed which violation in an incident. Its days are the incident's, unless they
    were given apart (`dated_apart`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="allegations")
    perpetrator_kind = models.CharField(max_length=12, choices=PerpetratorKind.choices)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="allegations"
    )
    individual = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="allegations"
    )
    violation = models.CharField(max_length=40, choices=Violation.choices)
    involvement = models.CharField(max_length=10, choices=Involvement.choices, default=Involvement.UNKNOWN)
    dated_apart = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AllegationQuerySet.as_manager()

    class Meta(Dated.Meta):
        default_permissions = ()
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(perpetrator_kind="unit", unit__isnull=False, individual=None)
                | Q(perpetrator_kind="individual", unit=None, individual__isnull=False)
                | Q(perpetrator_kind="unidentified", unit=None, individual=None),
                name="evidence_allegation_perpetrator",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="evidence_allegation_listed"),
            models.Index(fields=["-created_at", "-id"], name="evidence_allegation_newest"),
        ]

    def __str__(self) -> str:
        return f"allegation {self.pk}"

    @property
    def perpetrator(self) -> Subject | None:
        return self.unit or self.individual

    @property
    def perpetrator_id(self) -> Any:
        """The subject's, or None where it is not identified."""
        return self.unit_id or self.individual_id

    @property
    def etag(self) -> str:
        """It counts the versions of all three that are read together: judging is a new version as well."""
        return f'"{self.version}-{self.incident.version}-{len(self.assessments.all())}"'

    def get_absolute_url(self) -> str:
        return f"/allegations/{self.pk}/"
