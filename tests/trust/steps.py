"""Before and after: what one act may change and must leave behind. The other half of the invariants."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

Row = dict[str, Any]

# Table → columns too long to compare, which others (a version, a digest) stand for.
TABLES = {
    "vetting_case": "", "vetting_check": "", "vetting_finding": "", "vetting_opinion": "",
    "vetting_informationrequest": "", "vetting_suspension": "", "vetting_clearrecord": "canonical",
    "vetting_movement": "", "vetting_candidate": "", "vetting_nomination": "", "vetting_clearance": "",
    "vetting_restriction": "", "signing_determination": "canonical", "signing_contributor": "",
    "screening_match": "explanation", "screening_mark": "", "screening_verdict": "judged", "units_sameas": "",
    "units_subject": "", "units_name": "", "units_posting": "", "units_commandlink": "",
    "units_lineageevent": "", "units_lineageend": "",
    "accounts_user_groups": "",
}  # fmt: skip

ENDLESS = ("audit_event", "outbox_fact")  # only ever added to: the newest stands for all
SNAPSHOT = " UNION ALL ".join(
    [
        f"SELECT '{table}', id::text, to_jsonb({table}) - '{without}' FROM {table}"
        for table, without in TABLES.items()
    ]
    + [f"SELECT '{table}', max(id)::text, '{{}}'::jsonb FROM {table}" for table in ENDLESS]
)


@dataclass(frozen=True)
class Snapshot:
    """All that an act could change, by table and id."""

    tables: dict[str, dict[str, Row]]

    def __getitem__(self, table: str) -> dict[str, Row]:
        return self.tables.get(table, {})

    def last(self, table: str) -> int:
        """The newest id of a table that is only ever added to."""
        return int(next(iter(self[table]), 0) or 0)


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'snapshot')")
        if not cursor.fetchone()[0]:
            cursor.execute(f"PREPARE snapshot AS {SNAPSHOT}")


def snapshot() -> Snapshot:
    tables: dict[str, dict[str, Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute("EXECUTE snapshot")
        for table, pk, row in cursor.fetchall():
            tables.setdefault(table, {})[pk] = json.loads(row) if isinstance(row, str) else row
    return Snapshot(tables)


@dataclass(frozen=True)
class Step:
    """One act by one person, allowed or refused. `edges`: (case, from, to, by which transition), in order."""

    act: str
    on: str  # what kind of thing: case, check, …
    by: str  # a person's id; "" for workers and the clock
    refused: bool
    day: dt.date
    before: Snapshot
    after: Snapshot
    edges: tuple[tuple[str, str, str, str], ...] = ()
    case: str = ""  # which one was acted on, where it is one
    events: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)

    def pairs(self, table: str) -> Iterator[tuple[str, Row, Row]]:
        """Rows that stood before and stand now, where they differ."""
        after = self.after[table]
        for pk, old in self.before[table].items():
            if pk in after and after[pk] != old:
                yield pk, old, after[pk]

    def fresh(self, table: str) -> Iterator[Row]:
        before = self.before[table]
        return (row for pk, row in self.after[table].items() if pk not in before)


def told_since(before: Snapshot) -> tuple[list[Row], list[Row]]:
    """Events and facts since then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action, actor, object_kind, object_id FROM audit_event WHERE id > %s ORDER BY id",
            [before.last("audit_event")],
        )
        events = [dict(zip(("action", "actor", "kind", "id"), row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT kind, body FROM outbox_fact WHERE id > %s ORDER BY id", [before.last("outbox_fact")]
        )
        facts = [
            {"kind": kind, **(json.loads(body) if isinstance(body, str) else body)}
            for kind, body in cursor.fetchall()
        ]
    return events, facts
