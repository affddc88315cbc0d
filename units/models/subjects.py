"""Units, individuals and their names.

A **subject** is either. A *provisional* subject is a **nominee**: kept as nominated, for ever. That it is
the same as a known subject is a `SameAs` link, made by a person and ended by a person, never a merge.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from units.permissions import UnitPerm

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class Kind(models.TextChoices):
    INDIVIDUAL = "individual", "Individual"
    UNIT = "unit", "Unit"


class NameKind(models.TextChoices):
    OFFICIAL = "official", "Official name"
    ALIAS = "alias", "Alias"
    ACRONYM = "acronym", "Acronym"
    FORMER = "former", "Former name"


class Level(models.TextChoices):
    CORPS = "corps", "Corps"
    DIVISION = "division", "Division"
    BRIGADE = "brigade", "Brigade"
    REGIMENT = "regiment", "Regiment"
    BATTALION = "battalion", "Battalion"
    COMPANY = "company", "Company"
    PLATOON = "platoon", "Platoon"
    POST = "post", "Post"
    OTHER = "other", "Other"


class ForceType(models.TextChoices):
    ARMY = "army", "Army"
    NAVY = "navy", "Navy"
    AIR_FORCE = "air-force", "Air force"
    GENDARMERIE = "gendarmerie", "Gendarmerie"
    POLICE = "police", "Police"
    BORDER = "border", "Border force"
    CUSTOMS = "customs", "Customs"
    PRISON = "prison", "Prison service"
    OTHER = "other", "Other"


class UnitStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    DISBANDED = "disbanded", "Disbanded"
    UNKNOWN = "unknown", "Unknown"


class Gender(models.TextChoices):
    MALE = "male", "Male"
    FEMALE = "female", "Female"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Unknown"


class SubjectQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> SubjectQuerySet:
        return self.filter(reach.in_country(user, UnitPerm.VIEW))

    def known(self) -> SubjectQuerySet:
        return self.filter(provisional=False)

    def locked(self, pk: Any) -> Any:
        """The subject, its row locked: of a unit or individual, that is the parent table's."""
        list(Subject.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).values("pk"))
        return self.get(pk=pk)


class Subject(models.Model):
    """An individual or a unit; `name` repeats the first of its names, for lists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=500)
    provisional = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in UnitPerm]
        indexes = [
            models.Index(fields=["id"], condition=Q(provisional=False), name="units_subject_known"),
            models.Index(fields=["kind", "country", "updated_at", "id"], name="units_subject_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"  # never the name: this may reach a log

    @property
    def audit_chain(self) -> str:
        return f"{self.kind}:{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if isinstance(self, Individual):
            self.kind = Kind.INDIVIDUAL
        elif isinstance(self, Unit):
            self.kind = Kind.UNIT
        super().save(*args, **kwargs)


class Individual(Subject):
    """A person. `date_of_birth` is partial: "1980", "1980-03" or "1980-03-05"; empty where unknown."""

    date_of_birth = models.CharField(max_length=10, blank=True)
    nationality = models.CharField(max_length=2, blank=True)
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    # The next four are masked: reading them is an act with a reason and an event (units.actions.unmask).
    birth_city = models.CharField(max_length=200, blank=True)
    birth_state = models.CharField(max_length=200, blank=True)
    birth_country = models.CharField(max_length=2, blank=True)
    national_id = models.CharField(max_length=100, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(date_of_birth="") | Q(date_of_birth__regex=PARTIAL_DATE),
                name="units_individual_partial_date",
            ),
        ]


class Unit(Subject):
    level = models.CharField(max_length=20, choices=Level.choices, blank=True)
    force_type = models.CharField(max_length=20, choices=ForceType.choices, blank=True)
    status = models.CharField(max_length=20, choices=UnitStatus.choices, default=UnitStatus.UNKNOWN)
    location = models.CharField(max_length=300, blank=True)
    # As nominated: the names of the units above it, nearest first. Known units have command links instead.
    parents_as_named = ArrayField(models.CharField(max_length=500), default=list, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        default_permissions = ()


class Name(models.Model):
    """One name of a subject, in one script, in the one to five parts it was given in."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="names")
    text = models.CharField(max_length=500)
    parts = ArrayField(models.CharField(max_length=200), size=5, default=list, blank=True)
    kind = models.CharField(max_length=10, choices=NameKind.choices, default=NameKind.OFFICIAL)
    language = models.CharField(max_length=10, blank=True)
    script = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["order", "id"]
        indexes = [
            models.Index(fields=["subject"], name="units_name_subject"),
            # For `text__icontains`, which asks for UPPER(text) LIKE '%…%' (units.search).
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="units_name_within"),
        ]

    def __str__(self) -> str:
        return f"name {self.pk}"
