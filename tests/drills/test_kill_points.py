"""A process dies at each named point in turn; what is begun again then settles, and has happened once.

The names are found in the code: a new one is drilled by itself, or the test says that no walk reaches it.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from knox.models import AuthToken

from config.embedded.process import die_with_parent
from foundation.accounts.models import User
from foundation.audit.models import Seal
from foundation.audit.seal import unsealed
from foundation.audit.verify import verify
from foundation.killpoints import KILLED
from foundation.outbox.models import Delivery, Slot
from tests.support.classes import a_class, a_person, a_unit, nominated
from tests.support.sizes import Size
from tests.vetting.intake.builders import csv_of
from tests.vetting.test_imports import line

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "vetting", "cspa", "screening", "units", "foundation")
TWICE = {"mail.sent"}  # a letter that has left is not called back: it is sent again


def points() -> list[str]:
    """Every reach("…") and killpoints.reach("…") in the code."""
    trees = (ast.parse(path.read_text()) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(
        call.args[0].value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        if "reach" in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))
        if isinstance(call.args[0], ast.Constant)
    )


def test_each_point_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(points()).items() if times > 1] == []


class Walkers:
    """Processes that walk; see tests/drills/walk.py."""

    def __init__(self) -> None:
        self.log = Path(os.environ["PROBITY_STATE"]) / "walkers.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.walk"],
                cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                preexec_fn=die_with_parent(9),
            )  # fmt: skip

    def walk(self, told: dict[str, Any], **how: str) -> int:
        """How it ended; `kill_at`: where to die."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(told | how) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline() or -1)

    def stop(self) -> None:
        self.process.communicate()


@pytest.fixture
def walkers(transactional_db: None) -> Iterator[Walkers]:
    found = Walkers()
    yield found
    found.stop()


def test_whoever_dies_at_any_point_has_lost_and_doubled_nothing(
    walkers: Walkers, people: dict[str, User], size: Size
) -> None:
    every, times = points(), size("times", gate=1, full=5)
    token = AuthToken.objects.create(people["nominator"])[1]
    assert walkers.walk(told(0, people["nominator"], token)) == 0, walkers.log.read_text()
    passed: list[str] = []
    for number, point in enumerate(every * times, 1):
        asked = told(number, people["nominator"], token)
        Slot.objects.all().delete()  # the clock has gone on
        code = walkers.walk(asked, kill_at=f"{point}:{1 + (number - 1) // len(every)}")
        assert code in (0, KILLED), walkers.log.read_text()
        if code == KILLED:
            passed.append(point)
        begin_again(walkers, asked)
        judge(asked, point)
    assert set(passed) == set(every), "no walk passes these: let tests/drills/walk.py do what reaches them"
    size.note(f"{len(every)} points, {len(passed)} deaths")


def told(number: int, by: User, token: str) -> dict[str, Any]:
    """What one walk is about: a class to send, a file with one bad row, a class to take back."""
    sent, filed, back = (10 * number + n for n in (1, 2, 3))  # nobody is like anybody of another walk
    body = a_class([a_person(sent, unit=a_unit(sent))], by=by, reference=f"SENT-{number}")
    unit = a_unit(filed)
    good = line(filed, unit=unit["name"], commander=unit["commander"]["full"])
    event = {f"event_{name}": value for name, value in body["event"].items()}
    form = {name: value for name, value in body.items() if name not in ("event", "candidates")}
    form |= event | {"reference": f"FILE-{number}", "date_order": "ymd", "mode": "valid-rows"}
    content = csv_of([good, good | {"national_id": "", "date_of_birth": "never"}]).decode()
    withdrawn = nominated([a_person(back, unit=a_unit(back))], by=by, reference=f"BACK-{number}")
    return {
        "number": number,
        "token": token,
        "body": body,
        "file": {"content": content, "form": form},
        "withdrawn": str(withdrawn.pk),
    }


def begin_again(walkers: Walkers, asked: dict[str, Any]) -> None:
    """Time goes by, leases run out, each schedule has its turn, and everybody does their part once more."""
    Delivery.objects.waiting().update(leased_until=Now() - timedelta(seconds=1), available_at=Now())
    Slot.objects.all().delete()
    assert walkers.walk(asked) == 0, walkers.log.read_text()


def judge(asked: dict[str, Any], point: str) -> None:
    number = asked["number"]
    assert rows("SELECT state, last_error FROM outbox_delivery WHERE state <> 'done'") == [], point
    assert rows("SELECT state, count(*) FROM doors_job WHERE options->'form'->>'reference' = %s GROUP BY 1",
                f"FILE-{number}") == [("done", 1)], point  # fmt: skip
    assert rows(
        "SELECT reference, count(*) FROM vetting_nomination WHERE reference ~ %s GROUP BY 1 ORDER BY 1",
        f"-{number}$",
    ) == [(f"BACK-{number}", 1), (f"FILE-{number}", 1), (f"SENT-{number}", 1)], point
    for action, where in (("received", "BACK|FILE|SENT"), ("routed", "FILE|SENT"), ("cancelled", "BACK")):
        assert events(action, f"^({where})-{number}$") == (2 * len(where.split("|")),) * 2, (point, action)
    assert rows("SELECT 1 FROM vetting_movement GROUP BY case_id, queue_id HAVING count(*) > 1") == [], point
    assert rows("SELECT count(*) FROM outbox_fact WHERE kind = 'drill.done' AND body->>'number' = %s",
                str(number)) == [(1,)], point  # fmt: skip
    assert 1 <= letters(f"BACK-{number}") <= 1 + (point in TWICE), point
    assert verify().sound and not unsealed(), point
    assert len(settings.SEALS.read_bytes().splitlines()) == Seal.objects.count(), point


def events(action: str, reference: str) -> tuple[int, int]:
    """How many, and of how many cases, of the nominations with such references."""
    return rows(
        "SELECT count(*), count(DISTINCT e.object_id) FROM audit_event e JOIN vetting_case c"
        " ON c.id::text = e.object_id JOIN vetting_nomination n ON n.id = c.nomination_id"
        " WHERE e.action = %s AND n.reference ~ %s",
        f"vetting.{action}",
        reference,
    )[0]


def rows(sql: str, *values: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def letters(reference: str) -> int:
    return sum(
        f"Nomination {reference}\n" in path.read_text() for path in Path(settings.EMAIL_FILE_PATH).glob("*")
    )
