"""Files that are wrong, or hostile, as a whole; and some that only look it."""

from __future__ import annotations

import csv
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl

from tests.trust.bad_file import BadFile
from tests.vetting.intake.builders import csv_of, rezipped, saved, xlsx_of
from tests.vetting.intake.refused_whole import GOOD_XLSX, REFUSED_WHOLE, SHEET_XML, part_of, zip_of
from tests.vetting.test_imports import line

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# In two pieces, so that no scanner takes this file for what it only quotes.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ROWS = [line(1), line(2)]
HEADINGS = list(line(1))


# --- CSV ---


def written(rows: list[list[str]], **way: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, **way).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode()


def grid(*rows: dict[str, str]) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def cell_of_a_megabyte() -> bytes:
    return csv_of([line(1), line(2, rank="x" * 2**20)])


def ragged(change: Callable[[list[str]], list[str]]) -> bytes:
    heading, first, second = grid(*ROWS)
    return written([heading, first, change(second)])


def many_formulas() -> bytes:
    """In 600 KB, 300,000 sentences to be said."""
    headings = ",".join(f"c{at}" for at in range(30))
    return headings.encode() + b"\n" + (b"=" + b",=" * 29 + b"\n") * 10_000


CSVS = [
    BadFile("a sound file", "class.csv", lambda: csv_of(ROWS), "", good=2),
    BadFile(
        "columns in another order", "class.csv", lambda: csv_of(ROWS, headings=HEADINGS[::-1]), "", good=2
    ),
    BadFile(
        "headings in capitals, with spaces",
        "CLASS.CSV",
        lambda: written([[f" {each.upper().replace('_', ' ')} " for each in HEADINGS], *grid(*ROWS)[1:]]),
        "",
        good=2,
    ),
    BadFile("semicolons", "class.csv", lambda: written(grid(*ROWS), delimiter=";"), "", good=2),
    BadFile("tabs", "class.csv", lambda: written(grid(*ROWS), delimiter="\t"), "", good=2),
    BadFile("UTF-16 with its mark", "class.csv", lambda: csv_of(ROWS).decode().encode("utf-16"), "", good=2),
    BadFile(
        "three kinds of line end",
        "class.csv",
        lambda: b"\r".join(csv_of(ROWS).split(b"\r\n")[:2]) + b"\n" + csv_of(ROWS).split(b"\r\n")[2],
        "",
        good=2,
    ),
    BadFile("no headings", "class.csv", lambda: written(grid(*ROWS)[1:]), "no-headings"),
    BadFile(
        "headings in their language",
        "class.csv",
        lambda: written([[f"اسم {at}" for at in range(len(HEADINGS))], *grid(*ROWS)[1:]]),
        "no-headings",
    ),
    BadFile(
        "a heading twice",
        "class.csv",
        lambda: written([[*each, each[0]] for each in grid(*ROWS)]),
        "duplicate-column",
    ),
    BadFile(
        "a column nobody knows", "class.csv", lambda: csv_of([row | {"shoe": "43"} for row in ROWS]),
        "unknown-column",
    ),
    BadFile(
        "a column left out",
        "class.csv",
        lambda: csv_of(ROWS, headings=HEADINGS)
        .replace(b"gender", b"role", 1)
        .replace(b",unknown,", b",participant,"),
        "missing",
        at=(1, "gender"),
        good=0,
    ),
    BadFile(
        "a row too short", "class.csv", lambda: ragged(lambda row: row[:-2]), "too-few-cells",
        at=(2, None), good=1,
    ),
    BadFile(
        "a row too long", "class.csv", lambda: ragged(lambda row: ["1", *row]), "too-many-cells",
        at=(2, None), good=1,
    ),
    BadFile("a cell of a megabyte", "class.csv", cell_of_a_megabyte, "too-long", at=(2, "rank"), good=1),
    BadFile("half a character", "class.csv", lambda: b"name\nA\xed\xa0\x80\n", "wrong-encoding"),
    BadFile("cut off in a quotation", "class.csv", lambda: csv_of([line(1, rank="a,b")])[:-60] + b',"Exa',
            "unclosed-quote"),
    BadFile("EICAR", "class.csv", EICAR.encode, "no-rows"),
    BadFile("SVG", "class.csv", lambda: b"<svg onload='alert(1)'></svg>", "wrong-file"),
    BadFile("ten million line ends", "class.csv", lambda: b"name\n" + b"\n" * 10_000_000, "too-many-rows"),
    BadFile("16,384 columns", "class.csv", lambda: b"c" + b",c" * 16_383 + b"\n1\n", "too-many-columns"),
    BadFile("300,000 formulas", "class.csv", many_formulas, "too-many-problems"),
]  # fmt: skip


# --- workbooks ---


@cache
def sound_book() -> bytes:
    return xlsx_of(grid(*ROWS))


def with_sheet(xml: str) -> bytes:
    xml = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'
    return rezipped(GOOD_XLSX, replace={SHEET_XML: xml.encode()})


def row_of(number: int, *texts: str) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def billion_laughs(part: str) -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x xmlns="{MAIN}">&l9;</x>'
    known = part in zipfile.ZipFile(io.BytesIO(GOOD_XLSX)).namelist()
    return rezipped(GOOD_XLSX, **{"replace" if known else "add": {part: xml.encode()}})


def external_entity() -> bytes:
    head, mark, rest = part_of(GOOD_XLSX, SHEET_XML).partition(b"<worksheet")
    dtd = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return rezipped(GOOD_XLSX, replace={SHEET_XML: head + dtd + mark + rest.replace(b"Captain", b"&e;")})


def entities_in_utf_16() -> bytes:
    """Where a look for `<!DOCTYPE` in ASCII would find nothing."""
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    return rezipped(GOOD_XLSX, replace={"xl/workbook.xml": xml.encode("utf-16")})


def bomb_of(megabytes: int) -> bytes:
    row = row_of(1, "a" * 60).encode()
    xml = b"<worksheet><sheetData>" + row * (megabytes * 2**20 // len(row)) + b"</sheetData></worksheet>"
    return rezipped(GOOD_XLSX, replace={SHEET_XML: xml})


def lying_bomb() -> bytes:
    """90 MB inside, and 100 KB told in both directories."""
    content = bomb_of(90)
    size = len(part_of(content, SHEET_XML))
    return content.replace(struct.pack("<L", size), struct.pack("<L", 100_000))


def nested() -> bytes:
    inner = zip_of({"zeros": b"\0" * 2**20})
    for _ in range(3):
        inner = zip_of({f"{n}.zip": inner for n in range(10)})
    return rezipped(sound_book(), add={"xl/embeddings/a.zip": inner})


def symlink() -> bytes:
    into = io.BytesIO(GOOD_XLSX)
    with zipfile.ZipFile(into, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return into.getvalue()


def overlapping() -> bytes:
    """Two parts in the directory, one place for both."""
    content = rezipped(GOOD_XLSX, add={"xl/one.xml": b"<x/>", "xl/two.xml": b"<x/>"})
    at = [found.header_offset for found in zipfile.ZipFile(io.BytesIO(content)).infolist()[-2:]]
    directory = content.rfind(b"PK\x01\x02")
    return content[:directory] + content[directory:].replace(
        struct.pack("<L", at[1]), struct.pack("<L", at[0])
    )


def rows_far_down() -> bytes:
    """A class, and a cell that was formatted a million rows below."""
    xml = "".join(row_of(at, *row) for at, row in enumerate(grid(*ROWS), start=1))
    return with_sheet(xml + '<row r="1048576"><c r="A1048576" s="0"/></row>')


def a_million_rows() -> bytes:
    return with_sheet(
        row_of(1, "name") + "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(2, 2**20))
    )


def texts_shared() -> bytes:
    """One text of 5,000 characters, told 4,000 times in 25 KB: 80 MB to hold."""
    texts = f'<sst xmlns="{MAIN}"><si><t>name</t></si><si><t>{chr(0x1F600) * 4_990}</t></si></sst>'
    told = "".join(f'<row><c t="s"><v>{int(n > 0)}</v></c></row>' for n in range(4_000))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{told}</sheetData></worksheet>'
    links, kinds = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    link = f'<Relationship Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml" Id="rId99"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/>'
    return rezipped(
        GOOD_XLSX,
        replace={
            SHEET_XML: sheet.encode(),
            links: part_of(GOOD_XLSX, links).replace(b"</Relationships>", f"{link}</Relationships>".encode()),
            kinds: part_of(GOOD_XLSX, kinds).replace(b"</Types>", f"{kind}</Types>".encode()),
        },
        add={"xl/sharedStrings.xml": texts.encode()},
    )


def cells_far_apart() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "kind", "x"
    return saved(book)


def several_sheets() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sound_book()))
    book.active.row_dimensions[3].hidden = book.active.column_dimensions["C"].hidden = True
    book.create_sheet("Old").append(["=1+1"])
    book["Old"].sheet_state = "hidden"
    book.create_sheet("Notes").append(["for ourselves"])
    return saved(book)


BOOKS = [
    BadFile("a sound workbook", "class.xlsx", sound_book, "", good=2),
    BadFile("several sheets, rows and columns hidden", "class.xlsx", several_sheets, "", good=2),
    BadFile("a workbook in a workbook, and so on", "class.xlsx", nested, "", good=2),
    BadFile("a cell a million rows down", "class.xlsx", rows_far_down, "", good=2),
    BadFile("a million empty rows", "class.xlsx", a_million_rows, "no-rows"),
    BadFile("cells far apart", "class.xlsx", cells_far_apart, "too-much"),
    BadFile("16,384 columns in a workbook", "class.xlsx", lambda: with_sheet(row_of(1, *["c"] * 16_384)),
            "too-many-columns"),
    BadFile("a billion laughs", "class.xlsx", lambda: billion_laughs("xl/workbook.xml"), "entities"),
    BadFile("a billion laughs among the texts", "class.xlsx",
            lambda: billion_laughs("xl/sharedStrings.xml"), "entities"),
    BadFile("an entity from elsewhere", "class.xlsx", external_entity, "entities"),
    BadFile("entities in UTF-16", "class.xlsx", entities_in_utf_16, "damaged"),
    BadFile("276 MB in a small file", "class.xlsx", lambda: bomb_of(276), "bomb"),
    BadFile("90 MB that says it is 100 KB", "class.xlsx", lying_bomb, "damaged"),
    BadFile("texts shared 4,000 times", "class.xlsx", texts_shared, "too-much"),
    BadFile("a link to a file", "class.xlsx", symlink, "unsafe-path"),
    BadFile("parts that overlap", "class.xlsx", overlapping, "damaged"),
    BadFile("a zip with something before it", "class.xlsx", lambda: b"MZ" + GOOD_XLSX, "wrong-file"),
]  # fmt: skip

REFUSED = [BadFile(what, name, make, code) for what, (name, make, code) in REFUSED_WHOLE.items()]
