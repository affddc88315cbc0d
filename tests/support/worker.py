"""A real Celery worker on this process's database and its own space of the broker. Nothing runs eagerly.

One worker lives as long as the test process; between the tests that ask for it, it is told not to listen.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import redis

from config.celery import app
from config.embedded.process import die_with_parent
from tests.support.environment import PROCESS

ROOT = Path(__file__).resolve().parents[2]
QUEUE = "celery"
UNACKNOWLEDGED = "unacked"
QUIET_SECONDS = 20  # how long the work of a finished test may still take


def broker() -> redis.Redis:
    url = urlsplit(os.environ["REDIS_URL"])
    number = int(parse_qs(url.query)["virtual_host"][0])
    return redis.Redis(unix_socket_path=url.path, db=number)


class Worker:
    """The worker's process: start, kill, pause; `until` waits for what it does."""

    def __init__(self) -> None:
        self.name = f"{PROCESS}@tests"
        self.log = Path(os.environ["PROBITY_STATE"]) / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.listening = False

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def listen(self) -> None:
        """Start it, or where it only pauses, let it listen again."""
        if not self.alive:
            self._start()
        elif not self.listening:
            app.control.add_consumer(QUEUE, destination=[self.name], reply=True, timeout=5)
        self.listening = True

    def pause(self) -> None:
        if self.alive and self.listening:
            app.control.cancel_consumer(QUEUE, destination=[self.name], reply=True, timeout=5)
        self.listening = False

    def kill(self) -> None:
        """As a crash does: the worker and its children, without a word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.listening = False

    def stop(self) -> None:
        if self.process is not None and self.alive:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=QUIET_SECONDS)
        self.listening = False

    def tick(self) -> None:
        """What beat does every few seconds."""
        app.send_task("outbox.tick")

    def until(self, met: Callable[[], object], *, seconds: float = 20) -> None:
        """Wait until `met()` is true, or fail with the end of the worker's log."""
        end = time.monotonic() + seconds
        while not met():
            if time.monotonic() > end:
                pytest.fail(f"Not within {seconds} s. The worker's last lines:\n{self.last_lines()}")
            time.sleep(0.02)

    def last_lines(self, count: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "prefork"]
        command += ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        command += ["--hostname", self.name]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        self.until(lambda: not self.alive or f"{self.name} ready" in self.last_lines(), seconds=60)
        if not self.alive:
            pytest.fail(f"The worker did not start:\n{self.last_lines()}")


the_worker = Worker()  # this process's


def quiet() -> None:
    """Wait until the worker has done what it was told of, then empty the broker."""
    with broker() as messages:
        end = time.monotonic() + QUIET_SECONDS
        while the_worker.alive and the_worker.listening and _waiting(messages):
            if time.monotonic() > end:
                pytest.fail(f"The worker is still busy after the test:\n{the_worker.last_lines()}")
            time.sleep(0.005)
        messages.delete(QUEUE, UNACKNOWLEDGED, f"{UNACKNOWLEDGED}_index")


def _waiting(messages: redis.Redis) -> int:
    return messages.llen(QUEUE) + messages.hlen(UNACKNOWLEDGED)
