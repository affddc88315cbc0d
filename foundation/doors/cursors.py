"""Lists in pages, by keyset: a cursor says after which row to go on, so pages neither slip nor slow down.

Without `updated_since` newest first, by when a row was made, which never changes: each row comes once.
With it, oldest change first: a row changed meanwhile comes again, later, and none is missed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.refused import Invalid, Problem

FEW, MOST = 50, 200
PARAMETERS = ("limit", "cursor", "updated_since")
BAD_CURSOR = Problem(
    "invalid-cursor", "This cursor is not one of ours, or not for this list. Start again without it."
)


@dataclass(frozen=True)
class Place:
    """A row's place in the order: its key values, and which way the page looks from there."""

    values: tuple[Any, ...]
    backwards: bool = False


@dataclass(frozen=True)
class Order:
    """By these fields; the id comes last, so that no two rows share a place."""

    fields: tuple[str, ...]
    descending: bool

    def place_of(self, row: Model) -> tuple[Any, ...]:
        return tuple(getattr(row, field) for field in self.fields)

    def sort(self, queryset: QuerySet[Any], *, backwards: bool) -> QuerySet[Any]:
        sign = "-" if self.descending != backwards else ""
        return queryset.order_by(*(sign + field for field in self.fields))

    def beyond(self, queryset: QuerySet[Any], place: Place) -> QuerySet[Any]:
        way = "lt" if self.descending != place.backwards else "gt"
        first, *others = zip(self.fields, place.values, strict=True)
        if not others:
            return queryset.filter(**{f"{first[0]}__{way}": first[1]})
        further, same = Q(), Q()
        for field, value in (first, *others):
            further |= same & Q(**{f"{field}__{way}": value})
            same &= Q(**{field: value})
        # The first condition is implied by the second, but it is the one an index can use.
        return queryset.filter(**{f"{first[0]}__{way}e": first[1]}).filter(further)


class SignedCursor(BasePagination):
    """`{results, next, previous}`; no totals, which would count what somebody may not see."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.request = request
        since = _since(request)
        self.order = _order(queryset.model, view, changes=since is not None)
        if since is not None and len(self.order.fields) > 1:
            queryset = queryset.filter(**{f"{self.order.fields[0]}__gte": since})
        return self._page(queryset, _limit(request), self._place())

    def _page(self, queryset: QuerySet[Any], limit: int, place: Place | None) -> list[Any]:
        backwards = place is not None and place.backwards
        queryset = self.order.sort(queryset, backwards=backwards)
        rows = list((self.order.beyond(queryset, place) if place else queryset)[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        self.next = rows[-1] if rows and (more or backwards) else None
        self.previous = rows[0] if rows and (more if backwards else place) else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"results": data, "next": self._link(self.next), "previous": self._link(self.previous, True)}
        )

    def _link(self, row: Any, backwards: bool = False) -> str | None:
        if row is None:
            return None
        cursor = signing.dumps(
            [_plain(self.order.place_of(row)), backwards], salt=self._salt(), compress=True
        )
        kept = {name: value for name, value in self.request.query_params.items() if name != "cursor"}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode({**kept, 'cursor': cursor})}")

    def _place(self) -> Place | None:
        sent = self.request.query_params.get("cursor")
        if sent is None:
            return None
        try:
            values, backwards = signing.loads(sent, salt=self._salt())
        except (signing.BadSignature, ValueError, TypeError) as bad:
            raise Invalid(BAD_CURSOR) from bad
        return Place(_typed(values), backwards)

    def _salt(self) -> str:
        """A cursor is good for one person, one list, one order and one set of filters."""
        kept = sorted(
            item for item in self.request.query_params.items() if item[0] not in ("cursor", "limit")
        )
        bound = [str(self.request.user.pk), self.request.path, repr(self.order), urlencode(kept)]
        return "doors.cursor:" + hashlib.sha256("\n".join(bound).encode()).hexdigest()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        words = {
            "limit": (
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": FEW},
                "How many at once.",
            ),
            "cursor": ({"type": "string"}, "From `next` or `previous`; opaque."),
            "updated_since": (
                {"type": "string", "format": "date-time"},
                "What changed then or later, oldest change first. Ask again from a minute before the last.",
            ),
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
            for name, (schema, description) in words.items()
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def _order(model: type[Model], view: Any, *, changes: bool) -> Order:
    name = (
        getattr(view, "updated_field", "updated_at")
        if changes
        else getattr(view, "created_field", "created_at")
    )
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return Order(("pk",), descending=False)
    return Order((name, "pk"), descending=not changes)


def _limit(request: Request) -> int:
    sent = request.query_params.get("limit", str(FEW))
    if not (sent.isascii() and sent.isdigit() and 1 <= int(sent[:9]) <= MOST):
        raise Invalid(Problem("invalid-parameter", f"?limit= must be a whole number from 1 to {MOST}."))
    return int(sent)


def _since(request: Request) -> dt.datetime | None:
    sent = request.query_params.get("updated_since")
    if sent is None:
        return None
    try:
        since = parse_datetime(sent)
        since = since.astimezone(dt.UTC) if since and timezone.is_aware(since) else None
    except (ValueError, OverflowError):
        since = None
    if since is None:
        raise Invalid(
            Problem("invalid-parameter", "?updated_since= must be a time in UTC, as 2026-11-24T09:30:00Z.")
        )
    return since


def _plain(values: tuple[Any, ...]) -> list[Any]:
    """Times in full (JSON's usual form would cut the microseconds off, and skip rows)."""
    return [["t", each.isoformat()] if isinstance(each, dt.datetime) else ["v", str(each)] for each in values]


def _typed(values: list[Any]) -> tuple[Any, ...]:
    return tuple(dt.datetime.fromisoformat(value) if kind == "t" else value for kind, value in values)
