"""Files: what is read, what is refused whole, what is refused by the cell."""

from __future__ import annotations

import datetime
import gzip
import io
import resource
import struct
import time
import zipfile

import openpyxl
import pytest

from foundation.refused import Invalid
from tests.vetting.intake.builders import CELLS, csv_of, rezipped, saved, xlsx_of
from vetting.intake import sheet as sheets
from vetting.intake.delimited import is_formula
from vetting.intake.sheet import Sheet, read_bounded, read_sheet

ROWS = [["kind", "name"], ["individual", "Alena Dorvich"]]
GOOD_CSV = csv_of([CELLS])
GOOD_XLSX = xlsx_of([list(CELLS), list(CELLS.values())])
SHEET_XML = "xl/worksheets/sheet1.xml"


def zip_of(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packing) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


def bomb() -> bytes:
    """90 MB of rows in a few hundred KB."""
    row = b'<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>'
    xml = b"<worksheet><sheetData>" + row * (90 * 2**20 // len(row)) + b"</sheetData></worksheet>"
    return rezipped(GOOD_XLSX, replace={SHEET_XML: xml})


def declaring_less(content: bytes) -> bytes:
    """The sheet's declared size, in both directories, made 100 bytes; what is packed stays as it is."""
    size = struct.pack("<L", len(part_of(content, SHEET_XML)))
    return content.replace(size, struct.pack("<L", 100))


def encrypted_flag(content: bytes) -> bytes:
    at = content.rfind(b"PK\x01\x02")
    return content[: at + 8] + struct.pack("<H", 1) + content[at + 10 :]


def with_dtd() -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    xml = part_of(GOOD_XLSX, SHEET_XML)
    head, _mark, rest = xml.partition(b"<worksheet")
    return rezipped(GOOD_XLSX, replace={SHEET_XML: head + entities + b"<worksheet" + rest})


def hidden_only() -> bytes:
    xml = part_of(GOOD_XLSX, "xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    assert b"hidden" in xml
    return rezipped(GOOD_XLSX, replace={"xl/workbook.xml": xml})


def macro_type() -> bytes:
    kinds = part_of(GOOD_XLSX, "[Content_Types].xml").replace(
        b"spreadsheetml.sheet.main", b"macroEnabled.main"
    )
    return rezipped(GOOD_XLSX, replace={"[Content_Types].xml": kinds})


REFUSED_WHOLE = {
    "empty file": ("a.csv", lambda: b"", "empty-file"),
    "blank file": ("a.csv", lambda: b"\n , ,\n", "empty-file"),
    "blank workbook": ("a.xlsx", lambda: saved(openpyxl.Workbook()), "empty-file"),
    "headings only": ("a.csv", lambda: b"kind,name\n", "no-rows"),
    "headings only in a workbook": ("a.xlsx", lambda: xlsx_of([ROWS[0]]), "no-rows"),
    "too large": ("a.csv", lambda: b"a" * (10 * 2**20 + 1), "too-large"),
    "10,001 rows": ("a.csv", lambda: b"kind\n" + b"unit\n" * 10_001, "too-many-rows"),
    "10,001 rows in a workbook": (
        "a.xlsx",
        lambda: xlsx_of([["x"]] * 10_002),
        "too-many-rows",
    ),
    "too many columns": (
        "a.csv",
        lambda: b"c" + b",c" * 200 + b"\nx\n",
        "too-many-columns",
    ),
    "values without a heading": ("a.csv", lambda: b"kind,,name\nunit,oops,x\n", "no-heading"),
    "formula as a heading": ("a.csv", lambda: b"kind,=A1\nunit,x\n", "bad-heading"),
    "unclosed quote": ("a.csv", lambda: b'kind,name\nunit,"abc\nunit,d\n', "unclosed-quote"),
    "stray quote": ("a.csv", lambda: b'kind,name\nunit,"abc"d\n', "bad-csv"),
    "zero bytes": ("a.csv", lambda: b"kind,name\nunit,a\0b\n", "wrong-encoding"),
    "UTF-16 without its mark": ("a.csv", lambda: "kind,name\nunit,x\n".encode("utf-16-le"), "wrong-encoding"),
    "Latin-1": ("a.csv", lambda: "kind,name\nunit,Muñoz\n".encode("latin-1"), "wrong-encoding"),
    "Windows-1256": ("a.csv", lambda: "kind,name\nunit,الجيش\n".encode("cp1256"), "wrong-encoding"),
    "UTF-8 broken in the middle": (
        "a.csv",
        lambda: b"kind\n" + b"x\n" * 50 + b"\xc3\x28\n",
        "wrong-encoding",
    ),
    "UTF-16 cut off": ("a.csv", lambda: "kind\nx\n".encode("utf-16")[:-1], "damaged"),
    "gzip": ("a.csv", lambda: gzip.compress(GOOD_CSV), "wrong-file"),
    "PDF": ("a.csv", lambda: b"%PDF-1.7\n...", "wrong-file"),
    "web page": ("a.csv", lambda: b"\n <!DOCTYPE html><html></html>", "wrong-file"),
    "XML": ("a.csv", lambda: b'<?xml version="1.0"?><x/>', "wrong-file"),
    "picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n", "wrong-file"),
    "workbook named .csv": ("a.csv", lambda: GOOD_XLSX, "wrong-file"),
    "CSV named .xlsx": ("a.xlsx", lambda: GOOD_CSV, "wrong-file"),
    "text file": ("a.txt", lambda: GOOD_CSV, "wrong-file"),
    "no ending": ("candidates", lambda: GOOD_CSV, "wrong-file"),
    ".xls by content": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old-format"),
    ".xls by name": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old-format"),
    "password": (
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "encrypted part": ("a.xlsx", lambda: encrypted_flag(GOOD_XLSX), "encrypted"),
    ".xlsm by name": ("a.xlsm", lambda: GOOD_XLSX, "macros"),
    "macros inside": ("a.xlsx", lambda: rezipped(GOOD_XLSX, add={"xl/vbaProject.bin": b"x"}), "macros"),
    "a workbook of the macro type": ("a.xlsx", macro_type, "macros"),
    "binary workbook": ("a.xlsx", lambda: rezipped(GOOD_XLSX, add={"xl/workbook.bin": b"x"}), "wrong-file"),
    "any zip": ("a.xlsx", lambda: zip_of({"readme.txt": b"hello"}), "wrong-file"),
    "no sheets": ("a.xlsx", hidden_only, "no-sheet"),
    "links to workbooks": (
        "a.xlsx",
        lambda: rezipped(GOOD_XLSX, add={"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "external-links",
    ),
    "entities": ("a.xlsx", with_dtd, "entities"),
    "bomb": ("a.xlsx", bomb, "bomb"),
    "10,000 parts": (
        "a.xlsx",
        lambda: zip_of({f"xl/{n}.xml": b"" for n in range(10_000)}, zipfile.ZIP_STORED),
        "bomb",
    ),
    "path upwards": ("a.xlsx", lambda: rezipped(GOOD_XLSX, add={"../../etc/cron": b"x"}), "unsafe-path"),
    "declares less than it holds": ("a.xlsx", lambda: declaring_less(GOOD_XLSX), "damaged"),
    "cut off": ("a.xlsx", lambda: GOOD_XLSX[: len(GOOD_XLSX) // 2], "damaged"),
    "wrong checksum": (
        "a.xlsx",
        lambda: zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"123456789"}, 0).replace(
            b"123456789", b"123456780"
        ),
        "damaged",
    ),
    "not XML": ("a.xlsx", lambda: rezipped(GOOD_XLSX, replace={"xl/workbook.xml": b"<workbook"}), "damaged"),
    "no list of parts": (
        "a.xlsx",
        lambda: zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        "damaged",
    ),
}


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
