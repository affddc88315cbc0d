"""List years: the list of a year is on record from the moment there is a row for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from cspa.fiscal import FIRST_LIST, LAST_YEAR, bitten_by
from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.signing.models import Determination


class ListYearQuerySet(models.QuerySet["ListYear"]):
    def visible_to(self, user: User) -> ListYearQuerySet:
        """A list is of every country: whoever reads the records of any may see which years there are."""
        seen = reach.holds_anywhere(user, CspaPerm.VIEW, Country, Post)
        return self.all() if seen else self.none()

    def locked(self, pk: Any) -> ListYear:
        """The year's row, locked; made, unconfirmed, where its list was not on record yet."""
        self.get_or_create(list_year=pk)
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class ListYear(models.Model):
    """The list of one year. Only once it is *confirmed* does absence from it mean "not listed".

    `confirmation` is the determination that two people signed; an operator's import confirms without one.
    """

    list_year = models.PositiveSmallIntegerField(primary_key=True)
    published_on = models.DateField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    confirmation = models.ForeignKey(
        Determination, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    citation = models.CharField(max_length=500, blank=True)  # where the whole list can be read
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ListYearQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in CspaPerm]
        ordering = ["-list_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(list_year__gte=FIRST_LIST, list_year__lte=LAST_YEAR), name="cspa_list_year_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmation=None) | Q(confirmed=True), name="cspa_confirmation_confirms"
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "list_year"], name="cspa_list_year_changed")]

    def __str__(self) -> str:
        return str(self.list_year)

    @property
    def audit_chain(self) -> str:
        return f"cspa-list-year:{self.list_year}"

    @property
    def fiscal_year(self) -> int:
        return bitten_by(self.list_year)

    @property
    def is_future(self) -> bool:
        return self.list_year > dt.datetime.now(dt.UTC).year
