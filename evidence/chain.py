"""How people stood to the units that allegations name, in one recursive query.

From each posting outwards: over command links, up or down and never both; over lineage, back or on and never
both in one stretch, so that two parts of a split unit are not taken for one another; over judged sameness.
Only what possibly held on one and the same day is joined: each step keeps the days on which all of the way up
to it may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
SELECT r.posting, r.unit, r.side, r.drift, r.days::text,
       r.from_unit, r.from_side, r.from_drift, r.from_days::text, r.kind, r.id,
       n.allegation, n.posting
FROM reach r LEFT JOIN named n ON n.unit = r.unit AND n.days && r.days
"""


class State(NamedTuple):
    """Where a walk has come to: a unit, on which side of where it began (1 above, -1 below, 0 the same), on
    which days."""

    posting: Any
    unit: Any
    side: int
    drift: int
    days: str


@dataclass(frozen=True)
class Step:
    """One record on a way: a posting, a command link, a lineage event; `unit`: the unit it leads to."""

    kind: str
    id: Any
    unit: Any


@dataclass(frozen=True)
class Way:
    """From one of a person's postings to a unit that an allegation names. `side`: where that unit stood, seen
    from the posting. `posting_there`: where a person is named, that person's posting in the unit."""

    side: int
    steps: tuple[Step, ...]
    posting_there: Any = None


def ways(
    people: Iterable[Any], allegations: Iterable[Any], suspects: Mapping[Any, Iterable[Any]], window: Any
) -> dict[Any, list[Way]]:
    """Allegation id → every way to it from these people's postings.

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
        return _shortest(cursor.fetchall())


def _shortest(rows: list[Any]) -> dict[Any, list[Way]]:
    """Each state by the fewest records that lead to it, and what is named there."""
    named: dict[State, set[tuple[Any, Any]]] = {}
    onward: dict[State | None, dict[State, Step]] = {}
    for row in rows:
        here = State(*row[:5])
        before = State(row[0], *row[5:9]) if row[9] != "posting" else None
        onward.setdefault(before, {}).setdefault(here, Step(row[9], row[10], here.unit))
        if row[11] is not None:
            named.setdefault(here, set()).add((row[11], row[12]))
    steps = _steps(onward)
    found: dict[Any, list[Way]] = {}
    for state, those in named.items():
        for allegation, there in those:
            found.setdefault(allegation, []).append(Way(state.side, steps[state], there))
    return found


def _steps(onward: dict[State | None, dict[State, Step]]) -> dict[State, tuple[Step, ...]]:
    """From the postings on, one record at a time: whoever is reached first is reached by the fewest."""
    found: dict[State, tuple[Step, ...]] = {}
    fresh: list[tuple[State | None, tuple[Step, ...]]] = [(None, ())]
    while fresh:
        later: list[tuple[State | None, tuple[Step, ...]]] = []
        for state, led in fresh:
            for following, step in onward.get(state, {}).items():
                if following not in found:
                    found[following] = (*led, step)
                    later.append((following, found[following]))
        fresh = later
    return found
