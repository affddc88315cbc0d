"""The template comes back readable; refused rows go out harmless and come back the same."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.refused import Invalid
from tests.vetting.intake.builders import CELLS, FORM, LOOKUPS, TODAY, csv_of, saved
from vetting.intake.columns import COLUMNS
from vetting.intake.delimited import is_formula
from vetting.intake.out import escaped, safe_csv, unescaped
from vetting.intake.rows import check_sheet
from vetting.intake.sheet import read_bounded, read_sheet
from vetting.intake.template import GUIDE, refused_csv, template_csv, template_xlsx

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


def check(sheet, **more):
    return check_sheet(sheet, FORM, None, "ymd", more.get("mode", "all"), LOOKUPS, TODAY)


def test_the_csv_template_has_the_columns_and_nothing_else():
    (headings,) = csv.reader(io.StringIO(template_csv().decode("utf-8-sig")))
    assert tuple(headings) == COLUMNS
    assert set(GUIDE) == set(COLUMNS)


def test_the_workbook_filled_in_is_read_back_with_its_leading_zeros():
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(LOOKUPS)))
    page = book["Candidates"]
    assert page.column_dimensions["A"].number_format == "@"
    for column, value in CELLS.items():
        page.cell(2, COLUMNS.index(column) + 1).value = value
    found = check(read_bounded(saved(book), "filled.xlsx"))
    assert found.problems == []
    assert found.draft.candidates[0].national_id == "0042"


def test_the_workbook_offers_the_codes():
    page = openpyxl.load_workbook(io.BytesIO(template_xlsx(LOOKUPS)))["Candidates"]
    offered = {str(choice.sqref): choice.formula1 for choice in page.data_validations.dataValidation}
    assert '"male,female,other,unknown"' in offered.values()
    assert "Codes!$A$2:$A$5" in offered.values()


def test_the_example_in_the_instructions_would_be_taken():
    cells = {column: GUIDE[column][2] for column in COLUMNS}
    assert check(read_sheet(csv_of([cells]), "a.csv")).problems == []


def test_refused_rows_go_out_with_reasons_and_come_back():
    rows = [CELLS, CELLS | {"name": "Ivo S", "national_id": "7", "gender": "f", "rank": "'=1+1"}]
    rows.append(CELLS | {"name": "Nela O", "national_id": "=HYPERLINK(1)"})
    sheet = read_sheet(csv_of(rows), "a.csv")
    found = check(sheet)
    content = refused_csv(sheet, found.problems)
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [line["name"] for line in lines] == ["Ivo S", "Nela O"]
    assert lines[0]["rank"] == "'=1+1"
    assert lines[1]["national_id"] == ""
    assert "“f” is not a code we know" in lines[0]["problems"]
    again = read_bounded(content, "again.csv")
    assert again.rows[0].cells[: len(CELLS)] == sheet.rows[1].cells
    assert {p.code for p in check(again).problems} == {"unknown-code", "missing"}
    assert refused_csv(again, check(again).problems).count(b'"problems"') == 1


@settings(deadline=None)
@given(TEXT)
def test_an_escaped_cell_is_no_formula_and_reads_the_same(text):
    assert not is_formula(escaped(text))
    assert unescaped(escaped(text)) == text


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_what_is_written_is_read_back_exactly(rows):
    rows = [("x" + one, other) for one, other in rows]
    read = read_sheet(safe_csv(["a", "b"], rows), "a.csv")
    assert [row.cells for row in read.rows] == [(one, other or None) for one, other in rows]


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(content):
    for filename in ("a.csv", "a.xlsx"):
        try:
            check(read_sheet(content, filename))
        except Invalid as refused:
            assert refused.problems[0].detail
