"""The database: there, new enough, migrated, careful with what it is given, and in time."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config.doctor.findings import Finding, named, warning, well, wrong
from config.doctor.sql import column, rows, value
from config.embedded.roles import EXTENSIONS

OLDEST = 15
APART, FAR_APART = 2.0, 30.0  # seconds between two clocks
CAREFUL = ("fsync", "full_page_writes", "synchronous_commit")


def reachable() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        said = str(error).strip().splitlines()[0]
        yield wrong("reachable", f"it does not answer: {said}", "Start it, or correct DATABASE_URL.")
        return
    yield well("reachable", "{}, as {}".format(*rows("select current_database(), current_user")[0]))


def version() -> Iterator[Finding]:
    number = int(value("show server_version_num")) // 10_000
    if number < OLDEST:
        yield wrong("version", f"PostgreSQL {number}", f"Use {OLDEST} or newer.")
    else:
        yield well("version", f"PostgreSQL {value('show server_version')}")
    if (encoding := value("show server_encoding")) != "UTF8":
        yield wrong("encoding", f"{encoding}: names would be lost", "Make the database anew, in UTF8.")


def extensions() -> Iterator[Finding]:
    there = set(column("select extname from pg_extension"))
    if missing := [each for each in EXTENSIONS if each not in there]:
        todo = "As a superuser of the database: " + " ".join(f"create extension {each};" for each in missing)
        yield wrong("extensions", f"{named(missing)} missing", todo)
    else:
        yield well("extensions", named(EXTENSIONS))


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    owed = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    ours = {app for app, _ in executor.loader.disk_migrations}
    unknown = {each for each in unknown if each[0] in ours}
    if owed:
        said = f"{len(owed)} not applied: {named(f'{each.app_label}.{each.name}' for each, _ in owed)}"
        yield wrong("migrations", said, "Run migrate with DATABASE_OWNER_URL.")
    elif unknown:
        more = named(".".join(each) for each in sorted(unknown))
        said = f"the database has {more}, which this code does not know"
        yield warning("migrations", said, "Run the code that the database was migrated for.")
    else:
        yield well("migrations", f"all {len(executor.loader.applied_migrations)} applied")


def careful() -> Iterator[Finding]:
    off = [each for each in CAREFUL if value(f"show {each}") == "off"]
    if off:
        said = f"{named(off)} off: after a crash of the machine, what was acknowledged may be gone"
        yield warning("crash safety", said, "Set it on in postgresql.conf.")
    else:
        yield well("crash safety", "what is committed is on disk")


def clock() -> Iterator[Finding]:
    apart = abs((timezone.now() - value("select clock_timestamp()")).total_seconds())
    if apart < APART:
        yield well("clock", "the database's and this machine's agree")
        return
    said = f"the database's and this machine's are {apart:.0f} s apart"
    todo = "Let both machines keep time (NTP); leases and deadlines go by the database's clock."
    yield wrong("clock", said, todo) if apart > FAR_APART else warning("clock", said, todo)


CHECKS = (reachable, version, extensions, migrations, careful, clock)
