"""script/server and script/manage as a person meets them: started, hurt, stopped, started again."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config import demo
from config.embedded import commands
from config.embedded.state import ROOT
from tests.support.run import inherited

COMMAND = [sys.executable, "-m", "config.embedded"]
PARTS = {  # by what stands in their command lines
    "postgres": "bin/postgres",
    "valkey": "valkey-server",
    "web": "gunicorn",
    "worker": "config.celery worker",
    "beat": "config.celery beat",
}
PEOPLE = "from foundation.accounts.models import User; print(User.objects.count())"


class Machine:
    """A state folder and a port: a machine of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        self.environment = inherited() | {"PROBITY_STATE": str(folder / "state"), "PORT": str(self.port)}
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                [*COMMAND, "server"], cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.until(lambda: "Probity is running" in self.said(), seconds=120)

    def parts(self) -> dict[str, psutil.Process]:
        found = {}
        for child in psutil.Process(self.server.pid).children():
            with suppress(psutil.Error):  # it died just now
                line = " ".join(child.cmdline())
                found |= {name: child for name, mark in PARTS.items() if mark in line}
        return found

    def kill(self, name: str) -> None:
        """And wait for its successor."""
        killed = self.parts()[name]
        killed.kill()
        self.until(lambda: self.parts().get(name, killed) != killed)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return b'"status": "ready"' in answer.read()
        except (urllib.error.URLError, OSError):
            return False

    def until(self, met: Callable[[], object], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not met():
            assert time.monotonic() < end, f"not in {seconds} s:\n{self.said()}"
            assert self.server.poll() is None, f"it stopped:\n{self.said()}"
            time.sleep(0.1)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """What the command printed; what the servers say is no part of it."""
        command = [*COMMAND, "manage", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def end(self, with_signal: signal.Signals) -> tuple[int, list[psutil.Process]]:
        """Its exit code, and whoever of its own still runs a little later."""
        family = psutil.Process(self.server.pid).children(recursive=True)
        self.server.send_signal(with_signal)
        code = self.server.wait(timeout=60)
        _, left = psutil.wait_procs(family, timeout=20)
        return code, left


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="probity-server-") as folder:
        Path(folder).chmod(0o711)
        machine = Machine(Path(folder))
        yield machine
        if machine.server and machine.server.poll() is None:
            machine.end(signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_every_part_may_die_and_the_data_stays(machine: Machine) -> None:
    machine.start()
    people = machine.manage("shell", "--no-imports", "-c", PEOPLE)  # beside the running server
    for name in PARTS:
        machine.until(lambda: len(machine.parts()) == len(PARTS))
        machine.kill(name)
        machine.until(machine.ready)
        assert f"{name:8} | ended (killed by SIGKILL)" in machine.said()
    for part in machine.parts().values():
        part.kill()
    machine.until(lambda: len(machine.parts()) == len(PARTS) and machine.ready())

    assert machine.end(signal.SIGINT) == (0, [])
    assert machine.said().rstrip().endswith("stopped")
    assert machine.manage("shell", "--no-imports", "-c", PEOPLE) == people  # with servers of its own

    machine.start()
    machine.until(machine.ready)
    assert machine.end(signal.SIGKILL) == (-signal.SIGKILL, [])


def test_a_port_in_use_is_said_plainly_before_anything_starts(machine: Machine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", machine.port))
        other.listen()
        done = subprocess.run(
            [*COMMAND, "server"], cwd=ROOT, env=machine.environment, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert f"Port {machine.port} on 127.0.0.1 cannot be used (Address already in use)." in done.stderr
    assert f"PORT={machine.port + 1} script/server" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said_plainly(machine: Machine, port: str) -> None:
    environment = machine.environment | {"PORT": port}
    done = subprocess.run([*COMMAND, "server"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == f"PORT is {port!r}. Give a number from 1 to 65535, such as PORT=8001."


def test_the_welcome_names_every_demo_sign_in_and_nobody_else() -> None:
    assert " ".join(commands.DEMO_PEOPLE).split() == demo.SIGN_INS


def test_a_command_that_fails_gives_its_exit_code(machine: Machine) -> None:
    command = [*COMMAND, "manage", "no_such_command"]
    done = subprocess.run(command, cwd=ROOT, env=machine.environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Unknown command: 'no_such_command'" in done.stderr
