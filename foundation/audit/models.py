"""Events in chains, the chains' heads, and the seals over the heads. All written once, by insertion.

The database numbers and links events, keeps the heads, and refuses every change (migration 0002); chains
stand in the order of their bytes (collation C), which is Python's too, so a check can walk them side by side.
"""

from __future__ import annotations

import json
from typing import Any, Self

from django.db import models
from django.db.models import Q

from foundation.audit.chains import chain_of
from foundation.audit.permissions import AuditPerm

CHAIN = 250  # characters: a kind, a colon and an id; or "person:" and a username
NAME = 200


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Any) -> Self:
        """Auditors read every event; others read none here (a case's own page shows that case's)."""
        return self.all() if user.has_perm(AuditPerm.VIEW) else self.none()

    def in_chain_of(self, thing: models.Model) -> Self:
        """In the order they happened. For whoever has already found the thing within their reach."""
        return self.filter(chain=chain_of(thing)).order_by("seq")


class Event(models.Model):
    """Somebody did something to something. The database gives seq, at, prev and hash."""

    chain = models.CharField(max_length=CHAIN, db_collation="C")
    seq = models.BigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    action = models.CharField(max_length=NAME)  # "vetting.suspended"
    actor = models.CharField(max_length=NAME)  # a username, or "system"
    object_kind = models.CharField(max_length=NAME, blank=True)
    object_id = models.CharField(max_length=NAME, blank=True)
    body = models.TextField()  # canonical JSON: ids, codes, the actor's own reasons; no names
    prev = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="event_place_in_chain"),
            models.CheckConstraint(
                condition=~(
                    Q(chain__contains="\n")
                    | Q(action__contains="\n")
                    | Q(actor__contains="\n")
                    | Q(object_kind__contains="\n")
                    | Q(object_id__contains="\n")
                ),
                name="event_fields_are_lines",
            ),
        ]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="event_object"),
            models.Index(fields=["actor", "id"], name="event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor} on {self.object_kind} {self.object_id}".rstrip()

    @property
    def details(self) -> dict[str, Any]:
        return json.loads(self.body)


class Head(models.Model):
    """Where a chain ends. Moved by the database only; `sealed` when a seal holds this very end."""

    chain = models.CharField(max_length=CHAIN, db_collation="C", primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    sealed = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        # Not on seq or hash: while a head is unsealed, moving it touches no index.
        indexes = [models.Index(fields=["chain"], condition=Q(sealed=False), name="head_unsealed")]

    def __str__(self) -> str:
        return f"{self.chain} ends at {self.seq}"


class Seal(models.Model):
    """A root over the heads that moved since the seal before; also a line in the file outside."""

    no = models.BigIntegerField(primary_key=True)  # 1, 2, 3, … without a gap
    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)  # SHA-256 of the line before
    heads = models.PositiveIntegerField()

    class Meta:
        ordering = ["no"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"seal {self.no}"


class SealedHead(models.Model):
    """What a chain's head was when a seal was made."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+", db_index=False)
    chain = models.CharField(max_length=CHAIN, db_collation="C")
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["seal", "chain"], name="sealed_head_once_a_seal"),
            models.UniqueConstraint(fields=["chain", "seq"], name="sealed_head_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} at {self.seq}"
