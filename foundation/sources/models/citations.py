"""Citations: places in documents; what each supports; claims that contradict one another."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from django.db import models
from django.db.models import F, Q

from foundation.accounts.models import User
from foundation.sources.claims import kinds_of_claim
from foundation.sources.models.documents import Document, KeptQuerySet


class Citation(models.Model):
    """One place in a document, and the words that stand there. Both are protected as the document is."""

    COUNTRY = "document__source__country"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="citations")
    place = models.CharField(max_length=500)
    quote = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["document", "created_at"], name="sources_citation_document"),
            models.Index(fields=["updated_at", "id"], name="sources_citation_listed"),
            models.Index(fields=["-created_at", "-id"], name="sources_citation_newest"),
        ]

    def __str__(self) -> str:
        return f"citation {self.pk}"


class SupportQuerySet(models.QuerySet["Support"]):
    def standing(self) -> SupportQuerySet:
        return self.filter(until_version=None)


class Support(models.Model):
    """A citation supports a claim of some room, by kind and id: from `version` of it on, and before
    `until_version` where a later version rests on it no more."""

    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="supports")
    kind = models.CharField(max_length=60)
    ref = models.UUIDField()
    version = models.PositiveIntegerField()
    until_version = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = SupportQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "ref"], name="sources_support_claim")]
        constraints = [
            models.UniqueConstraint(
                fields=["citation", "kind", "ref"],
                condition=Q(until_version=None),
                name="sources_support_once",
            ),
            models.CheckConstraint(
                condition=Q(until_version=None) | Q(until_version__gt=F("version")),
                name="sources_support_order",
            ),
        ]


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: User) -> ConflictQuerySet:
        """Those of which this person reads both claims."""
        rows = list(self.model.objects.values_list("pk", "kind", "one", "other"))
        refs: dict[str, set[Any]] = defaultdict(set)
        for _, kind, one, other in rows:
            refs[kind] |= {one, other}
        kinds = kinds_of_claim()
        read = {kind: set(kinds[kind].find(user, found)) for kind, found in refs.items() if kind in kinds}
        return self.filter(pk__in=[pk for pk, kind, *pair in rows if set(pair) <= read.get(kind, set())])

    def open(self) -> ConflictQuerySet:
        return self.filter(settled_at=None)

    def locked(self, pk: Any) -> Conflict:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Conflict(models.Model):
    """Two claims of one kind that cannot both be so. They stand side by side until a person says which is
    accepted, or that neither is; nothing is taken away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=60)
    one = models.UUIDField()  # the lesser of the two ids, so that a pair is said once
    other = models.UUIDField()
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    accepted = models.UUIDField(null=True)
    settled_reason = models.TextField(blank=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="sources_conflict_of_two"),
            models.CheckConstraint(
                condition=Q(accepted=None) | Q(accepted=F("one")) | Q(accepted=F("other")),
                name="sources_conflict_accepted",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, accepted=None, settled_reason="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_reason=""),
                name="sources_conflict_settled_by_and_at",
            ),
            models.UniqueConstraint(
                fields=["kind", "one", "other"], condition=Q(settled_at=None), name="sources_conflict_once"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "one"], name="sources_conflict_one"),
            models.Index(fields=["kind", "other"], name="sources_conflict_other"),
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk}"

    def is_read_by(self, user: User) -> bool:
        pair = {self.one, self.other}
        return pair <= set(kinds_of_claim()[self.kind].find(user, pair))
