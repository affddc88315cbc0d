"""Events, and the chains the database makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, models, transaction

from foundation.audit import actions as audit
from foundation.audit.chains import GENESIS, digest
from foundation.audit.models import Event, Head
from foundation.audit.permissions import AuditPerm
from tests.foundation.together import together

pytestmark = pytest.mark.django_db


@dataclass
class Person:
    username: str
    permissions: set[str] = field(default_factory=set)

    def get_username(self) -> str:
        return self.username

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions


class Colour(models.TextChoices):
    RED = "red", "Red"


AMINA = Person("amina")


def chain(name: str) -> list[Event]:
    return list(Event.objects.filter(chain=name).order_by("seq"))


def check(name: str) -> None:
    """Every event of the chain follows from the one before, and the head is the last."""
    prev = GENESIS
    for seq, event in enumerate(chain(name), 1):
        at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        fields = (event.action, event.actor, event.object_kind, event.object_id, event.body)
        assert (event.seq, event.prev, event.hash) == (seq, prev, digest(prev, name, seq, at, *fields))
        prev = event.hash
    assert Head.objects.get(chain=name).hash == prev


def test_each_event_of_a_chain_follows_from_the_one_before():
    for n in range(3):
        audit.record("tests.counted", by=AMINA, chain="a", n=n, reason="Été\nsecond line")
    audit.record("tests.counted", by=AMINA, chain="b")
    assert [event.details["n"] for event in chain("a")] == [0, 1, 2]
    check("a")
    check("b")


def test_many_events_in_one_statement_are_chained_like_single_ones(django_assert_num_queries):
    entries = [audit.entry("tests.counted", by=None, chain=f"c{n % 3}", n=n) for n in range(12)]
    with django_assert_num_queries(1):
        audit.record_many(entries)
    assert [event.details["n"] for event in chain("c1")] == [1, 4, 7, 10]
    for name in ("c0", "c1", "c2"):
        check(name)


def test_an_event_names_its_target_and_goes_to_the_targets_chain():
    group = Group(pk=7)
    audit.record("tests.painted", by=AMINA, target=group, colour=Colour.RED, id=UUID(int=1), all={"b", "a"})
    [event] = Event.objects.in_chain_of(group)
    assert (event.chain, event.object_kind, event.object_id) == ("auth.group:7", "auth.group", "7")
    assert event.body == '{"all":["a","b"],"colour":"red","id":"00000000-0000-0000-0000-000000000001"}'


def test_a_target_may_name_its_subjects_chain():
    group = Group(pk=8)
    group.audit_chain = "vetting.case:1"
    assert audit.entry("tests.painted", by=AMINA, target=group).chain == "vetting.case:1"
    assert audit.entry("tests.painted", by=AMINA, target=group, chain="other").chain == "other"


def test_without_a_target_an_event_goes_to_the_persons_chain():
    assert audit.entry("tests.searched", by=AMINA).chain == "person:amina"
    assert audit.entry("tests.searched", by=None).chain == "person:system"
    assert audit.entry("tests.searched", by=Person("")).actor == "anonymous"


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError, match="pass its id"):
        audit.record("tests.painted", by=AMINA, group=Group(pk=7))
    with pytest.raises(ValueError, match="room.past-tense"):
        audit.record("Painted it", by=AMINA)


def test_the_fields_before_the_body_hold_no_newline():
    with pytest.raises(IntegrityError, match="event_fields_are_lines"):
        audit.record("tests.painted", by=Person("amina\nsystem"), chain="d")


def test_what_the_application_inserts_by_hand_is_chained_too():
    audit.record("tests.counted", by=AMINA, chain="e")
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into audit_event
                (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
            values ('e', 99, 'epoch', 'x.forged', 'amina', '', '', '{}', 'aa', 'bb')"""
        )
    assert chain("e")[1].at.year > 2000
    check("e")


@pytest.mark.django_db(transaction=True)
def test_an_event_rolled_back_leaves_no_gap():
    audit.record("tests.counted", by=AMINA, chain="f")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("tests.counted", by=AMINA, chain="f")
        raise ZeroDivisionError
    audit.record("tests.counted", by=AMINA, chain="f")
    assert len(chain("f")) == 2
    check("f")


def test_auditors_read_every_event_and_others_none():
    audit.record("tests.counted", by=AMINA, chain="g")
    assert Event.objects.visible_to(Person("auditor", {AuditPerm.VIEW})).filter(chain="g").exists()
    assert not Event.objects.visible_to(AMINA).exists()


# --- many at once ---


def append(name: str, times: int) -> None:
    for n in range(times):
        audit.record("tests.counted", by=AMINA, chain=name, n=n)


@pytest.mark.django_db(transaction=True)
def test_two_who_append_to_one_chain_at_once_both_get_in():
    together(partial(append, "one", 40), partial(append, "one", 40))
    assert len(chain("one")) == 80
    check("one")


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_on_twenty_chains():
    together(*[partial(append, f"chain {n}", 15) for n in range(20)])
    for n in range(20):
        assert len(chain(f"chain {n}")) == 15
        check(f"chain {n}")


@pytest.mark.django_db(transaction=True)
def test_bulk_writers_that_name_the_same_chains_in_other_orders_do_not_deadlock():
    def bulk(step: int) -> None:
        for _ in range(10):
            audit.record_many(
                audit.entry("tests.counted", by=AMINA, chain=f"h{n:02}") for n in list(range(30))[::step]
            )

    together(partial(bulk, 1), partial(bulk, -1))
    for n in range(30):
        assert len(chain(f"h{n:02}")) == 20
        check(f"h{n:02}")


@pytest.mark.django_db(transaction=True)
def test_a_head_is_found_by_its_index_however_many_there_have_come_to_be():
    """Counted in pages, whatever else the machine does: looked for in the whole table it takes hundreds."""
    sql = """explain (analyze, buffers, format json)
        insert into audit_event (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
        select 'first ' || n, 0, now(), 'tests.counted', 'amina', '', '', '{}', '', ''
        from generate_series(%s::int, %s::int) n"""
    connection.close()  # the plan is made anew, for a table that is all but empty
    with connection.cursor() as cursor:
        for first in (1, 2001):
            cursor.execute(sql, [first, first + 1999])
            [[plan]] = cursor.fetchone()
    assert plan["Plan"]["Shared Hit Blocks"] / 2000 < 80
