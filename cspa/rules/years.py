"""What may be said of a list year and of a fiscal year: by field, everything at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from cspa import fiscal
from cspa.models import Listing
from foundation.refused import Problem


def today() -> Any:
    return timezone.now().date()


def wrong_list_year(year: int, pointer: str) -> Iterable[Problem]:
    if year < fiscal.FIRST_LIST:
        yield Problem(
            "before-first-list", f"There was no list before {fiscal.FIRST_LIST}: check the year.", pointer
        )
    elif year > today().year:
        yield Problem(
            "future-list", f"There is no list of {year} yet: a list is recorded once it is out.", pointer
        )


def wrong_fiscal_year(year: int, pointer: str) -> Iterable[Problem]:
    """It follows a list that there was."""
    behind = fiscal.list_behind(year)
    if behind < fiscal.FIRST_LIST:
        first = fiscal.bitten_by(fiscal.FIRST_LIST)
        yield Problem(
            "before-first-list", f"The first list bites fiscal year {first}: check the year.", pointer
        )
    elif behind > today().year:
        yield Problem(
            "future-list", f"Fiscal year {year} follows the list of {behind}, which is not out yet.", pointer
        )


def wrong_listing(found: Mapping[str, Any]) -> Iterable[Problem]:
    """Of a listing to be recorded: `country`, `list_year`, as far as they could be read."""
    year, country = found.get("list_year"), found.get("country")
    if year is None:
        return
    wrong = list(wrong_list_year(year, "/list_year"))
    yield from wrong
    if not wrong and country and Listing.objects.filter(country=country, list_year=year).exists():
        yield Problem(
            "listed-already",
            f"There is a listing of this country for {year} already: correct that one, with a reason.",
            "/list_year",
        )


def not_yet(found: Mapping[str, Any], *names: str) -> Iterable[Problem]:
    """Days that a record can only name once they have come."""
    for name in names:
        if found.get(name) and found[name] > today():
            words = name.replace("_", " ")
            yield Problem("future-day", f"“{words}” lies in the future. Give a day that was.", f"/{name}")
