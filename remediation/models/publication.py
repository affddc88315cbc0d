"""Publication, for units under the State law: 22 U.S.C. 2378d(d)(7), but for an exception, (e)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.signing.models import Determination
from remediation.permissions import PublicationPerm
from vetting.models import Restriction


class PublicationState(models.TextChoices):
    UNDECIDED = "undecided", "To be decided"
    PUBLISHED = "published", "Published"
    EXCEPTED = "excepted", "Excepted"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> PublicationQuerySet:
        return self.filter(reach.in_country(user, PublicationPerm.VIEW))

    def public(self) -> PublicationQuerySet:
        """What anybody may read: published, and not lifted since."""
        return self.filter(state=PublicationState.PUBLISHED, restriction__until=None)

    def locked(self, pk: Any) -> Publication:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Publication(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    restriction = models.OneToOneField(Restriction, on_delete=models.PROTECT, related_name="publication")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(
        max_length=20, choices=PublicationState.choices, default=PublicationState.UNDECIDED
    )
    published_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exception = models.OneToOneField(
        Determination, null=True, blank=True, on_delete=models.PROTECT, related_name="excepts"
    )
    reported_on = models.DateField(null=True, blank=True)  # when the exception was reported
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublicationQuerySet.as_manager()

    MOVES = (
        "owner", "state", "published_on", "published_by", "exception", "reported_on", "version", "updated_at",
    )  # fmt: skip

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in PublicationPerm]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", published_on__isnull=False, published_by__isnull=False)
                | ~Q(state="published") & Q(published_on=None, published_by=None),
                name="remediation_published_by_and_on",
            ),
            models.CheckConstraint(
                condition=Q(exception=None, reported_on=None) & ~Q(state="excepted")
                | Q(exception__isnull=False, reported_on__isnull=False) & ~Q(state="undecided"),
                name="remediation_excepted_and_reported",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="remediation_pub_listed"),
            models.Index(fields=["created_at", "id"], name="remediation_pub_newest"),
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.restriction.audit_chain

    def get_absolute_url(self) -> str:
        return f"/publications/{self.pk}/"
