"""Schedules without a scheduler's memory: each turn is a row, and whoever inserts it runs it.

Two beats are harmless. A run and its row commit together, so one that fails, or dies, is taken again by the
next tick. A run is short: long work is told as a fact.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from foundation.killpoints import reach
from foundation.outbox import registry
from foundation.outbox.failures import describe
from foundation.outbox.models import Slot
from foundation.outbox.registry import Schedule

log = logging.getLogger(__name__)

LOOK_SECONDS = 5
KEPT = timedelta(days=2)
SLOTS = 0x5107  # the first half of the advisory locks, the name's hash being the second
_looked = 0.0  # when this process last looked


def run_due(now: datetime | None = None) -> None:
    """Run every schedule whose current slot nobody has taken. One that fails does not hold back the rest."""
    global _looked
    _looked = time.monotonic()
    for schedule in registry.schedules():
        start = schedule.slot_start(now or timezone.now())
        try:
            if not Slot.objects.filter(name=schedule.name, slot_start__gte=start).exists():
                _run(schedule, start)
        except Exception as error:
            log.error("The schedule %s failed: %s", schedule.name, describe(error))


def run_due_now_and_then() -> None:
    """`run_due`, some seconds after this process last did: a tick may wait long behind a busy queue."""
    if time.monotonic() - _looked > LOOK_SECONDS:
        run_due()


def _run(schedule: Schedule, start: datetime) -> None:
    with transaction.atomic():
        if _taken(schedule.name, start):
            reach("slot.taken")
            schedule.run()
            reach("slot.run")
            Slot.objects.filter(name=schedule.name, slot_start__lt=start - KEPT).delete()


def _taken(name: str, start: datetime) -> bool:
    """Take the slot. False where somebody has it, or is running it just now: that one is not waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [SLOTS, name])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(
            "INSERT INTO outbox_slot (name, slot_start) VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, start]
        )
        return cursor.rowcount == 1
