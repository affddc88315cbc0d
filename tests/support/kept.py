"""Worlds that many tests begin in: made once in each test process, as the house makes them, and from then on
put back as the rows they left, in the test's own transaction. Making them anew takes fifty times as long.

Putting back is a superuser's affair, as going back is (tests/support/database.py): a function of his, that
only copies rows kept beside the database's own tables. The application's role may call it, in tests alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from tests.support.database import Superuser
from tests.support.environment import DATABASE
from vetting.days import today

SCHEMA = """
create schema if not exists test_kept;
create table if not exists test_kept.worlds (world text, kept text, name text, columns text);
create or replace function test_kept.put_back(wanted text) returns void language plpgsql
security definer set session_replication_role = replica set search_path = public as $$
declare each record;
begin
    for each in select * from test_kept.worlds where world = wanted loop
        execute format('insert into %1$s (%2$s) overriding system value select %2$s from test_kept.%3$I',
                       each.name, each.columns, each.kept);
    end loop;
end $$;
grant usage on schema test_kept to probity_app;
"""
_kept: set[str] = set()


@dataclass(frozen=True)
class Table:
    name: str
    key: str
    columns: str  # but for those that the database makes itself


Rows = dict[Table, list[str]]  # as COPY writes them


def put(name: str, make: Callable[[], object]) -> None:
    """The world of this name, in a database as it is after migrating. Days count in it: each has its own."""
    world = f"{name} {today()}"
    with transaction.atomic():
        if world in _kept:
            with connection.cursor() as cursor:
                cursor.execute("select test_kept.put_back(%s)", [world])
        else:
            _keep(world, _made_by(make))
            _kept.add(world)


def _made_by(make: Callable[[], object]) -> Rows:
    tables = _tables()
    before = {table: _rows(table) for table in tables}
    make()
    made = {table: _rows(table) for table in tables}
    for table in tables:
        if before[table].keys() - made[table].keys():
            raise ValueError(f"A kept world may only add rows; others of {table.name} were changed.")
    return {table: [row for row in made[table] if row not in before[table]] for table in tables}


def _keep(world: str, rows: Rows) -> None:
    """Over a connection of its own: what the test does next is undone, and this stays."""
    run = Superuser(DATABASE)
    run(SCHEMA)
    for table, lines in rows.items():
        if not lines:
            continue
        [(number,)] = run("select count(*) from test_kept.worlds")
        kept = f"rows_{number}"
        run(f"create table test_kept.{kept} as select {table.columns} from {table.name} limit 0")
        with run.connection.cursor() as cursor:
            cursor.copy_expert(f"copy test_kept.{kept} from stdin", io.StringIO("".join(lines)))
        run("insert into test_kept.worlds values (%s, %s, %s, %s)", world, kept, table.name, table.columns)
    run.close()


def _rows(table: Table) -> dict[str, None]:
    """Each row as a line."""
    text = io.StringIO()
    with connection.cursor() as cursor:
        query = f"select {table.columns} from {table.name} order by {table.key}"
        cursor.copy_expert(f"copy ({query}) to stdout", text)
    return dict.fromkeys(text.getvalue().splitlines(keepends=True))


def _tables() -> list[Table]:
    models = apps.get_models(include_auto_created=True)
    return [_table(model) for model in models if model._meta.managed and not model._meta.proxy]


def _table(model: Any) -> Table:
    quote = connection.ops.quote_name
    columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
    name, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return Table(name, key, ", ".join(quote(each) for each in columns))
