"""One transaction per act, tried again where Postgres says that trying again is all that is needed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

Answer = TypeVar("Answer")

TRIES = 3
DEADLOCK, NOT_SERIALIZABLE, LOCK_TIMEOUT, TOO_SLOW = "40P01", "40001", "55P03", "57014"


def transact(once: Callable[[], Answer]) -> Answer:
    """Run `once` in a transaction; after a deadlock or a serialization failure, up to twice more.

    Inside another transaction nothing can be tried again: that is its owner's to do.
    """
    tries = 1 if connection.in_atomic_block else TRIES
    for tried in range(1, tries + 1):
        try:
            with transaction.atomic():
                return once()
        except OperationalError as error:
            if tried == tries or sqlstate(error) not in (DEADLOCK, NOT_SERIALIZABLE):
                raise
            time.sleep(random.uniform(0.01, 0.05) * tried)
    raise AssertionError("unreachable")


def sqlstate(error: BaseException) -> str:
    """Postgres' own code of the error, "" where the server was not there to give one."""
    return getattr(error.__cause__, "pgcode", None) or ""


def is_away(error: BaseException | None) -> bool:
    """Whether the database is away, or too busy to answer: worth trying again later."""
    return isinstance(error, (OperationalError, InterfaceError))
