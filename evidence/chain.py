"""How people stood to the units that allegations name, in one recursive query.

From each posting outwards: over command links, up or down and never both; over lineage, back or on and never
both in one stretch, so that two parts of a split unit are not taken for one another; over judged sameness.
Only what possibly held on one and the same day is joined: each step keeps the days on which all of the way up
to it may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

QUERY = """
WITH RECURSIVE
edge (a, b, side, drift, days, kind, id) AS (
    SELECT child_id, parent_id, 1, 0, possible, 'command-link', id
    FROM units_commandlink WHERE superseded_by_id IS NULL
  UNION ALL
    SELECT parent_id, child_id, -1, 0, possible, 'command-link', id
    FROM units_commandlink WHERE superseded_by_id IS NULL
  UNION ALL
    SELECT one.unit_id, other.unit_id, 0, CASE one.side WHEN 'from' THEN 1 ELSE -1 END, NULL,
           'lineage-event', event.id
    FROM units_lineageevent event
    JOIN units_lineageend one ON one.event_id = event.id
    JOIN units_lineageend other ON other.event_id = event.id AND other.side <> one.side
    WHERE event.superseded_by_id IS NULL
  UNION ALL
    SELECT nominee_id, known_id, 0, 0, NULL, 'same-as', NULL FROM units_sameas WHERE ended_at IS NULL
  UNION ALL
    SELECT known_id, nominee_id, 0, 0, NULL, 'same-as', NULL FROM units_sameas WHERE ended_at IS NULL
),
named (allegation, unit, days, posting) AS (
    SELECT a.id, a.unit_id, range_merge(i.possible, a.possible), NULL::uuid
    FROM evidence_allegation a JOIN evidence_incident i ON i.id = a.incident_id
    WHERE a.id = ANY(%(allegations)s::uuid[]) AND a.unit_id IS NOT NULL
  UNION ALL
    SELECT a.id, p.unit_id, range_merge(i.possible, a.possible) * p.possible, p.id
    FROM evidence_allegation a JOIN evidence_incident i ON i.id = a.incident_id
    JOIN unnest(%(suspects)s::uuid[], %(suspects_as)s::uuid[]) AS same (suspect, known_as)
        ON same.suspect = a.individual_id
    JOIN units_posting p ON p.individual_id = same.known_as AND p.superseded_by_id IS NULL
        AND p.possible && range_merge(i.possible, a.possible)
    WHERE a.id = ANY(%(allegations)s::uuid[])
),
reach (posting, unit, side, drift, days, from_unit, from_side, from_drift, from_days, kind, id) AS (
    SELECT id, unit_id, 0, 0, possible * %(window)s::daterange,
           NULL::uuid, 0, 0, NULL::daterange, 'posting', id
    FROM units_posting
    WHERE superseded_by_id IS NULL AND individual_id = ANY(%(people)s::uuid[])
      AND possible && %(window)s::daterange
  UNION
    SELECT r.posting, e.b,
           CASE e.side WHEN 0 THEN r.side ELSE e.side END,
           CASE WHEN e.side <> 0 THEN 0 WHEN e.drift = 0 THEN r.drift ELSE e.drift END,
           r.days * coalesce(e.days, r.days),
           r.unit, r.side, r.drift, r.days, e.kind, e.id
    FROM reach r JOIN edge e ON e.a = r.unit
    WHERE (e.side = 0 OR r.side = 0 OR e.side = r.side)
      AND (e.drift = 0 OR r.drift = 0 OR e.drift = r.drift)
      AND (e.days IS NULL OR e.days && r.days)
)
SELECT r.posting::text, r.unit::text, r.side, r.drift, r.days::text,
       r.from_unit::text, r.from_side, r.from_drift, r.from_days::text, r.kind, r.id::text,
       n.allegation::text, n.posting::text
FROM reach r LEFT JOIN named n ON n.unit = r.unit AND n.days && r.days
"""


# Where a walk has come to: (posting that it began with, unit, on which side of where it began, drift, days).
State = tuple[Any, ...]
SIDES = (0, -1, 1)  # the same unit, one below, one above: the nearest first


@dataclass(frozen=True)
class Step:
    """One record on a way: a posting, a command link, a lineage event; `unit`: the unit it leads to. Ids are
    text."""

    kind: str
    id: str | None
    unit: str | None


@dataclass(frozen=True)
class Way:
    """From one of a person's postings to a unit that an allegation names. `side`: where that unit stood, seen
    from the posting. Where a person is named, the last step is that person's posting in the unit."""

    side: int
    steps: tuple[Step, ...]


def nearest(
    people: Iterable[Any], allegations: Iterable[Any], suspects: Mapping[Any, Iterable[Any]], window: Any
) -> dict[str, Way]:
    """Allegation (its id as text) → the nearest way to it from these people's postings.

    people     ids of individuals, with all who are judged the same
    suspects   a person that an allegation names → all ids that this person is known by
    window     the days within which all of it lies, as a range
    """
    same = [(suspect, other) for suspect, others in suspects.items() for other in others]
    with connection.cursor() as cursor:
        cursor.execute(
            QUERY,
            {
                "people": [str(pk) for pk in people],
                "allegations": [str(pk) for pk in allegations],
                "suspects": [str(suspect) for suspect, _other in same],
                "suspects_as": [str(other) for _suspect, other in same],
                "window": window,
            },
        )
        return _nearest(cursor.fetchall())


def _nearest(rows: list[Any]) -> dict[str, Way]:
    onward: dict[State | None, dict[State, Step]] = {}
    named: dict[str, set[tuple[State, str | None]]] = {}
    for row in rows:
        here = row[:5]
        before = (row[0], *row[5:9]) if row[9] != "posting" else None
        onward.setdefault(before, {}).setdefault(here, Step(row[9], row[10], row[1]))
        if row[11] is not None:
            named.setdefault(row[11], set()).add((here, row[12]))
    reached = _walk(onward)
    return {allegation: _way(min(those, key=_order(reached)), reached) for allegation, those in named.items()}


@dataclass(frozen=True)
class _Reached:
    """By the fewest records: how many, the last of them, and the state before it."""

    records: int
    step: Step
    before: State | None


def _walk(onward: dict[State | None, dict[State, Step]]) -> dict[State, _Reached]:
    """From the postings on, one record at a time: whoever is reached first is reached by the fewest."""
    found: dict[State, _Reached] = {}
    fresh: list[State | None] = [None]
    records = 0
    while fresh:
        records += 1
        later: list[State | None] = []
        for before in fresh:
            for here, step in onward.get(before, {}).items():
                if here not in found:
                    found[here] = _Reached(records, step, before)
                    later.append(here)
        fresh = later
    return found


def _order(reached: Mapping[State, _Reached]) -> Any:
    def order(named: tuple[State, str | None]) -> tuple[Any, ...]:
        here, there = named
        return (SIDES.index(here[2]), reached[here].records, here, there or "")

    return order


def _way(named: tuple[State, str | None], reached: Mapping[State, _Reached]) -> Way:
    here, there = named
    steps = [Step("posting", there, None)] if there else []
    at: State | None = here
    while at is not None:
        steps.append(reached[at].step)
        at = reached[at].before
    return Way(here[2], tuple(reversed(steps)))
