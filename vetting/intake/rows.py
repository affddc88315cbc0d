"""A sheet checked whole: the nomination it makes, what is wrong by row and column, which rows are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from foundation.refused import Problem
from vetting.intake.candidates import Reading, read_candidate
from vetting.intake.cells import DATE_ORDERS, Cells
from vetting.intake.columns import Matched, match_columns
from vetting.intake.fields import Fields
from vetting.intake.header import read_header
from vetting.intake.lookups import Lookups
from vetting.intake.shape import NominationDraft
from vetting.intake.sheet import Row, Sheet
from vetting.intake.together import check_together

MODES = ("all", "valid-rows")
EVENT_FIELDS = {
    "event_title": "title",
    "event_location": "location",
    "event_starts_on": "starts_on",
    "event_ends_on": "ends_on",
}
PROGRESS_EVERY = 200
TOLD_LIMIT = 1_000

Progress = Callable[[int, int], None]


class Checked(NamedTuple):
    """`draft` is None where nothing may be saved; `refused` are the numbers of the rows that are wrong."""

    draft: NominationDraft | None
    problems: list[Problem]
    refused: list[int]


def check_sheet(
    sheet: Sheet,
    header_fields: Mapping[str, Any],
    columns: Any,
    date_order: Any,
    mode: Any,
    known: Lookups,
    today: date,
    progress: Progress | None = None,
) -> Checked:
    """`header_fields` are the form's, `columns` maps their headings to ours. With mode "valid-rows" the rows
    that are wrong are left out; headings and form must be right in any mode."""
    header, problems = check_form(header_fields, date_order, mode, known, today)
    matched = match_columns(sheet, columns)
    problems += matched.problems
    if problems or header is None:
        return Checked(None, problems, [])
    readings = _Rows(sheet, matched, str(date_order), header.country, known, today, progress).read()
    good = {row: reading for row, reading in readings.items() if not reading.problems}
    check_together((good if mode == "valid-rows" else readings).values())
    problems = [problem for row, reading in readings.items() for problem in _in_file(reading, row, matched)]
    refused = [row for row, reading in readings.items() if reading.problems]
    drafts = [r.draft for r in readings.values() if not r.problems and r.draft is not None]
    if not drafts or (refused and mode != "valid-rows"):
        return Checked(None, problems, refused)
    return Checked(replace(header, candidates=tuple(drafts)), problems, refused)


def check_form(
    fields: Mapping[str, Any], date_order: Any, mode: Any, known: Lookups, today: date
) -> tuple[NominationDraft | None, list[Problem]]:
    """What is sent beside the file, checked before it is read; pointers are the form's own fields."""
    body = {key: value for key, value in fields.items() if key not in EVENT_FIELDS}
    body["event"] = {ours: fields.get(theirs) or None for theirs, ours in EVENT_FIELDS.items()}
    header, problems = read_header(body, known, today)
    problems = [replace(problem, pointer=_form_pointer(problem.pointer or "")) for problem in problems]
    choices = Fields({"date_order": date_order, "mode": mode}, "", problems)
    choices.code(
        "date_order", tuple(DATE_ORDERS), how="Say which comes first in your dates: ymd, dmy or mdy."
    )
    choices.code("mode", MODES, how="Say all, or valid-rows.")
    return (None, problems) if problems else (header, [])


def abridged(problems: list[Problem], most: int = TOLD_LIMIT) -> list[Problem]:
    """The first thousand, then how many more."""
    if len(problems) <= most:
        return problems
    more = len(problems) - most
    return [*problems[:most], Problem("more", f"There are {more:,} more problems; mend these first.")]


class _Rows:
    """Each row read on its own; a cell that the sheet itself has marked is not complained of twice."""

    def __init__(
        self,
        sheet: Sheet,
        matched: Matched,
        date_order: str,
        country: str,
        known: Lookups,
        today: date,
        progress: Progress | None,
    ) -> None:
        self.sheet, self.matched, self.date_order = sheet, matched, date_order
        self.country, self.known, self.today = country, known, today
        self.progress = progress or (lambda _done, _total: None)
        self.marked: dict[int, list[Problem]] = {}
        for problem in sheet.problems:
            self.marked.setdefault(problem.row or 0, []).append(problem)

    def read(self) -> dict[int, Reading]:
        readings, total = {}, len(self.sheet.rows)
        for done, row in enumerate(self.sheet.rows, start=1):
            readings[row.number] = self._one(row)
            if done % PROGRESS_EVERY == 0 or done == total:
                self.progress(done, total)
        return readings

    def _one(self, row: Row) -> Reading:
        marked = self.marked.get(row.number, [])
        if any(
            problem.column is None for problem in marked
        ):  # its cells have moved: nothing else is worth saying
            return Reading(None, "", marked)
        cells = Cells(row, self.matched, self.known, self.date_order)
        body = cells.body()
        reading = read_candidate(body, "", row.number, self.country, self.known, self.today)
        said = marked + cells.problems
        columns = {problem.column for problem in said}
        found = [problem for problem in reading.problems if self._column(problem) not in columns]
        return Reading(reading.draft, "", said + found)

    def _column(self, problem: Problem) -> str:
        return self.matched.heading_for((problem.pointer or "").lstrip("/"))


def _in_file(reading: Reading, row: int, matched: Matched) -> Iterable[Problem]:
    """Its problems by row and their heading; those that came with one are kept as they are."""
    for problem in reading.problems:
        if problem.row is not None:
            yield problem
            continue
        column = matched.heading_for((problem.pointer or "").lstrip("/"))
        detail = problem.detail.replace("under unknown (", "in unknown_reasons (")
        yield Problem(problem.code, detail, row=row, column=column)


def _form_pointer(pointer: str) -> str:
    for theirs, ours in EVENT_FIELDS.items():
        if pointer == f"/event/{ours}":
            return f"/{theirs}"
    return pointer
