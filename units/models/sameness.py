"""That two subjects are the same: a person's judgement, which a person may end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts.models import User
from units.models.subjects import Subject


class SameAsQuerySet(models.QuerySet["SameAs"]):
    def standing(self) -> SameAsQuerySet:
        return self.filter(ended_at=None)


class SameAs(models.Model):
    """A person's judgement that a nominee is a known subject: reversible, and never a merge."""

    nominee = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="same_as")
    known = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="nominated_as")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = SameAsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["nominee", "known"], condition=Q(ended_at=None), name="units_one_same_as"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="units_same_as_ended_by_at",
            ),
        ]


def same_subjects(ids: Iterable[Any]) -> set[Any]:
    """These subjects and all judged the same as them, over any number of standing links."""
    found, fresh = set(), set(ids)
    while fresh:
        found |= fresh
        pairs = SameAs.objects.standing().filter(Q(nominee__in=fresh) | Q(known__in=fresh))
        fresh = {pk for pair in pairs.values_list("nominee_id", "known_id") for pk in pair} - found
    return found


def same_groups(ids: Iterable[Any]) -> dict[Any, set[Any]]:
    """Each of these subjects with all judged the same as it: `same_subjects` for several, in one go."""
    asked = list(ids)
    pairs: list[tuple[Any, Any]] = []
    found: set[Any] = set()
    fresh = set(asked)
    while fresh:
        found |= fresh
        linked = SameAs.objects.standing().filter(Q(nominee__in=fresh) | Q(known__in=fresh))
        pairs += linked.values_list("nominee_id", "known_id")
        fresh = {pk for pair in pairs for pk in pair} - found
    groups = {pk: {pk} for pk in found}
    for one, other in pairs:
        joined = groups[one] | groups[other]
        groups |= dict.fromkeys(joined, joined)
    return {pk: groups[pk] for pk in asked}
