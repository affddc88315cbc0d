"""Finding many things at once by what a caller sent, which may be anything at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet


def found_among(queryset: QuerySet[Any], sent: Iterable[Any], *, by: str = "pk") -> dict[str, Any]:
    """The things of the queryset whose `by` was sent, by what was sent (as a string). One query."""
    keys = {}
    for each in sent:
        key = _key(queryset, each, by)
        if key is not None:
            keys[key] = str(each)
    things = queryset.filter(**{f"{by}__in": list(keys)}) if keys else ()
    return {keys[getattr(thing, by)]: thing for thing in things if getattr(thing, by) in keys}


def _key(queryset: QuerySet[Any], sent: Any, by: str) -> Any:
    """What was sent as the column would have it; None where no row could be called that."""
    if not isinstance(sent, (str, int)) or isinstance(sent, bool) or "\x00" in str(sent):
        return None
    meta = queryset.model._meta
    field = meta.pk if by == "pk" else meta.get_field(by)
    try:
        return field.to_python(sent)
    except (ValidationError, ValueError, TypeError):
        return None
