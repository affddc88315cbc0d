"""Files into rows, each with the line it begins on; what cannot be read is said by line and column."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources.csv.gz": (
        "source_id", "title", "publication", "published_on", "url", "archive_url",
    ),
    "units.csv": (
        "unit_id", "name", "aliases", "country", "classification", "first_cited", "last_cited", "open_ended",
        "headquarters", "source_ids",
    ),
    "persons.csv": ("person_id", "name", "aliases", "country", "source_ids"),
    "unit_relations.csv": (
        "child_id", "parent_id", "relation", "start", "start_is_known", "end", "open_ended", "source_ids",
    ),
    "postings.csv": (
        "person_id", "unit_id", "role", "title", "rank", "first_cited", "is_start_date", "last_cited",
        "is_end_date", "source_ids",
    ),
    "incidents.csv": (
        "incident_id", "country", "start", "end", "location", "violation_types", "perpetrator_unit",
        "deaths_civilians", "deaths_low", "deaths_high", "description", "source_citation", "source",
    ),
}  # fmt: skip
FILES = tuple(COLUMNS)  # in the order in which they are read: what is named stands before what names it


class CannotRead(Exception):
    """A file as a whole: it is not there, or is not such a file. Nothing is imported."""


@dataclass(frozen=True)
class Wrong:
    """`left_out`: the row goes in without this; else the row does not go in."""

    file: str
    line: int
    column: str
    detail: str
    left_out: bool = False


@dataclass
class Row:
    """Raises nothing: what is wrong is gathered in `wrong`."""

    file: str
    line: int
    values: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def refuse(self, column: str, detail: str) -> None:
        self.wrong.append(Wrong(self.file, self.line, column, detail))

    def leave_out(self, column: str, detail: str) -> None:
        self.wrong.append(Wrong(self.file, self.line, column, detail, left_out=True))

    @property
    def refused(self) -> bool:
        return any(not each.left_out for each in self.wrong)


def listed(text: str) -> list[str]:
    """A cell of several values: `a | b` or `a;b`. Each once, in order."""
    parts = (part.strip() for part in text.replace("|", ";").split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def aliases(text: str) -> list[str]:
    """Names may hold a semicolon: only `|` divides them."""
    return list(dict.fromkeys(part for each in text.split("|") if (part := " ".join(each.split()))))


def digest(folder: Path, file: str) -> str:
    return sha256((folder / file).read_bytes()).hexdigest()


def rows(folder: Path, file: str) -> Iterator[Row]:
    """Raises CannotRead."""
    reader = csv.DictReader(io.StringIO(_text(folder / file), newline=""), strict=True)
    try:
        _check_heading(file, reader.fieldnames or ())
        last = reader.line_num
        for values in reader:
            row = Row(file, last + 1, {name: _cell(values.get(name)) for name in COLUMNS[file]})
            _check_shape(row, values)
            last = reader.line_num
            yield row
    except csv.Error as wrong:
        raise CannotRead(f"{file}, line {reader.line_num}: it is not CSV from here on ({wrong}).") from wrong


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except FileNotFoundError as missing:
        raise CannotRead(f"{path.name} is not in this folder.") from missing
    except (OSError, EOFError) as wrong:
        raise CannotRead(f"{path.name} cannot be read: {wrong}.") from wrong
    except UnicodeDecodeError as wrong:
        raise CannotRead(f"{path.name} is not UTF-8, at byte {wrong.start}.") from wrong


def _check_heading(file: str, heading: object) -> None:
    names = list(heading)  # type: ignore[call-overload]
    missing = [name for name in COLUMNS[file] if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing:
        raise CannotRead(f"{file} has no column {', '.join(missing)}. It has: {', '.join(names)}.")
    if twice:
        raise CannotRead(f"{file} has the column {', '.join(twice)} twice.")


def _check_shape(row: Row, values: dict[str, object]) -> None:
    if None in values:
        row.refuse("", "This line has more cells than the heading.")
    elif any(value is None for value in values.values()):
        row.refuse("", "This line has fewer cells than the heading.")
    for name, value in row.values.items():
        if "\x00" in value:
            row.refuse(name, "It holds a NUL character.")


def _cell(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
