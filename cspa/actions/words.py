"""Records as JSON: what is frozen in a determination, kept of every version, and read back when it is signed.

Dates are ISO days, both ends of a stretch included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cspa.models import ActionPlan, Kept, Listing, ListYear, Relief
from cspa.rules.reliefs import held
from foundation.accounts.models import Country, User
from foundation.signing.models import Determination
from foundation.sources.dated import days

INSTRUMENT = ("official", "number", "dated", "reported_on")
OF_LISTING = ("forces", "finding", "citation", "confidence", "ended")
OF_RELIEF = ("extent", "parts", "certified_on", "justification", "confidence", "ended")
OF_YEAR = ("published_on", "citation", "confirmed")
OF_PLAN = ("title", "agreed_with", "agreed_on", "citation")
# What a new version may differ in; the application's role may write nothing else (migration 0002).
MOVED: dict[type, tuple[str, ...]] = {
    Listing: (*OF_LISTING, "corrected"),
    Relief: (*OF_RELIEF, *INSTRUMENT, "days", "corrected"),
    ListYear: (*OF_YEAR, "confirmation"),
    ActionPlan: OF_PLAN,
}
DAYS = ("dated", "reported_on", "certified_on", "published_on", "agreed_on")


def said(thing: Any) -> dict[str, Any]:
    """What a record says, as it stands."""
    if isinstance(thing, Relief):
        instrument = {name: plain(getattr(thing, name)) for name in INSTRUMENT}
        return _named(thing, OF_RELIEF) | thing.when | {"instrument": instrument}
    names: dict[type, tuple[str, ...]] = {Listing: OF_LISTING, ListYear: OF_YEAR, ActionPlan: OF_PLAN}
    return _named(thing, names[type(thing)])


def plain(value: Any) -> Any:
    """Fit for JSON: days as ISO, things by their id."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value.pk) if hasattr(value, "pk") else value


def put(thing: Any, changes: Mapping[str, Any]) -> None:
    """Write what JSON says on a record, in memory."""
    flat = {**changes, **(changes.get("instrument") or {})}
    flat.pop("instrument", None)
    if isinstance(thing, Relief) and flat.keys() & {"from", "until"}:
        thing.days = _days(thing, flat)
    for name, value in flat.items():
        if name not in ("from", "until"):
            setattr(thing, name, day(value) if name in DAYS else value)


def rewrite(thing: Any) -> None:
    """Save it as its next version."""
    of = Relief if isinstance(thing, Relief) else type(thing)
    thing.save(update_fields=[*MOVED[of], "version", "updated_at"])


def _days(thing: Relief, flat: Mapping[str, Any]) -> Any:
    now = thing.when if thing.days else {}
    merged = {"fiscal_year": thing.fiscal_year, **now, **flat}
    return days(*held({**merged, "from": day(merged["from"]), "until": day(merged.get("until"))}))


def day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def parts(given: Any) -> list[dict[str, Any]]:
    """Parts in the one form in which they are kept."""
    return [
        {
            "program": each.get("program"),
            "purpose": each.get("purpose") or "",
            "limit": each.get("limit") or "",
        }
        for each in given or ()
    ]


def kind_of(thing: Any) -> str:
    return {"listyear": "list-year", "actionplan": "action-plan"}.get(
        thing._meta.model_name, str(thing._meta.model_name)
    )


def keep(thing: Any, *, by: User | None, reason: str = "", cause: Determination | None = None) -> None:
    """This version, as it was written."""
    Kept.objects.create(
        kind=kind_of(thing), ref=str(thing.pk), version=thing.version, said=said(thing), reason=reason,
        cause=cause, by=by, at=timezone.now(),
    )  # fmt: skip


def called(country: Country) -> dict[str, str]:
    return {"code": country.pk, "name": country.name}


def _named(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(thing, name)) for name in names}
