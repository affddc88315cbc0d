"""What a nominator does: types a class in, sends a file, reads how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from tests.stories.person import Person
from tests.vetting.intake.builders import csv_of


def types_a_class_in(jana: Person, body: Mapping[str, Any]) -> None:
    """A class of people of one unit, by the form; `body` as a call would have it."""
    jana.opens("/nominations/")
    jana.follows("Type one in")
    types_the_header(jana, body)
    for number, candidate in enumerate(body["candidates"], 1):
        if number > 1:
            jana.presses("Add a row")
        types_a_person(jana, jana.group(f"Row {number}"), candidate, unit=number == 1)
    jana.presses(f"Send {len(body['candidates'])} row")
    jana.reads("Sent: each row is received.")


def types_the_header(jana: Person, body: Mapping[str, Any]) -> None:
    event = body["event"]
    jana.types("Event", event["title"])
    jana.types("Where it is held", event["location"])
    jana.dates("Starts on", event["starts_on"])
    jana.dates("Ends on", event["ends_on"])
    jana.dates("Results needed by", body["needed_by"])
    jana.types("Your reference", body["reference"])
    jana.chooses("Program", body["program"])
    jana.chooses("Law", body["law"])


def types_a_person(jana: Person, row: Locator, body: Mapping[str, Any], *, unit: bool) -> None:
    jana.types("Full name", body["name"]["full"], within=row)
    jana.dates("Date of birth", body["date_of_birth"], within=row)
    jana.types("Nationality", body["nationality"], within=row)
    jana.chooses("Gender", body["gender"], within=row)
    jana.types("City of birth", body["place_of_birth"]["city"], within=row)
    jana.types("Country of birth", body["place_of_birth"]["country"], within=row)
    jana.types("National ID", body["national_id"], within=row)
    jana.types("Rank", body["rank"], within=row)
    jana.types("Job title", body["job_title"], within=row)
    if unit:
        jana.types("Name of the unit", body["unit"]["name"], within=row)
        jana.types("Its commander", body["unit"]["commander"]["full"], within=row)


def uploads(jana: Person, file: Path, what: str) -> None:
    jana.hands_in(file)
    jana.ticks("Year first: 1980-12-31")
    jana.ticks(what)
    jana.presses("Go on")


def a_file(folder: Path, name: str, rows: Sequence[Mapping[str, str]]) -> Path:
    path = folder / name
    path.write_bytes(csv_of([dict(row) for row in rows]))
    return path


def opens_the_class(jana: Person, reference: str) -> None:
    jana.opens("/nominations/")
    jana.follows(reference)


def opens_the_row(jana: Person, reference: str, name: str) -> None:
    opens_the_class(jana, reference)
    jana.follows(name)


def problems(jana: Person) -> list[tuple[str, str, str]]:
    """What the page says is wrong: row, column, sentence."""
    lines = (
        jana.main().get_by_role("table", name="What is wrong, by row and column").locator("tbody tr").all()
    )
    cells = [[each.inner_text().strip() for each in line.locator("th, td").all()] for line in lines]
    return [(row, column, sentence) for row, column, sentence in cells]
