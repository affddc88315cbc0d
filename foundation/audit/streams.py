"""Reading long tables side by side: rows that come ordered by a key, taken a key at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any


class Groups:
    """Rows whose first column is the key, in its order. `next` is the key that comes up, None at the end."""

    def __init__(self, rows: Iterable[tuple]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._advance()

    def _advance(self) -> None:
        self.next: Any
        self._rows: Iterator[tuple]
        self.next, self._rows = next(self._groups, (None, iter(())))

    def take(self, key: Any) -> Iterator[tuple]:
        """The key's rows, or none. They must be read to their end: that is where the next key comes up."""
        if self.next == key:
            yield from self._rows
            self._advance()
