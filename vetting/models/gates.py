"""What the gates answered for a nomination, each time they were asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from vetting.models.nominations import Nomination


class GateState(models.TextChoices):
    """The worst first (CONTRACT §7). Only the last three let a case go on to a clear."""

    BARRED = "barred", "Barred"
    IN_CONFLICT = "in-conflict", "Records in conflict"
    NOT_ON_RECORD = "not-on-record", "No list on record"
    UNCONFIRMED = "unconfirmed", "Not confirmed"
    OPEN_UNDER_WAIVER = "open-under-waiver", "Open under a waiver"
    OPEN = "open", "Open"
    NOT_COVERED = "not-covered", "Not covered"


PASSABLE = (GateState.OPEN_UNDER_WAIVER, GateState.OPEN, GateState.NOT_COVERED)


class GateAnswer(models.Model):
    """A gate's answer for the days, program and purpose of a nomination. Append-only: the last one stands.

    `reasons`: `[{text, record, citation}]`; `years`: `[{fiscal_year, state}]`; `because`: what made us ask.
    """

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="gate_answers")
    gate = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=GateState.choices)
    conditions = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    years = models.JSONField(default=list)
    because = models.CharField(max_length=20)
    asked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["gate", "number"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "gate", "number"], name="vetting_gate_answer_once"),
            models.CheckConstraint(condition=Q(state__in=GateState.values), name="vetting_gate_state_known"),
        ]

    @property
    def lets_through(self) -> bool:
        return self.state in PASSABLE

    @property
    def said(self) -> dict[str, Any]:
        """What it says, whenever it was asked."""
        return {name: getattr(self, name) for name in ("state", "conditions", "reasons", "years")}
