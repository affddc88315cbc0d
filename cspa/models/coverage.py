"""What the Act reaches: dated, editable data, each line with its citation."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from foundation.accounts.models import User
from foundation.sources.dated import Dated, DatedQuerySet


class CoverageQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> CoverageQuerySet:
        """Reference data: everybody's."""
        return self.all()


class Coverage(Dated):
    """Whether the Act reaches a program, and for which purposes it does not. A program without a line is
    taken as reached: what is not known is not open.

    `exempt`: purposes, as codes, that a nomination may name (`peacekeeping-preparation`).
    """

    program = models.CharField(max_length=20)
    reached = models.BooleanField()
    exempt = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    citation = models.CharField(max_length=300)

    objects = CoverageQuerySet.as_manager()

    class Meta(Dated.Meta):
        default_permissions = ()
        ordering = ["program", "id"]

    def __str__(self) -> str:
        return self.program
