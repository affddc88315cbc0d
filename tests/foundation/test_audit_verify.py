"""Whatever a superuser does to the record behind the triggers' back, the check names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from foundation.audit import actions as audit
from foundation.audit.faults import Fault
from foundation.audit.models import Event
from foundation.audit.seal import seal
from foundation.audit.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)

HASH_AGAIN = """
do $$
declare e record; link text;
begin
    select hash into link from audit_event where chain = 'b' and seq = {first} - 1;
    for e in select * from audit_event where chain = 'b' and seq between {first} and {last} order by seq loop
        update audit_event set prev = link, hash = encode(sha256(convert_to(
            link || E'\\n' || chain || E'\\n' || seq || E'\\n'
            || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n' || action || E'\\n'
            || actor || E'\\n' || object_kind || E'\\n' || object_id || E'\\n' || body, 'UTF8')), 'hex')
        where id = e.id returning hash into link;
    end loop;
end $$
"""
EDIT = "update audit_event set body = '{{}}' where chain = 'b' and seq = {}"
FIT_HEAD = """update audit_head set seq = e.seq, hash = e.hash from
    (select * from audit_event where chain = 'b' order by seq desc limit 1) e where audit_head.chain = 'b'"""
MARK = "update audit_head set sealed = true"

Tamper = Callable[..., None]


@pytest.fixture(autouse=True)
def seals(settings, tmp_path) -> Path:
    settings.SEALS = tmp_path / "seals" / "seals.jsonl"
    return settings.SEALS


@pytest.fixture
def tamper(django_db_setup) -> Tamper:
    """As a superuser, with every trigger silent."""

    def run(*statements: str) -> None:
        django_db_setup.run(
            "; ".join(["begin", "set local session_replication_role = replica", *statements, "commit"])
        )

    return run


@pytest.fixture(autouse=True)
def record() -> None:
    """Three chains, a to c, of ten events each."""
    for n in range(10):
        audit.record_many(audit.entry("tests.counted", by=None, chain=name, n=n) for name in "abc")


def found() -> list[Fault]:
    return verify().faults


def id_of(seq: int, chain: str = "b") -> int:
    return Event.objects.get(chain=chain, seq=seq).pk


def test_a_record_nobody_touched_is_sound():
    seal()
    audit.record("tests.counted", by=None, chain="b")
    report = verify()
    assert report.sound
    assert (report.events - Event.objects.exclude(chain__in="abc").count(), report.seals) == (31, 1)


@pytest.mark.parametrize(
    "change",
    [
        "body = '{}'",
        "actor = 'somebody'",
        "action = 'tests.other'",
        "at = at + interval '1 microsecond'",
        "object_id = '1'",
        "object_kind = 'a'",
        "hash = repeat('a', 64)",
    ],
)
def test_an_edited_event_is_named(tamper, change):
    tamper(f"update audit_event set {change} where chain = 'b' and seq = 4")
    [fault] = found()
    assert (fault.kind, fault.chain, fault.seq, fault.id) == ("edited", "b", 4, id_of(4))


def test_the_first_of_many_edited_events_is_named(tamper):
    tamper(EDIT.format(7), EDIT.format(3))
    assert [(fault.kind, fault.seq) for fault in found()] == [("edited", 3)]


def test_an_event_taken_out_of_the_middle_is_missing(tamper):
    tamper("delete from audit_event where chain = 'b' and seq in (4, 5)")
    [fault] = found()
    assert (fault.kind, fault.chain, fault.seq) == ("missing", "b", 4)
    assert "seq 4 to 5 is gone" in fault.detail


def test_an_event_taken_from_the_beginning_is_missing(tamper):
    tamper("delete from audit_event where chain = 'b' and seq = 1")
    assert [(fault.kind, fault.seq) for fault in found()] == [("missing", 1)]


def test_two_events_that_changed_places_are_swapped(tamper):
    tamper(
        "update audit_event set seq = -1 where chain = 'b' and seq = 4",
        "update audit_event set seq = 4 where chain = 'b' and seq = 6",
        "update audit_event set seq = 6 where chain = 'b' and seq = -1",
    )
    [fault] = found()
    assert (fault.kind, fault.seq, fault.id) == ("swapped", 4, id_of(4))
    assert "belongs at seq 6" in fault.detail


def test_a_cut_tail_is_named_by_the_head(tamper):
    tamper("delete from audit_event where chain = 'b' and seq > 7")
    [fault] = found()
    assert (fault.kind, fault.chain, fault.seq) == ("cut", "b", 8)
    assert "seq 8 to 10" in fault.detail


def test_a_cut_tail_whose_head_was_made_to_fit_is_named_by_the_seal(tamper):
    seal()
    tamper("delete from audit_event where chain = 'b' and seq > 7", FIT_HEAD)
    [fault] = found()
    assert (fault.kind, fault.chain, fault.seq, fault.seal) == ("cut", "b", 8, 1)


def test_a_chain_that_is_gone_is_named_by_its_head_and_by_the_seal(tamper):
    tamper("delete from audit_event where chain = 'b'")
    assert [(fault.kind, fault.seq) for fault in found()] == [("cut", 1)]
    seal()  # over the head that is left
    tamper("delete from audit_head where chain = 'b'")
    assert [(fault.kind, fault.chain, fault.seq, fault.seal) for fault in found()] == [("cut", "b", 1, 1)]


def test_an_event_hashed_again_is_named_by_the_next(tamper):
    tamper(EDIT.format(4), HASH_AGAIN.format(first=4, last=4))
    [fault] = found()
    assert (fault.kind, fault.seq, fault.id) == ("recomputed", 4, id_of(4))


def test_a_tail_hashed_again_is_named_by_the_head(tamper):
    tamper(EDIT.format(4), HASH_AGAIN.format(first=4, last=10))
    assert [(fault.kind, fault.chain) for fault in found()] == [("recomputed", "b")]


def test_a_chain_hashed_again_to_its_head_is_named_by_the_seal(tamper):
    seal()
    audit.record("tests.counted", by=None, chain="b")
    tamper(EDIT.format(4), HASH_AGAIN.format(first=4, last=11), FIT_HEAD)
    [fault] = found()
    assert (fault.kind, fault.chain, fault.seq, fault.seal) == ("recomputed", "b", 10, 1)
    assert "may begin at seq 1" in fault.detail


def test_the_seals_narrow_down_where_a_recomputation_began(tamper):
    seal()
    audit.record("tests.counted", by=None, chain="b", n=10)
    seal()
    tamper(EDIT.format(11), HASH_AGAIN.format(first=11, last=11), FIT_HEAD)
    assert [(fault.kind, fault.seq, fault.seal) for fault in found()] == [("recomputed", 11, 2)]


def test_an_event_slipped_in_behind_the_trigger_is_added(tamper):
    tamper(
        """insert into audit_event (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
        select chain, 11, at, action, actor, object_kind, object_id, body, hash, '' from audit_event
        where chain = 'b' and seq = 10""",
        HASH_AGAIN.format(first=11, last=11),
    )
    assert [(fault.kind, fault.seq) for fault in found()] == [("added", 11)]


def test_a_head_that_is_gone_or_falsely_marked_is_named(tamper):
    tamper(
        "delete from audit_head where chain = 'b'", "update audit_head set sealed = true where chain = 'c'"
    )
    assert [(fault.kind, fault.chain) for fault in found()] == [("head", "b"), ("head", "c")]


def test_every_chain_with_a_fault_is_named_once(tamper):
    tamper("delete from audit_event where chain = 'a' and seq > 8", EDIT.format(2), EDIT.format(5))
    assert [(fault.kind, fault.chain, fault.seq) for fault in found()] == [
        ("cut", "a", 9),
        ("edited", "b", 2),
    ]


# --- the seals themselves ---


@pytest.fixture
def sealed(record) -> None:
    for _ in range(3):
        audit.record("tests.counted", by=None, chain="a")
        seal()


def test_a_seal_whose_heads_were_changed_with_the_chain_no_longer_gives_its_root(sealed, tamper):
    tamper("update audit_sealedhead set hash = repeat('a', 64) where chain = 'a' and seal_id = 2")
    assert ("seal", 2) in [(fault.kind, fault.seal) for fault in found()]


def test_a_history_made_anew_with_its_seals_is_betrayed_by_the_file(sealed, tamper):
    """Chain, head and sealed heads all fit one another: only the root outside is left."""
    tamper(
        EDIT.format(10),
        HASH_AGAIN.format(first=10, last=10),
        FIT_HEAD,
        """update audit_sealedhead s set hash = e.hash from audit_event e
        where e.chain = s.chain and e.seq = s.seq""",
    )
    assert [(fault.kind, fault.seal) for fault in found()] == [("seal", 1)]


def test_a_seal_gone_from_the_database_is_named_by_the_file(sealed, tamper):
    tamper("delete from audit_sealedhead where seal_id = 3", "delete from audit_seal where no = 3")
    faults = found()
    assert (faults[0].kind, faults[0].seal) == ("seal", 3)


def test_a_seal_gone_from_the_middle_does_not_hide_the_others(sealed, tamper):
    tamper("delete from audit_sealedhead where seal_id = 2", "delete from audit_seal where no = 2")
    assert [fault.seal for fault in found() if fault.kind == "seal"] == [2]


def test_a_changed_line_is_named(sealed, seals):
    lines = seals.read_bytes().splitlines(keepends=True)
    seals.write_bytes(lines[0] + lines[1].replace(b'"heads":1', b'"heads":2') + lines[2])
    assert [(fault.kind, fault.seal) for fault in found()] == [("seal", 2)]


def test_lines_cut_off_the_file_are_named_but_one_may_still_be_on_its_way(sealed, seals):
    lines = seals.read_bytes().splitlines(keepends=True)
    seals.write_bytes(b"".join(lines[:2]))
    report = verify()
    assert report.sound
    assert report.lines_behind == 1
    seals.write_bytes(lines[0])
    assert [(fault.kind, fault.seal) for fault in found()] == [("seal", 3)]


# --- the command ---


def test_the_command_says_that_all_is_well():
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert out.getvalue().startswith("Sound: ")


def test_the_command_names_the_fault_and_fails(tamper):
    tamper(EDIT.format(4))
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("audit_verify", stdout=out)
    assert exit_.value.code == 1
    assert out.getvalue().startswith(
        f"edited: chain b, seq 4, id {id_of(4)}: its fields no longer give its hash"
    )


def test_the_command_speaks_json(tamper):
    tamper(EDIT.format(4))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_verify", json=True, stdout=out)
    said = json.loads(out.getvalue())
    assert not said["sound"]
    assert said["faults"] == [
        {
            "kind": "edited",
            "detail": "its fields no longer give its hash",
            "chain": "b",
            "seq": 4,
            "id": id_of(4),
        }
    ]
