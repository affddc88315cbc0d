"""A file of candidates into rows of text. `read_bounded` reads it in a process of its own, with little memory
and little time, so that a bad file cannot take a worker down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from foundation.refused import Invalid, Problem
from vetting.intake.container import CSV, kind_of, refuse
from vetting.intake.delimited import is_formula, read_grid
from vetting.intake.out import unescaped
from vetting.intake.text import shown
from vetting.intake.workbook import Grid, read_workbook

ROWS_LIMIT = 10_000
COLUMNS_LIMIT = 200
CELL_LIMIT = 5_000
HEADING_LIMIT = 200
TEXT_LIMIT = 10 * 2**20  # bytes of all cells together, as UTF-8: no CSV that is read holds more
WRONG_LIMIT = 50_000  # cells that cannot be taken; a sentence for each of a million would fill the memory
SECONDS_LIMIT = 30
FILL_IN = "Fill in a row for each person or unit, under a row of headings."
ROOT = Path(__file__).resolve().parents[2]

_WHY = {
    "formula": (
        "this is a formula, so the value itself is not in the file. Put the value there; "
        "a text that begins with = + - or @ takes an apostrophe (') before it."
    ),
    "error-value": "the spreadsheet shows an error here. Put the value there.",
    "merged": "this cell is merged with others. Unmerge it and fill in every row.",
    "inexact-number": (
        "kept as a number, this has lost digits. Format the column as text and type it again."
    ),
    "too-long": f"this cell holds more than {CELL_LIMIT:,} characters. Shorten it.",
}


@dataclass(frozen=True)
class Row:
    """`number` is 1 for the first row under the heading; blank rows are counted and left out."""

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file says, and which cells cannot be taken as they stand. `notes` are for the person."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {
            "headings": self.headings,
            "rows": [[row.number, *row.cells] for row in self.rows],
            "problems": [problem.as_dict() for problem in self.problems],
            "notes": self.notes,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Sheet:
        return cls(
            headings=tuple(data["headings"]),
            rows=tuple(Row(number, tuple(cells)) for number, *cells in data["rows"]),
            problems=tuple(Problem(**problem) for problem in data["problems"]),
            notes=tuple(data["notes"]),
        )


def read_bounded(content: bytes, filename: str) -> Sheet:
    """The same as `read_sheet`, in a process with 1 GB of memory and 30 seconds; raises Invalid."""
    kind_of(filename, content)
    suffix = PurePath(filename).suffix.lower()
    command = [sys.executable, "-E", "-s", "-m", "vetting.intake", suffix]
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=SECONDS_LIMIT,
            cwd=ROOT,
            env=_surroundings(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise too_much() from error
    if done.returncode != 0:
        raise too_much()
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Invalid.of(Problem(**problem) for problem in answer["refused"])
    return Sheet.from_data(answer)


def _surroundings() -> dict[str, str]:
    """What an interpreter needs to start; no address, no key."""
    needed = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in needed if name in os.environ}


def too_much() -> Invalid:
    return refuse(
        "too-much",
        "The file takes too much memory or time to read. Copy the class list alone into a new file.",
    )


def read_sheet(content: bytes, filename: str) -> Sheet:
    """Here and now, without limits on memory and time; raises Invalid where the file is refused whole."""
    most = ROWS_LIMIT + 2  # the heading, and one row too many to tell by
    if kind_of(filename, content) == CSV:
        return _Reading(Grid(read_grid(content, most)), ragged=True).sheet()
    return _Reading(read_workbook(content, most), ragged=False).sheet()


@dataclass
class _Reading:
    """A grid on its way to a sheet. `ragged`: rows have lengths of their own, as in a CSV."""

    grid: Grid
    ragged: bool
    problems: list[Problem] = field(default_factory=list)
    size: int = 0

    def sheet(self) -> Sheet:
        heading_at = next((at for at, row in enumerate(self.grid.rows) if _filled(row)), None)
        if heading_at is None:
            raise refuse("empty-file", f"There is nothing in the file. {FILL_IN}")
        headings = self._headings(heading_at)
        rows = tuple(self._rows(heading_at, headings))
        if not rows:
            raise refuse("no-rows", f"There are headings in the file, but no rows under them. {FILL_IN}")
        if len(rows) > ROWS_LIMIT:
            raise refuse("too-many-rows", f"The file has more than {ROWS_LIMIT:,} rows. Split it.")
        return Sheet(headings, rows, tuple(self.problems), tuple(self.grid.notes))

    def _headings(self, at: int) -> tuple[str, ...]:
        cells = [" ".join((cell or "").split()) for cell in self.grid.rows[at]]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > COLUMNS_LIMIT:
            raise refuse(
                "too-many-columns", f"The file has {len(cells):,} columns; at most {COLUMNS_LIMIT} are read."
            )
        wrong = [code for (row, _column), code in self.grid.wrong.items() if row <= at]
        if wrong or any(is_formula(cell) for cell in cells):
            why = _WHY[wrong[0] if wrong else "formula"]
            raise refuse("bad-heading", f"In the first row, where the headings stand: {why}")
        return tuple(unescaped(cell[:HEADING_LIMIT]) for cell in cells)

    def _rows(self, heading_at: int, headings: Sequence[str]) -> Iterator[Row]:
        for at in range(heading_at + 1, len(self.grid.rows)):
            cells = self.grid.rows[at]
            if _filled(cells):
                yield self._row(at, at - heading_at, cells, headings)

    def _row(self, at: int, number: int, cells: Sequence[str | None], headings: Sequence[str]) -> Row:
        self._check_length(number, cells, headings)
        padded = [*cells[: len(headings)], *[None] * (len(headings) - len(cells))]
        texts = tuple(self._cell(at, column, number, cell, headings) for column, cell in enumerate(padded))
        return Row(number, texts)

    def _check_length(self, number: int, cells: Sequence[str | None], headings: Sequence[str]) -> None:
        """More cells than headings, or fewer: a separator too many or too few has moved the values."""
        beyond = [cell for cell in cells[len(headings) :] if cell and cell.strip()]
        if beyond:
            counted = f"the row has values beyond the last of {len(headings)} headings."
            self._note("too-many-cells", number, f"{counted} Is there a separator too many?")
        elif self.ragged and len(cells) < len(headings):
            counted = (
                f"the row has {len(cells)} cells under {len(headings)} headings. Is a separator missing?"
            )
            self._note("too-few-cells", number, counted)

    def _cell(
        self, at: int, column: int, number: int, cell: str | None, headings: Sequence[str]
    ) -> str | None:
        code, text = self.grid.wrong.get((at, column)), cell or ""
        self.size += len(text.encode())
        if self.size > TEXT_LIMIT:
            raise too_much()
        if code is None and text:
            code = "too-long" if len(text) > CELL_LIMIT else "formula" if is_formula(text) else None
        heading = headings[column]
        if code is not None:
            self._refuse_a_flood()
            self.problems.append(Problem(code, f"{shown(heading)}: {_WHY[code]}", row=number, column=heading))
        elif text.strip() and not heading:
            where = f"Column {column + 1} has values in row {number}, but no heading."
            raise refuse("no-heading", f"{where} Give it one, or remove the column.")
        return (text[:CELL_LIMIT] if code else unescaped(text)) or None

    def _refuse_a_flood(self) -> None:
        if len(self.problems) >= WRONG_LIMIT:
            raise refuse(
                "too-many-problems",
                f"More than {WRONG_LIMIT:,} cells hold a formula, an error or too long a text. "
                "Paste the values of the class list alone into a new file, and send that.",
            )

    def _note(self, code: str, number: int, sentence: str) -> None:
        self.problems.append(Problem(code, sentence[:1].upper() + sentence[1:], row=number))


def _filled(row: Sequence[str | None]) -> bool:
    return any(cell and cell.strip() for cell in row)
