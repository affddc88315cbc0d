"""The web server as it is run, processes and all, on this test process's database; spoken to by socket."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from config.embedded import services
from config.embedded.process import die_with_parent

START_SECONDS, ANSWER_SECONDS = 120, 60


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name]


class Web:
    def __init__(self, log: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log = log
        service = services.web(dict(os.environ) | environment, f"127.0.0.1:{self.port}")
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                list(map(str, service.command)),
                cwd=service.folder,
                env=service.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        self._until_up()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=ANSWER_SECONDS)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked.request(method, path, body, named)
            said = asked.getresponse()
            return Answer(said.status, said.getheaders(), said.read())
        finally:
            asked.close()

    def pour(self, head: bytes, chunk: bytes, times: int) -> int:
        """Send this head, then the chunk so many times or until there is an answer: its status."""
        with socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS) as line:
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

    def _until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
