"""What an import would do: every row compared with what was imported before. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from evidence.models import Imported, Incident
from evidence.research import reading
from evidence.research.columns import READERS, Content, Known, keys
from evidence.research.reading import Row, Wrong
from foundation.sources.dated import days
from foundation.sources.models import Document
from units.models import CommandLink, LineageEvent, Posting, Subject
from units.rules import leads_back

ENDS = "units.csv, ends"  # that a unit is said to have ended is a claim of its own
NAMESPACE = UUID("6f1b7f0e-6a55-4a0e-9d0f-3f6a2c1f7d11")
OWN_IDS = ("sources.csv.gz", "units.csv", "persons.csv", "incidents.csv")
CLAIMS = {"unit_relations.csv": CommandLink, "postings.csv": Posting, ENDS: LineageEvent}
THINGS: dict[str, Any] = {
    "sources.csv.gz": Document, "units.csv": Subject, "persons.csv": Subject, "incidents.csv": Incident,
}  # fmt: skip

Progress = Callable[[str, int, int], None]


@dataclass
class Item:
    """One row that can go in. `ref`: what it is here, or will be. `before`: as it was imported last."""

    key: str
    line: int
    content: Content
    ref: UUID
    before: Imported | None = None

    def differences(self) -> dict[str, list[Any]]:
        was = self.before.content if self.before else {}
        return {
            name: [was.get(name), value] for name, value in self.content.items() if was.get(name) != value
        }


@dataclass
class FilePlan:
    """`kept`: changed in the file, but corrected here since it was imported, so that it stays as it is here.
    `absent`: imported before, and no longer in the file; it stays as well."""

    file: str
    rows: int = 0
    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    kept: list[Item] = field(default_factory=list)
    unchanged: int = 0
    absent: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    refused: int = 0


@dataclass
class Plan:
    files: dict[str, FilePlan]
    digests: dict[str, str]
    refs: dict[str, dict[str, UUID]]  # file → key → what it is here

    def ref(self, file: str, key: str) -> UUID:
        return self.refs[file][key]


def plan(folder: Path, progress: Progress = lambda *_: None) -> Plan:
    """Raises reading.CannotRead."""
    found = Plan({}, {}, {})
    known = Known()
    for file in reading.FILES:
        rows = list(reading.rows(folder, file))
        found.digests[file] = reading.digest(folder, file)
        read = _read(file, rows, known, progress)
        if file == "unit_relations.csv":
            _refuse_circles(read, found)
        _compare(file, read, found)
        if file == "units.csv":
            _compare(ENDS, _ends(read), found)
    return found


Read = list[tuple[Row, str, Content]]


def _read(file: str, rows: list[Row], known: Known, progress: Progress) -> Read:
    read: Read = []
    for at, row in enumerate(rows, start=1):
        read.append((row, keys(file, row), READERS[file](row, known)))
        progress(f"Reading {file}", at, len(rows))
    return read if file in OWN_IDS else _numbered(read)


def _numbered(read: Read) -> Read:
    """Several rows may link the same two: each counts on in the order of its days."""
    seen: dict[str, int] = defaultdict(int)
    found: Read = []
    for row, key, content in sorted(read, key=lambda each: (each[1], str(each[2]["days"]), each[0].line)):
        seen[key] += 1
        found.append((row, f"{key} {seen[key]}", content))
    return sorted(found, key=lambda each: each[0].line)


def _ends(read: Read) -> Read:
    return [
        (Row(ENDS, row.line, {}), key, {"unit": key, "days": [None, content["ended"]]})
        for row, key, content in read
        if content["ended"] and not row.refused
    ]


def _compare(file: str, read: Read, found: Plan) -> None:
    before = {each.key: each for each in Imported.objects.filter(file=file)}
    of_file = FilePlan(file, rows=len(read))
    _refuse_what_stays(read, before)
    items = [
        Item(key, row.line, content, before[key].ref if key in before else _fresh(file, key), before.get(key))
        for row, key, content in read
        if not row.refused
    ]
    _give_other_ids(file, [each for each in items if each.before is None])
    corrected = _corrected_here(file, [each.before for each in items if each.before])
    for item in items:
        _sort(item, of_file, corrected)
    of_file.wrong = [wrong for row, _key, _content in read for wrong in row.wrong]
    of_file.refused = sum(row.refused for row, _key, _content in read)
    of_file.absent = len(before.keys() - {key for _row, key, _content in read})
    found.files[file] = of_file
    # A row that is refused now, and was not before, is still what others name.
    found.refs[file] = {key: each.ref for key, each in before.items()} | {
        each.key: each.ref for each in items
    }


def _refuse_what_stays(read: Read, before: dict[str, Imported]) -> None:
    """What was written once does not move: neither here nor by a person's correction."""
    for row, key, content in read:
        was = before[key].content if key in before else content
        if was.get("country") != content.get("country"):
            row.refuse("country", "It was imported as another country's, which does not change.")
        if bool(was.get("url")) != bool(content.get("url")):
            row.refuse("url", "A document that was imported as a link stays one, and one without stays so.")


def _sort(item: Item, of_file: FilePlan, corrected: set[UUID]) -> None:
    if item.before is None:
        of_file.new.append(item)
    elif item.before.content == item.content:
        of_file.unchanged += 1
    elif item.ref in corrected:
        of_file.kept.append(item)
    else:
        of_file.changed.append(item)


def _fresh(file: str, key: str) -> UUID:
    """A publisher's id is kept as ours where it is such an id."""
    if file in OWN_IDS:
        try:
            return UUID(key)
        except ValueError:
            pass
    return uuid5(NAMESPACE, f"{file} {key}")


def _give_other_ids(file: str, items: list[Item]) -> None:
    """Where something else here has that id already."""
    model: Any = THINGS.get(file) or CLAIMS[file]
    refs = [each.ref for each in items]
    taken = set(model.objects.filter(pk__in=refs).values_list("pk", flat=True)) if refs else set()
    for item in items:
        if item.ref in taken:
            item.ref = uuid5(NAMESPACE, f"{file} {item.key} {item.ref}")


def _corrected_here(file: str, imported: list[Imported]) -> set[UUID]:
    """Of these, what a person has corrected since."""
    refs = {each.ref: each.version for each in imported}
    if not refs:
        return set()
    if file in CLAIMS:
        claims: Any = CLAIMS[file]
        gone = claims.objects.filter(pk__in=refs).exclude(superseded_by=None)
        return set(gone.values_list("pk", flat=True))
    versions = THINGS[file].objects.filter(pk__in=refs).values_list("pk", "version")
    return {pk for pk, version in versions if version != refs[pk]}


# --- no unit above itself ---


def _refuse_circles(read: Read, found: Plan) -> None:
    """Each link against those that stand here and those read before it."""
    above = _standing(read)

    def lookup(units: Iterable[Any]) -> Iterable[CommandLink]:
        return [link for unit in units for link in above.get(unit, ())]

    for row, _key, content in read:
        if row.refused:
            continue
        link = as_link(content, found)
        if leads_back(link, lookup):
            row.refuse("parent_id", "This would put the unit above itself on some day.")
        else:
            above[link.child_id].append(link)


def _standing(read: Read) -> dict[Any, list[CommandLink]]:
    """Links on record, without those that this file says anew."""
    said = {key for _row, key, _content in read}
    imported = Imported.objects.filter(file="unit_relations.csv", key__in=said).values("ref")
    found: dict[Any, list[CommandLink]] = defaultdict(list)
    for link in CommandLink.objects.current().exclude(pk__in=imported):
        found[link.child_id].append(link)
    return found


def as_link(content: Content, found: Plan) -> CommandLink:
    units = found.refs["units.csv"]
    return CommandLink(
        child_id=units[content["child"]],
        parent_id=units[content["parent"]],
        kind=content["kind"],
        **as_ranges(content["days"]),
    )


def as_ranges(said: Any) -> dict[str, Any]:
    """`[[from, to] or None, [from, to]]` as the two columns of a claim."""
    certain, possible = ([day and dt.date.fromisoformat(day) for day in pair or ()] for pair in said)
    return {"certain": days(*certain) if certain else None, "possible": days(*possible)}
