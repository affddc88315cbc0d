"""Invented nominations to check: a country X, its neighbour Y, one organisation."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Any

import openpyxl

from foundation.refused import Problem
from vetting.intake.lookups import Lookups, Program
from vetting.intake.shape import LAWS

TODAY = date(2026, 11, 24)
COUNTRIES = {
    "XA": ("Morvania", "Morvanie", "مورفانيا"),
    "XB": ("Talmara",),
    "EG": ("Egypt", "Égypte", "مصر", "Египет"),
    "NL": ("Netherlands",),
}
LOOKUPS = Lookups(
    countries=COUNTRIES,
    programs={"FMF": Program("Foreign Military Financing", ("AECA",)), "OTHER": Program("Other", LAWS)},
    organisations={"org-1"},
    nomination_countries={"XA", "EG"},
    knows_unit=lambda unit: unit == "unit-1",
    reference_taken=lambda organisation, reference: (organisation, reference) == ("org-1", "TAKEN"),
    demonyms={"NL": ("Dutch",)},
)
FORM = {
    "reference": "REF-1",
    "organisation": "org-1",
    "country": "XA",
    "program": "FMF",
    "law": "AECA",
    "needed_by": "2027-01-15",
    "event_title": "Travel document examination",
    "event_location": "Velin",
    "event_starts_on": "2027-03-08",
    "event_ends_on": "2027-03-19",
}
CELLS = {
    "kind": "individual",
    "role": "participant",
    "name": "Alena Dorvich",
    "date_of_birth": "1988-03-05",
    "birth_city": "Velin",
    "birth_country": "XA",
    "nationality": "XA",
    "gender": "female",
    "national_id": "0042",
    "rank": "Captain",
    "job_title": "Examiner",
    "unit": "14th Border Battalion",
    "commander": "Ivo Sestrenka",
}


def person(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "individual",
        "role": "participant",
        "name": {"full": "Alena Dorvich"},
        "date_of_birth": "1988-03-05",
        "place_of_birth": {"city": "Velin", "country": "XA"},
        "nationality": "XA",
        "gender": "female",
        "national_id": "0042",
        "rank": "Captain",
        "job_title": "Examiner",
        "unit": unit(),
    }
    return {key: value for key, value in (body | changes).items() if value is not ...}


def unit(**changes: Any) -> dict[str, Any]:
    body = {"name": "14th Border Battalion", "commander": {"full": "Ivo Sestrenka"}} | changes
    return {key: value for key, value in body.items() if value is not ...}


def nomination(*candidates: Any, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "reference": "REF-1",
        "organisation": "org-1",
        "country": "XA",
        "event": event(),
        "program": "FMF",
        "law": "AECA",
        "needed_by": "2027-01-15",
        "candidates": list(candidates) or [person()],
    }
    return {key: value for key, value in (body | changes).items() if value is not ...}


def event(**changes: Any) -> dict[str, Any]:
    body = {"title": "Course", "location": "Velin", "starts_on": "2027-03-08", "ends_on": "2027-03-19"}
    return {key: value for key, value in (body | changes).items() if value is not ...}


def csv_of(
    rows: Iterable[dict[str, str]], headings: Iterable[str] | None = None, delimiter: str = ","
) -> bytes:
    rows = list(rows)
    written = io.StringIO()
    writer = csv.DictWriter(written, list(headings or rows[0]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def xlsx_of(rows: Iterable[Iterable[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rezipped(
    content: bytes, *, add: dict[str, bytes] | None = None, replace: dict[str, bytes] | None = None
) -> bytes:
    """The same workbook with parts added or replaced."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, (replace or {}).get(name, old.read(name)))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return written.getvalue()


def said(problems: Iterable[Problem]) -> set[tuple[str | None, str]]:
    """(pointer, code) of each."""
    return {(problem.pointer, problem.code) for problem in problems}
