"""One file that may come in, and what is to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class BadFile:
    """`code` is "" for one that only looks bad. `at` is the row and the heading that must be named.

    `good` is how many rows go in where the others are left out; None where the file is refused whole.
    """

    what: str
    name: str
    make: Callable[[], bytes]
    code: str
    at: tuple[int, str | None] | None = None
    good: int | None = None

    @property
    def taken(self) -> bool:
        return not self.code
