"""An .xlsx file into a grid: the first visible sheet, its values as text.

Its XML is looked through beforehand for what the reader would pass over in silence: formulas, error values,
merged cells, hidden rows, declared entities.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine as calamine

from vetting.intake.container import check_directory, damaged, refuse

BLANK: list[str | None] = []  # one list for every blank row, of which a sheet may have a million
EXACT_UP_TO = 10**15  # beyond it a spreadsheet's number has lost digits
CHUNK = 2**18

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR_VALUE = re.compile(rb"\st=[\"']e[\"']")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class Grid:
    """Values by row and column; `wrong` cells by (row, column), both from 0, with a code.

    Rows count from the top of the sheet, columns from `first_column`: the empty ones before it are left out.
    """

    rows: list[list[str | None]]
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    first_column: int = 0


def read_workbook(content: bytes, rows_limit: int) -> Grid:
    """At most `rows_limit` rows that hold anything; raises Invalid for a file that is not sound."""
    archive = check_directory(content)
    try:
        _look_through(archive)
        name, part, notes = _first_visible(archive)
        looked = _Looked.at(archive, part)
        grid = _values(content, name, rows_limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError) as error:
        raise damaged() from error
    except (ElementTree.ParseError, expat.ExpatError, calamine.CalamineError, calamine.XmlError) as error:
        raise damaged() from error
    grid.wrong.update(_shifted(looked.wrong, grid.first_column))
    grid.notes[:] = notes + looked.notes
    return grid


def _look_through(archive: zipfile.ZipFile) -> None:
    """Every part, unpacked once in pieces: its checksum holds, no larger than declared, no entities."""
    for entry in archive.infolist():
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        for piece in _pieces(archive, entry.filename):
            if is_xml and any(mark in piece for mark in _DTD):
                raise refuse(
                    "entities", "The workbook declares XML entities, as no honest one does. Save it anew."
                )
            if is_xml and b"\0" in piece:
                raise damaged()
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise refuse(
            "macros", "The workbook is one with macros. Save it as .xlsx (Excel workbook), and send that."
        )


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Pieces that overlap a little, so that no mark is cut in two."""
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            yield tail + piece
            tail = piece[-16:]


def _first_visible(archive: zipfile.ZipFile) -> tuple[str, str, list[str]]:
    """(sheet's name, its part in the zip, notes)."""
    sheets = _sheets(archive)
    visible = [(name, part) for name, part, state in sheets if state == "visible"]
    if not visible:
        raise refuse(
            "no-sheet", "The workbook has no visible sheet. Show the one with the class list, and save it."
        )
    name, part = visible[0]
    left_out = [other for other, _part, _state in sheets if other != name]
    notes = [f"Only the sheet “{name}” was read; not: {', '.join(left_out)[:200]}."] if left_out else []
    return name, part, notes


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """(name, part, state) in the workbook's order; chart sheets and the like are no sheets here."""
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        if link.get("Type", "").endswith("/worksheet")
    }
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = [*workbook.iter(f"{_MAIN}sheet"), *workbook.iter(f"{_STRICT_MAIN}sheet")]
    return [
        (sheet.get("name", ""), _part(targets[link]), sheet.get("state", "visible"))
        for sheet in found
        if (link := sheet.get(_RELATIONSHIP) or sheet.get(_STRICT_RELATIONSHIP)) in targets
    ]


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@dataclass
class _Looked:
    """What the sheet's XML shows beside its values."""

    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, archive: zipfile.ZipFile, part: str) -> _Looked:
        """Parsed only where a first look finds something to place; most sheets have nothing."""
        looked, suspect, hidden = cls(), False, False
        for piece in _pieces(archive, part):
            suspect = suspect or bool(_FORMULA.search(piece) or _ERROR_VALUE.search(piece))
            suspect = suspect or b"mergeCell " in piece
            hidden = hidden or bool(_HIDDEN.search(piece))
        if hidden:
            looked.notes.append("Hidden rows and columns were read too.")
        if suspect:
            _Places(looked).parse(archive, part)
        return looked


class _Places:
    """Finds the cells that hold a formula, an error value, or are merged."""

    def __init__(self, looked: _Looked) -> None:
        self.looked = looked
        self.at = (-1, -1)

    def parse(self, archive: zipfile.ZipFile, part: str) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self.at = (int(attributes.get("r", self.at[0] + 2)) - 1, -1)
            case "c":
                self.at = _place(attributes["r"]) if "r" in attributes else (self.at[0], self.at[1] + 1)
                if attributes.get("t") == "e":
                    self.looked.wrong[self.at] = "error-value"
            case "f":
                self.looked.wrong[self.at] = "formula"
            case "mergeCell":
                self.looked.wrong[_place(attributes["ref"].partition(":")[0])] = "merged"


def _place(reference: str) -> tuple[int, int]:
    """ "B7" → (6, 1)."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _shifted(wrong: dict[tuple[int, int], str], by: int) -> dict[tuple[int, int], str]:
    return {(row, column - by): code for (row, column), code in wrong.items() if column >= by}


def _values(content: bytes, name: str, rows_limit: int) -> Grid:
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name)
    grid, held = Grid([], first_column=sheet.start[1] if sheet.start else 0), 0
    for at, cells in enumerate(sheet.iter_rows()):
        row = [_text(value, (at, column), grid.wrong) for column, value in enumerate(cells)]
        grid.rows.append(row if any(row) else BLANK)
        held += any(row)
        if held >= rows_limit:
            break
    return grid


def _text(value: object, at: tuple[int, int], wrong: dict[tuple[int, int], str]) -> str | None:
    """As a person would have typed it: whole numbers without a point, days as ISO dates."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, at, wrong)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def _number(value: float, at: tuple[int, int], wrong: dict[tuple[int, int], str]) -> str:
    if abs(value) >= EXACT_UP_TO:
        wrong[at] = "inexact-number"
        return repr(value)
    return str(int(value)) if value == int(value) else repr(value)
