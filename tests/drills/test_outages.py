"""The broker is gone, then the database: what is said meanwhile, and that all comes right again by itself.

Gone means killed, and unable to start however often the supervisor tries.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.drills.ledger import Ledger
from tests.drills.whole import Answer, Whole
from tests.support.sizes import Size

CLIENTS = 4
ROUTED_WITHIN = 60  # seconds of the broker's return
SERVES_WITHIN = 15  # seconds of the database's return
PROMPT = 5  # seconds an answer may take while the database is gone
HANDLED = """
SELECT count(*), count(e.id) FROM vetting_case c JOIN vetting_nomination n ON n.id = c.nomination_id
LEFT JOIN audit_event e ON e.object_id = c.id::text AND e.action = 'vetting.routed'
WHERE n.reference LIKE %s
"""


def handled(whole: Whole, prefix: str) -> tuple[int, int]:
    """How many cases there are, and how often one was routed."""
    with whole.sql() as cursor:
        cursor.execute(HANDLED, [f"{prefix}-%"])
        return cursor.fetchone()


def test_while_the_broker_is_gone_all_is_accepted_and_then_routed(
    whole: Whole, tmp_path: Path, size: Size
) -> None:
    seconds, many = size("s without a broker", gate=10, full=300), size("submissions", gate=20, full=1_000)
    ledger = Ledger(whole, tmp_path / "ledger", "BROKER")
    answers: list[tuple[float, Answer]] = []

    def submit(number: int) -> None:
        time.sleep(max(0.0, begun + seconds * number / many - time.monotonic()))
        body, sent = ledger.unit(number), time.monotonic()
        answer = ledger.send(str(uuid.uuid4()), body)
        answers.append((time.monotonic() - sent, answer))
        if answer.status == 201:
            ledger.write(body["reference"], answer.body["id"])

    begun = time.monotonic()
    with whole.away("broker"), ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(submit, range(many)))
        time.sleep(max(0.0, begun + seconds - time.monotonic()))
        meanwhile = handled(whole, "BROKER")[1]
    back = time.monotonic()
    assert {answer.status for _, answer in answers} == {201}
    whole.until(whole.settled, ROUTED_WITHIN, "routing what was sent without a broker")
    assert handled(whole, "BROKER") == (many, many)
    assert len(ledger.seen) == many
    size.note(
        f"slowest answer {max(took for took, _ in answers):.1f} s, {meanwhile} routed meanwhile,"
        f" all {time.monotonic() - back:.0f} s after its return"
    )


def test_while_the_database_is_gone_everybody_is_told_so_and_nothing_is_half_done(
    whole: Whole, tmp_path: Path, size: Size
) -> None:
    seconds = size("s without a database", gate=5, full=60)
    ledger = Ledger(whole, tmp_path / "ledger", "DATABASE")
    keys = {number: str(uuid.uuid4()) for number in range(1_000)}
    told: list[tuple[float, str, Answer]] = []

    def both(number: int) -> None:
        told.append(timed("call", lambda: ledger.send(keys[number], ledger.unit(number))))
        told.append(timed("page", lambda: whole.ask("/", Cookie="sessionid=of-somebody")))

    ledger.until_answered(keys[0], ledger.unit(0))
    with whole.away("database"):
        begun, sent = time.monotonic(), 0
        while time.monotonic() < begun + seconds:
            sent += 1
            both(sent)
            time.sleep(0.25)
    whole.until(lambda: serves(whole), 60, "the database's return")
    back = time.monotonic()
    whole.until(lambda: ledger.send(keys[0], ledger.unit(0)).status == 201, SERVES_WITHIN, "serving again")
    recovered = time.monotonic() - back

    assert {(kind, answer.status) for _, kind, answer in told} == {("call", 503), ("page", 503)}
    assert {answer.headers["Retry-After"] for _, _, answer in told} == {"5"}
    calls, pages = ([a for _, kind, a in told if kind == which] for which in ("call", "page"))
    assert {(a.headers["Content-Type"], a.body["type"]) for a in calls} == {
        ("application/problem+json", "/problems/unavailable")
    }
    assert all("The database does not answer just now" in answer.text for answer in pages)
    slowest = max(took for took, _, _ in told)
    assert slowest < PROMPT
    assert handled(whole, "DATABASE")[0] == 1, "what was answered 503 was saved"
    for number in range(1, sent + 1):
        ledger.until_answered(keys[number], ledger.unit(number))
    whole.until(whole.settled, ROUTED_WITHIN, "routing")
    assert handled(whole, "DATABASE") == (sent + 1,) * 2
    size.note(f"{len(told)} answers, slowest {slowest:.1f} s; serving {recovered:.1f} s after")


def timed(kind: str, call: Callable[[], Any]) -> tuple[float, str, Any]:
    begun = time.monotonic()
    answer = call()
    return time.monotonic() - begun, kind, answer


def serves(whole: Whole) -> bool:
    """The database itself."""
    try:
        with whole.sql() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception:
        return False
