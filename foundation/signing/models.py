"""Determinations: whatever takes two people, in one table.

A row is written once. `payload` is exactly what is signed, as RFC 8785 bytes; Postgres makes the digest
from them. A check, a trigger and the table's grants hold the rule even against raw SQL (see migration
0002): two different people, the digest that was read, nobody who wrote what it rests on.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.signing import kinds


class State(models.TextChoices):
    RECOMMENDED = "recommended", "Waiting for a signature"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    OVERTAKEN = "overtaken", "Overtaken"


class DeterminationQuerySet(models.QuerySet["Determination"]):
    def visible_to(self, user: User) -> DeterminationQuerySet:
        seen = Q(pk__in=[])
        for kind in kinds.all_kinds():
            seen |= Q(kind=kind.name) & reach.within(user, kind.view_perm, country=Country, post=Post)
        return self.filter(seen)

    def open(self) -> DeterminationQuerySet:
        return self.filter(state=State.RECOMMENDED)

    def locked(self, pk: Any) -> Determination:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Determination(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    target = models.CharField(max_length=100)  # what may have one open determination of this kind
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=500)
    law = models.CharField(max_length=40, blank=True)
    country = models.ForeignKey(Country, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    canonical = models.BinaryField()
    digest = models.GeneratedField(
        expression=Func(Func(F("canonical"), function="sha256"), Value("hex"), function="encode"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECOMMENDED)
    recommended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recommended")
    recommended_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="decided")
    decided_at = models.DateTimeField(null=True)
    read_digest = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    changed = models.JSONField(default=list)  # when overtaken: what changed, as sentences
    updated_at = models.DateTimeField(auto_now=True)

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["updated_at", "id"], name="signing_listed"),
            models.Index(fields=["recommended_at", "id"], name="signing_newest"),
            models.Index(fields=["target", "recommended_at"], name="signing_of_target"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(state="recommended"),
                name="signing_one_open_per_target",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False)
                & ~Q(decided_by=F("recommended_by"))
                & Q(read_digest=F("digest")),
                name="signing_two_people_same_text",
            ),
            models.CheckConstraint(
                condition=Q(state="recommended", decided_at=None, decided_by=None)
                | ~Q(state="recommended") & Q(decided_at__isnull=False),
                name="signing_decided_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def payload(self) -> Any:
        return json.loads(bytes(self.canonical))

    @property
    def etag(self) -> str:
        return f'"{self.digest}"'

    @property
    def audit_chain(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"

    @property
    def places(self) -> tuple[Country | None, Post | None]:
        return (self.country, self.post)


class Cover(models.Model):
    """Something the determination rests on, in the version it was read in."""

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="covers")
    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=40)
    version = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "ref"], name="signing_cover_of")]


class Contributor(models.Model):
    """Somebody who wrote it, or anything it covers, and so may not approve it."""

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="contributors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["determination", "user"], name="signing_contributor_once")
        ]
