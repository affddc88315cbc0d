"""Every version of a thing, as it was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from psycopg2.extras import DateRange

from foundation.accounts.models import User
from foundation.sources.dated import as_days
from foundation.sources.models import Written

AT_ONCE = 1_000  # rows in one statement


def keep(kind: str, thing: Any, fields: Iterable[str], *, by: User | None, reason: str = "") -> None:
    """Write down the version that stands now. `fields`: the names of its columns."""
    content = {name: _plain(getattr(thing, name)) for name in fields}
    Written.objects.create(
        kind=kind, ref=thing.pk, version=thing.version, content=content, reason=reason, by=by
    )


def keep_many(kind: str, things: Iterable[Any], fields: Iterable[str], *, by: User | None) -> None:
    """The same of many, in few statements."""
    names = list(fields)
    Written.objects.bulk_create(
        (
            Written(
                kind=kind,
                ref=thing.pk,
                version=thing.version,
                content={name: _plain(getattr(thing, name)) for name in names},
                by=by,
            )
            for thing in things
        ),
        batch_size=AT_ONCE,
    )


def of(kind: str, ref: Any) -> list[Written]:
    return list(Written.objects.filter(kind=kind, ref=ref).select_related("by"))


def correct(
    kind: str, thing: Any, changes: dict[str, Any], fields: Iterable[str], *, by: User | None, reason: str
) -> None:
    """Put the changes into a locked thing as its next version, and write that version down."""
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.version += 1
    thing.save(update_fields=[*_columns(thing, changes), "version", "updated_at"])
    keep(kind, thing, fields, by=by, reason=reason)


def _columns(thing: Any, changes: Iterable[str]) -> list[str]:
    """Django names a field in update_fields, not its column: `unit_id` → `unit`."""
    return [thing._meta.get_field(name).name for name in changes]


def _plain(value: Any) -> Any:
    if isinstance(value, DateRange):
        return as_days(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value.pk)
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
