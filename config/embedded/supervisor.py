"""Keeps services running: starts them, shows what they say, starts the dead again, stops them in order.

It never gives up on a service: after each death it waits twice as long, up to ten seconds, and forgets the
deaths once the service has run for a minute.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

from config.embedded.console import Console
from config.embedded.process import Service, die_with_parent
from config.embedded.state import CannotStart

FIRST_WAIT = 0.25  # seconds before a dead service is started again
LONGEST_WAIT = 10
STEADY = 60  # seconds a service must run until its deaths are forgotten
GRACE = 20  # seconds a service may take to stop


class Child:
    """A service and its present process, if any."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.deaths = 0
        self.due = 0.0  # when to start it again
        self.unfinished_line = b""

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def spawn(self) -> subprocess.Popen[bytes]:
        self.service.prepare()
        self.process = subprocess.Popen(
            [str(part) for part in self.service.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.service.environment,
            cwd=self.service.folder,
            start_new_session=True,  # the terminal's Ctrl-C reaches the supervisor alone
            preexec_fn=die_with_parent(self.service.stop_signal),
            **self.service.identity,
        )
        self.started = time.monotonic()
        return self.process

    def lines(self, chunk: bytes) -> list[str]:
        *whole, self.unfinished_line = (self.unfinished_line + chunk).split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def count_death(self) -> float:
        """Seconds to wait before the next start."""
        self.deaths = 1 if time.monotonic() - self.started > STEADY else self.deaths + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self.deaths - 1))
        self.due = time.monotonic() + wait
        return wait

    def end_group(self) -> None:
        """Children of a killed process live on and would hold its port: end them all."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.selector = selectors.DefaultSelector()
        self.groups: list[list[Child]] = []  # in the order they were started; stopped from the last

    # --- start and watch ---

    def start(self, *services: Service) -> None:
        group = [Child(service) for service in services]
        self.groups.append(group)
        for child in group:
            self._spawn(child)

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                self.console.say(what, "does not answer")
                raise CannotStart(f"{what} did not come up in {seconds:g} seconds; its own words are above.")
            self.tick(0.05)

    def run(self, service: Service) -> int:
        """A service that comes to an end by itself, a command; gives its exit code."""
        child = Child(service)
        process = self._spawn(child)
        try:
            while process.poll() is None or self._is_read(process):
                self.tick(0.05)
        finally:
            child.end_group()
        return process.returncode

    def tick(self, seconds: float) -> None:
        """Show what was said, for at most that long; then start again what died and is due."""
        self._show(seconds)
        for child in self._children():
            if not child.alive:
                self._revive(child)

    def _revive(self, child: Child) -> None:
        if child.process is not None:
            code = child.process.returncode
            child.end_group()
            child.process = None
            wait = child.count_death()
            self.console.say(child.service.name, f"ended ({_in_words(code)}); starts again in {wait:g} s")
        elif time.monotonic() >= child.due:
            try:
                self._spawn(child)
            except (OSError, subprocess.SubprocessError, CannotStart) as error:
                child.process = None
                child.started = time.monotonic()
                self.console.say(child.service.name, f"{error}; tries again in {child.count_death():g} s")

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        process = child.spawn()
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self.selector.register(process.stdout, selectors.EVENT_READ, child)
        return process

    def _show(self, seconds: float) -> None:
        if not self.selector.get_map():
            time.sleep(seconds)
        for key, _ in self.selector.select(seconds):
            try:
                chunk = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            for line in key.data.lines(chunk):
                self.console.relay(key.data.service.name, line)
            if not chunk:
                self._close(key)

    def _close(self, key: selectors.SelectorKey) -> None:
        self.selector.unregister(key.fileobj)
        key.fileobj.close()  # type: ignore[union-attr]

    def _is_read(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether something it said may still be waiting to be shown."""
        return any(key.fileobj is process.stdout for key in self.selector.get_map().values())

    def _children(self) -> list[Child]:
        return [child for group in self.groups for child in group]

    # --- stop ---

    def stop(self) -> None:
        """What was started last stops first: those who use the database before the database."""
        for group in reversed(self.groups):
            self._stop_group([child for child in group if child.alive])
        self.groups.clear()
        end = time.monotonic() + 1
        while self.selector.select(0) and time.monotonic() < end:  # the last words, up to the end of each
            self._show(0)
        for key in list(self.selector.get_map().values()):  # held open by somebody who is not ours
            self._close(key)

    def _stop_group(self, children: list[Child]) -> None:
        for child in children:
            assert child.process is not None
            child.process.send_signal(child.service.stop_signal)
        end = time.monotonic() + GRACE
        while any(child.alive for child in children) and time.monotonic() < end:
            self._show(0.05)
        for child in children:
            if child.alive:
                self.console.say(child.service.name, f"does not stop within {GRACE} seconds: killed")
            child.end_group()
        self._show(0)


def _in_words(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
