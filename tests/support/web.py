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
from typing import Any

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


class Web:
    """The server's process. `ask` may be called from any number of threads."""

    def __init__(self) -> None:
        self.port = free_port()
        self.log = Path(os.environ["PROBITY_STATE"]) / "web.log"
        service = services.web(os.environ | {"PORT": str(self.port)}, f"127.0.0.1:{self.port}")
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
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            way.request(method, API + address, json.dumps({} if body is None else body), sent)
            answer = way.getresponse()
            content = answer.read()
            return Answer(answer.status, answer.getheader("ETag", ""), json.loads(content or b"null"))
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
                way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                way.request("GET", "/healthz")
                assert way.getresponse().status == 200
                return
            except OSError:
                time.sleep(0.05)
            finally:
                way.close()


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
