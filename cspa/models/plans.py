"""Action plans: what a government has undertaken to end the practice, step by step, and what shows it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def visible_to(self, user: User) -> ActionPlanQuerySet:
        return self.filter(reach.in_country(user, CspaPerm.VIEW))

    def locked(self, pk: Any) -> ActionPlan:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class ActionPlan(models.Model):
    """A plan that a government agreed with somebody (the United Nations, say) on a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    agreed_with = models.CharField(max_length=200, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-agreed_on", "title"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="cspa_plan_newest"),
            models.Index(fields=["updated_at", "id"], name="cspa_plan_changed"),
        ]

    def __str__(self) -> str:
        return f"action plan {self.pk}"

    @property
    def audit_chain(self) -> str:
        return f"country:{self.country_id}"


class MilestoneState(models.TextChoices):
    OPEN = "open", "Open"
    REPORTED = "reported", "Reported, not verified"
    VERIFIED = "verified", "Verified"


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> MilestoneQuerySet:
        return self.filter(reach.in_country(user, CspaPerm.VIEW, "plan__country"))

    def locked(self, pk: Any) -> Milestone:
        """The milestone, locked; its plan is locked before it."""
        ActionPlan.objects.locked(Milestone.objects.values_list("plan_id", flat=True).get(pk=pk))
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Milestone(models.Model):
    """One step of a plan. It is *verified* only by somebody who wrote neither the plan nor its evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MilestoneState.choices, default=MilestoneState.OPEN)
    done_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="cspa_milestone_numbered"),
            models.CheckConstraint(
                condition=Q(state="open", done_on=None) | ~Q(state="open") & Q(done_on__isnull=False),
                name="cspa_milestone_done_on",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="cspa_milestone_newest"),
            models.Index(fields=["updated_at", "id"], name="cspa_milestone_changed"),
        ]

    def __str__(self) -> str:
        return f"milestone {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.plan.audit_chain


class Evidence(models.Model):
    """What was said to show that a milestone was reached, each time it was reported. Append-only."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="evidence")
    text = models.TextField()
    citation = models.CharField(max_length=500)
    done_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Verdict(models.Model):
    """What a verifier made of it. Append-only."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="verdicts")
    verified = models.BooleanField()  # false: sent back
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
