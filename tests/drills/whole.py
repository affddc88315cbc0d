"""The whole system as script/server runs it, with a state and a port of its own, to be killed and judged."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from config.embedded.postgres import Postgres
from config.embedded.state import ROOT, State

PARTS = {
    "web": re.compile(rb"gunicorn"),
    "worker": re.compile(rb"celery.*worker"),
    "beat": re.compile(rb"celery.*beat"),
    "broker": re.compile(rb"valkey-server"),
    "database": re.compile(rb"postgres.*-D"),
}
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL", "REDIS_URL", "SEALS", "PROBITY_TESTS")


class Whole:
    """`folder` is the state's; every address here is this machine's own."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        environment |= {"PROBITY_STATE": str(self.state), "PORT": str(self.port), "DEMO": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded", "server"],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.until(lambda: "Probity is running" in self.log.read_text(errors="replace"), seconds, "start")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def until(self, met: Any, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not met():
            assert self.process is not None and self.process.poll() is None, self.last_lines()
            assert time.monotonic() < end, f"{what}: not within {seconds} s\n{self.last_lines()}"
            time.sleep(0.1)

    def last_lines(self, count: int = 60) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    # --- hitting it ---

    def kill(self, part: str) -> int:
        """SIGKILL to the part's own process, or all of its process group. Answers how many were hit."""
        assert self.process is not None
        hit = [pid for pid, line in children_of(self.process.pid) if PARTS[part].search(line)]
        for pid in hit:
            try:
                os.killpg(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        return len(hit)

    # --- asking it ---

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """(status, body); (0, None) where no answer came."""
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                **{key.replace("_", "-"): value for key, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (OSError, ValueError):
            return 0, None

    def token(self, username: str) -> str:
        status, body = self.post("/api/v1/auth/token/", {"username": username, "password": "demo-only"})
        assert status == 200, (status, body)
        return f"Token {body['token']}"

    @contextmanager
    def sql(self) -> Iterator[Any]:
        """Plain SQL as the superuser: the judge shares no code with the judged."""
        connection = psycopg2.connect(Postgres(State(self.state)).superuser_url("probity"))
        try:
            connection.autocommit = True
            yield connection.cursor()
        finally:
            connection.close()


def children_of(parent: int) -> list[tuple[int, bytes]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ")))
        except (OSError, ValueError):
            continue
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
