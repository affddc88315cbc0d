"""What waits, what was given up, and whether anybody is at work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from config.doctor.findings import Finding, named, warning, well, wrong
from config.health import LATE, broker_state
from foundation.doors.jobs import Job
from foundation.outbox import registry
from foundation.outbox.models import Delivery, Slot
from foundation.outbox.status import status

TOO_LATE = 10 * LATE
GRACE = timedelta(minutes=2)  # that a turn of a schedule may be late
LONG = timedelta(hours=1)
START = "Start worker and beat, or look into their log."


def waiting() -> Iterator[Finding]:
    now = status()
    said = f"{now['waiting']} deliveries wait, the oldest for {now['oldest_seconds']:.0f} s"
    if now["oldest_seconds"] > TOO_LATE:
        yield wrong("waiting", said, f"{START} outbox_status says what it is.")
    elif now["oldest_seconds"] > LATE:
        yield warning("waiting", said, f"{START} outbox_status says what it is.")
    else:
        yield well("waiting", said if now["waiting"] else "nothing waits")


def given_up() -> Iterator[Finding]:
    dead = Delivery.objects.dead()
    if count := dead.count():
        to = sorted(set(dead.values_list("subscriber", flat=True)))
        todo = "outbox_status says why. Once the cause is gone: outbox_retry --all-dead."
        yield wrong("given up", f"{count} deliveries were given up, to {named(to)}", todo)
    else:
        yield well("given up", "no delivery was given up")


def listeners() -> Iterator[Finding]:
    """What waits for a subscriber that this code no longer has, waits for ever."""
    open_ = Delivery.objects.waiting().values_list("fact__kind", "subscriber").distinct()
    gone = sorted({name for kind, name in open_ if registry.subscriber(kind, name) is None})
    if gone:
        todo = "Run the code that has it, or register it again under that name (docs/how-to.md)."
        yield wrong("listeners", f"deliveries wait for {named(gone)}, which nobody is", todo)
    else:
        yield well("listeners", "whoever is told something is there")


def at_work() -> Iterator[Finding]:
    """Every schedule's last turn was taken: beat ticks, the broker carries it, a worker hears it."""
    now = timezone.now()
    last = dict(Slot.objects.values_list("name").annotate(at=Max("slot_start")))
    late = [
        each.name
        for each in registry.schedules()
        if each.name not in last or last[each.name] < each.slot_start(now - GRACE)
    ]
    done = Delivery.objects.aggregate(at=Max("done_at"))["at"]
    heard = max([each for each in (*last.values(), done) if each], default=None)
    sign = f"last sign of life {heard:%Y-%m-%d %H:%M:%S} UTC" if heard else "there was never a sign of life"
    if late:
        yield wrong("at work", f"{named(late)} did not run when due; {sign}", START)
    else:
        yield well("at work", f"every schedule ran when due; {sign}")


def broker() -> Iterator[Finding]:
    if broker_state() == "up":
        yield well("broker", "answers")
    else:
        todo = "Start it, or correct REDIS_URL. Nothing is lost meanwhile, and nothing is done."
        yield wrong("broker", "does not answer: no worker is told anything", todo)


def leases() -> Iterator[Finding]:
    """Tried often, and never ended: it may be the kind that kills its worker."""
    tried = Delivery.objects.waiting().filter(attempts__gte=3)
    if count := tried.count():
        whys = sorted(set(tried.exclude(last_error="").values_list("last_error", flat=True)))
        said = f"{count} deliveries were tried three times and more: {named(whys, 3) or 'no reason is known'}"
        yield warning("tries", said, "outbox_status and the workers' log say more.")
    else:
        yield well("tries", "no delivery needs many")


def jobs() -> Iterator[Finding]:
    stuck = Job.objects.filter(state__in=Job.OPEN, updated_at__lt=timezone.now() - LONG).count()
    if stuck:
        yield warning("jobs", f"{stuck} have stood still for more than an hour", START)
    else:
        yield well("jobs", "none stands still")


CHECKS = (broker, at_work, waiting, given_up, listeners, leases, jobs)
