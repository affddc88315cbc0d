"""What is started stays started: the supervisor, on small programs of its own."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded import supervisor as supervising
from config.embedded.console import Console
from config.embedded.process import Service
from config.embedded.state import CannotStart
from config.embedded.supervisor import LONGEST_WAIT, STEADY, Child, Supervisor

SLEEPS = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
FAILS = [sys.executable, "-c", "import sys; print('no good'); sys.exit(3)"]


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(said: io.StringIO) -> Iterator[Supervisor]:
    supervisor = Supervisor(Console(said))
    yield supervisor
    supervisor.stop()


def until(supervisor: Supervisor, met: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "not in time"
        supervisor.tick(0.02)


def test_a_killed_service_is_started_again(supervisor: Supervisor, said: io.StringIO) -> None:
    supervisor.start(Service("sleeper", SLEEPS))
    [[child]] = supervisor.groups
    until(supervisor, lambda: "up" in said.getvalue())
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    until(supervisor, lambda: said.getvalue().count("| up") == 2)
    assert child.alive
    assert child.process.pid != first
    assert "sleeper  | ended (killed by SIGKILL); starts again in 0.25 s" in said.getvalue()


def test_the_wait_doubles_up_to_its_limit_and_is_forgotten_after_a_steady_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(supervising.time, "monotonic", lambda: now)
    child = Child(Service("any", SLEEPS))
    child.started = now
    assert [child.count_death() for _ in range(8)] == [0.25, 0.5, 1, 2, 4, 8, 10, 10]
    assert LONGEST_WAIT == 10
    now += STEADY + 1
    assert child.count_death() == 0.25


def test_it_never_gives_up(
    supervisor: Supervisor, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "LONGEST_WAIT", 0)
    supervisor.start(Service("hopeless", FAILS))
    until(supervisor, lambda: said.getvalue().count("ended (exit code 3)") >= 8, seconds=30)


def test_a_start_that_fails_is_tried_again(supervisor: Supervisor, said: io.StringIO) -> None:
    attempts = iter([None, CannotStart("the disk is full"), None])

    def prepare() -> None:
        problem = next(attempts)
        if problem:
            raise problem

    supervisor.start(Service("sleeper", SLEEPS, prepare=prepare))
    [[child]] = supervisor.groups
    os.kill(child.process.pid, signal.SIGKILL)
    until(supervisor, lambda: said.getvalue().count("| up") == 1)
    assert "the disk is full; tries again in 0.5 s" in said.getvalue()


def test_groups_stop_from_the_last_started_to_the_first(tmp_path: Path) -> None:
    told = tmp_path / "order"
    program = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        "    open(sys.argv[2], 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); print('up', flush=True); time.sleep(60)"
    )
    said = io.StringIO()
    supervisor = Supervisor(Console(said))
    for name in ("database", "web"):
        supervisor.start(Service(name, [sys.executable, "-c", program, name[0], told]))
    until(supervisor, lambda: said.getvalue().count("| up") == 2)
    supervisor.stop()
    assert told.read_text() == "wd"
    assert not supervisor.selector.get_map(), "a pipe is left open"


def test_what_does_not_stop_is_killed_with_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "GRACE", 0.2)
    program = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = os.fork(); child and print('child', child, flush=True); time.sleep(60)"
    )
    said = io.StringIO()
    supervisor = Supervisor(Console(said))
    supervisor.start(Service("deaf", [sys.executable, "-c", program]))
    until(supervisor, lambda: "child" in said.getvalue())
    grandchild = int(said.getvalue().split("child ")[1].split()[0])
    supervisor.stop()
    until(supervisor, lambda: not _runs(grandchild))
    assert "does not stop within 0.2 seconds: killed" in said.getvalue()


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:  # a supervisor of its own, to be killed
        supervisor = Supervisor(Console(io.StringIO()))
        supervisor.start(Service("sleeper", SLEEPS))
        (tmp_path / "pid.new").write_text(str(supervisor.groups[0][0].process.pid))
        (tmp_path / "pid.new").rename(tmp_path / "pid")
        time.sleep(60)
        os._exit(0)
    while not (tmp_path / "pid").exists():
        time.sleep(0.01)
    sleeper = int((tmp_path / "pid").read_text())
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    end = time.monotonic() + 10
    while _runs(sleeper) and time.monotonic() < end:
        time.sleep(0.01)
    assert not _runs(sleeper)


def test_a_command_gives_its_exit_code_and_all_it_said(supervisor: Supervisor, said: io.StringIO) -> None:
    assert supervisor.run(Service("command", FAILS)) == 3
    assert "command  | no good" in said.getvalue()


def test_a_quiet_console_repeats_what_a_service_said_once_it_dies(said: io.StringIO) -> None:
    console = Console(said, quiet=True)
    console.relay("postgres", "the reason")
    assert said.getvalue() == ""
    console.say("postgres", "ended")
    assert [line.split("| ")[1] for line in said.getvalue().splitlines()] == ["the reason", "ended"]


def test_a_closed_terminal_stops_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    Console(Closed()).say("server", "still here")


def _runs(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has collected yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
