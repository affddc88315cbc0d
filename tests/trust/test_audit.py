"""The record under attack and under load: random tampering is found and its first event named; a million
events are checked in a minute; twenty writers on twenty chains do not wait for one another.

What each kind of tampering looks like, one by one: tests/foundation/test_audit_verify.py.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from foundation.audit import actions as audit
from foundation.audit.faults import Fault
from foundation.audit.models import Event, SealedHead
from foundation.audit.seal import seal
from foundation.audit.verify import verify
from tests.foundation.together import together
from tests.support.sizes import Size

pytestmark = pytest.mark.django_db(transaction=True)

CHAIN = "tampered"
HASH = """encode(sha256(convert_to({link} || E'\\n' || chain || E'\\n' || seq || E'\\n'
    || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n' || action || E'\\n'
    || actor || E'\\n' || object_kind || E'\\n' || object_id || E'\\n' || body, 'UTF8')), 'hex')"""
# Every hash from {first} on made to fit again, and the head too: what only a seal can still show.
RECOMPUTE = f"""do $$
declare e record; link text := coalesce(
    (select hash from audit_event where chain = '{CHAIN}' and seq = {{first}} - 1), repeat('0', 64));
begin
    for e in select id from audit_event where chain = '{CHAIN}' and seq >= {{first}} order by seq loop
        update audit_event set prev = link, hash = {HASH.format(link="link")}
        where id = e.id returning hash into link;
    end loop;
    update audit_head set hash = link, seq = (select max(seq) from audit_event where chain = '{CHAIN}')
    where chain = '{CHAIN}';
end $$"""
OF = f"where chain = '{CHAIN}' and seq = "
COPY = """insert into audit_event (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
    select chain, {seq}, at, action, 'somebody', object_kind, object_id, body, prev, hash from audit_event """


@pytest.fixture(autouse=True)
def seals(settings: Any, tmp_path: Path) -> None:
    settings.SEALS = tmp_path / "seals" / "seals.jsonl"


class Record:
    """A chain of some length, sealed here and there and at its end."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.length = chance, chance.randint(8, 20)
        for n in range(self.length):
            audit.record_many([audit.entry("tests.counted", by=None, chain=CHAIN, n=n)])
            if chance.random() < 0.25:
                seal()
        audit.record("tests.counted", by=None, chain="beside it")
        seal()

    def place(self, *, last: bool = True) -> int:
        return self.chance.randint(1, self.length if last else self.length - 1)

    def sealed_from(self, first: int) -> int:
        """The first place at or after this one that a seal remembers."""
        of_chain = SealedHead.objects.filter(chain=CHAIN, seq__gte=first).order_by("seq")
        return int(of_chain.values_list("seq", flat=True)[0])


# Each: what a superuser does behind the triggers' back, and the fault to be named for it.
Attack = Callable[[Record], tuple[list[str], tuple[str, int]]]


def edit(record: Record) -> tuple[list[str], tuple[str, int]]:
    at = record.place()
    what = record.chance.choice(["body = '{}'", "actor = 'x'", "at = at + interval '1 s'"])
    return [f"update audit_event set {what} {OF}{at}"], ("edited", at)


def break_the_link(record: Record) -> tuple[list[str], tuple[str, int]]:
    """Its hash was made from the hash before it; only what it says of that is changed."""
    at = record.place()
    return [f"update audit_event set prev = repeat('f', 64) {OF}{at}"], ("edited", at)


def delete(record: Record) -> tuple[list[str], tuple[str, int]]:
    at = record.place(last=False)
    return [f"delete from audit_event {OF}{at}"], ("missing", at)


def swap(record: Record) -> tuple[list[str], tuple[str, int]]:
    one, other = sorted(record.chance.sample(range(1, record.length + 1), 2))
    moves = [(one, 0), (other, one), (0, other)]
    return [f"update audit_event set seq = {to} {OF}{at}" for at, to in moves], ("swapped", one)


def insert_at_the_end(record: Record) -> tuple[list[str], tuple[str, int]]:
    return [f"{COPY.format(seq='seq + 1')} {OF}{record.length}"], ("edited", record.length + 1)


def insert_and_recompute(record: Record) -> tuple[list[str], tuple[str, int]]:
    """One more in the middle; all after it moved on by one and hashed again."""
    at = record.place(last=False)
    up = f"update audit_event set seq = -seq - 1 where chain = '{CHAIN}' and seq > {at}"
    shift = [up, "update audit_event set seq = -seq where seq < 0"]
    new = [f"{COPY.format(seq=at + 1)} {OF}{at}", RECOMPUTE.format(first=at + 1)]
    return [*shift, *new], ("recomputed", record.sealed_from(at + 1))


def cut_the_tail(record: Record) -> tuple[list[str], tuple[str, int]]:
    """And the head set back, so that only a seal remembers."""
    at = record.place(last=False)
    cut = f"delete from audit_event where chain = '{CHAIN}' and seq > {at}"
    last = f"(select seq, hash from audit_event {OF}{at})"
    head = f"update audit_head set (seq, hash) = {last} where chain = '{CHAIN}'"
    return [cut, head], ("cut", at + 1)


def cut_the_whole_chain(record: Record) -> tuple[list[str], tuple[str, int]]:
    gone = [f"delete from {table} where chain = '{CHAIN}'" for table in ("audit_event", "audit_head")]
    return gone, ("cut", 1)


def recompute_everything(record: Record) -> tuple[list[str], tuple[str, int]]:
    at = record.place()
    edit_ = f"update audit_event set body = '{{}}' {OF}{at}"
    return [edit_, RECOMPUTE.format(first=at)], ("recomputed", record.sealed_from(at))


ATTACKS: list[Attack] = [
    edit, break_the_link, delete, swap, insert_at_the_end, insert_and_recompute, cut_the_tail,
    cut_the_whole_chain, recompute_everything,
]  # fmt: skip


def test_random_tampering_is_found_and_the_first_bad_event_is_named(
    size: Size, seed: int, reset: Callable[[], None], django_db_setup: Any
) -> None:
    chance, missed = random.Random(seed), []
    for trial in range(size("trials", gate=18, full=200)):
        record, attack = Record(chance), ATTACKS[trial % len(ATTACKS)]
        before = verify()
        assert before.sound, before.faults
        statements, wanted = attack(record)
        silent = ["begin", "set local session_replication_role = replica", *statements, "commit"]
        django_db_setup.run("; ".join(silent))
        found = [_of_chain(fault) for fault in verify().faults]
        if found != [wanted]:
            missed.append((trial, attack.__name__, wanted, found))
        reset()
    assert missed == []


def _of_chain(fault: Fault) -> tuple[str, int | None]:
    assert fault.chain == CHAIN, fault
    return fault.kind, fault.seq


def test_a_long_record_is_checked_within_a_minute(size: Size) -> None:
    events, chains = size("events", gate=20_000, full=1_000_000), 25_000
    sql = """insert into audit_event (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
        select 'long ' || n %% %s, 0, now(), 'vetting.check-completed', 'section', 'vetting.check', n::text,
            '{"finding":"nothing-found","searches":3}', '', '' from generate_series(%s, %s) n"""
    with connection.cursor() as cursor:
        for first in range(1, events + 1, 10_000):
            cursor.execute(sql, [chains, first, min(first + 9_999, events)])
    seal()
    begun = time.monotonic()
    report = verify()
    seconds = time.monotonic() - begun
    size.note(f"checked in {seconds:.1f} s")
    assert report.sound, report.faults
    assert report.events >= events
    assert seconds < 60 or not size.full


def test_writers_on_different_chains_do_not_wait_for_one_another(size: Size) -> None:
    """Each event is a transaction of its own, as acts write them."""
    writers, times = 20, size("events by each of 20 writers", gate=20, full=1_000)

    def writer(number: int) -> Callable[[], None]:
        def run() -> None:
            for n in range(times):
                audit.record("tests.counted", by=None, chain=f"writer {number}", n=n)

        return run

    begun = time.monotonic()
    together(*[writer(number) for number in range(writers)])
    rate = writers * times / (time.monotonic() - begun)
    size.note(f"{rate:,.0f} a second")
    assert Event.objects.filter(chain__startswith="writer ").count() == writers * times
    report = verify()
    assert report.sound, report.faults
    assert rate > 1_000 or not size.full
