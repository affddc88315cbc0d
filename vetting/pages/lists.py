"""Lists of a page in parts, by signed cursor, as the calls have them (foundation.doors.cursors)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from foundation.doors.cursors import FEW, Order, SignedCursor


@dataclass(frozen=True)
class Asked:
    """A page's request, as the cursor reads it."""

    user: Any
    path: str
    query_params: dict[str, str]

    def build_absolute_uri(self, address: str) -> str:
        return address


class Pages(SignedCursor):
    """`rows`, and the addresses of the parts before and after. `fields`: an order that no two rows share."""

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        fields: tuple[str, ...],
        *,
        descending: bool = False,
    ) -> None:
        self.request = Asked(request.user, request.path, request.GET.dict())  # type: ignore[assignment]
        self.order = Order(fields, descending)
        self.rows = self._page(queryset, FEW, self._place())
        self.next_url = self._link(self.next)
        self.previous_url = self._link(self.previous, True)
