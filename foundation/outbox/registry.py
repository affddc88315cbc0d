"""Who wants to be told what, and what runs when. Filled once, at start-up; knows nothing of the database.

A room registers in its `subscriptions` module (imported when every model is loaded) or in AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Handler = Callable[..., object]


@dataclass(frozen=True)
class Subscriber:
    """Gets every fact of a kind, as handler(**ids): the ids as JSON holds them, so a UUID comes as text.

    at_once          runs inside tell's own transaction, for derived rows that must never lag
    own_transaction  runs outside the relay's transaction, for work that is long or reaches out of the
                     database (mail, files). It may run twice, so it must not mind
    """

    kind: str
    name: str
    handler: Handler
    at_once: bool = False
    own_transaction: bool = False


@dataclass(frozen=True)
class Schedule:
    """A run in every slot; slots begin `period` apart, `offset` after midnight UTC."""

    name: str
    run: Callable[[], object]
    period: timedelta
    offset: timedelta = timedelta(0)

    def slot_start(self, now: datetime) -> datetime:
        """When the slot that now falls into began."""
        first = datetime(2000, 1, 1, tzinfo=UTC) + self.offset
        return first + (now - first) // self.period * self.period


_subscribers: dict[str, dict[str, Subscriber]] = {}
_schedules: dict[str, Schedule] = {}


def subscribe(
    kind: str,
    handler: Handler,
    *,
    name: str | None = None,
    at_once: bool = False,
    own_transaction: bool = False,
) -> None:
    """Have `handler` told every fact of this kind.

    The name stands on each delivery, so it outlives a deployment: a handler that may be renamed or moved
    needs one of its own. Raises ValueError where the kind already has a subscriber of that name.
    """
    name = name or _name_of(handler)
    if at_once and own_transaction:
        raise ValueError(f"{name} cannot run both inside tell's transaction and outside of any.")
    known = _subscribers.setdefault(kind, {})
    if name in known:
        raise ValueError(f"{kind} already has a subscriber named {name}.")
    known[name] = Subscriber(kind, name, handler, at_once, own_transaction)


def every(name: str, *, seconds: int, run: Callable[[], object]) -> None:
    """Run once in every stretch of so many seconds."""
    _add(Schedule(name, run, timedelta(seconds=seconds)))


def daily(name: str, *, hour: int, run: Callable[[], object]) -> None:
    """Run once a day, from this hour (UTC) on: later, where no worker was up at that hour."""
    _add(Schedule(name, run, timedelta(days=1), timedelta(hours=hour)))


def subscribers(kind: str) -> list[Subscriber]:
    return list(_subscribers.get(kind, {}).values())


def subscriber(kind: str, name: str) -> Subscriber | None:
    return _subscribers.get(kind, {}).get(name)


def schedules() -> list[Schedule]:
    return list(_schedules.values())


def _add(schedule: Schedule) -> None:
    if schedule.name in _schedules:
        raise ValueError(f"There is already a schedule named {schedule.name}.")
    _schedules[schedule.name] = schedule


def _name_of(handler: Handler) -> str:
    name = f"{handler.__module__}.{handler.__qualname__}"
    if "<" in name:
        raise ValueError(f"{name} is not a name that lasts: pass name=…")
    return name
