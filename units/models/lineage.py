"""How units became other units: renamed, merged, split, put under another command, disbanded, set up anew."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from foundation.accounts import reach
from foundation.accounts.models import User
from units.models.claims import Claim, ClaimQuerySet
from units.models.subjects import Subject, Unit
from units.permissions import UnitPerm


class LineageKind(models.TextChoices):
    RENAMED = "renamed", "Renamed"
    MERGED = "merged", "Merged"
    SPLIT = "split", "Split"
    RESUBORDINATED = "resubordinated", "Put under another command"
    DISBANDED = "disbanded", "Disbanded"
    RECONSTITUTED = "reconstituted", "Set up anew"


class Side(models.TextChoices):
    FROM = "from", "Before"
    TO = "to", "After"


class LineageQuerySet(ClaimQuerySet):
    def visible_to(self, user: User) -> LineageQuerySet:
        """Events all of whose units this person reads."""
        unread = LineageEnd.objects.filter(event=OuterRef("pk")).exclude(
            reach.in_country(user, UnitPerm.VIEW, "unit__country")
        )
        return self.filter(~Exists(unread))

    def whole(self) -> LineageQuerySet:
        ends = LineageEnd.objects.select_related("unit__country")
        return self.select_related("recorded_by").prefetch_related(models.Prefetch("ends", ends))

    def of(self, subject: Any) -> LineageQuerySet:
        """Events that this unit came from or went into."""
        return self.filter(Exists(LineageEnd.objects.filter(event=OuterRef("pk"), unit=subject)))


class LineageEvent(Claim):
    """At some time within `possible`, the units before became the units after.

    A split unit may go on beside what split off it, and a unit may take in another: so `merged` and `split`
    do not say that a unit ended. Only `disbanded` has nothing after it.
    """

    ENDS = ()  # its units stand in rows of their own

    kind = models.CharField(max_length=20, choices=LineageKind.choices)
    objects = LineageQuerySet.as_manager()

    class Meta(Claim.Meta):
        abstract = False

    @property
    def before(self) -> list[Unit]:
        return self._on(Side.FROM)

    @property
    def after(self) -> list[Unit]:
        return self._on(Side.TO)

    @property
    def linked(self) -> tuple[Subject, ...]:
        return (*self.before, *self.after)

    def _on(self, side: str) -> list[Unit]:
        return [end.unit for end in self.ends.all() if end.side == side]


class LineageEnd(models.Model):
    """One unit of a lineage event, before or after it. Written with its event's version, and never again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.ForeignKey(LineageEvent, on_delete=models.PROTECT, related_name="ends")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lineage_ends")
    side = models.CharField(max_length=4, choices=Side.choices)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["side", "order"]
        constraints = [
            # A unit never became itself: it stands on one side, once.
            models.UniqueConstraint(fields=["event", "unit"], name="units_lineage_unit_once"),
            models.CheckConstraint(
                condition=models.Q(side__in=[side.value for side in Side]), name="units_lineage_side"
            ),
        ]
        indexes = [models.Index(fields=["unit", "side"], name="units_lineage_of_unit")]
