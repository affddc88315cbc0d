"""Real class lists through the pure part of intake; they stand beside the project, and may be absent."""

from __future__ import annotations

from datetime import date

import pytest

from bench.class_lists import DATA, class_nominations, law_of, moved, of_file, program_of, tally
from tests.vetting.intake.builders import TODAY

there = pytest.mark.skipif(not (DATA / "batches").is_dir(), reason=f"no class lists at {DATA}")


@pytest.mark.parametrize(
    ("printed", "program", "law"),
    [
        ("IMET-1 - FY 2007 DoS Training", "IMET", "FAA"),
        (
            "DOS Near East Region, Egypt, International Military Education and Training (IMET), FY04",
            "IMET",
            "FAA",
        ),
        ("Near East Region, Egypt, Foreign Military Financing (FMF), FY04", "FMF", "AECA"),
        ("Section 1004 - Fiscal Year 2016 Department of Defense Training", "1004", "DOD"),
        ("Regional Centers - Fiscal Year 2017 Department of Defense Training", "RC", "DOD"),
        ("Service Academies - Department of Defense Training", "OTHER", "DOD"),
        ("Global Fund - Department of State Training", "OTHER", "FAA"),
    ],
)
def test_programs_as_printed(printed, program, law):
    code, label = program_of(printed)
    assert (code, law_of(code, printed), label) == (program, law, printed if code == "OTHER" else None)


def test_dates_move_by_whole_years_together():
    assert moved(date(2003, 9, 26), date(2004, 12, 16), TODAY) == (date(2027, 9, 26), date(2028, 12, 16))
    assert moved(date(2004, 2, 29), None, TODAY) == (date(2027, 2, 28), None)
    assert moved(None, None, TODAY) == (None, None)


@there
def test_whole_services_are_refused_and_all_else_is_accepted():
    counts = tally(TODAY)
    assert counts.rows == 1_241
    assert set(counts.reasons) == {"whole-service"}
    assert 179 <= counts.reasons["whole-service"] <= 210
    assert counts.rows_accepted == counts.rows - counts.reasons["whole-service"]


@there
def test_a_list_reads_the_same_from_csv_and_from_xlsx():
    for path in (DATA / "batches").glob("*.xlsx"):
        as_csv = [nomination.body for nomination in of_file(path.with_suffix(".csv"), TODAY)]
        assert [nomination.body for nomination in of_file(path, TODAY)] == as_csv


@there
def test_references_are_unique():
    references = [nomination.body["reference"] for nomination in class_nominations(TODAY)]
    assert len(set(references)) == len(references)
