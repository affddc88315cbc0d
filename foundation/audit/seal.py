"""Sealing: every half minute a root over the heads that moved, kept in the database and outside it.

A chain shows what was changed inside it, but not that its end was cut off, nor that it was made anew from
somewhere on. A root written down elsewhere shows both (verify.py).

First the database commits, then the file takes the line (seal_file.py); the next seal begins by writing the
line that a crash kept from the file. A head counts as unsealed until a sealed head stands at its very seq: so
one moved by a transaction that commits late is found by the next seal, whenever it began.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from foundation.audit import merkle, seal_file
from foundation.audit.actions import record
from foundation.audit.models import Head, Seal, SealedHead
from foundation.killpoints import reach

EVERY_SECONDS = 30
HEADS_AT_ONCE = 50_000  # in one seal; the rest waits for the next
SEALERS = 0x5EA1  # the advisory lock: one sealer at a time


def seal() -> None:
    """Make the next seal, if any head has moved. Its line is written when the transaction commits.

    Raises SealsDisagree or OSError, and seals nothing, while the file is not in order.
    """
    with transaction.atomic():
        _one_at_a_time()
        end = seal_file.catch_up()
        heads = list(_moved().values_list("chain", "seq", "hash")[:HEADS_AT_ONCE])
        if heads:
            _keep(heads, no=end.no + 1, prev=end.hash)
            reach("seal.kept")
            transaction.on_commit(_finish)


def start_new_file(*, by: Any) -> None:
    """Set the seal file aside and write a new one from the database: after a restore, or a file lost.

    What the old file could still prove, the new one cannot, so it is kept, and this is an event.
    """
    with transaction.atomic():
        _one_at_a_time()
        seal_file.write_anew()
        reach("seal.file-anew")
        record("audit.seal-file-begun", by=by, seals=Seal.objects.count())


def unsealed() -> int:
    """How many chains have an end that no seal holds yet."""
    return _moved().count()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALERS])


def _moved() -> QuerySet[Head]:
    kept = SealedHead.objects.filter(chain=OuterRef("chain"), seq=OuterRef("seq"))
    return Head.objects.filter(~Exists(kept), sealed=False)


def _keep(heads: list[merkle.Head], *, no: int, prev: str) -> None:
    made = Seal.objects.create(no=no, at=timezone.now(), root=merkle.root(heads), prev=prev, heads=len(heads))
    rows = [SealedHead(seal=made, chain=chain, seq=seq, hash=hash_) for chain, seq, hash_ in heads]
    SealedHead.objects.bulk_create(rows, batch_size=5_000)


def _finish() -> None:
    """After the commit: the line; then the marks, which only spare the next seal from looking again."""
    reach("seal.committed")
    seal_file.catch_up()
    reach("seal.written")
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_mark_sealed()")
