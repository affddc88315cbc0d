"""What a row means: each reader answers plain content, which is compared with what was read before.

What cannot be so is refused by its column; what names something that is not there is left out and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_countries import countries

from evidence.research.dates import NoDate, Ranges, Span, cited, happened, partial
from evidence.research.reading import Row, aliases, listed
from units.models import ForceType, LinkKind

Content = dict[str, Any]

FORCES = {  # words of a classification → the force; the first that is found
    "police": ForceType.POLICE,
    "policía": ForceType.POLICE,
    "sars": ForceType.POLICE,
    "navy": ForceType.NAVY,
    "armada": ForceType.NAVY,
    "air force": ForceType.AIR_FORCE,
    "fuerza aérea": ForceType.AIR_FORCE,
    "army": ForceType.ARMY,
    "ejército": ForceType.ARMY,
}
RELATIONS = {
    "command": LinkKind.COMMAND,
    "administrative": LinkKind.ADMINISTRATIVE,
    "membership (operation/peacekeeping)": LinkKind.OPERATIONAL,
}
NO_ROLE = "role not given"
LONGEST = 500


@dataclass
class Known:
    """Ids that the files read so far have: of sources, of units, of people."""

    sources: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    incidents: set[str] = field(default_factory=set)


def source(row: Row, known: Known) -> Content:
    _know(row, known.sources, "source_id")
    published = None
    try:
        days = partial(row["published_on"])
        published = days[0].isoformat() if days and days[0] == days[1] else None
    except NoDate:
        published = None  # "Undated", "May 2010": the document stands without a day
    url = row["url"]
    return {
        "title": _line(row, "title") or row["source_id"],
        "publication": _line(row, "publication") or "Publication not given",
        "published_on": published,
        "url": url if url.startswith(("http://", "https://")) and len(url) <= 2000 else "",
        "archived_url": row["archive_url"] if row["archive_url"].startswith("http") else "",
    }


def unit(row: Row, known: Known) -> Content:
    code, name = _country(row), _line(row, "name")
    if not name:
        row.refuse("name", "A unit needs a name.")
    first, last = _partial(row, "first_cited"), _partial(row, "last_cited")
    _cited(row, "last_cited", first, last, begins=False, ends=False)
    ended = last if row["open_ended"] == "E" and last else None
    content = {
        "country": code,
        "name": name,
        "aliases": [each for each in aliases(row["aliases"]) if each != name],
        "force_type": _force(row["classification"]),
        "location": _line(row, "headquarters")[:300],
        "ended": [day.isoformat() for day in ended] if ended else None,  # between these days
        "sources": _sources(row, known),
    }
    _know(row, known.units, "unit_id")
    return content


def person(row: Row, known: Known) -> Content:
    code, name = _country(row), _line(row, "name")
    if not name:
        row.refuse("name", "A person needs a name.")
    content = {
        "country": code,
        "name": name,
        "aliases": [each for each in aliases(row["aliases"]) if each != name],
        "sources": _sources(row, known),
    }
    _know(row, known.people, "person_id")
    return content


def relation(row: Row, known: Known) -> Content:
    _named(row, known.units, "child_id", "unit")
    _named(row, known.units, "parent_id", "unit")
    if row["child_id"] == row["parent_id"]:
        row.refuse("parent_id", "A unit does not stand under itself.")
    if row["relation"] not in RELATIONS:
        row.refuse("relation", f"It must be one of: {', '.join(RELATIONS)}.")
    days = _cited(
        row,
        "end",
        _partial(row, "start"),
        _partial(row, "end"),
        begins=row["start_is_known"] == "Y",
        ends=row["open_ended"] == "E",
    )
    return {
        "child": row["child_id"],
        "parent": row["parent_id"],
        "kind": RELATIONS.get(row["relation"], LinkKind.COMMAND).value,
        "days": days.as_json() if days else None,
        "sources": _sources(row, known),
    }


def posting(row: Row, known: Known) -> Content:
    _named(row, known.people, "person_id", "person")
    _named(row, known.units, "unit_id", "unit")
    days = _cited(
        row,
        "last_cited",
        _partial(row, "first_cited"),
        _partial(row, "last_cited"),
        begins=row["is_start_date"] == "Y",
        ends=row["is_end_date"] == "Y",
    )
    role = _line(row, "role")[:100]
    return {
        "person": row["person_id"],
        "unit": row["unit_id"],
        "role": "commander" if role.lower() == "commander" else role or NO_ROLE,
        "rank": _line(row, "rank")[:100],
        "title": _line(row, "title")[:200],
        "days": days.as_json() if days else None,
        "sources": _sources(row, known),
    }


# --- what they have in common ---


def _id(row: Row, column: str) -> str:
    if not row[column]:
        row.refuse(column, "It is missing: every row has an id of its own.")
    elif len(row[column]) > 200:
        row.refuse(column, "It is longer than 200 characters.")
    return row[column]


def _know(row: Row, ids: set[str], column: str) -> None:
    pk = _id(row, column)
    if pk in ids:
        row.refuse(column, "Another row of this file has the same id.")
    elif not row.refused:
        ids.add(pk)


def _named(row: Row, ids: set[str], column: str, noun: str) -> None:
    if row[column] not in ids:
        row.refuse(column, f"No {noun} that could be imported has this id: “{row[column][:60]}”.")


def _country(row: Row) -> str:
    code = str(countries.alpha2(row["country"]) or "") if row["country"] else ""
    if not code:
        row.refuse(
            "country", f"It must be a country's code of two or three letters: “{row['country'][:20]}”."
        )
    return code


def _line(row: Row, column: str) -> str:
    return " ".join(row[column].split())[:LONGEST]


def _force(classification: str) -> str:
    words = classification.lower()
    found = {force.value for word, force in FORCES.items() if word in words}
    return found.pop() if len(found) == 1 else ""  # of several services: none of them


def _partial(row: Row, column: str) -> Span | None:
    try:
        return partial(row[column])
    except NoDate as wrong:
        row.refuse(column, str(wrong))
        return None


def _cited(
    row: Row, column: str, first: Span | None, last: Span | None, *, begins: bool, ends: bool
) -> Ranges | None:
    try:
        return cited(first, last, begins=begins, ends=ends)
    except NoDate as wrong:
        row.refuse(column, str(wrong))
        return None


def _sources(row: Row, known: Known) -> list[str]:
    found = listed(row["source_ids"])
    for missing in (each for each in found if each not in known.sources):
        row.leave_out("source_ids", f"No source has this id: “{missing[:60]}”.")
    return [each for each in found if each in known.sources]


# --- incidents ---

VIOLATIONS = {  # words of a violation → its code
    "torture": "torture",
    "rape": "rape-under-colour-of-law",
    "sexual violence": "rape-under-colour-of-law",
    "unlawful killing": "extrajudicial-killing",
    "extrajudicial": "extrajudicial-killing",
    "execution": "extrajudicial-killing",
    "disappearance": "enforced-disappearance",
    "illegal detention": "prolonged-detention-without-trial",
    "detention": "prolonged-detention-without-trial",
    "beating": "cruel-inhuman-degrading",
    "cruel": "cruel-inhuman-degrading",
}
ONE_SIDED = "one-sided"


def incident(row: Row, known: Known) -> Content:
    _know(row, known.incidents, "incident_id")
    code = _country(row)
    days = _happened(row)
    kinds = [" ".join(each.split()) for each in row["violation_types"].split("|") if each.strip()]
    where = _line(row, "location")
    what = kinds[0][:1].upper() + kinds[0][1:] if kinds else "Incident"
    fewest, most = _victims(row)
    units = _perpetrators(row, known)
    return {
        "country": code,
        "title": f"{what[:200]}: {where or row['country']}"[:LONGEST],
        "location": where,
        "days": days.as_json() if days else None,
        "narrative": row["description"],
        "victims": [fewest, most],
        "dataset": _line(row, "source") or "Source not given",
        "cites": [each for each in (row["source_citation"],) if each in known.sources],
        "said": "" if row["source_citation"] in known.sources else row["source_citation"],
        "units": units,
        "violations": _violations(kinds) if units else [],
    }


def _happened(row: Row) -> Ranges | None:
    start = _partial(row, "start")
    end = _partial(row, "end") if row["end"] else start
    if start is None or end is None:
        if not row["start"]:
            row.refuse("start", "An incident needs the day on which it began, as far as it is known.")
        return None
    try:
        # UCDP's days hem in when something happened; others' say how long it lasted.
        return happened(start, end, lasted=not row["source"].startswith("UCDP"))
    except NoDate as wrong:
        row.refuse("end", str(wrong))
        return None


def _victims(row: Row) -> tuple[int | None, int | None]:
    """Civilians. Of one-sided violence all the dead are; else only those that are counted as such."""
    columns = (
        ("deaths_low", "deaths_high") if ONE_SIDED in row["violation_types"] else ("deaths_civilians",) * 2
    )
    fewest, most = (_number(row, column) for column in columns)
    if fewest is not None and most is not None and most < fewest:
        row.leave_out(columns[1], "It is less than the lowest count.")
        most = None
    return fewest, most


def _number(row: Row, column: str) -> int | None:
    text = row[column]
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        row.leave_out(column, "It is not a whole number.")
        return None
    return int(text)


def _perpetrators(row: Row, known: Known) -> list[str]:
    """Units that the row itself carries, by their ids: never by a name."""
    named = listed(row["perpetrator_unit"])
    for each in named:
        if each not in known.units:
            row.leave_out("perpetrator_unit", "It is no id of an imported unit: no allegation is recorded.")
    return [each for each in named if each in known.units]


def _violations(kinds: list[str]) -> list[str]:
    found = [code for kind in kinds for words, code in VIOLATIONS.items() if words in kind.lower()]
    return list(dict.fromkeys(found)) or ["other-flagrant-denial"]


READERS: Mapping[str, Any] = {
    "sources.csv.gz": source,
    "units.csv": unit,
    "persons.csv": person,
    "unit_relations.csv": relation,
    "postings.csv": posting,
    "incidents.csv": incident,
}


def keys(file: str, row: Row) -> str:
    """What the row is called by: its own id, or what it links."""
    named = {
        "sources.csv.gz": ("source_id",),
        "units.csv": ("unit_id",),
        "persons.csv": ("person_id",),
        "unit_relations.csv": ("child_id", "parent_id", "relation"),
        "postings.csv": ("person_id", "unit_id", "role"),
        "incidents.csv": ("incident_id",),
    }[file]
    return " ".join(row[column] for column in named)
