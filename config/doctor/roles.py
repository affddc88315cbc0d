"""The application's database role: it reads and writes rows, and holds nothing that would let it do more."""

from __future__ import annotations

from collections.abc import Iterator

from config.doctor import expected
from config.doctor.findings import Finding, named, well, wrong
from config.doctor.sql import column, rows, value

ME = "current_user"
ATTRIBUTES = {
    "rolsuper": "SUPERUSER",
    "rolbypassrls": "BYPASSRLS",
    "rolcreaterole": "CREATEROLE",
    "rolcreatedb": "CREATEDB",
    "rolreplication": "REPLICATION",
}
TAKE_BACK = "As the owner or a superuser of the database: "


def attributes() -> Iterator[Finding]:
    [held] = rows(f"select {', '.join(ATTRIBUTES)} from pg_roles where rolname = {ME}")
    too_much = [name for name, has in zip(ATTRIBUTES.values(), held, strict=True) if has]
    role = value(f"select {ME}")
    if too_much:
        without = " ".join(f"NO{name}" for name in too_much)
        todo = f"As a superuser of the database: alter role {role} {without};"
        yield wrong("role", f"{role} is {named(too_much)}: no guard in the database holds it", todo)
    else:
        yield well("role", f"{role} is an ordinary role")


def ownership() -> Iterator[Finding]:
    """Whoever owns a table may alter it, and switch its triggers off."""
    owners = column(
        """select distinct pg_get_userbyid(relowner) from pg_class
           where relnamespace = 'public'::regnamespace and relkind = 'r'"""
    )
    role = value(f"select {ME}")
    owned = value(
        f"""select count(*) from pg_shdepend where deptype = 'o' and refclassid = 'pg_authid'::regclass
            and refobjid = (select oid from pg_roles where rolname = {ME})
            and dbid in (0, (select oid from pg_database where datname = current_database()))"""
    )
    if role in owners or owned:
        said = f"{role} owns {owned} things: it could alter them, and switch guards off"
        todo = "Let DATABASE_URL name a role that owns nothing: the owner is for migrating only."
        yield wrong("ownership", said, todo)
    elif len(owners) > 1:
        todo = "Let one role own all of them: the one that migrates."
        yield wrong("ownership", f"the tables have several owners: {named(owners)}", todo)
    else:
        yield well("ownership", f"{named(owners) or 'nobody'} owns the tables, {role} nothing")


def membership() -> Iterator[Finding]:
    roles = column(
        f"""with recursive up(role) as (
                select roleid from pg_auth_members
                where member = (select oid from pg_roles where rolname = {ME})
                union select m.roleid from pg_auth_members m join up on m.member = up.role)
            select pg_get_userbyid(role) from up order by 1"""
    )
    if roles:
        todo = f"As a superuser of the database: revoke {', '.join(roles)} from {value(f'select {ME}')};"
        yield wrong("membership", f"it can act as {named(roles)}", todo)
    else:
        yield well("membership", "it can act as no other role")


def making() -> Iterator[Finding]:
    """A table or function of its own could stand where a guard looks."""
    database, role = rows(f"select current_database(), {ME}")[0]
    held = {
        "create in schema public": (f"has_schema_privilege({ME}, 'public', 'CREATE')",
                                    f"revoke create on schema public from public, {role};"),
        "create schemas": (f"has_database_privilege({ME}, current_database(), 'CREATE')",
                           f"revoke create on database {database} from public, {role};"),
        "make temporary tables": (f"has_database_privilege({ME}, current_database(), 'TEMPORARY')",
                                  f"revoke temporary on database {database} from public, {role};"),
        "switch triggers off (session_replication_role)": (
            f"has_parameter_privilege({ME}, 'session_replication_role', 'SET')",
            f"revoke set on parameter session_replication_role from public, {role};"),
    }  # fmt: skip
    too_much = [(what, undo) for what, (asked, undo) in held.items() if value(f"select {asked}")]
    for what, undo in too_much:
        yield wrong("making", f"it may {what}", TAKE_BACK + undo)
    if not too_much:
        yield well("making", "it can make no table, function or schema, and switch no trigger off")


def rights_on_tables() -> Iterator[Finding]:
    """Rows that are kept: added and read only, but for the columns that the migrations let move."""
    found = [*_beyond_rows(), *_kept()]
    yield from found
    if not found:
        yield well("kept rows", f"{len(expected.kept())} tables take rows and let none be changed")


def _beyond_rows() -> Iterator[Finding]:
    for right in ("TRUNCATE", "REFERENCES", "TRIGGER"):
        tables = column(
            f"""select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace
                and relkind in ('r', 'p') and has_table_privilege({ME}, oid, '{right}') order by 1"""
        )
        if tables:
            yield wrong("rights", f"it holds {right} on {named(tables)}", _undo(right, *tables))


def _kept() -> Iterator[Finding]:
    there = set(column("select relname from pg_class where relnamespace = 'public'::regnamespace"))
    for table in expected.kept():
        if table not in there:
            yield wrong("kept rows", f"{table} is not there", "Run migrate with DATABASE_OWNER_URL.")
            continue
        if value(f"select has_table_privilege({ME}, %s, 'DELETE')", table):
            yield wrong("kept rows", f"it may delete from {table}", _undo("DELETE", table))
        moved = set(
            column(
                f"""select attname from pg_attribute where attrelid = %s::regclass and attnum > 0
                    and not attisdropped and has_column_privilege({ME}, attrelid, attnum, 'UPDATE')""",
                table,
            )
        )
        if more := sorted(moved - expected.may_move(table)):
            undo = f"UPDATE ({', '.join(more)})" if expected.may_move(table) else "UPDATE"
            yield wrong("kept rows", f"it may change {named(more)} of {table}", _undo(undo, table))


def _undo(right: str, *tables: str) -> str:
    return f"{TAKE_BACK}revoke {right} on {', '.join(tables)} from public, {value(f'select {ME}')};"


CHECKS = (attributes, ownership, membership, making, rights_on_tables)
