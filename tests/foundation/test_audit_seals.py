"""Seals: which heads one holds, how its line gets into the file, what a crash in between leaves to heal."""

from __future__ import annotations

import json
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from foundation.audit import actions as audit
from foundation.audit import merkle, seal_file
from foundation.audit.chains import GENESIS
from foundation.audit.models import Event, Head, Seal, SealedHead
from foundation.audit.seal import seal, unsealed
from foundation.audit.verify import verify
from tests.foundation.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def file(settings, tmp_path) -> Path:
    settings.SEALS = tmp_path / "seals" / "seals.jsonl"
    seal()  # whatever the database begins with
    return settings.SEALS


def lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines() if file.exists() else []


def append(*chains: str) -> None:
    audit.record_many(audit.entry("tests.counted", by=None, chain=chain) for chain in chains)


def crash_before_the_line(monkeypatch) -> None:
    """Seal, and die when the database has committed."""

    def die() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("foundation.audit.seal._finish", die)
        with pytest.raises(KeyboardInterrupt):
            seal()


def test_a_seal_holds_the_heads_that_moved_since_the_last(file):
    append("a", "b", "b")
    seal()
    append("b", "c")
    seal()
    last = Seal.objects.last()
    kept = list(SealedHead.objects.filter(seal=last).order_by("chain").values_list("chain", "seq"))
    assert kept == [("b", 3), ("c", 1)]
    assert unsealed() == 0
    assert not Head.objects.filter(sealed=False).exists()


def test_nothing_is_sealed_when_nothing_moved(file):
    append("a")
    seal()
    before = lines(file)
    seal()
    assert lines(file) == before


def test_a_line_holds_the_root_and_the_hash_of_the_line_before(file):
    append("a")
    seal()
    append("a", "b")
    seal()
    *_, first, second = lines(file)
    said = json.loads(second)
    assert said["prev"] == sha256(first).hexdigest()
    assert said["heads"] == 2
    heads = SealedHead.objects.filter(seal_id=said["no"]).values_list("chain", "seq", "hash")
    assert said["root"] == merkle.root(heads)


def test_the_root_is_the_one_described():
    def leaf(text: str) -> bytes:
        return sha256(b"\x00" + text.encode()).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    heads = [("c", 3, "zz"), ("a", 1, "xx"), ("b", 22, "yy")]
    a, b, c = leaf("a\n1\nxx"), leaf("b\n22\nyy"), leaf("c\n3\nzz")
    assert merkle.root(heads) == node(node(a, b), c).hex()
    assert merkle.root(heads[:1]) == c.hex()


def test_a_head_moved_by_a_transaction_that_commits_late_is_in_the_next_seal(file):
    moved, sealed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            append("late")
            moved.set()
            assert sealed.wait(20)

    def quick() -> None:
        assert moved.wait(20)
        append("other")
        seal()
        sealed.set()

    append("late")
    together(slow, quick)
    assert list(SealedHead.objects.filter(chain="late").values_list("seq", flat=True)) == [1]
    seal()
    assert list(SealedHead.objects.filter(chain="late").order_by("seq").values_list("seq", flat=True)) == [
        1,
        2,
    ]
    assert verify().sound


def test_sealers_at_the_same_moment_take_turns(file):
    append("a", "b")
    together(seal, seal, seal)
    assert len(lines(file)) == Seal.objects.count()
    assert verify().sound


# --- crashes ---


def test_a_line_that_a_crash_kept_from_the_file_is_written_by_the_next_seal(file, monkeypatch):
    append("a")
    crash_before_the_line(monkeypatch)
    assert len(lines(file)) == Seal.objects.count() - 1
    seal()  # nothing has moved, and yet
    assert len(lines(file)) == Seal.objects.count()
    assert unsealed() == 0
    append("a")
    seal()
    assert verify().sound


@pytest.mark.parametrize("written", [1, 40, 200])
def test_a_line_that_a_crash_cut_short_is_finished(file, monkeypatch, written):
    append("a")
    crash_before_the_line(monkeypatch)
    whole = seal_file.line_of(Seal.objects.last())
    with file.open("ab") as torn:
        torn.write(whole[:written])
    assert verify().sound
    seal()
    assert file.read_bytes().endswith(b"\n" + whole) or file.read_bytes() == whole
    assert verify().sound


def test_a_file_that_cannot_be_written_stops_the_sealing_until_it_can(file):
    append("a")
    seal()
    file.chmod(0o600)
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    append("a")
    with pytest.raises(OSError):
        seal()
    assert unsealed() == 1
    file.rmdir()
    aside.rename(file)
    seal()
    assert unsealed() == 0
    assert verify().sound


# --- a file that does not belong to the database ---


def two_more(file: Path) -> None:
    for _ in range(2):
        append("a")
        seal()


def test_a_file_cut_by_more_than_a_crash_explains_stops_the_sealing(file):
    two_more(file)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-2]))
    with pytest.raises(seal_file.SealsDisagree, match="cut or replaced"):
        seal()


def test_a_file_ahead_of_the_database_stops_the_sealing(file, django_db_setup):
    two_more(file)
    gone = Seal.objects.last().no
    django_db_setup.run(
        f"""begin; set local session_replication_role = replica;
        delete from audit_sealedhead where seal_id = {gone}; delete from audit_seal where no = {gone};
        commit"""
    )
    with pytest.raises(CommandError, match="another database was restored"):
        call_command("audit_seal")


def test_a_torn_line_of_nobodys_stops_the_sealing(file):
    append("a")
    seal()
    with file.open("ab") as torn:
        torn.write(b'{"at":"1999')
    append("a")
    with pytest.raises(seal_file.SealsDisagree):
        seal()


def test_a_new_file_is_begun_by_command_and_leaves_an_event(file):
    two_more(file)
    old = file.read_bytes()
    file.write_bytes(old[:10])
    call_command("audit_seal", new_file=True)
    assert file.read_bytes().startswith(old)
    assert [path.read_bytes() for path in file.parent.glob("*.until-*")] == [old[:10]]
    assert Event.objects.filter(action="audit.seal-file-begun").exists()
    assert verify().sound


def test_the_first_line_follows_nothing(file):
    append("a")
    seal()
    assert json.loads(lines(file)[0])["prev"] == GENESIS
