"""Rows with one cell that is wrong, or only looks wrong: what stands in it, and what is to be said of it."""

from __future__ import annotations

import datetime as dt

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.trust.bad_file import BadFile
from tests.vetting.intake.builders import csv_of, saved, xlsx_of
from tests.vetting.test_imports import line

TAKEN = ""  # no code: the row is good
RLO, RLM, ZWJ, ZWSP = "\u202e", "\u200f", "\u200d", "\u200b"

# What it is → (column, what stands there, the code). The first row of the file is always good.
CELLS: dict[str, tuple[str, str, str]] = {
    "a formula": ("rank", "=1+1", "formula"),
    "a formula that runs a program": ("rank", "=cmd|'/c calc'!A0", "formula"),
    "a formula after a plus": ("rank", "+SUM(A1)", "formula"),
    "a formula after a minus": ("rank", "-2+3+cmd", "formula"),
    "a formula after an at": ("rank", "@SUM(A1)", "formula"),
    "a formula after a tab": ("rank", "\t=1+1", "formula"),
    "a text after an apostrophe": ("rank", "'=Captain", TAKEN),
    "no such day": ("date_of_birth", "1980-02-30", "bad-date"),
    "a month 13": ("date_of_birth", "1980-13", "bad-date"),
    "a day that two people read differently": ("date_of_birth", "03/04/1980", "bad-date"),
    "a year of two digits": ("date_of_birth", "03/04/80", "bad-date"),
    "a day's number": ("date_of_birth", "29285", "bad-date"),
    "a day in words": ("date_of_birth", "the third of March", "bad-date"),
    "a day in another calendar": ("date_of_birth", "1359-03-09", "too-early"),
    "a birth to come": ("date_of_birth", "2031-01-01", "in-the-future"),
    "a child": ("date_of_birth", "2020-01-01", "too-young"),
    "the year alone": ("date_of_birth", "1980", TAKEN),
    "a blank name": ("name", "   ", "missing"),
    "a name of one letter": ("name", "A", TAKEN),
    "a name of punctuation": ("name", "?!.,-", "no-letter"),
    "a name of digits": ("name", "12345", "no-letter"),
    "a name whose letters were lost": ("name", "??? ????", "letters-lost"),
    "a name decoded wrong": ("name", "Mu\ufffdoz", "letters-lost"),
    "a name of an emoji": ("name", "\U0001f600", "no-letter"),
    "a name with an emoji": ("name", "Ana \U0001f600", TAKEN),
    "a name that turns its direction": ("name", f"Ana {RLO}mlok", "control-character"),
    "a name with a mark of direction": ("name", f"{RLM}محمد علي", TAKEN),
    "a name of zero width": ("name", ZWSP * 3, "no-letter"),
    "a name with a joiner": ("name", f"می{ZWJ}خواهم", TAKEN),
    "a name in letters that look alike": ("name", "Аnа Kоlm", TAKEN),
    "a thousand accents": ("name", "a" + "\u0301" * 1_000, "too-long"),
    "a name of 501": ("name", "Ana" + "n" * 498, "too-long"),
    "a name of 10,000": ("name", "n" * 10_000, "too-long"),
    "a name with a bell": ("name", "Ana\x07Kolm", "control-character"),
    "a name on two lines": ("name", "Ana\nKolm", "control-character"),
    "a script": ("name", "<script>alert(1)</script>", TAKEN),
    "a script where a code belongs": ("gender", "<script>alert(1)</script>", "unknown-code"),
    "SQL": ("name", "Ana'); DROP TABLE cases;--", TAKEN),
    "thousands of separators": ("national_id", "1,234,567", TAKEN),
    "an ID that was shortened": ("national_id", "1.0E+12", "inexact-number"),
    "an ID with its zeros": ("national_id", "000042", TAKEN),
    "an ID without a digit": ("national_id", "---", "no-letter"),
    "an ID of 101": ("national_id", "1" * 101, "too-long"),
    "a country misspelt": ("nationality", "Egpyt", "unknown-code"),
    "a country that is none": ("nationality", "Q7", "unknown-code"),
    "a gender abbreviated": ("gender", "f", "unknown-code"),
    "a role that is none": ("role", "boss", "unknown-code"),
    "neither yes nor no": ("is_commander", "perhaps", "unknown-code"),
    "a whole ministry": ("unit", "Ministry of Defence", "whole-service"),
    "a whole service": ("unit", "Army", "whole-service"),
    "no unit": ("unit", "", "missing"),
    "no commander": ("commander", "", "missing"),
    "a reason for no field": ("unknown_reasons", "shoe_size: not told", "unknown-field"),
    "a reason without its field": ("unknown_reasons", "not told", "bad-reason"),
    "51 other names": ("aliases", "; ".join(f"Ana {n}a" for n in range(51)), "too-many"),
}


def with_cell(column: str, text: str) -> bytes:
    return csv_of([line(1) | {column: line(1).get(column, "")}, line(2) | {column: text}])


def with_person_twice() -> bytes:
    return csv_of([line(1), line(1)])


def with_id_twice() -> bytes:
    return csv_of([line(1), line(2, national_id=line(1)["national_id"])])


def in_a_workbook(column: str, value: object) -> bytes:
    rows: list[dict[str, object]] = [{**line(1)}, {**line(2), column: value}]
    return xlsx_of([list(rows[0]), *(list(row.values()) for row in rows)])


def born_in_1904s_calendar() -> bytes:
    """A day that is told as a number, counted from 1904: the sheet says so, and shows the right day."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    row = {**line(1), "date_of_birth": dt.date(1980, 3, 5)}
    book.active.append(list(row))
    book.active.append(list(row.values()))
    return saved(book)


def merged() -> bytes:
    book = openpyxl.Workbook()
    headings = list(line(1))
    for row in (headings, list(line(1).values()), list(line(2).values())):
        book.active.append(row)
    at = headings.index("rank") + 1
    book.active.merge_cells(start_row=3, end_row=4, start_column=at, end_column=at)
    return saved(book)


IN_CELLS = [
    BadFile(
        what,
        "class.csv",
        lambda column=column, text=text: with_cell(column, text),
        code,
        at=(2, column) if code else None,
        good=1 if code else 2,
    )
    for what, (column, text, code) in CELLS.items()
] + [
    BadFile("a person twice", "class.csv", with_person_twice, "same-person", at=(2, "name"), good=1),
    BadFile("an ID for two", "class.csv", with_id_twice, "id-repeated", at=(2, "national_id"), good=1),
    BadFile(
        "a formula with its value kept",
        "class.xlsx",
        lambda: in_a_workbook("rank", '=HYPERLINK("http://x.invalid")'),
        "formula",
        at=(2, "rank"),
        good=1,
    ),
    BadFile(
        "a number that lost its digits",
        "class.xlsx",
        lambda: in_a_workbook("national_id", 12345678901234567),
        "inexact-number",
        at=(2, "national_id"),
        good=1,
    ),
    BadFile("cells merged", "class.xlsx", merged, "merged", at=(2, "rank"), good=1),
    BadFile("days counted from 1904", "class.xlsx", born_in_1904s_calendar, TAKEN, good=1),
]
