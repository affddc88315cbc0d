"""Submissions flow while every part is killed at random: nothing is lost, and nothing happens twice.

The judge is a ledger the clients keep, written after an answer is seen, and plain SQL.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.drills.ledger import Ledger
from tests.drills.whole import PARTS, Whole
from tests.support.sizes import Size

SETTLED = 60  # seconds after the last answer and the last kill


def test_nothing_is_lost_or_doubled_while_every_part_is_killed(
    whole: Whole, tmp_path: Path, size: Size, seed: int
) -> None:
    submissions, kills = size("submissions", gate=40, full=3_000), size("kills", gate=10, full=60)
    clients, people = size("clients", gate=4, full=16), 1 if size.full else 2
    longest_wait, pause = (4.0, (3.0, 10.0)) if size.full else (0.8, (0.5, 2.5))
    ledger = Ledger(whole, tmp_path / "ledger", "DRILL", people)
    hit: Counter[str] = Counter()
    killer = threading.Thread(target=kill_at_random, args=(whole, kills, random.Random(seed), pause, hit))
    killer.start()
    try:
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda number: ledger.submit(number, longest_wait), range(submissions)))
    finally:
        killer.join()
    begun = time.monotonic()
    whole.until(whole.settled, SETTLED, "settling")
    assert hit.total() == kills
    judge(whole, ledger, submissions, people + 1)
    size.note(f"{submissions * (people + 1):,} cases, {ledger.tries:,} requests")
    size.note("killed " + " ".join(f"{part} {times}" for part, times in sorted(hit.items())))
    size.note(f"settled in {time.monotonic() - begun:.0f} s")


def kill_at_random(
    whole: Whole, kills: int, chance: random.Random, pause: tuple[float, float], hit: Counter[str]
) -> None:
    """Each part in turn at first, then any; so that none is spared."""
    parts = list(PARTS)
    for number in range(kills):
        part = parts[number % len(parts)] if number < len(parts) else chance.choice(parts)
        deadline = time.monotonic() + 30
        while not whole.kill(part) and time.monotonic() < deadline:
            time.sleep(0.2)  # it is only now coming back
        hit[part] += time.monotonic() < deadline
        time.sleep(chance.uniform(*pause))


def judge(whole: Whole, ledger: Ledger, submissions: int, cases_each: int) -> None:
    cases = (submissions * cases_each,) * 2
    with whole.sql() as cursor:
        cursor.execute("SELECT reference, id::text FROM vetting_nomination WHERE reference LIKE 'DRILL-%'")
        saved = cursor.fetchall()
        assert len(saved) == submissions
        assert dict(saved) == ledger.seen, "acknowledged and saved nominations differ"
        assert set(dict(saved)) == {f"DRILL-{number}" for number in range(submissions)}

        cursor.execute(
            "SELECT count(*), count(DISTINCT subject_id) FROM vetting_case c"
            " JOIN vetting_nomination n ON n.id = c.nomination_id WHERE n.reference LIKE 'DRILL-%'"
        )
        assert cursor.fetchone() == cases

        for action in ("vetting.received", "vetting.routed"):
            cursor.execute(
                "SELECT count(*), count(DISTINCT e.object_id) FROM audit_event e"
                " JOIN vetting_case c ON c.id::text = e.object_id"
                " JOIN vetting_nomination n ON n.id = c.nomination_id"
                " WHERE n.reference LIKE 'DRILL-%%' AND e.action = %s",
                [action],
            )
            assert cursor.fetchone() == cases, f"{action}: an event is missing or doubled"

        cursor.execute(
            "SELECT count(*) FROM"
            " (SELECT FROM vetting_movement GROUP BY case_id, queue_id HAVING count(*) > 1) twice"
        )
        assert cursor.fetchone()[0] == 0, "a case was routed twice"
        cursor.execute("SELECT count(*) FROM outbox_delivery WHERE state = 'dead'")
        assert cursor.fetchone()[0] == 0, "work was given up"
        cursor.execute("SELECT count(*), count(DISTINCT key) FROM doors_idempotencykey")
        assert cursor.fetchone() == (submissions,) * 2, "an answer was not kept"
    assert json.loads(whole.manage("audit_verify", "--json"))["sound"] is True
