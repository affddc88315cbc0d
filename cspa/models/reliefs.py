"""What lifts the bar of a listing, in whole or in part: waivers and reinstatements.

Each records a decision that was made above, and is written only once two people have signed for the record
(or by an operator's import of published history). None outlives its listing: the database holds it to the
fiscal year that the listing bites, and lets no two of a kind hold on the same day.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from cspa.models.listings import Confidence, Listing
from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.signing.models import Determination
from foundation.sources.dated import as_days


class Extent(models.TextChoices):
    FULL = "full", "Full"
    PARTIAL = "partial", "Partial"


class ReliefQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> ReliefQuerySet:
        return self.filter(reach.in_country(user, CspaPerm.VIEW))

    def standing(self) -> ReliefQuerySet:
        return self.filter(ended=False)

    def locked(self, pk: Any) -> Any:
        """The record, locked; its listing is locked before it, as everywhere."""
        Listing.objects.locked(self.model._default_manager.values_list("listing_id", flat=True).get(pk=pk))
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def within_fiscal_year() -> Q:
    """The days lie in the fiscal year: 1 October of the year before to 30 September, both included."""
    bounds = [
        Func(F("fiscal_year") - shift, month, day, function="make_date", output_field=models.DateField())
        for shift, month, day in ((1, 10, 1), (0, 9, 30))
    ]
    year = Func(*bounds, Value("[]"), function="daterange", output_field=DateRangeField())
    return Q(days__contained_by=year, days__isempty=False)


class Relief(models.Model):
    """`parts`: `[{program, purpose, limit}]`, empty for a full one. A part whose program is null says that
    the record does not name it (imported history only): then nobody may take it to cover anything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="%(class)ss")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.IntegerField()
    extent = models.CharField(max_length=8, choices=Extent.choices)
    parts = models.JSONField(default=list)
    days = DateRangeField()
    official = models.CharField(max_length=200, blank=True)  # the instrument: who decided,
    number = models.CharField(max_length=100, blank=True)  # under which number,
    dated = models.DateField(null=True, blank=True)  # when,
    reported_on = models.DateField(null=True, blank=True)  # and when Congress was told
    certified_on = models.DateField(null=True, blank=True)
    justification = models.TextField(blank=True)
    confidence = models.CharField(max_length=4, choices=Confidence.choices, default=Confidence.HIGH)
    cause = models.OneToOneField(Determination, null=True, on_delete=models.PROTECT, related_name="+")
    imported = models.BooleanField(default=False)
    corrected = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)  # recorded in error: a correction took it off
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReliefQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=within_fiscal_year(), name="cspa_%(class)s_within_year"),
            models.CheckConstraint(
                condition=Q(imported=True) | Q(cause__isnull=False, recorded_by__isnull=False),
                name="cspa_%(class)s_two_people",
            ),
            models.CheckConstraint(
                condition=Q(extent="full", parts=[]) | Q(extent="partial") & ~Q(parts=[]),
                name="cspa_%(class)s_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"

    @property
    def audit_chain(self) -> str:
        return f"country:{self.country_id}"

    @property
    def when(self) -> dict[str, Any]:
        """`{"from", "until"}`, both included."""
        held = as_days(self.days)
        assert held is not None
        return {"from": held["from"], "until": held["to"]}


def one_at_a_time(model: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"cspa_{model}_one_at_a_time",
        expressions=[("listing", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
        condition=Q(ended=False),
    )


def listed(model: str) -> list[models.Index]:
    return [
        models.Index(fields=["created_at", "id"], name=f"cspa_{model}_newest"),
        models.Index(fields=["updated_at", "id"], name=f"cspa_{model}_changed"),
    ]


class Waiver(Relief):
    """The President waived the prohibition for a country and fiscal year, wholly or for some programs."""

    class Meta(Relief.Meta):
        abstract = False
        constraints = [*Relief.Meta.constraints, one_at_a_time("waiver")]
        indexes = listed("waiver")


class Reinstatement(Relief):
    """Assistance was reinstated: the government acts on a plan, and keeps the practice from coming back."""

    class Meta(Relief.Meta):
        abstract = False
        constraints = [*Relief.Meta.constraints, one_at_a_time("reinstatement")]
        indexes = listed("reinstatement")
