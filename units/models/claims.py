"""What is known of units and people over time: dated claims, corrected by new versions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.sources.dated import Dated, DatedQuerySet
from units.models.sameness import same_subjects
from units.models.subjects import Individual, Subject, Unit
from units.permissions import UnitPerm


class ClaimQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> ClaimQuerySet:
        """Claims between subjects that this person reads, at both ends."""
        ends = [reach.in_country(user, UnitPerm.VIEW, f"{end}__country") for end in self.model.ENDS]
        return self.filter(*ends)

    def current(self) -> ClaimQuerySet:
        return self.filter(superseded_by=None)

    def of(self, subject: Any) -> ClaimQuerySet:
        """Claims that link this subject to another."""
        return self.filter(Q(*((end, subject) for end in self.model.ENDS), _connector=Q.OR))

    def whole(self) -> ClaimQuerySet:
        """With the subjects that it links, and their countries."""
        return self.select_related("recorded_by", *(f"{end}__country" for end in self.model.ENDS))


class Claim(Dated):
    """A dated fact about subjects. A correction is a new version; the old one stays, superseded."""

    ENDS: tuple[str, ...]  # the fields that name what it links; the first is whose history it stands in

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClaimQuerySet.as_manager()

    class Meta(Dated.Meta):
        abstract = True
        default_permissions = ()

    @property
    def linked(self) -> tuple[Subject, ...]:
        return tuple(getattr(self, end) for end in self.ENDS)


class LinkKind(models.TextChoices):
    COMMAND = "command", "Command"
    ADMINISTRATIVE = "administrative", "Administrative"
    OPERATIONAL = "operational", "Operational"


class CommandLink(Claim):
    """`child` stood under `parent`."""

    ENDS = ("child", "parent")

    child = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="parent_links")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="child_links")
    kind = models.CharField(max_length=20, choices=LinkKind.choices, default=LinkKind.COMMAND)

    class Meta(Claim.Meta):
        abstract = False
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(child=models.F("parent")), name="units_commandlink_not_itself"
            ),
        ]


class Posting(Claim):
    """An individual served in a unit; `role` is free ("commander" marks its commanders)."""

    ENDS = ("individual", "unit")
    COMMANDER = "commander"

    individual = models.ForeignKey(Individual, on_delete=models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=100)
    rank = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200, blank=True)

    class Meta(Claim.Meta):
        abstract = False


def units_above(ids: Iterable[Any], day: dt.date, *, judged: bool = False) -> set[Any]:
    """Every unit that possibly stood above these on that day, by command links, following judged sameness.

    `judged`: the ids hold already all that are judged the same.
    """
    found: set[Any] = set()
    for _links, above in _upwards(ids, day, judged=judged):
        found |= above
    return found


def links_above(ids: Iterable[Any], day: dt.date) -> list[CommandLink]:
    """The links by which they did, from the lowest up."""
    return [link for links, _above in _upwards(ids, day) for link in links]


def _upwards(
    ids: Iterable[Any], day: dt.date, *, judged: bool = False
) -> Iterator[tuple[list[CommandLink], set[Any]]]:
    """Level by level: the links, and the units that they lead to and that were not met before."""
    met: set[Any] = set()
    fresh = set(ids) if judged else same_subjects(ids)
    while fresh:
        met |= fresh
        links = list(CommandLink.objects.current().possibly_on(day).filter(child__in=fresh).order_by("pk"))
        fresh = same_subjects({link.parent_id for link in links}) - met
        yield links, fresh
