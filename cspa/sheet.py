"""The published lists as a CSV file: what each row tells, or everything that is wrong with it.

Columns as in the research data: list_year, fiscal_year, country, waiver (none, full, partial),
programs_waived (`;` between; each a program and perhaps its limit in words), effective_from (of a change in
mid-year), list_confidence, waiver_confidence (high, low), note. Nothing is looked up in the database.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cspa import fiscal
from cspa.on_record import Part
from foundation.doors.text import NotText, cleaned, printable
from foundation.refused import Problem

COLUMNS = (
    "list_year", "fiscal_year", "country", "waiver", "programs_waived", "effective_from", "list_confidence",
    "waiver_confidence", "note",
)  # fmt: skip
WAIVERS = ("none", "full", "partial")
CONFIDENCES = ("high", "low")
ALL = "all"
LOOKS_LIKE_A_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]+")
LARGEST = 10_000_000  # bytes


@dataclass(frozen=True)
class Line:
    """One row. `parts` None: everything; a part without a program: the row does not say which."""

    row: int
    list_year: int
    country: str
    waiver: str
    parts: tuple[Part, ...] | None
    from_day: dt.date
    mid_year: bool
    listed_sure: bool
    waived_sure: bool
    note: str

    @property
    def fiscal_year(self) -> int:
        return fiscal.bitten_by(self.list_year)


@dataclass(frozen=True)
class Known:
    """What rows are held against: codes of countries and of programs that the Act reaches, and the day."""

    countries: Collection[str]
    programs: Collection[str]
    today: dt.date


def read(content: bytes, known: Known) -> tuple[list[Line], list[Problem]]:
    """Every row that could be read, and all that is wrong."""
    rows, wrong = _rows(content)
    lines: list[Line] = []
    for number, row in rows:
        line, problems = _line(number, row, known)
        wrong += problems
        lines += [line] if line else []
    return lines, wrong


def _rows(content: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """The rows that hold anything, by their number: 1 is the first under the heading."""
    if len(content) > LARGEST:
        return [], [Problem("too-large", "The file is larger than ten megabytes: these lists are small.")]
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        heading = [*(reader.fieldnames or ())]
        if wrong := list(_wrong_heading(heading)):
            return [], wrong
        return [(number, row) for number, row in enumerate(reader, start=1) if _cells(row)], []
    except UnicodeDecodeError:
        return [], [Problem("wrong-encoding", "The file is not UTF-8. Save it as CSV in UTF-8.")]
    except csv.Error as error:
        return [], [Problem("bad-csv", f"The file cannot be read as CSV: {error}.")]


def _cells(row: Mapping[str | None, object]) -> list[object]:
    return [cell for cell in row.values() if cell not in (None, "", [])]


def _wrong_heading(heading: list[str]) -> Iterable[Problem]:
    for name in COLUMNS:
        if heading.count(name) != 1:
            said = "is missing" if name not in heading else "stands twice"
            yield Problem("heading", f"The column “{name}” {said}.", column=name)
    for name in heading:
        if name not in COLUMNS:
            yield Problem(
                "heading", f"There is no column “{printable(name)}” in such a file.", column=name[:60]
            )


# --- one row ---


class Cells:
    """A row's cells, read one by one; what is wrong is gathered."""

    def __init__(self, number: int, row: Mapping[str, object]) -> None:
        self.number, self.row, self.wrong = number, row, list[Problem]()
        if row.get(None):  # type: ignore[call-overload]
            self.refuse("note", "too-many-cells", "The row has more cells than the heading has columns.")

    def text(self, name: str) -> str:
        value = self.row.get(name)
        if value is None:
            self.refuse(name, "missing", "The row ends before this column.")
            return ""
        try:
            return cleaned(str(value), multiline=False)
        except NotText as wrong:
            self.refuse(name, wrong.code, str(wrong).replace("This field", "This cell"))
            return ""

    def refuse(self, name: str, code: str, sentence: str) -> None:
        self.wrong.append(Problem(code, sentence, row=self.number, column=name))

    def year(self, name: str) -> int | None:
        text = self.text(name)
        if not re.fullmatch(r"\d{4}", text, re.ASCII):
            self.refuse(name, "not-a-year", "Write a year of four digits, as 2024.")
            return None
        return int(text)

    def one_of(self, name: str, words: Iterable[str]) -> str:
        text = self.text(name)
        if text not in words:
            self.refuse(name, "not-one-of", f"Write one of: {', '.join(words)}.")
        return text

    def day(self, name: str) -> dt.date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
                raise ValueError(text)
            return dt.date.fromisoformat(text)
        except ValueError:
            self.refuse(name, "not-a-day", "Write a day that exists, as 2024-06-28.")
            return None


def _line(number: int, row: Mapping[str, object], known: Known) -> tuple[Line | None, list[Problem]]:
    cells = Cells(number, row)
    list_year = _list_year(cells, known)
    country = cells.text("country")
    if country not in known.countries:
        cells.refuse("country", "unknown-country", "No country has this code (two letters, ISO 3166-1).")
    waiver = cells.one_of("waiver", WAIVERS)
    parts = _parts(cells, waiver, known)
    from_day = _from_day(cells, list_year)
    listed, waived = (cells.one_of(name, CONFIDENCES) for name in ("list_confidence", "waiver_confidence"))
    note = cells.text("note")
    if cells.wrong or list_year is None or from_day is None:
        return None, cells.wrong
    mid_year = from_day != fiscal.first_day(fiscal.bitten_by(list_year))
    line = Line(
        number,
        list_year,
        country,
        waiver,
        parts,
        from_day,
        mid_year,
        listed == "high",
        waived == "high",
        note,
    )
    return line, []


def _list_year(cells: Cells, known: Known) -> int | None:
    list_year, year = cells.year("list_year"), cells.year("fiscal_year")
    if list_year is None:
        return None
    if list_year < fiscal.FIRST_LIST:
        cells.refuse("list_year", "before-first-list", f"There was no list before {fiscal.FIRST_LIST}.")
    elif list_year > known.today.year:
        cells.refuse("list_year", "future-list", f"There is no list of {list_year} yet.")
    if year is not None and year != fiscal.bitten_by(list_year):
        follows = fiscal.bitten_by(list_year)
        said = f"The list of {list_year} bites fiscal year {follows}, not {year}."
        cells.refuse("fiscal_year", "not-following", said)
    return list_year


def _from_day(cells: Cells, list_year: int | None) -> dt.date | None:
    text, day = cells.row.get("effective_from"), cells.day("effective_from")
    if list_year is None or (text and day is None):
        return None
    year = fiscal.bitten_by(list_year)
    if day and fiscal.fiscal_year(day) != year:
        cells.refuse("effective_from", "outside-year", f"This day lies outside fiscal year {year}.")
    return day or fiscal.first_day(year)


def _parts(cells: Cells, waiver: str, known: Known) -> tuple[Part, ...] | None:
    text = cells.text("programs_waived")
    named = [each for each in (one.strip() for one in text.split(";")) if each]
    if waiver == "none" and named:
        cells.refuse("programs_waived", "not-waived", "No waiver, but programs of one: leave this empty.")
    if waiver == "full" and named not in ([], [ALL]):
        cells.refuse("programs_waived", "not-partial", "A full waiver covers all: write “all”, or partial.")
    if waiver != "partial":
        return None if waiver == "full" else ()
    if named == [ALL]:
        cells.refuse("programs_waived", "not-full", "A partial waiver of all is a full one: write full.")
    parts = tuple(_part(cells, each, known) for each in named)
    if len({part.program for part in parts if part.program}) < len([part for part in parts if part.program]):
        cells.refuse("programs_waived", "twice", "A program is named twice.")
    return parts or (Part(None),)


def _part(cells: Cells, text: str, known: Known) -> Part:
    """“IMET”, or “EDA nonlethal”; words alone are a limit of programs that the row does not name."""
    first, _, rest = text.partition(" ")
    if first in known.programs:
        return Part(first, limit=rest.strip())
    if LOOKS_LIKE_A_CODE.fullmatch(first):
        reached = ", ".join(sorted(known.programs))
        said = f"The Act reaches no program “{printable(first)}”. It reaches: {reached}."
        cells.refuse("programs_waived", "unknown-program", said)
    return Part(None, limit=text)
