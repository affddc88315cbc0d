"""Recording a listing: one person's act, since it can only bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from cspa import facts
from cspa.actions import words
from cspa.models import Listing, ListYear
from cspa.rules import who, years
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, Problem
from foundation.signing import actions as signing


@transaction.atomic
def record(
    *,
    country: Country,
    list_year: int,
    forces: Sequence[str],
    finding: str,
    citation: str,
    confidence: str,
    by: User,
) -> Listing:
    """Put a country on the list of a year. Its fiscal year is asked about again at once."""
    who.check_can_record(by, country)
    _check({"country": country, "list_year": list_year})
    year = ListYear.objects.locked(list_year)
    listing = Listing(
        country=country, list_year=year, forces=list(forces), finding=finding, citation=citation,
        confidence=confidence, recorded_by=by,
    )  # fmt: skip
    _save(listing)
    words.keep(listing, by=by)
    another(year, by=by)
    audit.record("cspa.listed", by=by, target=listing, list_year=list_year)
    tell(listing)
    return Listing.objects.get(pk=listing.pk)


def _check(found: dict[str, Any]) -> None:
    if wrong := list(years.wrong_listing(found)):
        raise Invalid(*wrong)


def _save(listing: Listing) -> None:
    try:
        with transaction.atomic():
            listing.save(force_insert=True)
    except IntegrityError as error:
        if "cspa_listed_once" not in str(error):
            raise
        said = "Somebody else has just recorded this: correct that listing, with a reason."
        raise Invalid(Problem("listed-already", said, "/list_year")) from error


def another(year: ListYear, *, by: User | None) -> None:
    """A list with another entry: whoever was to sign that it is complete has not read this one."""
    year.version += 1
    words.rewrite(year)
    words.keep(year, by=by)
    signing.overtake(
        kind="cspa.list-year", ref=year.pk, changed="Another listing was recorded for that year.", by=by
    )


def tell(listing: Listing) -> None:
    """What may be answered otherwise now."""
    outbox.tell(facts.CHANGED, country=listing.country_id, fiscal_year=listing.list_year_id + 1)
