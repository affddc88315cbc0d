"""Submissions flow while every part is killed at random: nothing is lost, and nothing happens twice.

The judge is a ledger the clients keep, written after an answer is seen, and plain SQL.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.demo import border_class
from tests.drills.whole import PARTS, Whole
from vetting.days import today

SEED = 20261124
SUBMISSIONS = 60  # of two people and their unit each: 180 cases
CLIENTS = 4
KILLS = 12
PATIENCE = 120  # seconds a client keeps trying; far longer than any part takes to come back


@pytest.fixture
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o711)  # the database's own user passes through
    system = Whole(folder)
    system.start()
    yield system
    system.stop()


def test_nothing_is_lost_or_doubled_while_every_part_is_killed(whole: Whole) -> None:
    ledger = Ledger(whole)
    stop = threading.Event()
    killer = threading.Thread(target=kill_at_random, args=(whole, stop))
    killer.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(ledger.submit, range(SUBMISSIONS)))
    finally:
        stop.set()
        killer.join()
    settle(whole)
    judge(whole, ledger)


class Ledger:
    """What the clients saw: idempotency key → the nomination's id, once it was answered."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.token = whole.token("nominator")
        with whole.sql() as cursor:
            cursor.execute("SELECT organisation_id FROM accounts_user WHERE username = 'nominator'")
            self.organisation = str(cursor.fetchone()[0])
        self.seen: dict[str, str] = {}
        self.lock = threading.Lock()

    def submit(self, number: int) -> None:
        """Send until it is answered; then once more, which must say the same."""
        time.sleep(random.Random(number).uniform(0, 0.8))
        key, body = str(uuid.uuid4()), self.body(number)
        first = self.until_answered(key, body)
        assert self.until_answered(key, body) == first, "a repeated request made something new"
        with self.lock:
            self.seen[key] = first

    def until_answered(self, key: str, body: object) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, answer = self.whole.post(
                "/api/v1/nominations/", body, Authorization=self.token, Idempotency_Key=key
            )
            if status == 201:
                return str(answer["id"])
            assert status in (0, 409, 500, 502, 503), (status, answer)
            time.sleep(0.3)
        raise AssertionError(f"Submission not answered within {PATIENCE} s\n{self.whole.last_lines()}")

    def body(self, number: int) -> dict[str, object]:
        body = border_class(self.organisation, today())
        body["reference"] = f"DRILL-{number}"
        body["candidates"] = body["candidates"][:2]
        for candidate in body["candidates"]:
            candidate["unit"] = candidate["unit"] | {"name": f"{number + 100}th Drill Battalion"}
        return body


def kill_at_random(whole: Whole, stop: threading.Event) -> None:
    """Each part in turn at first, then any; so that none is spared."""
    chance = random.Random(SEED)
    parts = list(PARTS)
    for number in range(KILLS):
        part = parts[number % len(parts)] if number < len(parts) else chance.choice(parts)
        deadline = time.monotonic() + 30
        while not whole.kill(part) and time.monotonic() < deadline:
            time.sleep(0.2)  # it is only now coming back
        time.sleep(chance.uniform(0.5, 2.5))
    stop.set()


def settle(whole: Whole) -> None:
    """After the last kill everything that waits is done within a minute."""

    def settled() -> bool:
        try:
            with whole.sql() as cursor:
                cursor.execute("SELECT count(*) FROM outbox_delivery WHERE state = 'waiting'")
                waiting = cursor.fetchone()[0]
                cursor.execute("SELECT count(*) FROM vetting_case WHERE status IN ('received', 'screening')")
                return bool(waiting == 0 and cursor.fetchone()[0] == 0)
        except Exception:  # the database is only now coming back
            return False

    whole.until(settled, 60, "settling")


def judge(whole: Whole, ledger: Ledger) -> None:
    with whole.sql() as cursor:
        cursor.execute("SELECT id::text, reference FROM vetting_nomination WHERE reference LIKE 'DRILL-%'")
        saved = dict(cursor.fetchall())
        assert set(saved) == set(ledger.seen.values()), "acknowledged and saved nominations differ"
        assert sorted(saved.values()) == sorted(f"DRILL-{number}" for number in range(SUBMISSIONS))

        cursor.execute(
            "SELECT count(*), count(DISTINCT subject_id) FROM vetting_case c"
            " JOIN vetting_nomination n ON n.id = c.nomination_id WHERE n.reference LIKE 'DRILL-%'"
        )
        assert cursor.fetchone() == (SUBMISSIONS * 3, SUBMISSIONS * 3)

        for action in ("vetting.received", "vetting.routed"):
            cursor.execute(
                "SELECT count(*), count(DISTINCT e.object_id) FROM audit_event e"
                " JOIN vetting_case c ON c.id::text = e.object_id"
                " JOIN vetting_nomination n ON n.id = c.nomination_id"
                " WHERE n.reference LIKE 'DRILL-%%' AND e.action = %s",
                [action],
            )
            assert cursor.fetchone() == (SUBMISSIONS * 3, SUBMISSIONS * 3), (
                f"{action}: an event is missing or doubled"
            )

        cursor.execute(
            "SELECT count(*) FROM"
            " (SELECT FROM vetting_movement GROUP BY case_id, queue_id HAVING count(*) > 1) twice"
        )
        assert cursor.fetchone()[0] == 0, "a case was routed twice"
        cursor.execute("SELECT count(*) FROM outbox_delivery WHERE state = 'dead'")
        assert cursor.fetchone()[0] == 0, "work was given up"
