"""Clients that send classes until they are answered; and what they saw, on disk before they go on."""

from __future__ import annotations

import json
import os
import random
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from config.demo import border_class
from tests.drills.whole import Answer, Whole
from vetting.days import today

PATIENCE = 120  # seconds a client keeps trying; far longer than any part takes to come back
TRY_AGAIN = {0, 409, 500, 502, 503}  # no answer; still running; away


class Ledger:
    """`seen`: what was sent, by its reference → the nomination's id that was answered."""

    def __init__(self, whole: Whole, path: Path, prefix: str, people: int = 1) -> None:
        self.whole, self.prefix, self.people = whole, prefix, people
        self.token = whole.token("nominator")
        with whole.sql() as cursor:
            cursor.execute("SELECT organisation_id FROM accounts_user WHERE username = 'nominator'")
            self.organisation = str(cursor.fetchone()[0])
        self.path = path
        self.lock = threading.Lock()
        self.tries = 0

    @property
    def seen(self) -> dict[str, str]:
        return dict(json.loads(line) for line in self.path.read_text().splitlines())

    def submit(self, number: int, longest_wait: float = 0.8) -> None:
        """Send until it is answered; then once more, which must say the same."""
        time.sleep(random.Random(number).uniform(0, longest_wait))
        key, body = str(uuid.uuid4()), self.body(number)
        first = self.until_answered(key, body)
        assert self.until_answered(key, body) == first, "a repeated request made something new"
        self.write(body["reference"], first)

    def write(self, reference: str, seen: str) -> None:
        with self.lock, self.path.open("a") as file:
            file.write(json.dumps([reference, seen]) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def until_answered(self, key: str, body: object) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.send(key, body)
            if answer.status == 201:
                return str(answer.body["id"])
            assert answer.status in TRY_AGAIN, answer
            time.sleep(0.3)
        raise AssertionError(f"Submission not answered within {PATIENCE} s\n{self.whole.last_lines()}")

    def send(self, key: str, body: object) -> Answer:
        with self.lock:
            self.tries += 1
        return self.whole.ask("/api/v1/nominations/", body, Authorization=self.token, Idempotency_Key=key)

    def body(self, number: int) -> dict[str, Any]:
        """People of one unit; nobody, and no unit, is sent twice."""
        body = border_class(self.organisation, today())
        body["reference"] = f"{self.prefix}-{number}"
        body["candidates"] = body["candidates"][: self.people]
        for candidate in body["candidates"]:
            candidate["unit"] = candidate["unit"] | {
                "name": f"{number + 100}th {self.prefix.title()} Battalion"
            }
        return body

    def unit(self, number: int) -> dict[str, Any]:
        """A class of one unit and nobody else: a single case."""
        body = self.body(number)
        unit = body["candidates"][0]["unit"]
        return body | {"candidates": [{"kind": "unit", "role": "participant", "unit": unit}]}
