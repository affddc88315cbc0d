"""What is done and then was not: for asking many things of one world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone(undo: bool = True) -> Iterator[None]:
    block = transaction.atomic()
    # As Django's own TestCase: what must be durable (a counted try) is let in, and undone with the rest.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(undo)
