"""Dated claims: facts true for a time, known more or less exactly.

`certain`: true on every day of it. `possible`: true on at least one day of it, and on no day outside.
Both include their ends, and an open end is unbounded. A claim that holds "at some time in 2019" has no
certain day: its `certain` is NULL, which the checks name, since a NULL slips through any check that
does not. After Security Force Monitor's precise and imprecise dates.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from psycopg2.extras import DateRange

ALWAYS = DateRange(None, None, "[]")


def always() -> DateRange:
    return ALWAYS


class DatedQuerySet(models.QuerySet[Any]):
    def certainly_on(self, day: dt.date) -> DatedQuerySet:
        return self.filter(certain__contains=day)

    def possibly_on(self, day: dt.date) -> DatedQuerySet:
        return self.filter(possible__contains=day)


class Dated(models.Model):
    certain = DateRangeField(null=True, blank=True)
    possible = DateRangeField(default=always)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(possible__isempty=False)
                & (
                    Q(certain__isnull=True)
                    | Q(certain__isempty=False, certain__contained_by=models.F("possible"))
                ),
                name="%(app_label)s_%(class)s_ranges",
            ),
        ]

    @property
    def when(self) -> dict[str, Any]:
        """As the contract has it: `{"certain": {"from", "to"} | null, "possible": {"from", "to"} | null}`."""
        possible = None if self.possible.lower is self.possible.upper is None else as_days(self.possible)
        return {"certain": as_days(self.certain), "possible": possible}


def as_days(days: DateRange | None) -> dict[str, str | None] | None:
    """A range as inclusive ISO days. Postgres answers in the form [from, to)."""
    if days is None:
        return None
    last = days.upper
    if last is not None and not days.upper_inc:
        last -= dt.timedelta(days=1)
    first = days.lower
    if first is not None and not days.lower_inc:
        first += dt.timedelta(days=1)
    return {"from": first and first.isoformat(), "to": last and last.isoformat()}


def days(first: dt.date | None, last: dt.date | None) -> DateRange:
    """The days from first to last, both included; None is an open end."""
    return DateRange(first, last, "[]")
