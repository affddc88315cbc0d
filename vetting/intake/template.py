"""The file to fill in, as CSV and as a workbook; and the refused rows, sent back with what is wrong."""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from foundation.refused import Problem
from vetting.intake.columns import COLUMNS, PROBLEMS
from vetting.intake.lookups import Lookups
from vetting.intake.out import safe_csv
from vetting.intake.shape import GENDERS, KINDS, LEVELS, MAY_BE_UNKNOWN, ROLES
from vetting.intake.sheet import ROWS_LIMIT, Sheet

MEDIA_TYPE_CSV = "text/csv; charset=utf-8"
MEDIA_TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PERSON, _UNIT, _BOTH = "people", "units", "people and units"
# Column → (for whom it is, what goes into it, an invented example).
GUIDE = {
    "kind": (_BOTH, "individual or unit.", "individual"),
    "role": (_BOTH, "participant, alternate or instructor. Empty: participant.", "participant"),
    "name": (_PERSON, "The full name in its own script; or use name_1 to name_5 instead.", ""),
    "name_1": (_PERSON, "The name in up to five parts, in the order in which it is said.", "Alena"),
    "name_2": (_PERSON, "The next part of the name.", "Marit"),
    "name_3": (_PERSON, "The next part of the name.", "Dorvich"),
    "name_4": (_PERSON, "The next part of the name.", ""),
    "name_5": (_PERSON, "The next part of the name.", ""),
    "aliases": (
        _PERSON,
        "Other names, spellings and scripts; several separated by ;",
        "Алена Дорвич; Lena",
    ),
    "date_of_birth": (
        _PERSON,
        "YYYY-MM-DD, YYYY-MM or YYYY, or in the order you tell.",
        "1988-03-05",
    ),
    "birth_city": (_PERSON, "City or village of birth.", "Velin"),
    "birth_state": (_PERSON, "State or province of birth, where there is one.", ""),
    "birth_country": (_PERSON, "Two-letter ISO 3166 code.", "XA"),
    "nationality": (_PERSON, "Two-letter ISO 3166 code.", "XA"),
    "gender": (_PERSON, "male, female, other or unknown.", "female"),
    "national_id": (_PERSON, "As printed, leading zeros too. Keep the column as text.", "0042-771"),
    "rank": (_PERSON, "As used in the service.", "Captain"),
    "job_title": (_PERSON, "What the person does in the unit.", "Document examiner"),
    "is_commander": (_PERSON, "yes where the person commands the unit; otherwise no or empty.", "no"),
    "unit": (
        _BOTH,
        "Its own name. A whole service or ministry is not a unit.",
        "14th Border Battalion",
    ),
    "unit_english": (_BOTH, "The unit's name in English.", ""),
    "unit_aliases": (_BOTH, "Acronyms and other names; several separated by ;", "14 BB"),
    "unit_parents": (
        _BOTH,
        "The units above it, the nearest first, separated by ;",
        "Eastern Border Regiment; Border Guard",
    ),
    "unit_level": (
        _BOTH,
        "One of " + ", ".join(LEVELS) + ".",
        "battalion",
    ),
    "commander": (_BOTH, "Full name of the unit's commander.", ""),
    "commander_unknown_reason": (_BOTH, "Why the commander is not named.", "the post is vacant"),
    "unknown_reasons": (
        _PERSON,
        f"Why {', '.join(MAY_BE_UNKNOWN)} is not known, as field: reason; several separated by ;",
        "",
    ),
}
_CODES = {
    "kind": KINDS,
    "role": ROLES,
    "gender": GENDERS,
    "is_commander": ("yes", "no"),
    "unit_level": LEVELS,
}
_COUNTRY_COLUMNS = ("birth_country", "nationality")
_TEXT = "@"  # a column of text keeps leading zeros, and long numbers whole
_HEAD = PatternFill("solid", fgColor="DFE1E2")


def template_csv() -> bytes:
    return safe_csv(COLUMNS, [])


def template_xlsx(known: Lookups) -> bytes:
    """Sheets Candidates (to fill in), Instructions, Codes; only the first is read when it comes back."""
    book = Workbook()
    candidates = book.active
    assert isinstance(candidates, Worksheet)
    candidates.title = "Candidates"
    _fill_candidates(candidates)
    _fill_instructions(book.create_sheet("Instructions"))
    _fill_codes(book.create_sheet("Codes"), known)
    _add_choices(candidates, len(known.countries))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def refused_csv(sheet: Sheet, problems: Iterable[Problem]) -> bytes:
    """The rows that have problems, as they were sent, with a last column that says what is wrong.

    A formula is left empty: escaped and sent back unread, it would pass for a text.
    """
    said: dict[int, list[str]] = {}
    emptied = set()
    for problem in problems:
        if problem.row is not None:
            said.setdefault(problem.row, []).append(problem.detail)
            emptied |= {(problem.row, problem.column)} if problem.code == "formula" else set()
    keep = [(at, head) for at, head in enumerate(sheet.headings) if head.casefold() != PROBLEMS]
    rows = (
        [*(None if (row.number, head) in emptied else row.cells[at] for at, head in keep), reasons]
        for row in sheet.rows
        if (reasons := " ".join(said.get(row.number, [])))
    )
    return safe_csv([*(head for _at, head in keep), PROBLEMS], rows)


def _fill_candidates(page: Worksheet) -> None:
    page.append(COLUMNS)
    page.freeze_panes = "A2"
    for place, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = max(14, len(column) + 2)
        page.column_dimensions[letter].number_format = _TEXT
        page.cell(1, place).font = Font(bold=True)
        page.cell(1, place).fill = _HEAD


def _fill_instructions(page: Worksheet) -> None:
    page.append(("Column", "For", "What goes into it", "An invented example"))
    for column in COLUMNS:
        page.append((column, *GUIDE[column]))
    for letter, width in zip("ABCD", (28, 18, 70, 44), strict=True):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows():
        for cell in row:
            cell.number_format = _TEXT
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in page[1]:
        cell.font = Font(bold=True)


def _fill_codes(page: Worksheet, known: Lookups) -> None:
    page.append(("Country", "Name"))
    for code in sorted(known.countries):
        page.append((code, next(iter(known.countries[code]), "")))
        page.cell(page.max_row, 2).data_type = "s"  # a name that begins with = is a name all the same


def _add_choices(page: Worksheet, countries: int) -> None:
    """Drop-down lists; a country's come from the sheet of codes, too many to stand in a list of their own."""
    for column in _COUNTRY_COLUMNS:
        _add_choice(page, column, f"Codes!$A$2:$A${countries + 1}")
    for column, codes in _CODES.items():
        _add_choice(page, column, f'"{",".join(codes)}"')


def _add_choice(page: Worksheet, column: str, formula: str) -> None:
    letter = get_column_letter(COLUMNS.index(column) + 1)
    choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    choice.error = "Choose one from the list."
    page.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{ROWS_LIMIT + 1}")
