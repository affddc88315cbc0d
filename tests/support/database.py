"""A database for each test process, and the way back to how it was.

The first process migrates a template as the owner; each clones it. Tests log in as the application's role,
so what it may not do, tests may not do either. Going back is the tests' own affair: over a superuser's
connection, held here only, delete the tables that have rows and put back the reference rows that changed
(some milliseconds; a flush takes a hundred times as long and renumbers the reference data).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg2

from tests.support.environment import DATABASE, TEMPLATE, database_url

ROOT = Path(__file__).resolve().parents[2]
BUILDING = 4711  # the advisory lock of whoever builds the template
VACUUM_EVERY = 50  # resets: deleted rows keep their pages, and pages are how a used table is recognised
QUIET_SECONDS = 10  # how long a request or task of the test before may still run

TABLES = """select oid::regclass::text from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname <> 'django_migrations'
    order by 1"""
OTHERS_IN_TRANSACTION = """select pid from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and xact_start is not null and backend_type = 'client backend'"""


class Superuser:
    """One connection that may do anything."""

    def __init__(self, database: str) -> None:
        self.connection = psycopg2.connect(database_url(os.environ["DATABASE_SUPERUSER_URL"], database))
        self.connection.autocommit = True

    def __call__(self, sql: str, *values: Any) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self.connection.close()


# --- the template and its clones ---


def create() -> None:
    """This process's database, cloned; the template first, where nobody has made it yet."""
    run = Superuser("postgres")
    run("select pg_advisory_lock(%s)", BUILDING)
    if not run("select 1 from pg_database where datname = %s", TEMPLATE):
        _build_template(run)
    run(f"drop database if exists {DATABASE} with (force)")
    run(f"create database {DATABASE} template {TEMPLATE} owner probity_owner strategy file_copy")
    run.close()  # gives the lock back


def drop() -> None:
    run = Superuser("postgres")
    run(f"drop database if exists {DATABASE} with (force)")
    run.close()


def _build_template(run: Superuser) -> None:
    """Under another name until it is whole, so that a failure leaves no half template."""
    unfinished = f"{TEMPLATE}_unfinished"
    run(f"drop database if exists {unfinished} with (force)")
    run(f"create database {unfinished} template probity owner probity_owner")  # empty, but for its extensions
    _migrate(unfinished)
    inside = Superuser(unfinished)
    keep_reference(inside)
    inside("vacuum freeze analyze")
    inside.close()
    run(f"alter database {unfinished} rename to {TEMPLATE}")


def _migrate(name: str) -> None:
    urls = {v: database_url(os.environ[v], name) for v in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"]
    done = subprocess.run(command, env=os.environ | urls, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The test database could not be migrated:\n{done.stdout}{done.stderr}")


def keep_reference(run: Superuser) -> None:
    """Copy every table that has rows after migrating: reference data, to be put back after each test."""
    run("create schema test_reference")
    run("create table test_reference.counts (name text, n bigint)")
    for (table,) in run(TABLES):
        [(rows,)] = run(f"select count(*) from {table}")
        if rows:
            run(f"create table test_reference.{table} as table {table}")
            run("insert into test_reference.counts values (%s, %s)", table, rows)
    run("revoke all on schema test_reference from public")


# --- back to the start ---


class Reset:
    """Callable: puts this process's database back to how the template was."""

    def __init__(self) -> None:
        self.run = Superuser(DATABASE)
        self.counts = dict(self.run("select name, n from test_reference.counts"))
        self.columns = {table: self._columns(table) for table in self.counts}
        self.keys = {table: self._key(table) for table in self.counts}
        working = [table for (table,) in self.run(TABLES) if table not in self.counts]
        names = ", ".join(f"'{table}'::regclass" for table in working)
        self.used_sql = f"""select oid::regclass::text from unnest(array[{names}]::regclass[]) oid
            where pg_relation_size(oid) > 0"""
        self.changed_sql = " union all ".join(
            f"select '{table}', count(*), coalesce(max(xmin::text::bigint), 0) from {table}"
            for table in self.counts
        )
        self.base = self._transaction()  # rows written later than this are a test's
        self.times = 0

    def __call__(self) -> None:
        self._end_transactions()
        used = [table for (table,) in self.run(self.used_sql)]
        changed = self._changed()
        if used or changed:
            self._restore(used, changed)
        self.times += 1
        if self.times % VACUUM_EVERY == 0:
            for table in (*used, *changed):
                self.run(f"vacuum (truncate) {table}")

    def close(self) -> None:
        self.run.close()

    def _changed(self) -> list[str]:
        if not self.counts:
            return []
        rows = self.run(self.changed_sql)
        return [table for table, n, newest in rows if n != self.counts[table] or newest > self.base]

    def _restore(self, used: list[str], changed: list[str]) -> None:
        """As a replica, so that the triggers that keep history keep out of it; all or nothing."""
        statements = [
            "begin",
            "set local session_replication_role = replica",
            "set local lock_timeout = 5000",
        ]
        statements += [f"delete from {table}" for table in used]
        for table in changed:
            same = " and ".join(f"now.{column} = kept.{column}" for column in self.keys[table])
            statements += [
                f"delete from {table} where xmin::text::bigint > {self.base}",
                f"insert into {table} ({self.columns[table]}) overriding system value"
                f" select {self.columns[table]} from test_reference.{table} kept"
                f" where not exists (select from {table} now where {same})",
            ]
        with self.run.connection.cursor() as cursor:
            cursor.execute("; ".join([*statements, "select pg_current_xact_id()::text"]))
            self.base = int(cursor.fetchone()[0])
            cursor.execute("commit")

    def _end_transactions(self) -> None:
        """A request that outlived its test would write into the next one."""
        if not self.run(OTHERS_IN_TRANSACTION):
            return
        self.run(f"select pg_terminate_backend(pid) from ({OTHERS_IN_TRANSACTION}) left_over")
        end = time.monotonic() + QUIET_SECONDS
        while self.run(OTHERS_IN_TRANSACTION):
            if time.monotonic() > end:
                raise RuntimeError("A transaction of the last test does not end.")
            time.sleep(0.002)

    def _columns(self, table: str) -> str:
        [(names,)] = self.run(
            """select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
               where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''""",
            table,
        )
        return names

    def _key(self, table: str) -> list[str]:
        rows = self.run(
            """select quote_ident(attname) from pg_index
               join pg_attribute on attrelid = indrelid and attnum = any(indkey)
               where indisprimary and indrelid = %s::regclass""",
            table,
        )
        return [name for (name,) in rows]

    def _transaction(self) -> int:
        return int(self.run("select pg_current_xact_id()::text")[0][0])
