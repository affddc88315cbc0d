"""A class comes as a file with mistakes in it: told by row and column, mended, and sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.accounts.models import User
from tests.stories import nominating
from tests.stories.conftest import Somebody
from tests.support.classes import a_class
from tests.vetting.test_imports import line
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

MENDED = {
    "2": {"rank": "Captain", "gender": "female"},
    "3": {"date_of_birth": "1988-06-30"},
    "4": {"unit": "2nd Harbour Guard Company"},
}


def test_mistakes_are_told_mended_and_sent(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None], tmp_path: Path
) -> None:
    body = a_class(1, by=register["nominator"])
    lines = [
        line(1),
        line(2, rank="", gender="neither"),
        line(3, date_of_birth="1988-06-31"),
        line(4, unit=""),
    ]
    jana = somebody("nominator")
    jana.opens("/nominations/upload/")
    nominating.types_the_header(jana, body)
    nominating.uploads(
        jana, nominating.a_file(tmp_path, "class.csv", lines), "Check it first. Nothing is sent."
    )
    worked()
    jana.looks_again()
    jana.reads("4 problems in 3 of 4 rows", "Nothing is sent")
    told = {(row, column) for row, column, _ in nominating.problems(jana)}
    assert told == {("2", "rank"), ("2", "gender"), ("3", "date_of_birth"), ("4", "unit")}
    assert not Nomination.objects.exists()

    refused = list(csv.DictReader(io.StringIO(jana.downloads("Download the refused rows with reasons"))))
    assert len(refused) == 3
    assert all(row["problems"] for row in refused)
    mended = [row | MENDED[str(number)] for number, row in enumerate(refused, 2)]
    jana.follows("Upload the mended file")
    whole = nominating.a_file(tmp_path, "mended.csv", [line(1) | {"problems": ""}, *mended])
    jana.hands_in(whole)
    jana.presses("Go on")
    worked()
    jana.looks_again()
    jana.reads("Every row reads well", "4 New")
    jana.presses("Send 4 rows")
    worked()
    jana.looks_again()
    jana.reads("4 rows are received.")
    jana.follows("Open the class")
    jana.reads(body["reference"], "4 In review")
    assert Nomination.objects.get().candidates.count() == 4
