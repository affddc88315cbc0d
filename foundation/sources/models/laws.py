"""Law texts: what a decision rests on, dated, so that an old decision keeps the text it was made under."""

from __future__ import annotations

import datetime as dt

from django.db import models

from foundation.sources.dated import Dated, DatedQuerySet


class Law(models.TextChoices):
    STATE_LEAHY = "state-leahy", "State law"
    DOD_LEAHY = "dod-leahy", "DoD law"


class LawTextQuerySet(DatedQuerySet):
    def in_force(self, law: str, day: dt.date) -> LawText:
        return self.certainly_on(day).get(law=law)


class LawText(Dated):
    """One law as it read for a time. `citation`: as printed in a decision, e.g. "22 U.S.C. 2378d"."""

    law = models.CharField(max_length=40, choices=Law.choices)
    citation = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    summary = models.TextField()

    objects = LawTextQuerySet.as_manager()

    class Meta(Dated.Meta):
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.citation} ({self.version})"
