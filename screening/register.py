"""The register in PostgreSQL: keys of every subject, and the search over them.

A subject's keys are written in the transaction that writes its names. Known subjects are found by nominees;
a nominee's keys let a newly known subject find the nominees it could touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from screening import core
from screening.models import Key, Mark
from units.models import CommandLink, Individual, Kind, Name, Subject, Unit

FIRST_LIST = 200  # how many the keys bring before names, birth and country are compared

THRESHOLDS = core.Thresholds()
NAMES = Prefetch("names", queryset=Name.objects.only("subject_id", "text"))

# A birth date never finds a subject by itself: it only adds to one that a name has found.
SEARCH = """
WITH named AS (
  SELECT k.subject_id, k.key, k.weight * asked.weight AS weight
  FROM screening_key k
  JOIN unnest(%(names)s::text[], %(name_weights)s::float8[]) AS asked(key, weight) USING (key)
  WHERE k.kind = %(kind)s AND k.registered = %(registered)s AND k.subject_id <> ALL(%(but)s::uuid[])
),
born AS (
  SELECT k.subject_id, k.key, k.weight * asked.weight AS weight
  FROM screening_key k
  JOIN unnest(%(births)s::text[], %(birth_weights)s::float8[]) AS asked(key, weight) USING (key)
  WHERE k.kind = %(kind)s AND k.registered = %(registered)s AND k.subject_id IN (SELECT subject_id FROM named)
),
hits AS (SELECT * FROM named UNION ALL SELECT * FROM born),
rarity AS (SELECT key, ln(1 + %(size)s::float8 / count(*)) AS idf FROM hits GROUP BY key)
SELECT subject_id FROM hits JOIN rarity USING (key)
GROUP BY subject_id ORDER BY sum(weight * idf) DESC, subject_id LIMIT %(limit)s
"""


class Found(NamedTuple):
    subject: Subject
    comparison: core.Comparison


def write_keys(*subjects: Subject) -> dict[UUID, core.Subject]:
    """Make subjects' keys anew, and answer what they were made of.

    A subject is registered when it is known, or carries a mark.
    """
    pks = [subject.pk for subject in subjects]
    described = {
        pk: found
        for kind in {subject.kind for subject in subjects}
        for pk, found in describe([each.pk for each in subjects if each.kind == kind], kind).items()
    }
    marked = set(Mark.objects.filter(subject__in=pks, ended_at=None).values_list("subject_id", flat=True))
    Key.objects.filter(subject__in=pks).delete()
    Key.objects.bulk_create(
        Key(
            subject=subject,
            kind=subject.kind,
            key=key,
            weight=weight,
            registered=not subject.provisional or subject.pk in marked,
        )
        for subject in subjects
        for key, weight in keys_of(described[subject.pk]).items()
    )
    return described


def keys_of(described: core.Subject) -> dict[str, float]:
    return core.keys(described.names, described.kind) | core.birth_keys(described.born)


def search(asked: core.Subject, *, registered: bool = True, but: Iterable[UUID] = ()) -> list[Found]:
    """Subjects of the register that could be the one asked for, the likeliest first."""
    candidates = _first_list(asked, registered, list(but))
    if not candidates:
        return []
    described = describe(candidates, asked.kind)
    subjects = Subject.objects.select_related("country").in_bulk(candidates)
    compared = [
        Found(subjects[pk], core.compare(asked, described[pk], THRESHOLDS))
        for pk in candidates
        if pk in subjects
    ]
    likely = [found for found in compared if found.comparison.is_match]
    return sorted(likely, key=lambda found: (-found.comparison.score, str(found.subject.pk)))


def size() -> int:
    """How many subjects are registered, roughly: for rarity, and for the record of a search."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM units_subject WHERE NOT provisional")
        return int(cursor.fetchone()[0])


def _first_list(asked: core.Subject, registered: bool, but: list[UUID]) -> list[UUID]:
    names, births = core.keys(asked.names, asked.kind), core.birth_keys(asked.born)
    with connection.cursor() as cursor:
        cursor.execute(
            SEARCH,
            {
                "names": list(names),
                "name_weights": list(names.values()),
                "births": list(births),
                "birth_weights": list(births.values()),
                "kind": asked.kind,
                "registered": registered,
                "size": max(size(), 1),
                "but": [str(pk) for pk in but],
                "limit": FIRST_LIST,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def describe(pks: Sequence[UUID], kind: str) -> dict[UUID, core.Subject]:
    """Subjects of one kind as screening's core knows them: all names, birth date, country, units above."""
    if not pks:
        return {}
    return _units(pks) if kind == Kind.UNIT else _people(pks)


def _people(pks: Sequence[UUID]) -> dict[UUID, core.Subject]:
    return {
        person.pk: core.Subject(
            kind="individual",
            names=tuple(name.text for name in person.names.all()),
            born=person.date_of_birth or None,
            country=person.nationality or person.country_id,
        )
        for person in Individual.objects.filter(pk__in=pks).prefetch_related(NAMES)
    }


def _units(pks: Sequence[UUID]) -> dict[UUID, core.Subject]:
    above = _parents(pks)
    return {
        unit.pk: core.Subject(
            kind="unit",
            names=tuple(name.text for name in unit.names.all()),
            country=unit.country_id,
            parents=(*unit.parents_as_named, *above.get(unit.pk, ())),
        )
        for unit in Unit.objects.filter(pk__in=pks).prefetch_related(NAMES)
    }


def _parents(pks: Sequence[UUID]) -> dict[UUID, list[str]]:
    above: dict[Any, list[str]] = {}
    links = CommandLink.objects.current().filter(child__in=pks).values_list("child_id", "parent__name")
    for child, name in links:
        above.setdefault(child, []).append(name)
    return above
