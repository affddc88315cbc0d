"""The host government is informed: one notification per withhold, with an owner and a clock."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.signing.models import Determination
from remediation.permissions import RemediationPerm
from vetting.models import Restriction


class NotificationState(models.TextChoices):
    OPEN = "open", "To be drafted"
    DRAFTED = "drafted", "Drafted"
    DELIVERED = "delivered", "Delivered"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ANSWERED = "answered", "Answered"


class NotificationQuerySet(models.QuerySet["HostNotification"]):
    def visible_to(self, user: User) -> NotificationQuerySet:
        return self.filter(reach.in_country(user, RemediationPerm.VIEW))

    def locked(self, pk: Any) -> HostNotification:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class HostNotification(models.Model):
    """What the government is told of one withhold. `releasable_text` is written apart from the basis."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="notifications")
    cause = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="notification")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=NotificationState.choices, default=NotificationState.OPEN)
    releasable_text = models.TextField(blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    delivered_to = models.CharField(max_length=500, blank=True)
    acknowledged_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)
    assistance_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NotificationQuerySet.as_manager()

    MOVES = (
        "owner", "state", "releasable_text", "delivered_on", "delivered_to", "acknowledged_on", "answered_on",
        "answer", "assistance_on", "version", "updated_at",
    )  # fmt: skip

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(releasable_text=""), name="remediation_notification_has_text"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "drafted"], delivered_on=None)
                | Q(state__in=["delivered", "acknowledged", "answered"], delivered_on__isnull=False)
                & ~Q(delivered_to=""),
                name="remediation_notification_delivered_to",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_on__isnull=False),
                name="remediation_notification_answered_on",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="remediation_notice_listed"),
            models.Index(fields=["created_at", "id"], name="remediation_notice_newest"),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.restriction.audit_chain

    def get_absolute_url(self) -> str:
        return f"/host-notifications/{self.pk}/"


class NotificationEntry(models.Model):
    """One thing that was done to inform the government. Written once."""

    notification = models.ForeignKey(HostNotification, on_delete=models.PROTECT, related_name="entries")
    act = models.CharField(max_length=20)
    on = models.DateField()
    to = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
