"""What the database refuses: to the application by privilege, to the owner by trigger."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from foundation.audit import actions as audit
from foundation.audit.models import Event, Head
from foundation.outbox.failures import sqlstate

pytestmark = pytest.mark.django_db

NO_PRIVILEGE = "42501"
TABLES = ("audit_event", "audit_head", "audit_seal", "audit_sealedhead")
EVERYWHERE = (
    "delete from {}",
    "truncate {}",
    "alter table {} disable trigger all",
    "alter table {} add column x int",
    "drop table {}",
    "create trigger t before insert on {} for each row execute function suppress_redundant_updates_trigger()",
)
OF_EACH = (
    "update audit_event set body = '{}'",
    "update audit_event set hash = hash where false",
    "update audit_head set seq = 1",
    "update audit_seal set root = ''",
    "update audit_sealedhead set hash = ''",
    "insert into audit_head values ('x', 1, '', false)",
    "select * from audit_head for update",
    "merge into audit_event e using audit_head h on e.chain = h.chain when matched then delete",
    "set session_replication_role = replica",
    "set role probity_owner",
    "alter table audit_event owner to probity_app",
    "drop function audit_link_event() cascade",
    "select setval('audit_event_id_seq', 1)",
    # A chosen id that is taken would move the head and insert nothing:
    "insert into audit_event (id, chain, action, actor, object_kind, object_id, body)"
    " values (1, 'a', 'x.y', 'z', '', '', '{}') on conflict do nothing",
)
STATEMENTS = [*OF_EACH, *(each.format(table) for table in TABLES for each in EVERYWHERE)]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_application_may_not(statement):
    audit.record("tests.counted", by=None, chain="a")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert sqlstate(refusal.value) == NO_PRIVILEGE
    assert Event.objects.get(chain="a").hash == Head.objects.get(chain="a").hash


def test_the_linking_function_cannot_be_borrowed_for_a_table_of_ones_own():
    audit.record("tests.counted", by=None, chain="a")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create temporary table mine (like audit_event)")
        cursor.execute(
            "create trigger t before insert on mine for each row execute function audit_link_event()"
        )
    assert sqlstate(refusal.value) == NO_PRIVILEGE


@pytest.fixture
def owner() -> Iterator[psycopg2.extensions.connection]:
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    yield owner
    owner.rollback()
    owner.close()


@pytest.mark.parametrize("what", ["update {} set {}", "delete from {}", "truncate {} cascade"])
@pytest.mark.parametrize(
    ("table", "change"),
    [("audit_event", "body = '{}'"), ("audit_seal", "root = ''"), ("audit_sealedhead", "hash = ''")],
)
def test_the_owner_is_told_that_the_record_is_append_only(owner, what, table, change):
    with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute(what.format(table, change))


def test_the_owner_may_not_take_heads_away(owner):
    with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute("delete from audit_head")
