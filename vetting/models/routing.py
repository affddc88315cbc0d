"""Where work waits, in what order, and by which rule it got there."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from units.models import Kind
from vetting.permissions import CasePerm, QueuePerm


class QueueQuerySet(models.QuerySet["Queue"]):
    def visible_to(self, user: User) -> QueueQuerySet:
        return self.filter(
            reach.within(user, QueuePerm.SEE, pk=Queue) | reach.within(user, QueuePerm.WORK, pk=Queue)
        )

    def worked_by(self, user: User) -> QueueQuerySet:
        return self.filter(reach.within(user, QueuePerm.WORK, pk=Queue))


class Queue(models.Model):
    """Where checks of one type wait, for one post, one country, or (both empty) everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    check_type = models.SlugField(max_length=40)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = QueueQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in QueuePerm]
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_type", "country", "post"],
                nulls_distinct=False,
                name="vetting_one_queue_per_scope",
            )
        ]

    def __str__(self) -> str:
        return self.name


class QueueGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Queue, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        default_permissions = ()


class ReviewPlan(models.Model):
    """Ordered stages of parallel checks."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    """One check of a plan: steps of the same stage run side by side. `days` are working days at the post."""

    plan = models.ForeignKey(ReviewPlan, on_delete=models.PROTECT, related_name="steps")
    stage = models.PositiveSmallIntegerField()
    check_type = models.SlugField(max_length=40)
    days = models.PositiveSmallIntegerField(default=5)

    class Meta:
        default_permissions = ()
        ordering = ["stage", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "stage", "check_type"], name="vetting_step_once")
        ]


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    def visible_to(self, user: User) -> RoutingRuleQuerySet:
        """Whoever sees any queue, or reads any case, may read by which rules cases come there."""
        reads = reach.holds_anywhere(user, CasePerm.VIEW, Country, Post)
        return self.all() if reads or Queue.objects.visible_to(user).exists() else self.none()

    def for_case(self, case: Any) -> RoutingRule | None:
        """The first rule in force that fits, by order. An empty condition fits everything."""
        fits = self.filter(
            Q(kinds=[]) | Q(kinds__contains=[case.kind]),
            Q(countries=[]) | Q(countries__contains=[case.country_id]),
            Q(programs=[]) | Q(programs__contains=[case.program_id]),
            superseded_at=None,
        )
        return fits.select_related("plan").order_by("order", "id").first()


class RoutingRule(models.Model):
    """Conditions → review plan. A changed rule is a new version; the old row stays, superseded."""

    rule = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    order = models.PositiveIntegerField(default=100)
    kinds = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    programs = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    plan = models.ForeignKey(ReviewPlan, on_delete=models.PROTECT, related_name="rules")
    created_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="vetting_rule_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Movement(models.Model):
    """An interval that a case spent in a queue, and the rule that sent it there."""

    case = models.ForeignKey("vetting.Case", on_delete=models.PROTECT, related_name="movements")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="movements")
    stage = models.PositiveSmallIntegerField()
    rule = models.UUIDField()
    rule_version = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["entered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=models.F("entered_at")),
                name="vetting_movement_order",
            ),
            models.UniqueConstraint(
                fields=["case", "queue"], condition=Q(left_at=None), name="vetting_in_queue_once"
            ),
        ]
        indexes = [models.Index(fields=["case", "left_at"], name="vetting_movement_case")]
