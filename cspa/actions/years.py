"""That a list is complete: two people say so, and only then does absence from it mean "not listed"."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from cspa import facts
from cspa.actions import words
from cspa.actions.reliefs import FORMAT
from cspa.models import Listing, ListYear
from cspa.rules import who
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import NotNow
from foundation.signing import actions as signing
from foundation.signing.actions import Covered
from foundation.signing.models import Determination


class OfList:
    """One year's list as what a determination is about."""

    kind = "cspa-list-year"

    def __init__(self, year: ListYear) -> None:
        self.pk, self.name = year.pk, f"The list of {year.pk}"


@transaction.atomic
def recommend_confirmed(
    *, year: ListYear, citation: str, by: User, published_on: dt.date | None = None
) -> Determination:
    """Put forward that what is on record of a year's list is the whole list."""
    who.check_can_confirm(by, year)
    year = ListYear.objects.locked(year.pk)
    who.check_can_confirm(by, year)
    listings = list(_listings(year))
    return signing.recommend(
        kind="cspa-list-year",
        target=f"cspa.list-year:{year.pk}",
        subject=OfList(year),
        payload={
            "format": FORMAT,
            "decision": "cspa-list-year",
            "written_by": by.username,
            "written_on": timezone.now().date().isoformat(),
            "list_year": year.pk,
            "fiscal_year": year.fiscal_year,
            "published_on": words.plain(published_on or year.published_on),
            "citation": citation,
            "listings": [_listed(each) for each in listings],
        },
        covers=[
            Covered("cspa.list-year", year.pk, year.version),
            *(Covered("cspa.listing", each.pk, each.version, each.recorded_by) for each in listings),
        ],
        by=by,
    )


def _listings(year: ListYear) -> Any:
    standing = Listing.objects.standing().filter(list_year=year).select_related("country", "recorded_by")
    return standing.order_by("country_id", "account")


def _listed(listing: Listing) -> dict[str, Any]:
    return {"id": str(listing.pk), "version": listing.version, "country": words.called(listing.country),
            "forces": list(listing.forces), "confidence": listing.confidence}  # fmt: skip


def check_still_stands(payload: dict[str, Any], year: ListYear) -> None:
    if year.confirmed:
        raise NotNow(f"The list of {year.pk} has been confirmed meanwhile.")
    if payload["listings"] != [_listed(each) for each in _listings(year)]:
        raise NotNow("The list on record is not what was read: return it, to be recommended anew.")


def confirm(year: ListYear, determination: Determination, *, by: User) -> ListYear:
    """As it was signed."""
    payload = determination.payload
    words.put(year, {"citation": payload["citation"], "published_on": payload["published_on"]})
    year.confirmed, year.confirmation = True, determination
    year.version += 1
    words.rewrite(year)
    words.keep(year, by=determination.recommended_by, cause=determination)
    audit.record("cspa.list-confirmed", by=by, target=year, digest=determination.digest)
    outbox.tell(facts.CHANGED, country="", fiscal_year=year.fiscal_year)
    return year
