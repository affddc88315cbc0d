"""A sheet checked whole: headings, dates, problems by row and their own heading."""

from __future__ import annotations

import time

import pytest

from tests.vetting.intake.builders import CELLS, FORM, LOOKUPS, TODAY, csv_of
from vetting.intake.cells import read_date
from vetting.intake.rows import abridged, check_form, check_sheet
from vetting.intake.sheet import read_sheet


def checked(rows, *, columns=None, date_order="ymd", mode="all", form=FORM, headings=None, progress=None):
    sheet = read_sheet(csv_of(rows, headings), "a.csv")
    return check_sheet(sheet, form, columns, date_order, mode, LOOKUPS, TODAY, progress)


def told(found):
    return {(p.row, p.column, p.code) for p in found.problems}


def row(**changes):
    return CELLS | changes


def test_a_sound_sheet_becomes_a_draft():
    found = checked([row(), row(name="Nela O", national_id="7", birth_country="Talmara", nationality="xb")])
    assert (found.problems, found.refused) == ([], [])
    assert [c.row for c in found.draft.candidates] == [1, 2]
    second = found.draft.candidates[1]
    assert (second.nationality, second.place_of_birth.country) == ("XB", "XB")


def test_several_values_name_parts_and_reasons():
    cells = row(
        name="", name_1="Alena", name_2="M.", aliases="Lena; Алена ;", unit_parents="Eastern; Guard Command",
        rank="", job_title="", unknown_reasons="rank: not told; job title: new post", is_commander="Yes",
    )  # fmt: skip
    (candidate,) = checked([cells]).draft.candidates
    assert candidate.name.parts == ("Alena", "M.")
    assert candidate.aliases == ("Lena", "Алена")
    assert candidate.unit.parents == ("Eastern", "Guard Command")
    assert candidate.unknown == {"rank": "not told", "job_title": "new post"}
    assert candidate.is_commander


def test_a_unit_row():
    cells = {
        "kind": "Unit",
        "unit": "Ostrel Post",
        "unit_level": "Post",
        "commander_unknown_reason": "vacant",
    }
    (candidate,) = checked([cells]).draft.candidates
    assert (candidate.kind, candidate.unit.level, candidate.unit.commander) == ("unit", "post", None)
    assert told(checked([cells | {"name": "Ostrel Post"}])) == {(1, "name", "not-for-units")}


def test_problems_stand_by_row_and_their_own_heading():
    rows = [
        {"DOB": "31/06/1988", "Dienst": "Border Guard Service", "Cmdr": ""} | row(gender="f"),
        {"DOB": "05/03/1988", "Dienst": "", "Cmdr": ""} | row(national_id="7", rank=""),
    ]
    for cells in rows:
        for ours in ("date_of_birth", "unit", "commander"):
            del cells[ours]
    mapping = {"DOB": "date_of_birth", "dienst": "unit", "Cmdr": "commander"}
    found = checked(rows, columns=mapping, date_order="dmy")
    assert found.draft is None
    assert found.refused == [1, 2]
    assert told(found) == {
        (1, "DOB", "bad-date"),
        (1, "Dienst", "whole-service"),
        (1, "Cmdr", "missing"),
        (1, "gender", "unknown-code"),
        (2, "Dienst", "missing"),
        (2, "rank", "missing"),
    }
    assert "in unknown_reasons (rank)" in next(p.detail for p in found.problems if p.column == "rank")


def test_headings_match_whatever_their_case_spaces_and_order():
    cells = {" Date Of-Birth": "1980", **{key.upper(): value for key, value in reversed(row().items())}}
    del cells["DATE_OF_BIRTH"]
    assert checked([cells]).problems == []


def test_an_unknown_heading_is_told_with_the_closest():
    found = checked([row() | {"natonality": "x"}])
    (problem,) = found.problems
    assert (problem.code, problem.column, problem.row) == ("unknown-column", "natonality", None)
    assert "Did you mean “nationality”?" in problem.detail


def test_a_heading_may_be_left_out_and_our_own_problems_column_is():
    assert checked([row() | {"Remarks": "x", "problems": "old"}], columns={"Remarks": None}).problems == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Nope": "rank"}, "unknown-column"),
        ({"rank": "rang"}, "unknown-column"),
        ({"rank": ["x"]}, "unknown-column"),
        ({"rank": "job_title"}, "duplicate-column"),
        (["rank"], "wrong-type"),
        ("rank", "wrong-type"),
    ],
)
def test_a_map_of_columns_that_cannot_be(columns, code):
    found = checked([row()], columns=columns)
    assert found.draft is None
    assert code in {problem.code for problem in found.problems}


def test_one_heading_twice():
    content = b"kind,Kind\nunit,unit\n"
    found = check_sheet(read_sheet(content, "a.csv"), FORM, None, "ymd", "all", LOOKUPS, TODAY)
    assert told(found) == {(None, "Kind", "duplicate-column")}


def test_a_file_without_headings_is_told_once():
    found = checked([{"individual": "unit", "Alena": "Nela"}])
    assert [problem.code for problem in found.problems] == ["no-headings"]


def test_valid_rows_leaves_the_wrong_ones_out():
    rows = [row(), row(name="Nela O", national_id="7", gender="?"), row(name="Ivo S", national_id="8")]
    assert checked(rows).draft is None
    found = checked(rows, mode="valid-rows")
    assert [candidate.row for candidate in found.draft.candidates] == [1, 3]
    assert found.refused == [2]
    assert checked([row(gender="?")], mode="valid-rows").draft is None


def test_a_row_that_repeats_a_refused_one_is_taken_in_valid_rows():
    found = checked([row(gender="?"), row()], mode="valid-rows")
    assert (found.refused, len(found.draft.candidates)) == ([1], 1)
    assert checked([row(gender="?"), row()]).refused == [1, 2]


def test_a_cell_the_sheet_refused_is_told_once():
    found = checked([row(national_id="=A9&B9")])
    assert told(found) == {(1, "national_id", "formula")}


def test_a_ragged_row_is_told_once():
    content = csv_of([row()]) + b"individual,participant\n"
    found = check_sheet(read_sheet(content, "a.csv"), FORM, None, "ymd", "valid-rows", LOOKUPS, TODAY)
    assert told(found) == {(2, None, "too-few-cells")}
    assert len(found.draft.candidates) == 1


def test_a_number_that_lost_digits():
    assert told(checked([row(national_id="1.0E+12")])) == {(1, "national_id", "inexact-number")}


def test_cells_with_their_own_rules():
    found = checked([row(is_commander="perhaps", unknown_reasons="no idea", name_1="Ana")])
    assert told(found) == {
        (1, "is_commander", "unknown-code"),
        (1, "unknown_reasons", "bad-reason"),
        (1, "name", "one-or-the-other"),
    }


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("05/03/1988", "dmy", "1988-03-05"),
        ("05/03/1988", "mdy", "1988-05-03"),
        ("5.3.1988", "dmy", "1988-03-05"),
        ("1988/3/5", "ymd", "1988-03-05"),
        ("1988-03-05", "mdy", "1988-03-05"),
        ("1988", "dmy", "1988"),
        ("03/1988", "dmy", "1988-03"),
        ("1988/3", "mdy", "1988-03"),
        ("٠٥/٠٣/١٩٨٨", "dmy", "1988-03-05"),
    ],
)
def test_dates_in_the_order_that_was_told(text, order, iso):
    assert read_date(text, order) == (iso, None)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("31/06/1988", "dmy"),
        ("05/13/1988", "dmy"),
        ("13/05/1988", "mdy"),
        ("05/03/88", "dmy"),
        ("05/03/1988", "ymd"),
        ("1988/03/05", "dmy"),
        ("32207", "dmy"),
        ("5 March 1988", "dmy"),
        ("1988-13", "ymd"),
        ("1/2/3/4", "dmy"),
        ("١٩٨٨٨٨", "dmy"),
        ("²", "dmy"),
    ],
)
def test_dates_that_are_refused_and_never_guessed(text, order):
    iso, wrong = read_date(text, order)
    assert iso is None
    assert wrong.endswith(".")


def test_the_form_is_checked_beside_the_file():
    form = FORM | {"event_starts_on": "8/3/2027", "law": "", "event_title": "", "colour": "x"}
    header, problems = check_form(form, "ydm", None, LOOKUPS, TODAY)
    assert header is None
    assert {(p.pointer, p.code) for p in problems} == {
        ("/event_starts_on", "bad-date"),
        ("/event_title", "missing"),
        ("/law", "missing"),
        ("/colour", "unknown-field"),
        ("/date_order", "unknown-code"),
        ("/mode", "missing"),
    }
    assert checked([row()], form=form).problems != []


def test_progress_is_told_to_the_end():
    seen = []
    checked([row(national_id=str(n)) for n in range(450)], progress=lambda *at: seen.append(at))
    assert seen == [(200, 450), (400, 450), (450, 450)]


def test_a_thousand_problems_and_then_a_count():
    short = abridged(
        checked([row(gender="?", name=f"Ana {n}", national_id=str(n)) for n in range(1_100)]).problems
    )
    assert len(short) == 1_001
    assert short[-1].detail == "There are 100 more problems; mend these first."


def test_ten_thousand_rows_are_checked_in_seconds():
    rows = [row(name=f"Ana Nr{n}", national_id=f"N{n}", unit=f"{n % 300} Battalion") for n in range(10_000)]
    sheet = read_sheet(csv_of(rows), "a.csv")
    started = time.monotonic()
    found = check_sheet(sheet, FORM, None, "ymd", "all", LOOKUPS, TODAY)
    assert found.problems[:1] == []
    assert time.monotonic() - started < 15
