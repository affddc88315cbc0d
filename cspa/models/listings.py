"""Listings: on one year's list, a government that recruits or uses child soldiers or supports who does."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cspa.models.years import ListYear
from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User


class Force(models.TextChoices):
    GOVERNMENT = "government", "The government's own forces"
    SUPPORTED_GROUP = "supported-group", "An armed group that the government supports"


class Confidence(models.TextChoices):
    HIGH = "high", "High"
    LOW = "low", "Low"


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, user: User) -> ListingQuerySet:
        return self.filter(reach.in_country(user, CspaPerm.VIEW))

    def standing(self) -> ListingQuerySet:
        return self.filter(ended=False)

    def locked(self, pk: Any) -> Listing:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Listing(models.Model):
    """A country on the list of one year. What lifts the bar (waivers, reinstatements) hangs on it.

    `account`: where sources tell the year differently, each telling is a listing of its own with what
    lifts it by that telling; they stand side by side until a correction ends one. `forces` is empty where
    the record does not say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    list_year = models.ForeignKey(ListYear, on_delete=models.PROTECT, related_name="listings")
    account = models.PositiveSmallIntegerField(default=1)
    # For the foreign key of what hangs on it: a waiver is of the fiscal year that its listing bites.
    fiscal_year = models.GeneratedField(
        expression=F("list_year") + 1, output_field=models.IntegerField(), db_persist=True
    )
    forces = ArrayField(models.CharField(max_length=20, choices=Force.choices), default=list, blank=True)
    finding = models.TextField(blank=True)
    citation = models.CharField(max_length=500, blank=True)
    confidence = models.CharField(max_length=4, choices=Confidence.choices)
    ended = models.BooleanField(default=False)  # recorded in error: a correction took it off
    imported = models.BooleanField(default=False)
    corrected = models.BooleanField(default=False)  # by two people: an import leaves it alone
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-list_year", "country", "account"]
        constraints = [
            models.UniqueConstraint(fields=["country", "list_year", "account"], name="cspa_listed_once"),
            models.UniqueConstraint(fields=["id", "fiscal_year"], name="cspa_listing_of_year"),
            models.CheckConstraint(
                condition=Q(imported=True) | Q(recorded_by__isnull=False), name="cspa_listing_recorded_by"
            ),
        ]
        indexes = [
            models.Index(fields=["country", "updated_at", "id"], name="cspa_listing_listed"),
            models.Index(fields=["created_at", "id"], name="cspa_listing_newest"),
            models.Index(fields=["updated_at", "id"], name="cspa_listing_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.list_year_id}"

    @property
    def audit_chain(self) -> str:
        return f"country:{self.country_id}"
