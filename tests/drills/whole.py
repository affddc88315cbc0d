"""The whole system as script/server runs it, with a state and a port of its own, to be killed and judged."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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


# What stands in the way of a part that would start, relative to the state folder: see `Whole.away`.
BLOCKED = {"broker": "valkey-socket/s", "database": "postgres/data/PG_VERSION"}


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where none came."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text or "null")


class Whole:
    """`folder` is the state's; every address here is this machine's own."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"PROBITY_STATE": str(self.state), "PORT": str(self.port), "DEMO": "1"}
        self.environment = inherited | own

    def start(self, seconds: float = 120) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded", "server"],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
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

    @contextmanager
    def away(self, part: str) -> Iterator[None]:
        """The broker or the database is killed, and cannot start however often it is tried."""
        path = self.state / BLOCKED[part]
        aside = path.with_name("aside")
        path.rename(aside)
        if part == "broker":
            (path / "in the way").mkdir(parents=True)  # where it would put its socket
        assert self.kill(part)
        try:
            yield
        finally:
            if part == "broker":
                shutil.rmtree(path)
            aside.rename(path)

    # --- asking it ---

    def ask(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST where there is a body, else GET."""
        request = urllib.request.Request(
            self.address + path,
            None if body is None else json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                **{key.replace("_", "-"): value for key, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            return Answer(0, {}, "")

    def token(self, username: str) -> str:
        answer = self.ask("/api/v1/auth/token/", {"username": username, "password": "demo-only"})
        assert answer.status == 200, answer
        return f"Token {answer.body['token']}"

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "config.embedded", "manage", *command],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def settled(self) -> bool:
        """Nothing waits in the outbox, and every case has been routed."""
        try:
            with self.sql() as cursor:
                cursor.execute("SELECT count(*) FROM outbox_delivery WHERE state = 'waiting'")
                waiting = cursor.fetchone()[0]
                cursor.execute("SELECT count(*) FROM vetting_case WHERE status IN ('received', 'screening')")
                return bool(waiting == 0 and cursor.fetchone()[0] == 0)
        except psycopg2.Error:  # the database is only now coming back
            return False

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
