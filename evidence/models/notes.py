"""What is derogatory but no human-rights matter: kept apart. It can end a case, and restricts nobody."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from evidence.permissions import EvidencePerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User
from units.models import Subject


class NoteKind(models.TextChoices):
    CORRUPTION = "corruption", "Corruption"
    NARCOTICS = "narcotics", "Narcotics"
    CRIME = "crime", "Other crime"
    SECURITY = "security", "Security"


class NoteQuerySet(models.QuerySet["DerogatoryNote"]):
    def visible_to(self, user: User) -> NoteQuerySet:
        return self.filter(reach.in_country(user, EvidencePerm.VIEW))

    def locked(self, pk: Any) -> DerogatoryNote:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class DerogatoryNote(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="derogatory_notes")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")  # the subject's
    kind = models.CharField(max_length=12, choices=NoteKind.choices)
    note = models.TextField()
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject"], name="evidence_note_subject"),
            models.Index(fields=["updated_at", "id"], name="evidence_note_listed"),
            models.Index(fields=["-created_at", "-id"], name="evidence_note_newest"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.subject.audit_chain

    def get_absolute_url(self) -> str:
        return f"/derogatory-notes/{self.pk}/"
