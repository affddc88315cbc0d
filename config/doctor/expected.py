"""What the database should hold, read from the migrations themselves: no second list to keep true.

Functions and triggers are written as SQL; the last migration that makes one, counts. What models declare
(constraints) is asked of the models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor

from foundation.accounts.database_roles import columns_that_move

TRIGGER = re.compile(
    r"CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER (?P<name>\w+)\s+(?P<when>BEFORE|AFTER)\s+"
    r"(?P<events>[\w\s,]+?)\s+ON\s+(?:public\.)?(?P<table>\w+)(?P<rest>[^;]*?)"
    r"EXECUTE FUNCTION\s+(?:public\.)?(?P<function>\w+)",
    re.IGNORECASE,
)
FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?:public\.)?(?P<name>\w+)\s*\((?P<head>.*?)AS \$\$(?P<body>.*?)\$\$",
    re.IGNORECASE | re.DOTALL,
)
DROPPED_TRIGGER = re.compile(r"DROP TRIGGER (?:IF EXISTS )?(\w+) ON (?:public\.)?(\w+)", re.IGNORECASE)
DROPPED_FUNCTION = re.compile(r"DROP FUNCTION (?:IF EXISTS )?(?:public\.)?(\w+)", re.IGNORECASE)
FOR_EACH_ROW, BEFORE = 1, 2  # pg_trigger.tgtype
EVENTS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


@dataclass(frozen=True)
class Trigger:
    name: str
    table: str
    function: str
    fires: int  # as pg_trigger.tgtype says it


@dataclass(frozen=True)
class Function:
    name: str
    body: str
    as_owner: bool  # SECURITY DEFINER


@cache
def triggers() -> dict[tuple[str, str], Trigger]:
    """By table and name."""
    found: dict[tuple[str, str], Trigger] = {}
    for sql in _statements():
        for name, table in DROPPED_TRIGGER.findall(sql):
            found.pop((table, name), None)
        for made in TRIGGER.finditer(sql):
            found[made["table"], made["name"]] = _trigger(made)
    return found


@cache
def functions() -> dict[str, Function]:
    found: dict[str, Function] = {}
    for sql in _statements():
        for name in DROPPED_FUNCTION.findall(sql):
            found.pop(name, None)
        for made in FUNCTION.finditer(sql):
            as_owner = "SECURITY DEFINER" in made["head"].upper()
            found[made["name"]] = Function(made["name"], made["body"], as_owner)
    return found


def kept() -> list[str]:
    """Tables that nobody may empty: those whose rows stay as they were written."""
    return sorted({each.table for each in triggers().values() if each.fires & EVENTS["TRUNCATE"]})


def may_move(table: str) -> frozenset[str]:
    """Which columns of such a table the application may update all the same."""
    triggers()  # loads the migrations, which say so
    return columns_that_move(table)


def _trigger(made: re.Match[str]) -> Trigger:
    fires = sum(EVENTS[each.split()[0].upper()] for each in re.split(r"\s+OR\s+", made["events"], flags=re.I))
    fires += BEFORE if made["when"].upper() == "BEFORE" else 0
    fires += FOR_EACH_ROW if re.search(r"FOR\s+EACH\s+ROW", made["rest"], re.IGNORECASE) else 0
    return Trigger(made["name"], made["table"], made["function"], fires)


def _statements() -> Iterator[str]:
    """Every piece of SQL that migrating from nothing runs, in its order."""
    executor = MigrationExecutor(connection)
    for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True):
        yield from _sql_of(migration.operations)


def _sql_of(operations: Iterable[Any]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _sql_of(operation.database_operations)
        elif isinstance(operation, migrations.RunSQL) and operation.sql != migrations.RunSQL.noop:
            pieces = [operation.sql] if isinstance(operation.sql, str) else operation.sql
            yield from (piece if isinstance(piece, str) else piece[0] for piece in pieces)
