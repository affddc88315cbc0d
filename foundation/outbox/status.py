"""What waits, since when, and what was given up."""

from __future__ import annotations

from typing import Any

from django.db.models import Min
from django.utils import timezone

from foundation.outbox.models import Delivery

MOST_NAMED = 1_000
DEAD = ("pk", "fact__kind", "subscriber", "attempts", "last_error", "fact__body")


def status() -> dict[str, Any]:
    """waiting, due: counts; oldest_seconds: since the oldest waiting one was told; dead: count and which."""
    waiting, dead = Delivery.objects.waiting(), Delivery.objects.dead()
    oldest = waiting.aggregate(at=Min("fact__at"))["at"]
    return {
        "waiting": waiting.count(),
        "due": Delivery.objects.due().count(),
        "oldest_seconds": round((timezone.now() - oldest).total_seconds(), 1) if oldest else 0,
        "dead": dead.count(),
        "dead_deliveries": [_named(row) for row in dead.order_by("pk").values_list(*DEAD)[:MOST_NAMED]],
    }


def _named(row: tuple) -> dict[str, Any]:
    return dict(zip(("delivery", "kind", "subscriber", "attempts", "last_error", "ids"), row, strict=True))
