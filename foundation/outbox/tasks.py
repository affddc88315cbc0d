"""What a worker hears. Neither message carries anything, and each may come twice or never."""

from celery import shared_task

from foundation.killpoints import reach
from foundation.outbox import relay, slots


@shared_task(name="outbox.drain", ignore_result=True)
def drain() -> None:
    """Something may be waiting."""
    relay.drain()
    slots.run_due_now_and_then()
    reach("task.unacknowledged")


@shared_task(name="outbox.tick", ignore_result=True)
def tick() -> None:
    """Some seconds have passed: wake workers for what waits, and run what is due."""
    relay.sweep()
    slots.run_due()
