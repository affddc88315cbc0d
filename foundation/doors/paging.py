"""A list in numbered parts, for lists in the order of names: a cursor would put a name in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

SIZE = 50
LAST = 2_000  # beyond that nobody turns pages: narrow the list


@dataclass(frozen=True)
class Page:
    """`rows` of one part; the addresses of its neighbours keep what the list was narrowed by."""

    rows: list[Any]
    number: int
    previous: str | None
    next: str | None

    @property
    def note(self) -> str:
        first = (self.number - 1) * SIZE + 1
        return f"{first}–{first + len(self.rows) - 1}" if self.rows else ""


def page_of(request: HttpRequest, found: QuerySet[Any]) -> Page:
    """Reads one row too many instead of counting them all."""
    number = _number(request.GET.get("page", ""))
    start = (number - 1) * SIZE
    rows = list(found[start : start + SIZE + 1])
    more = len(rows) > SIZE and number < LAST
    return Page(
        rows[:SIZE],
        number,
        _address(request, number - 1) if number > 1 else None,
        _address(request, number + 1) if more else None,
    )


def _number(said: str) -> int:
    return min(max(int(said), 1), LAST) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def _address(request: HttpRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"
