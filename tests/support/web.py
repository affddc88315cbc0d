"""A real web server, as script/server runs it (several processes and threads), on this process's database."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from django.db import connection

from config.embedded import services
from config.embedded.process import die_with_parent
from tests.support import database
from tests.support.people import API

AT_ONCE = services.WEB_PROCESSES * services.THREADS  # requests at work together
PATIENCE = 60  # seconds an answer may take


@dataclass(frozen=True)
class Answer:
    status: int
    etag: str
    body: Any


class Sent(NamedTuple):
    """What came back to bytes that were sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name]


class Web:
    """The server's process. `ask` and `send` may be called from any number of threads."""

    def __init__(self, log: Path | None = None, **environment: str) -> None:
        self.port = free_port()
        self.log = log or Path(os.environ["PROBITY_STATE"]) / "web.log"
        settings = os.environ | {"PORT": str(self.port)} | environment
        service = services.web(settings, f"127.0.0.1:{self.port}")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in service.command],
                env=service.environment,
                cwd=service.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(service.stop_signal),
            )
        self._until_it_answers()

    def ask(self, token: str, method: str, address: str, body: Any = None, **headers: str) -> Answer:
        sent = {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        answer = self._exchange(method, API + address, json.dumps({} if body is None else body), sent)
        return Answer(answer.status, "".join(answer.all("etag")), json.loads(answer.body or b"null"))

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Sent:
        """As it is, without a token."""
        return self._exchange(method, path, body, {name.replace("_", "-"): headers[name] for name in headers})

    def pour(self, head: bytes, chunk: bytes, times: int) -> int:
        """Send this head, then the chunk so many times or until there is an answer: its status."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            try:
                line.sendall(head)
                for _ in range(times):
                    line.sendall(chunk)
            except OSError:
                pass  # it stopped listening, having answered
            said = line.recv(200)
        return int(said.split(b" ", 2)[1])

    def memory(self) -> int:
        """Bytes of its processes that lie in memory."""
        return sum(each.memory_info().rss for each in psutil.Process(self.process.pid).children())

    def _exchange(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]) -> Sent:
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            way.request(method, path, body, headers)
            answer = way.getresponse()
            return Sent(answer.status, answer.getheaders(), answer.read())
        finally:
            way.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def last_lines(self, count: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _until_it_answers(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None and time.monotonic() < end, self.last_lines()
            try:
                assert self.send("GET", "/healthz").status == 200
                return
            except OSError:
                time.sleep(0.05)


@pytest.fixture(scope="module")
def web(django_db_setup: database.Reset) -> Iterator[Web]:
    """For tests that commit: `transactional_db`, or `django_db(transaction=True)`."""
    server = Web()
    yield server
    server.stop()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each gave, in order, all released at one barrier."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
