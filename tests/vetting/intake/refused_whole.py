"""Files that are refused whole, each with the code it is refused with."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable

import openpyxl

from tests.vetting.intake.builders import CELLS, csv_of, rezipped, saved, xlsx_of

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


# What it is → (the file's name, its bytes, the code).
REFUSED_WHOLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
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
