"""One walk past every kill point: what clients, a worker, beat and an operator do with a class.

`python -m tests.drills.walk` reads lines of JSON: what a walk is about. For each after the first it forks a
process that walks, or dies on its way at the point named, and writes how that process ended. Who walks again
is a client who sends the same once more, a worker and a beat started again, an operator repeating a command.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.db.models.functions import Now  # noqa: E402
from django.test import Client  # noqa: E402

from config.celery import app  # noqa: E402
from foundation.audit import seal  # noqa: E402
from foundation.outbox import actions as outbox  # noqa: E402
from foundation.outbox import slots, tasks  # noqa: E402
from foundation.outbox.models import Delivery, Fact  # noqa: E402

HERE = "127.0.0.1"
TOLD, DONE = "drill.told", "drill.done"


def fail_at_first(number: int) -> None:
    """A subscriber whose first attempt fails."""
    if Delivery.objects.get(fact__kind=TOLD, fact__body__number=number).attempts == 1:
        raise ZeroDivisionError
    outbox.tell(DONE, number=number)


outbox.subscribe(TOLD, fail_at_first, name="drill.fail-at-first")


def walk(number: int, token: str, body: dict[str, Any], file: dict[str, Any], withdrawn: str) -> None:
    client = Caller(token, number)
    client.post("nominations/", body, 201)
    client.send("nominations/import/", file, 202)
    client.post(f"nominations/{withdrawn}/withdraw/", {}, 200, read=f"nominations/{withdrawn}/")
    with transaction.atomic():
        if not Fact.objects.filter(kind=TOLD, body__number=number).exists():
            outbox.tell(TOLD, number=number)
    seal.start_new_file(by=None)
    tasks.drain.run()  # delivers, then looks at the clock: seals, and tells of what was taken back
    Delivery.objects.waiting().update(available_at=Now())  # what failed may be tried again: time has gone by
    slots.run_due()
    tasks.drain.run()


class Caller:
    """A client that gives each request a key of its own, and sends it again with the same."""

    def __init__(self, token: str, number: int) -> None:
        self.token, self.number = token, number

    def post(self, address: str, body: Any, expected: int, *, read: str = "") -> None:
        match = (
            {"If-Match": Client(SERVER_NAME=HERE).get(f"/api/v1/{read}", headers=self._headers())["ETag"]}
            if read
            else {}
        )
        self._sent(
            address,
            expected,
            {"data": json.dumps(body), "content_type": "application/json"},
            match,
        )

    def send(self, address: str, form: dict[str, Any], expected: int) -> None:
        file = SimpleUploadedFile("class.csv", form["content"].encode())
        self._sent(address, expected, {"data": {**form["form"], "file": file}}, {})

    def _sent(self, address: str, expected: int, sent: dict[str, Any], more: dict[str, str]) -> None:
        headers = {**self._headers(), **more, "Idempotency-Key": f"{self.number}-{address}"}
        answer = Client(SERVER_NAME=HERE).post(f"/api/v1/{address}", **sent, headers=headers)
        assert answer.status_code == expected, (address, answer.status_code, answer.content)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}


def fork(asked: dict[str, Any]) -> int:
    """The code with which a process ended that walked, or died on its way."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.environ["PROBITY_KILL_AT"], os.environ["PROBITY_TESTING"] = asked.pop("kill_at", ""), "1"
    try:
        walk(**asked)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    app.set_current()
    for number, line in enumerate(sys.stdin):
        if number:
            print(fork(json.loads(line)), flush=True)
        else:  # the first is walked here, so that those who come after have everything loaded already
            walk(**json.loads(line))
            connections.close_all()
            print(0, flush=True)
