"""What the database refuses the application's role: all of the schema, generated from the catalogue.

Three layers, told apart: the application has no right (42501, and nothing ran); the owner has it, and a
trigger refuses in its own words; what a trigger reads cannot be hidden by a table of the session's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from config.doctor import expected
from foundation.accounts.models import User
from foundation.outbox.failures import sqlstate
from tests.support.classes import case_at
from tests.support.database import Superuser
from tests.support.evidence import credible
from tests.support.sizes import Size
from vetting.actions import decide
from vetting.models import Status

pytestmark = pytest.mark.django_db(transaction=True)

NO_RIGHT = "42501"
OURS = "{}.relnamespace = 'public'::regnamespace"
NOT_EXTENSIONS = "not exists (select from pg_depend d where d.objid = {}.oid and d.deptype = 'e')"
# Rows of these are kept as they were written, whatever the migrations say.
KEPT = {
    "audit_event", "audit_head", "audit_seal", "audit_sealedhead",
    "signing_determination", "signing_cover", "signing_contributor",
    "vetting_finding", "vetting_search", "vetting_opinion", "vetting_clearrecord", "vetting_candidateversion",
    "screening_verdict", "screening_screening", "units_lineageend",
    "cspa_kept", "cspa_evidence", "cspa_verdict", "vetting_gateanswer",
    "vetting_restriction", "vetting_cause", "vetting_met", "vetting_answered",
    "remediation_hostnotification", "remediation_notificationentry", "remediation_publication",
    "remediation_remediation", "remediation_restrictionoffile", "remediation_incidentoffile",
    "remediation_responsible", "remediation_committeenotice", "remediation_step", "remediation_stepentry",
    "cspa_listyear", "cspa_listing", "cspa_waiver", "cspa_reinstatement", "cspa_actionplan", "cspa_milestone",
    "sources_compartment", "sources_source", "sources_document", "sources_citation", "sources_support",
    "sources_conflict", "sources_written",
    "evidence_incident", "evidence_allegation", "evidence_assessment", "evidence_derogatorynote",
}  # fmt: skip
OF_A_TABLE = (
    "alter table {} add column x int",
    "alter table {} disable trigger all",
    "alter table {} enable row level security",
    "alter table {} owner to current_user",
    "alter table {} set schema pg_temp",
    "alter table {} alter column {column} drop not null",
    "drop table {}",
    "truncate {}",
    "truncate {} cascade",
    "create trigger t before insert on {} for each row execute function suppress_redundant_updates_trigger()",
    "create rule r as on insert to {} do instead nothing",
    "create index on {} ({column})",
    "create policy p on {} using (true)",
    "create temporary table hidden () inherits ({})",
    "create table more (like {})",
    "grant all on {} to public",
    "comment on table {} is ''",
)
ANYWHERE = (
    "create table public.t (x int)",
    "create view public.v as select 1",
    "create function public.f() returns int language sql as 'select 1'",
    "create type public.t as enum ('a')",
    "create sequence public.s",
    "create schema s",
    "create extension dblink",
    "create role r",
    "create event trigger t on ddl_command_start execute function rows_are_kept()",
    "set session_replication_role = replica",
    "set local session_replication_role = replica",
    "alter role current_user set session_replication_role = replica",
    "alter role current_user superuser",
    "alter role current_user bypassrls",
    "alter role probity_owner password 'x'",
    "set role probity_owner",
    "set role postgres",
    "set session authorization probity_owner",
    "grant probity_owner to probity_app",
    "grant pg_execute_server_program to probity_app",
    "grant usage on schema public to public",
    "alter default privileges for role probity_owner grant all on tables to probity_app",
    "alter schema public owner to probity_app",
    "alter database {database} set session_replication_role = replica",
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/dev/null'",
    "copy audit_event from '/dev/null'",
    "select pg_read_file('postgresql.conf')",
    "select lo_import('/etc/hostname')",
    "select set_config('session_replication_role', 'replica', false)",
    "select pg_reload_conf()",
    "delete from pg_trigger",
    "update pg_class set relhastriggers = false",
    "delete from django_migrations",
    "select audit_link_event()",
)


def every(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def tables() -> list[tuple[str, str]]:
    """(table, one of its columns)"""
    return every(
        f"""select c.oid::regclass::text, (select quote_ident(attname) from pg_attribute
               where attrelid = c.oid and attnum > 0 and attnotnull and not attisdropped limit 1)
            from pg_class c where {OURS.format("c")} and relkind in ('r', 'p')"""
    )


def statements() -> Iterator[str]:
    [(database,)] = every("select quote_ident(current_database())")
    yield from (each.format(database=database) for each in ANYWHERE)
    for table, column in tables():
        yield from (each.format(table, column=column) for each in OF_A_TABLE)
    triggers = every(
        f"""select quote_ident(t.tgname), c.oid::regclass::text from pg_trigger t
            join pg_class c on c.oid = t.tgrelid where {OURS.format("c")} and not t.tgisinternal"""
    )
    for name, table in triggers:
        yield f"drop trigger {name} on {table}"
        yield f"alter table {table} disable trigger {name}"
        yield f"alter trigger {name} on {table} rename to x"
    functions = every(
        f"""select p.oid::regprocedure::text, pg_get_functiondef(p.oid) from pg_proc p
            where p.pronamespace = 'public'::regnamespace and {NOT_EXTENSIONS.format("p")}"""
    )
    for name, definition in functions:
        yield definition  # to put the very same in its place is a right as well
        yield f"drop function {name} cascade"
        yield f"alter function {name} owner to current_user"
        yield f"alter function {name} set search_path = pg_temp"
        yield f"grant execute on function {name} to public"
    for kind, name in every(
        f"""select case relkind when 'S' then 'sequence' when 'i' then 'index' else 'view' end,
                c.oid::regclass::text
            from pg_class c where {OURS.format("c")} and relkind in ('S', 'i', 'v', 'm')
            and {NOT_EXTENSIONS.format("c")}"""
    ):
        yield f"drop {kind} {name}"
        if kind == "sequence":
            yield f"alter sequence {name} restart with 1"
            yield f"select setval('{name}', 1)"
            yield f"alter sequence {name} owner to current_user"
    for (name,) in every(
        """select oid::regtype::text from pg_type
           where typnamespace = 'public'::regnamespace and typtype in ('e', 'd', 'r', 'b') and typelem = 0"""
    ):
        yield f"drop type {name} cascade"
        yield f"alter type {name} owner to current_user"
    for name, table in every(
        f"""select quote_ident(conname), conrelid::regclass::text from pg_constraint
            join pg_class c on c.oid = conrelid where {OURS.format("c")} and contype <> 'n'"""
    ):
        yield f"alter table {table} drop constraint {name}"


def rows_of_kept() -> Iterator[str]:
    for table in sorted(KEPT):
        columns = every(
            f"""select quote_ident(attname) from pg_attribute where attrelid = '{table}'::regclass
                and attnum > 0 and not attisdropped and attgenerated = ''"""
        )
        yield f"delete from {table}"
        yield f"lock table {table} in access exclusive mode"
        for (column,) in columns:
            if column not in expected.may_move(table):
                yield f"update {table} set {column} = {column}"
                yield (
                    f"merge into {table} t using (select 1) s on false"
                    f" when matched then update set {column} = t.{column}"
                )


def refusal(statement: str) -> str:
    """The SQLSTATE; "" where it was done (and is undone)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return sqlstate(error)
    return ""


def rights() -> list[tuple[Any, ...]]:
    """Who may do what: what a grant that changes nothing leaves alone."""
    return every(
        """select oid, (aclexplode(coalesce(relacl, acldefault('r', relowner)))).* from pg_class
           where relnamespace = 'public'::regnamespace
           union all select oid, (aclexplode(coalesce(proacl, acldefault('f', proowner)))).* from pg_proc
           where pronamespace = 'public'::regnamespace
           union all select oid, (aclexplode(coalesce(nspacl, acldefault('n', nspowner)))).* from pg_namespace
           order by 1, 2, 3, 4, 5"""
    )


def test_the_application_may_change_nothing_of_the_schema(size: Size) -> None:
    asked, wrong, before = 0, [], rights()
    for statement in statements():
        asked += 1
        if statement.startswith("grant ") and " on " in statement:  # without the right: a warning, no effect
            with transaction.atomic(), connection.cursor() as cursor:
                try:
                    with transaction.atomic():
                        cursor.execute(statement)
                except DatabaseError as error:
                    wrong += [] if sqlstate(error) == NO_RIGHT else [(statement, sqlstate(error))]
                wrong += [(statement, "granted")] if rights() != before else []
                transaction.set_rollback(True)
        elif (state := refusal(statement)) != NO_RIGHT:
            wrong.append((statement[:200], state or "done"))
    size.note(f"{asked:,} statements")
    assert wrong == [], "\n".join(map(str, wrong))
    assert asked > 1_500


def test_the_application_may_not_rewrite_what_is_kept(size: Size) -> None:
    asked = list(rows_of_kept())
    size.note(f"{len(asked):,} statements")
    assert [(each, state) for each in asked if (state := refusal(each)) != NO_RIGHT] == []


def test_what_is_kept_is_what_the_migrations_say() -> None:
    assert set(expected.kept()) == KEPT


@pytest.mark.parametrize("table", sorted(KEPT))
@pytest.mark.parametrize("what", ["update {} set {}={}", "delete from {}", "truncate {} cascade"])
def test_the_owner_is_refused_by_a_trigger(table: str, what: str) -> None:
    """The application is stopped by its rights already: so the layer below is asked as the owner."""
    if "truncate" not in what and table in ("audit_head", "signing_determination"):
        pytest.skip("by row, or moved by the database itself: tests of audit and of signing ask it")
    if table == "audit_head" and "update" in what:
        pytest.skip("the linking function moves heads as the owner")
    if (
        "update" in what
        and table.startswith(("remediation_", "vetting_", "cspa_", "sources_", "evidence_"))
        and expected.may_move(table)
    ):
        pytest.skip("some of it moves: tests of its room ask what may become of it")
    [(column,)] = every(
        f"select quote_ident(attname) from pg_attribute where attrelid = '{table}'::regclass and attnum = 1"
    )
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        with owner.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
            cursor.execute(what.format(table, column, column))
    finally:
        owner.close()
    assert "append-only" in str(refused.value) or "are kept as they were written" in str(refused.value)


# --- what a trigger reads ---


def test_a_table_of_the_sessions_own_does_not_hide_the_contributors(people: dict[str, User]) -> None:
    """An empty `signing_contributor` among the temporary tables, and then a signature by a contributor."""
    case = case_at(Status.IN_REVIEW, people)
    recommended = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    with pytest.raises(DatabaseError, match="may not approve it"), connection.cursor() as cursor:
        cursor.execute(
            "insert into signing_contributor (determination_id, user_id) values (%s, %s)",
            [recommended.pk, people["approver"].pk],
        )
        for table in ("signing_contributor", "signing_determination", "accounts_user"):
            cursor.execute(f"create temporary table {table} (like public.{table})")
        cursor.execute(
            """update public.signing_determination set state = 'approved', decided_by_id = %s,
               decided_at = now(), read_digest = digest where id = %s""",
            [people["approver"].pk, recommended.pk],
        )
    connection.close()  # and with it the temporary tables


def test_every_function_of_ours_looks_where_its_owner_said() -> None:
    for name, config in every(
        f"""select p.oid::regprocedure::text, p.proconfig from pg_proc p
            where p.pronamespace = 'public'::regnamespace and {NOT_EXTENSIONS.format("p")}"""
    ):
        [path] = [each for each in config or () if each.startswith("search_path=")] or [""]
        places = [each.strip() for each in path.partition("=")[2].split(",")]
        assert places[:1] == ["pg_catalog"], name
        assert places[-1:] == ["pg_temp"], f"{name}: unnamed, pg_temp comes first"


# --- the roles that script/server makes ---


def test_the_roles_of_the_embedded_database_hold_no_more_than_they_need() -> None:
    """`probity` beside the tests' databases is what config/embedded/roles.py made on this very server."""
    run = Superuser("probity")
    try:
        attributes = "rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls"
        of_roles = f"select rolname, {attributes} from pg_roles where rolname like 'probity%%' order by 1"
        assert run(of_roles) == [("probity_app", False), ("probity_owner", False)]
        assert run("select count(*) from pg_auth_members where member = 'probity_app'::regrole") == [(0,)]
        for right in ("TEMPORARY", "CREATE"):
            assert run("select has_database_privilege('probity_app', 'probity', %s)", right) == [(False,)]
        owner = "select pg_get_userbyid(datdba) from pg_database where datname = 'probity'"
        assert run(owner) == [("probity_owner",)]
    finally:
        run.close()
