"""What decisions leave behind: restrictions, which bar, and clearances, which run out."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.signing.models import Determination
from foundation.sources.models import Law
from units.models import Subject
from vetting.models.cases import Case
from vetting.permissions import RestrictionPerm


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def visible_to(self, user: User) -> RestrictionQuerySet:
        return self.filter(reach.in_country(user, RestrictionPerm.VIEW))

    def in_force(self, day: dt.date) -> RestrictionQuerySet:
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def locked(self, pk: Any) -> Restriction:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Restriction(models.Model):
    """A subject barred under one law, from a day on. What ends it is a lift (remediation), never an edit.

    The row is kept: only its end may be written, once, and it may grow to a unit's sub-units (0005_restrict).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="restrictions")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    law = models.CharField(max_length=40, choices=Law.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    includes_subunits = models.BooleanField(default=False)
    citation = models.CharField(max_length=300)
    cause = models.ForeignKey(
        Determination, null=True, blank=True, on_delete=models.PROTECT, related_name="restrictions"
    )  # the first; empty: recorded by an operator's import of published history
    lifted_by = models.ForeignKey(
        Determination, null=True, blank=True, on_delete=models.PROTECT, related_name="lifted"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in RestrictionPerm]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "law"], condition=Q(until=None), name="vetting_one_restriction_per_law"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="vetting_restriction_order"
            ),
            models.CheckConstraint(
                condition=Q(until=None, lifted_by=None) | Q(until__isnull=False, lifted_by__isnull=False),
                name="vetting_restriction_ends_by_a_lift",
            ),
        ]
        indexes = [models.Index(fields=["subject", "law"], name="vetting_restriction_subject")]

    def __str__(self) -> str:
        return f"restriction {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.subject.audit_chain

    @property
    def places(self) -> tuple[Country]:
        return (self.country,)


class Cause(models.Model):
    """A signed withhold or restrict behind a restriction: more than one may come to stand behind it.

    Written once. What an operator imported has none.
    """

    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="causes")
    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="cause_of")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Met(models.Model):
    """A restriction met a case: it ended the case, or its clearance. Written once.

    `through`: the way it reached it (vetting.rules.bars). Which cases a lift may free is read from here.
    """

    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="met")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="met")
    through = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Answered(models.Model):
    """An allegation that a lift answered under a law, in the version of its assessment that was read.

    Written once, with the lift. A later assessment is new information: it is not answered.
    """

    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="answered")
    allegation = models.UUIDField()
    assessment = models.PositiveIntegerField(default=0)  # its version; 0 where there was none

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["restriction", "allegation"], name="vetting_answered_once")
        ]
        indexes = [models.Index(fields=["allegation"], name="vetting_answered_allegation")]


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    def live(self) -> ClearanceQuerySet:
        return self.filter(ended_at=None)


class Clearance(models.Model):
    """Subject × unit × law, good for a year; it must still be valid on the day the event starts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clearances")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="clearances")
    unit = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    law = models.CharField(max_length=40, choices=Law.choices)
    valid_from = models.DateField()
    valid_until = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=60, blank=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="vetting_one_live_clearance"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="vetting_clearance_order"
            ),
        ]


def a_year_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


__all__ = ["Answered", "Cause", "Clearance", "Met", "Restriction", "a_year_after"]
