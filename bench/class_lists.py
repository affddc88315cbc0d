"""Real class lists of past trainings, as nominations: one per event (course × start), its dates moved by
whole years into the future, each recipient unit a candidate whose commander the list does not name.

`python -m bench.class_lists` checks them with the pure part of intake and prints what is refused, and why.
The lists stand beside the project, not in it; without them there is nothing to do, and it says so.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from vetting.intake.check import check_nomination
from vetting.intake.lookups import Lookups, Program
from vetting.intake.sheet import read_bounded

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ORGANISATION = "class-lists"
NO_COMMANDER = "the class list names no commander"
COUNTRIES = {"Colombia": "CO", "Egypt": "EG", "Nigeria": "NG"}
PROGRAMS = {
    "FMF": Program("Foreign Military Financing", ("AECA",)),
    "IMET": Program("International Military Education and Training", ("FAA",)),
    "INCLE": Program("International Narcotics Control and Law Enforcement", ("FAA",)),
    "1004": Program("Section 1004", ("DOD",)),
    "333": Program("Section 333", ("DOD",)),
    "RC": Program("Regional Centers", ("DOD",)),
    "OTHER": Program("Another program", ("FAA", "AECA", "DOD")),
}
LEAD_TIME = timedelta(days=60)  # before an event moved into the future starts
NEEDED_BEFORE = timedelta(days=14)
_AS_PRINTED = (
    (r"\bSection 1004\b", "1004"),
    (r"\bSection 333\b", "333"),
    (r"\bRegional Centers?\b", "RC"),
    (r"\bFMF\b", "FMF"),
    (r"\bIMET(-\d|-X)?\b", "IMET"),
    (r"\bINCLE\b", "INCLE"),
)


@dataclass(frozen=True)
class ClassNomination:
    """One event of one list. `rows` are its lines in the file, 1 the first under the heading."""

    file: str
    rows: tuple[int, ...]
    body: dict[str, Any]


def class_nominations(
    today: date, organisation: str = ORGANISATION, data: Path = DATA
) -> Iterator[ClassNomination]:
    """Every list in `batches`; nothing where there are none."""
    for path in sorted((data / "batches").glob("*.csv")):
        yield from of_file(path, today, organisation)


def of_file(path: Path, today: date, organisation: str = ORGANISATION) -> Iterator[ClassNomination]:
    """One list, CSV or workbook."""
    events: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    sheet = read_bounded(path.read_bytes(), path.name)
    for row in sheet.rows:
        line = dict(zip(sheet.headings, (cell or "" for cell in row.cells), strict=True))
        events.setdefault((line["course_title"], line["start_as_printed"]), []).append((row.number, line))
    for number, lines in enumerate(events.values(), start=1):
        reference = f"{path.stem}-{number:03d}"
        yield ClassNomination(
            path.name, tuple(at for at, _line in lines), _body(reference, lines, today, organisation)
        )


def program_of(printed: str) -> tuple[str, str | None]:
    """“IMET-1 - FY 2007” → ("IMET", None); one without a code of its own → ("OTHER", its label)."""
    for pattern, code in _AS_PRINTED:
        if re.search(pattern, printed):
            return code, None
    return "OTHER", printed


def law_of(program: str, printed: str) -> str:
    laws = PROGRAMS[program].laws
    return "DOD" if len(laws) > 1 and "Defense" in printed else laws[0]


def moved(start: date | None, end: date | None, today: date) -> tuple[date | None, date | None]:
    """Both by the same number of whole years, the fewest that leave time before the start."""
    if start is None:
        return None, end
    years = 0
    while _later(start, years) < today + LEAD_TIME:
        years += 1
    return _later(start, years), None if end is None else _later(end, years)


def lookups(data: Path = DATA) -> Lookups:
    """The three countries of the lists, named in five languages, as reference data would have them."""
    with (data / "countries.csv").open(encoding="utf-8", newline="") as file:
        countries = {
            line["ISO3166-1-Alpha-2"]: tuple(
                name for key, name in line.items() if name and key.startswith(("official_name", "CLDR"))
            )
            for line in csv.DictReader(file)
        }
    return Lookups(countries, PROGRAMS, {ORGANISATION}, set(COUNTRIES.values()))


def _body(
    reference: str, lines: list[tuple[int, dict[str, str]]], today: date, organisation: str
) -> dict[str, Any]:
    first = lines[0][1]
    program, label = program_of(first["program_as_printed"])
    ends = [end for _at, line in lines if (end := _printed(line["end_as_printed"]))]
    start, end = moved(_printed(first["start_as_printed"]), max(ends, default=None), today)
    return {
        "reference": reference,
        "organisation": organisation,
        "country": COUNTRIES[first["country_name"]],
        "event": {
            "title": first["course_title"],
            "location": first["location"],
            "starts_on": start.isoformat() if start else None,
            "ends_on": end.isoformat() if end else None,
        },
        "program": program,
        "program_label": label,
        "law": law_of(program, first["program_as_printed"]),
        "needed_by": (start - NEEDED_BEFORE).isoformat() if start else None,
        "candidates": [_candidate(line) for _at, line in lines],
    }


def _candidate(line: dict[str, str]) -> dict[str, Any]:
    unit = {"name": line["recipient_unit"], "commander": None, "commander_unknown_reason": NO_COMMANDER}
    return {"kind": "unit", "role": "participant", "unit": unit}


def _printed(text: str) -> date | None:
    """Month first."""
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()
    except ValueError:
        return None


def _later(day: date, years: int) -> date:
    """29 February becomes the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass
class Tally:
    """What became of the lists: whole events, and single rows by the reason they were refused."""

    events: int = 0
    accepted_whole: int = 0
    accepted_in_part: int = 0
    rows: int = 0
    rows_accepted: int = 0
    rows_lost_to_their_event: int = 0

    def __post_init__(self) -> None:
        self.reasons: Counter[str] = Counter()


def without_refused(body: dict[str, Any], refused: set[int]) -> dict[str, Any]:
    """The same nomination with only the candidates that can be taken; `refused` are places from 0."""
    kept = [candidate for place, candidate in enumerate(body["candidates"]) if place not in refused]
    return body | {"candidates": kept}


def tally(today: date, data: Path = DATA) -> Tally:
    known, counts = lookups(data), Tally()
    for nomination in class_nominations(today, data=data):
        _count(counts, nomination, known, today)
    return counts


def _count(counts: Tally, nomination: ClassNomination, known: Lookups, today: date) -> None:
    counts.events += 1
    counts.rows += len(nomination.rows)
    _draft, problems = check_nomination(nomination.body, known, today)
    by_row = {
        int(found[1]): p.code for p in problems if (found := re.match(r"/candidates/(\d+)", p.pointer or ""))
    }
    of_event = {p.code for p in problems if not (p.pointer or "").startswith("/candidates/")}
    counts.reasons.update(by_row.values())
    counts.reasons.update(f"event: {code}" for code in of_event)
    left = len(nomination.rows) - len(by_row)
    if of_event:
        counts.rows_lost_to_their_event += left
    elif left:
        counts.rows_accepted += left
        counts.accepted_whole += not by_row
        counts.accepted_in_part += bool(by_row)


def main() -> int:
    if not (DATA / "batches").is_dir():
        print(f"There are no class lists at {DATA}.")
        return 0
    counts = tally(date.today())
    print(f"{counts.rows:,} rows in {counts.events:,} events")
    print(f"accepted: {counts.rows_accepted:,} rows; {counts.accepted_whole:,} events whole, ", end="")
    print(f"{counts.accepted_in_part:,} without their refused rows")
    print(f"lost with their event: {counts.rows_lost_to_their_event:,} rows")
    for reason, rows in counts.reasons.most_common():
        print(f"refused, {reason}: {rows:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
