"""Bad files, through every door: refused in words, by row and column, and nothing is left over."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Max

from foundation.accounts.models import User
from tests.support.people import Caller, key
from tests.support.sizes import Size
from tests.support.worker import Worker
from tests.trust import plain
from tests.trust.bad_cells import IN_CELLS
from tests.trust.bad_containers import BOOKS, CSVS, REFUSED
from tests.trust.bad_file import BadFile
from tests.trust.file_doors import DOORS, Answer
from tests.vetting.intake.builders import csv_of
from tests.vetting.test_api_nominations import rows_everywhere
from tests.vetting.test_imports import a_form, line
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

OURS = [*CSVS, *BOOKS, *IN_CELLS]
FILES = [*OURS, *REFUSED]
EVERY = 5  # of the files refused whole, in a small run
LEFT_OVER = {"doors.Job", "doors.IdempotencyKey", "outbox.Fact", "outbox.Delivery"}
LEFT_BY_A_PAGE = {"sessions.Session", "knox.AuthToken", "axes.AccessLog"}
HANGS = 90  # seconds: far from what any takes, so that only a reader without end fails
MEGABYTES = 2**20
MOST_HERE = 250 * MEGABYTES  # that a worker may hold for one file
MOST_THERE = 1024 * MEGABYTES  # that the process which reads it may
HEAVY = ("300,000 formulas", "texts shared 4,000 times", "ten million line ends", "a million empty rows")


@pytest.fixture
def jana(people: dict[str, User]) -> User:
    return people["nominator"]


@pytest.fixture
def temporary(monkeypatch: Any, tmp_path: Path, settings: Any) -> Path:
    """Where this process puts what it keeps for a moment."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


# --- every file, through every door ---


def test_every_file_is_answered_through_every_door(
    jana: User, temporary: Path, size: Size, seed: int
) -> None:
    ways = ways_in(size.full, seed)
    size.note(f"{len({file.what for file, _door in ways})} files, {len(ways)} ways in")
    wrong, slowest = [], (0.0, "")
    for file, door in ways:
        content = file.make()
        before, begun = rows_everywhere(), time.monotonic()
        answer = DOORS[door](jana, file.name, content)
        slowest = max(slowest, (time.monotonic() - begun, f"{file.what}, {door}"))
        wrong += [f"{file.what}, {door}: {each}" for each in wrong_with(file, door, answer, before)]
    size.note(f"slowest {slowest[0]:.1f} s ({slowest[1]})")
    assert not wrong, "\n".join(wrong)
    assert slowest[0] < HANGS
    assert list(temporary.iterdir()) == []


def ways_in(full: bool, seed: int) -> list[tuple[BadFile, str]]:
    """In a small run each file takes one door, and the seed says which. Of those that are refused whole, and
    in tests/vetting/intake read one by one, it takes some."""
    if full:
        return list(product(FILES, DOORS))
    doors, some = list(DOORS), REFUSED[seed % EVERY :: EVERY]
    return [(file, doors[(at + seed) % len(doors)]) for at, file in enumerate([*OURS, *some])]


def wrong_with(file: BadFile, door: str, answer: Answer, before: dict[str, int]) -> list[str]:
    partly = door == "valid rows only" and bool(file.good)
    dry = door == "dry run"
    wrong = [*answer.faults]
    if answer.taken != (file.taken or partly):
        wrong.append(f"taken: {answer.taken}, {answer.problems[:2]}")
    if answer.rows != ((file.good or 0) if (file.taken or partly) and not dry else 0):
        wrong.append(f"{answer.rows} rows went in")
    if not answer.rows:
        wrong += left_over(before)
    return wrong if file.taken else [*wrong, *ill_said(file, answer)]


def ill_said(file: BadFile, answer: Answer) -> list[str]:
    if "" in answer.codes:  # a page, which has sentences only
        sentence = answer.problems[0]["detail"]
        return [] if SAYS[file.code] in sentence else [f"does not say “{SAYS[file.code]}”: {sentence[:600]}"]
    wrong = plain.all_faults(answer.problems[:50])
    named = [each for each in answer.problems if each["code"] == file.code]
    if not named:
        return [*wrong, f"{file.code} is not said: {answer.problems[:3]}"]
    if SAYS[file.code] not in named[0]["detail"]:
        wrong.append(f"does not say “{SAYS[file.code]}”: {named[0]['detail']}")
    if file.at and (named[0].get("row"), named[0].get("column")) != file.at:
        wrong.append(f"says it of {named[0].get('row')}, {named[0].get('column')}")
    return wrong


def left_over(before: dict[str, int]) -> list[str]:
    after = rows_everywhere()
    changed = {label for label, count in after.items() if count != before[label]}
    more = changed - LEFT_OVER - LEFT_BY_A_PAGE
    return [f"rows were left in {', '.join(sorted(more))}"] if more else []


# Words of the sentence for each code, so that a code never stands with another's words.
SAYS = {
    "empty-file": "The",
    "no-rows": "no rows under them",
    "too-large": "10 MB",
    "too-many-rows": "The file has",
    "too-many-columns": "columns; at most 200",
    "too-many-problems": "More than 50,000 cells",
    "no-heading": "but no heading",
    "no-headings": "None of the headings",
    "bad-heading": "where the headings stand",
    "duplicate-column": "both stand for",
    "unknown-column": "is not a column we know",
    "unclosed-quote": "never closed",
    "bad-csv": "quotation mark",
    "wrong-encoding": "UTF-8",
    "damaged": "damaged or was cut off",
    "wrong-file": ".xlsx",
    "old-format": ".xls",
    "encrypted": "password",
    "macros": "macros",
    "no-sheet": "no visible sheet",
    "external-links": "links to other workbooks",
    "entities": "XML entities",
    "bomb": "workbook",
    "unsafe-path": "Save it as .xlsx",
    "too-much": "too much memory or time",
    "too-few-cells": "Is a separator missing?",
    "too-many-cells": "beyond the last",
    "formula": "this is a formula",
    "merged": "Unmerge it",
    "too-long": "characters",
    "bad-date": "date",
    "too-early": "before 1900",
    "in-the-future": "is in the future",
    "too-young": "not yet 15",
    "missing": "issing",
    "no-letter": "there is no letter",
    "letters-lost": "letters were lost",
    "control-character": "cannot be kept",
    "unknown-code": "“",
    "inexact-number": "as text and type it again",
    "whole-service": "Name the unit within it",
    "unknown-field": "Unknown field",
    "bad-reason": "is not written field: reason",
    "too-many": "at most 50",
    "same-person": "Leave one out",
    "id-repeated": "Check both",
}


# --- a real worker ---


def test_a_worker_lives_through_the_worst_and_takes_the_next(people: dict[str, User], worker: Worker) -> None:
    jana = Caller(people["nominator"])
    worst = [file for file in FILES if file.what in (*HEAVY, "a billion laughs")]
    sent = [(file, jana.send("nominations/import/", a_form(jana.user, file.make(), name=file.name), **key()))
            for file in worst]  # fmt: skip
    last = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())["Location"]
    worker.until(lambda: jana.get(last).json()["state"] == "done", seconds=HANGS)
    for file, response in sent:
        worker.until(lambda at=response["Location"]: jana.get(at).json()["state"] == "refused", seconds=HANGS)
        assert jana.get(response["Location"]).json()["errors"][0]["code"] == file.code
    assert Nomination.objects.aggregate(Max("candidates__row"))["candidates__row__max"] == 1


# --- memory ---


def test_no_file_takes_much_memory(size: Size, tmp_path: Path) -> None:
    """Each in a process of its own, which does what a worker does with it but for the database."""
    files = [file for file in FILES if size.full or file.what in HEAVY]
    size.note(f"{len(files)} files")
    read = [(file, peaks(file, tmp_path)) for file in files]
    most_here = max(read, key=lambda each: each[1]["here"])
    most_there = max(read, key=lambda each: each[1]["there"])
    for what, (file, peak) in (("here", most_here), ("there", most_there)):
        size.note(f"most {what} {peak[what] / MEGABYTES:.0f} MB ({file.what})")
    assert most_here[1]["here"] < MOST_HERE
    assert most_there[1]["there"] < MOST_THERE


def peaks(file: BadFile, folder: Path) -> dict[str, int]:
    path = folder / "file"
    path.write_bytes(file.make())
    command = [sys.executable, "-m", "tests.trust.file_reading", str(path), file.name]
    done = subprocess.run(command, capture_output=True, check=True, timeout=HANGS)
    found: dict[str, int] = json.loads(done.stdout)
    return found
