"""Files: what is read, what is refused whole, what is refused by the cell."""

from __future__ import annotations

import datetime
import resource
import struct
import subprocess
import sys
import time

import openpyxl
import pytest

from foundation.refused import Invalid
from tests.vetting.intake.builders import CELLS, csv_of, saved, xlsx_of
from tests.vetting.intake.refused_whole import GOOD_CSV, GOOD_XLSX, REFUSED_WHOLE, ROWS, bomb
from vetting.intake import sheet as sheets
from vetting.intake.delimited import is_formula
from vetting.intake.sheet import Sheet, read_bounded, read_sheet


@pytest.mark.parametrize("kind", REFUSED_WHOLE)
def test_a_file_that_is_refused_whole(kind):
    filename, make, code = REFUSED_WHOLE[kind]
    content = make()
    with pytest.raises(Invalid) as refused:
        read_bounded(content, filename)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.detail.endswith((".", "!"))


def _peak() -> int:
    """The most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_bomb_costs_neither_time_nor_memory():
    content = bomb()
    before, started = _peak(), time.monotonic()
    with pytest.raises(Invalid):
        read_bounded(content, "a.xlsx")
    assert time.monotonic() - started < 5
    assert _peak() - before < 200 * 2**20


def test_what_the_directory_does_not_show_is_stopped_by_the_limits():
    """Two cells a million rows and 16,000 columns apart make the reader ask for all the memory between."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "kind", "x"
    started = time.monotonic()
    with pytest.raises(Invalid) as refused:
        read_bounded(saved(book), "a.xlsx")
    assert refused.value.problems[0].code == "too-much"
    assert time.monotonic() - started < 10


def test_the_reader_may_not_take_all_the_memory_there_is():
    """Memory asked for and not used, so that a machine with plenty would give it."""
    code = "from vetting.intake.__main__ import limit; limit(); bytearray(3 * 2**29)"
    done = subprocess.run([sys.executable, "-c", code], cwd=sheets.ROOT, capture_output=True, text=True)
    assert "MemoryError" in done.stderr


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(sheets, "SECONDS_LIMIT", 0.001)
    with pytest.raises(Invalid) as refused:
        read_bounded(GOOD_CSV, "a.csv")
    assert refused.value.problems[0].code == "too-much"


@pytest.mark.parametrize(
    "content",
    [
        b"kind,name\nunit,x\n",
        b"\xef\xbb\xbfkind,name\r\nunit,x\r\n",
        b"kind;name\nunit;x\n",
        b"kind\tname\nunit\tx\n",
        b"sep=;\nkind;name\nunit;x\n",
        b'"kind","name"\r\n"unit","x"\r"",""\n',
        "kind,name\nunit,x\n".encode("utf-16"),
        b"\n\nkind,name,,\nunit,x,,\n",
        b'kind,name\nunit,"x"',
    ],
)
def test_the_ways_to_write_a_csv(content):
    read = read_bounded(content, "Class list.CSV")
    assert (read.headings, read.rows[0].cells, read.problems) == (("kind", "name"), ("unit", "x"), ())
    assert read.rows[0].number == 1


def test_a_workbook_and_a_csv_of_the_same_rows_read_the_same():
    assert read_bounded(GOOD_CSV, "a.csv") == read_bounded(GOOD_XLSX, "a.xlsx")


def test_reading_bounded_and_reading_here_are_the_same():
    content = csv_of([CELLS | {"name": "=1+1", "rank": "'=x"}])
    assert read_bounded(content, "a.csv") == read_sheet(content, "a.csv")
    assert isinstance(read_sheet(content, "a.csv"), Sheet)


def test_blank_rows_are_counted_and_left_out():
    read = read_bounded(b"kind,name\nunit,a\n\n,\nunit,b\n", "a.csv")
    assert [row.number for row in read.rows] == [1, 4]


def test_ragged_rows_are_refused_by_row():
    read = read_bounded(b"kind,name\nunit\nunit,a,b\nunit,a,\n", "a.csv")
    assert [(p.code, p.row) for p in read.problems] == [("too-few-cells", 1), ("too-many-cells", 2)]


def test_a_cell_of_a_megabyte_is_refused_by_cell():
    read = read_bounded(b"kind,name\nunit," + b"x" * 2**20 + b"\n", "a.csv")
    assert [(p.code, p.row, p.column) for p in read.problems] == [("too-long", 1, "name")]
    assert len(read.rows[0].cells[1]) == 5_000


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("x")', "@SUM(A1)", "\t=1", "+cmd|x", "-x", "+A1", "-2+3+cmd", "=", "+1+1"]
)
def test_formulas(text):
    assert is_formula(text)


@pytest.mark.parametrize("text", ["-5", "+20 (0) 12-345", "-", "--", "1=1", "a@b", "", "+1.5", "'=x"])
def test_not_formulas(text):
    assert not is_formula(text)


def test_formulas_in_a_csv_are_refused_by_cell_and_an_apostrophe_makes_a_text():
    read = read_bounded(b"name,rank\n=A1,x\n'=A1,'@y\n", "a.csv")
    assert [(p.code, p.row, p.column) for p in read.problems] == [("formula", 1, "name")]
    assert read.rows[1].cells == ("=A1", "@y")


def test_what_a_workbook_hides_is_refused_by_cell():
    book = openpyxl.Workbook()
    page = book.active
    page["B2"], page["C2"] = "name", "national_id"
    page["B3"], page["C3"] = "Ana", "=A9&B9"
    page["B4"], page["C4"] = "Ana", 12345678901234567
    page["B5"], page["C5"] = "Ana", "x"
    page["C6"] = "y"
    page.merge_cells("B5:B6")
    page["B8"], page["C8"] = "Ana", "#N/A"
    page["C8"].data_type = "e"
    read = read_bounded(saved(book), "a.xlsx")
    assert [(p.code, p.row, p.column) for p in read.problems] == [
        ("formula", 1, "national_id"),
        ("inexact-number", 2, "national_id"),
        ("merged", 3, "name"),
        ("error-value", 6, "national_id"),
    ]


def test_numbers_days_and_flags_of_a_workbook_become_text():
    day, moment = datetime.date(1980, 3, 5), datetime.datetime(1980, 3, 5, 13, 30)
    read = read_bounded(xlsx_of([list("abcdefg"), [1980, 1e12, 1.5, day, moment, True, "007"]]), "a.xlsx")
    assert read.rows[0].cells == (
        "1980",
        "1000000000000",
        "1.5",
        "1980-03-05",
        "1980-03-05 13:30:00",
        "true",
        "007",
    )
    assert read.problems == ()


def test_days_of_the_1904_calendar_are_the_days_shown():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["a"])
    book.active.append([datetime.date(1980, 3, 5)])
    assert read_bounded(saved(book), "a.xlsx").rows[0].cells == ("1980-03-05",)


def test_only_the_first_visible_sheet_is_read_and_that_is_said():
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Old", "hidden"
    page = book.create_sheet("Class")
    for row in ROWS:
        page.append(row)
    page.row_dimensions[2].hidden = True
    book.create_sheet("More")
    book.active = 1
    read = read_bounded(saved(book), "a.xlsx")
    assert read.rows[0].cells == ("individual", "Alena Dorvich")
    assert read.notes == (
        "Only the sheet “Class” was read; not: Old, More.",
        "Hidden rows and columns were read too.",
    )


def test_ten_thousand_honest_rows_are_quick():
    content = csv_of([CELLS] * 10_000)
    started = time.monotonic()
    assert len(read_bounded(content, "a.csv").rows) == 10_000
    assert time.monotonic() - started < 5


def test_a_directory_that_says_it_is_long_is_not_read():
    """It is judged by what it says of itself: reading a million entries is the harm."""
    at = GOOD_XLSX.rfind(b"PK\x05\x06") + 8
    with pytest.raises(Invalid) as refused:
        read_sheet(GOOD_XLSX[:at] + struct.pack("<2H", 9_999, 9_999) + GOOD_XLSX[at + 4 :], "a.xlsx")
    assert refused.value.problems[0].code == "bomb"
