"""Sources, and the documents that came from them.

What identifies a source (its name, its agenda, the title, address and contents of its documents) is
protected: read by whom `foundation.sources.protection` says, and masked for everybody else.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.sources.models.compartments import Compartment
from foundation.sources.permissions import SourcePerm


class SourceKind(models.TextChoices):
    NGO = "ngo", "Non-governmental organisation"
    UN = "un", "United Nations"
    PRESS = "press", "Press"
    OFFICIAL = "official", "Official"
    COURT = "court", "Court"
    WITNESS = "witness", "Witness"
    OTHER = "other", "Other"


class Reliability(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"
    UNKNOWN = "unknown", "Unknown"


class DocumentKind(models.TextChoices):
    FILE = "file", "File"
    LINK = "link", "Link"
    HELD_ELSEWHERE = "held-elsewhere", "Held elsewhere"


def of_country_or_any(user: User, path: str) -> Q:
    """Rows of a country that this person reads, and rows of no country for whoever reads those of any."""
    seen = reach.in_country(user, SourcePerm.VIEW, path)
    if reach.holds_anywhere(user, SourcePerm.VIEW, Country, Post):
        seen |= Q(**{f"{path}__isnull": True})
    return seen


class KeptQuerySet(models.QuerySet[Any]):
    """Things of this room. `COUNTRY`: the way from one to the country of its source."""

    def visible_to(self, user: User) -> KeptQuerySet:
        return self.filter(of_country_or_any(user, self.model.COUNTRY))

    def locked(self, pk: Any) -> Any:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Source(models.Model):
    """Whoever says something. Without a country it is read only by those who read sources everywhere."""

    COUNTRY = "country"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=500)  # protected
    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    reliability = models.CharField(max_length=10, choices=Reliability.choices, default=Reliability.UNKNOWN)
    agenda = models.TextField(blank=True)  # protected
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(
        Compartment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in SourcePerm]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="sources_source_listed"),
            models.Index(fields=["-created_at", "-id"], name="sources_source_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="sources_source_named"),
        ]

    def __str__(self) -> str:
        return f"source {self.pk}"  # never the name: this may reach a log

    def get_absolute_url(self) -> str:
        return f"/sources/{self.pk}/"


class Document(models.Model):
    """What a source said, as it was found: a file, a link with or without its archived copy, or where it is
    held when it may not be kept here. The file is written once, under a key that says nothing."""

    COUNTRY = "source__country"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    title = models.CharField(max_length=500)  # protected, as all that follows up to the dates
    url = models.CharField(max_length=2000, blank=True)
    archived_url = models.CharField(max_length=2000, blank=True)
    holder = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=500, blank=True)
    filename = models.CharField(max_length=100, blank=True)  # as it was called, cleaned
    published_on = models.DateField(null=True, blank=True)
    accessed_on = models.DateField()
    compartment = models.ForeignKey(
        Compartment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=100, blank=True)  # of the file in storage
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)  # bytes
    media_type = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["source", "-created_at"], name="sources_document_source"),
            models.Index(fields=["updated_at", "id"], name="sources_document_listed"),
            models.Index(fields=["-created_at", "-id"], name="sources_document_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", url="", holder="") & ~Q(key="")
                | Q(kind="link", holder="") & ~Q(url="")
                | Q(kind="held-elsewhere", url="", key="") & ~Q(holder=""),
                name="sources_document_kind",
            ),
            models.CheckConstraint(
                condition=Q(key="", sha256="", size=None, media_type="")
                | ~Q(key="") & Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0) & ~Q(media_type=""),
                name="sources_document_file",
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="sources_document_key"),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def has_file(self) -> bool:
        return bool(self.key)

    def get_absolute_url(self) -> str:
        return f"/documents/{self.pk}/"
