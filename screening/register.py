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

SEARCH = """
WITH asked(key, weight) AS (SELECT * FROM unnest(%(keys)s::text[], %(weights)s::float8[])),
hits AS (
  SELECT k.subject_id, k.key, k.weight * asked.weight AS weight
  FROM screening_key k JOIN asked USING (key)
  WHERE k.kind = %(kind)s AND k.registered = %(registered)s
),
rarity AS (SELECT key, ln(1 + %(size)s::float8 / count(*)) AS idf FROM hits GROUP BY key)
SELECT subject_id FROM hits JOIN rarity USING (key)
WHERE subject_id <> ALL(%(but)s::uuid[])
GROUP BY subject_id ORDER BY sum(weight * idf) DESC, subject_id LIMIT %(limit)s
"""


class Found(NamedTuple):
    subject: Subject
    comparison: core.Comparison


def write_keys(subject: Subject) -> None:
    """Make a subject's keys anew. It is registered when it is known, or carries a mark."""
    described = describe([subject.pk])[subject.pk]
    registered = not subject.provisional or Mark.objects.filter(subject=subject, ended_at=None).exists()
    Key.objects.filter(subject=subject).delete()
    Key.objects.bulk_create(
        Key(subject=subject, kind=subject.kind, key=key, weight=weight, registered=registered)
        for key, weight in keys_of(described).items()
    )


def keys_of(described: core.Subject) -> dict[str, float]:
    found = dict(core.keys(described.names, described.kind))
    if described.born:
        found |= core.birth_keys(described.born)
    return found


def search(asked: core.Subject, *, registered: bool = True, but: Iterable[UUID] = ()) -> list[Found]:
    """Subjects of the register that could be the one asked for, the likeliest first."""
    candidates = _first_list(asked, registered, list(but))
    described = describe(candidates)
    subjects = Subject.objects.select_related("country").in_bulk(candidates)
    compared = [
        Found(subjects[pk], core.compare(asked, described[pk], core.THRESHOLDS)) for pk in candidates if pk in subjects
    ]
    likely = [found for found in compared if found.comparison.score >= core.THRESHOLDS.match]
    return sorted(likely, key=lambda found: (-found.comparison.score, str(found.subject.pk)))


def size() -> int:
    """How many subjects are registered, roughly: for rarity, and for the record of a search."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM units_subject WHERE NOT provisional")
        return int(cursor.fetchone()[0])


def _first_list(asked: core.Subject, registered: bool, but: list[UUID]) -> list[UUID]:
    keys = keys_of(asked)
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            SEARCH,
            {
                "keys": list(keys),
                "weights": list(keys.values()),
                "kind": asked.kind,
                "registered": registered,
                "size": max(size(), 1),
                "but": [str(pk) for pk in but],
                "limit": FIRST_LIST,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def describe(pks: Sequence[UUID]) -> dict[UUID, core.Subject]:
    """Subjects as screening's core knows them: names in all scripts, birth date, country, units above."""
    names = Prefetch("names", queryset=Name.objects.only("subject_id", "text"))
    found: dict[UUID, core.Subject] = {}
    for person in Individual.objects.filter(pk__in=pks).prefetch_related(names):
        found[person.pk] = core.Subject(
            kind=Kind.INDIVIDUAL.value,
            names=tuple(name.text for name in person.names.all()),
            born=person.date_of_birth or None,
            country=person.nationality or person.country_id,
            parents=(),
        )
    above = _parents(pks)
    for unit in Unit.objects.filter(pk__in=pks).prefetch_related(names):
        found[unit.pk] = core.Subject(
            kind=Kind.UNIT.value,
            names=tuple(name.text for name in unit.names.all()),
            born=None,
            country=unit.country_id,
            parents=(*unit.parents_as_named, *above.get(unit.pk, ())),
        )
    return found


def _parents(pks: Sequence[UUID]) -> dict[UUID, list[str]]:
    above: dict[Any, list[str]] = {}
    links = CommandLink.objects.current().filter(child__in=pks).values_list("child_id", "parent__name")
    for child, name in links:
        above.setdefault(child, []).append(name)
    return above
