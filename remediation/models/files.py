"""A remediation file: one for each restricted subject, whatever the laws; what is owed for every incident."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from evidence.models import Incident
from foundation.accounts import reach
from foundation.accounts.models import Country, User
from remediation.permissions import RemediationPerm
from units.models import Individual, Subject
from vetting.models import Restriction


class RemediationQuerySet(models.QuerySet["Remediation"]):
    def visible_to(self, user: User) -> RemediationQuerySet:
        return self.filter(reach.in_country(user, RemediationPerm.VIEW))

    def open(self) -> RemediationQuerySet:
        return self.filter(closed_at=None)

    def locked(self, pk: Any) -> Remediation:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Remediation(models.Model):
    """Opened by the first restriction, closed by the lift of the last. One that is opened anew is another
    file, linked to the one before (`previous`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=20, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="remediations")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    previous = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RemediationQuerySet.as_manager()

    MOVES = ("owner", "closed_at", "version", "updated_at")

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in RemediationPerm]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(closed_at=None), name="remediation_one_open_file"
            ),
            models.CheckConstraint(
                condition=Q(previous=None) | ~Q(previous=models.F("id")), name="remediation_not_its_own_past"
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="remediation_file_listed"),
            models.Index(fields=["created_at", "id"], name="remediation_file_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def audit_chain(self) -> str:
        return self.subject.audit_chain

    def get_absolute_url(self) -> str:
        return f"/remediations/{self.pk}/"


class RestrictionOfFile(models.Model):
    """Which restrictions a file answers. Written once."""

    remediation = models.ForeignKey(Remediation, on_delete=models.PROTECT, related_name="of_restrictions")
    restriction = models.OneToOneField(Restriction, on_delete=models.PROTECT, related_name="of_file")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class IncidentOfFile(models.Model):
    """An incident that bars the subject until it is closed. Written once: what is in a file stays in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    remediation = models.ForeignKey(Remediation, on_delete=models.PROTECT, related_name="incidents")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="in_files")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["remediation", "incident"], name="remediation_incident_once")
        ]


class ResponsibleQuerySet(models.QuerySet["Responsible"]):
    def visible_to(self, user: User) -> ResponsibleQuerySet:
        return self.filter(reach.in_country(user, RemediationPerm.VIEW, "of__remediation__country"))


class Responsible(models.Model):
    """Somebody responsible for an incident: a person on record, or a description of one not identified.
    Written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    of = models.ForeignKey(IncidentOfFile, on_delete=models.PROTECT, related_name="responsibles")
    individual = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ResponsibleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["of", "individual"], name="remediation_responsible_once"),
            models.CheckConstraint(
                condition=Q(individual=None) & ~Q(description="")
                | Q(individual__isnull=False, description=""),
                name="remediation_responsible_named_or_described",
            ),
        ]

    @property
    def label(self) -> str:
        return self.individual.name if self.individual else self.description


class Committee(models.TextChoices):
    """Told before assistance resumes: 22 U.S.C. 2378d(b)."""

    SENATE_FOREIGN = "senate-foreign-relations", "Senate Foreign Relations"
    SENATE_APPROPRIATIONS = "senate-appropriations", "Senate Appropriations"
    HOUSE_FOREIGN = "house-foreign-affairs", "House Foreign Affairs"
    HOUSE_APPROPRIATIONS = "house-appropriations", "House Appropriations"


class CommitteeNotice(models.Model):
    """A committee was told of the government's effective steps. Written once."""

    remediation = models.ForeignKey(Remediation, on_delete=models.PROTECT, related_name="notices")
    committee = models.CharField(max_length=40, choices=Committee.choices)
    sent_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["committee"]
        constraints = [
            models.UniqueConstraint(fields=["remediation", "committee"], name="remediation_told_once")
        ]
