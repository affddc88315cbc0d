"""A step: what one responsible person's share in one incident still takes. And which steps a law requires."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.sources.dated import Dated
from foundation.sources.models import Law
from remediation.models.files import Remediation, Responsible
from remediation.permissions import RemediationPerm


class StepKind(models.TextChoices):
    INVESTIGATION = "investigation", "Investigation"
    ADJUDICATION = "adjudication", "Adjudication"
    SANCTION = "sanction", "Sentence or sanction"
    COMMAND_CHANGE = "command-change", "Command change"
    OTHER = "other", "Other measure"


class StepState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done, not verified"
    VERIFIED = "verified", "Verified"
    REJECTED = "rejected", "Rejected"
    LAPSED = "lapsed", "Lapsed"


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: User) -> StepQuerySet:
        return self.filter(reach.in_country(user, RemediationPerm.VIEW, "remediation__country"))

    def locked(self, pk: Any) -> Step:
        """The step, locked; its file is locked before it, as everywhere."""
        file = Step.objects.values_list("remediation_id", flat=True).get(pk=pk)
        Remediation.objects.locked(file)
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Step(models.Model):
    """Set with an owner and a due date, completed, and verified by whoever neither owns nor completed it.

    Its fields say what was last completed; each time stands in its entries.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    remediation = models.ForeignKey(Remediation, on_delete=models.PROTECT, related_name="steps")
    responsible = models.ForeignKey(Responsible, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind.choices)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    outcome = models.TextField(blank=True)
    impartial = models.BooleanField(null=True, blank=True)
    impartial_reasons = models.TextField(blank=True)
    sentence = models.TextField(blank=True)
    proportionality = models.TextField(blank=True)
    completed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StepQuerySet.as_manager()

    MOVES = (
        "state", "outcome", "impartial", "impartial_reasons", "sentence", "proportionality", "completed_by",
        "completed_at", "verified_by", "verified_at", "version", "updated_at",
    )  # fmt: skip

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="verified", verified_by__isnull=False, verified_at__isnull=False)
                | ~Q(state="verified") & Q(verified_by=None, verified_at=None),
                name="remediation_verified_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(verified_by=F("owner")) & ~Q(verified_by=F("completed_by"))
                | Q(verified_by=None),
                name="remediation_verified_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "verified"])
                | Q(completed_by__isnull=False, completed_at__isnull=False) & ~Q(outcome=""),
                name="remediation_done_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "verified"], kind="sanction")
                | ~Q(sentence="") & ~Q(proportionality=""),
                name="remediation_sanction_proportionate",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified", kind="investigation") | Q(impartial=True),
                name="remediation_investigation_impartial",
            ),
        ]
        indexes = [models.Index(fields=["remediation", "state"], name="remediation_step_of_file")]

    def __str__(self) -> str:
        return f"step {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.remediation.audit_chain

    def get_absolute_url(self) -> str:
        return f"/steps/{self.pk}/"


class StepEntry(models.Model):
    """One thing that was done to a step, with all that was said then. Written once."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="entries")
    act = models.CharField(max_length=20)
    outcome = models.TextField(blank=True)
    impartial = models.BooleanField(null=True, blank=True)
    impartial_reasons = models.TextField(blank=True)
    sentence = models.TextField(blank=True)
    proportionality = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Requirement(Dated):
    """Reference data: a law requires a step of this kind of each responsible person, in a time."""

    law = models.CharField(max_length=40, choices=Law.choices)
    kind = models.CharField(max_length=20, choices=StepKind.choices)

    class Meta(Dated.Meta):
        abstract = False
        default_permissions = ()
