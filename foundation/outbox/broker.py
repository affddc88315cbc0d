"""The way to the broker, for messages nobody waits for.

A broker that is down or hangs costs a caller a fifth of a second, then nothing at all for a while: what was
not announced is found by the tick.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import current_app
from kombu import Connection

log = logging.getLogger(__name__)

GIVE_UP_SECONDS = 0.2
REST_SECONDS = 5.0
IMPATIENT = {"socket_connect_timeout": GIVE_UP_SECONDS, "socket_timeout": GIVE_UP_SECONDS, "max_retries": 0}


class Breaker:
    """Open after a failure, for a while: then nobody tries."""

    def __init__(self, rest_seconds: float) -> None:
        self.rest_seconds = rest_seconds
        self.open_until = 0.0
        self.failing = False

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.open_until

    def trip(self, error: Exception) -> None:
        self.open_until = time.monotonic() + self.rest_seconds
        if not self.failing:  # said once an outage
            log.warning("The broker cannot be told (%s). Work waits for the tick.", type(error).__name__)
        self.failing = True

    def mend(self) -> None:
        if self.failing:
            log.warning("The broker can be told again.")
        self.failing = False


class Own(threading.local):
    """A connection of this thread's, in this process."""

    connection: Connection | None = None
    process = 0

    def get(self) -> Connection:
        if self.connection is None or self.process != os.getpid():
            options = {**current_app.conf.broker_transport_options, **IMPATIENT}
            self.connection = current_app.connection_for_write(
                transport_options=options, connect_timeout=GIVE_UP_SECONDS
            )
            self.process = os.getpid()
        return self.connection

    def forget(self) -> None:
        if self.connection is not None and self.process == os.getpid():
            self.connection.release()
        self.connection = None


breaker = Breaker(REST_SECONDS)
own = Own()


def attempt(send: Callable[[Connection], object]) -> None:
    """Send, or let it be. Raises nothing."""
    if breaker.is_open:
        return
    try:
        _send(send)
    except Exception as error:  # whatever a transport may raise: nobody waits for this
        breaker.trip(error)
    else:
        breaker.mend()


def _send(send: Callable[[Connection], object]) -> None:
    """A connection kept from before may have died with a broker that is back by now: then once more, anew."""
    kept = own.connection is not None
    begun = time.monotonic()
    try:
        send(own.get())
    except Exception:
        own.forget()
        if not kept or time.monotonic() - begun > GIVE_UP_SECONDS / 2:
            raise
        _send(send)
