"""Checking the whole record: every hash again, every chain against its head and against every seal.

Three streams in the order of chains (events, sealed heads, heads) are read side by side from one snapshot, so
memory stays small however long the record is. A chain's first fault is named and ends the look at that chain:
what follows a changed event no longer fits in any case.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from foundation.audit import seal_file, verify_seals
from foundation.audit.chains import AT_AS_TEXT, GENESIS, digest
from foundation.audit.faults import Fault, Report
from foundation.audit.models import Event
from foundation.audit.streams import Groups

EVENTS = f"""SELECT chain, seq, id, prev, hash, {AT_AS_TEXT.format(column="at")},
    action, actor, object_kind, object_id, body FROM audit_event ORDER BY chain, seq"""
SEALED = "SELECT chain, seq, hash, seal_id FROM audit_sealedhead ORDER BY chain, seq"
HEADS = "SELECT chain, seq, hash, sealed FROM audit_head ORDER BY chain"


class Place(NamedTuple):
    seq: int
    hash: str


class HeadNow(NamedTuple):
    seq: int
    hash: str
    sealed: bool


class Sealed(NamedTuple):
    seq: int
    hash: str
    seal: int


class Row(NamedTuple):
    chain: str
    seq: int
    id: int
    prev: str
    hash: str
    at: str
    action: str
    actor: str
    object_kind: str
    object_id: str
    body: str

    def digest_at(self, seq: int) -> str:
        return digest(self.prev, self.chain, seq, *self[5:])


def verify() -> Report:
    """Check everything: the chains here, the seals and their file in verify_seals."""
    report = Report()
    until = seal_file.size()  # before the snapshot: a line written after it tells of a seal not in it
    with transaction.atomic(), ExitStack() as stack:
        _one_snapshot()
        verify_seals.check(report, until)
        events, sealed, heads = (Groups(_stream(stack, sql)) for sql in (EVENTS, SEALED, HEADS))
        while (chain := min(filter(None, (events.next, sealed.next, heads.next)), default=None)) is not None:
            check = ChainCheck(chain, sealed.take(chain), heads.take(chain), report)
            report.add(check.run(events.take(chain)))
            report.chains += 1
    return report


def _one_snapshot() -> None:
    """All streams as of one moment, while others write. (Inside another transaction: as that sees them.)"""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _stream(stack: ExitStack, sql: str) -> Iterator[tuple]:
    cursor: CursorWrapper = stack.enter_context(connection.chunked_cursor())
    cursor.execute(sql)
    return iter(cursor)


class ChainCheck:
    """One chain, its events to come in order; finds its first fault."""

    def __init__(self, chain: str, sealed: Iterable[tuple], heads: Iterable[tuple], report: Report) -> None:
        self.chain = chain
        self.sealed = {seq: Sealed(seq, hash_, seal) for _, seq, hash_, seal in sealed}
        self.head = next(iter([HeadNow(*head[1:]) for head in heads]), None)
        self.last = Place(0, GENESIS)
        self.last_id: int | None = None
        self.last_sealed = 0
        self.report = report

    def run(self, rows: Iterator[tuple]) -> Fault | None:
        fault = self._first_bad_event(rows)
        left = deque(enumerate(rows, 1), maxlen=1)  # read to the end, whatever was found
        self.report.events += left[0][0] if left else 0
        return fault or self._end()

    def _first_bad_event(self, rows: Iterator[tuple]) -> Fault | None:
        seq, prev, count, sealed = 0, GENESIS, 0, self.sealed
        for row in rows:
            count += 1
            kept = sealed.get(seq + 1)
            # Everything at once for the many that are sound; what exactly is wrong, for the few that are not.
            if (
                row[1] != seq + 1
                or row[3] != prev
                or digest(prev, row[0], seq + 1, *row[5:]) != row[4]
                or (kept is not None and kept.hash != row[4])
            ):
                self.report.events += count
                return self._why(Row(*row))
            seq, prev = row[1], row[4]
            self.last, self.last_id = Place(seq, prev), row[2]
            if kept is not None:
                self.last_sealed = seq
        self.report.events += count
        return None

    # --- what is wrong ---

    def _why(self, row: Row) -> Fault:
        expected = self.last.seq + 1
        true_to_itself = row.digest_at(row.seq) == row.hash
        if not true_to_itself and (belongs := self._belongs(row)):
            return self._fault("swapped", row, f"the event standing here belongs at seq {belongs}")
        if row.seq != expected:
            gone = f"seq {expected}" if row.seq == expected + 1 else f"seq {expected} to {row.seq - 1}"
            return Fault("missing", f"{gone} is gone; the next is event {row.id}", self.chain, expected)
        if not true_to_itself:
            return self._fault("edited", row, "its fields no longer give its hash")
        if row.prev != self.last.hash:
            return self._broken_link(row)
        return self._not_as_sealed(row)

    def _belongs(self, row: Row) -> int | None:
        """Where in the chain the event's hash is right."""
        last = max(self.head.seq if self.head else 0, row.seq)
        return next((seq for seq in range(1, last + 1) if row.digest_at(seq) == row.hash), None)

    def _broken_link(self, row: Row) -> Fault:
        """Two neighbours, each true to itself, that do not fit. Which was made anew? Ask who follows."""
        if self.last_id is not None and self._vouched_for(row):
            detail = f"it was changed and hashed again: event {row.id} after it remembers another hash"
            return Fault("recomputed", detail, self.chain, self.last.seq, self.last_id)
        return self._fault("recomputed", row, "it was hashed again and does not follow the event before it")

    def _vouched_for(self, row: Row) -> bool:
        sealed = self.sealed.get(row.seq)
        if sealed:
            return sealed.hash == row.hash
        following = Event.objects.filter(chain=self.chain, seq=row.seq + 1).first()
        if following:
            return following.prev == row.hash
        return self.head is not None and self.head[:2] == (row.seq, row.hash)

    def _not_as_sealed(self, row: Row) -> Fault:
        kept = self.sealed[row.seq]
        first = self.last_sealed + 1
        since = "" if first == row.seq else f"; the change may begin at seq {first}"
        return self._fault("recomputed", row, f"seal {kept.seal} remembers another hash{since}", kept.seal)

    def _fault(self, kind: str, row: Row, detail: str, seal: int | None = None) -> Fault:
        return Fault(kind, detail, self.chain, row.seq, row.id, seal)

    # --- the end of the chain ---

    def _end(self) -> Fault | None:
        beyond = [kept for seq, kept in self.sealed.items() if seq > self.last.seq]
        if beyond:
            return self._cut(max(beyond).seq, f"seal {min(beyond).seal}", min(beyond).seal)
        if self.head is None:
            return Fault("head", "the chain has no head", self.chain, self.last.seq, self.last_id)
        if self.head.seq > self.last.seq:
            return self._cut(self.head.seq, "its head")
        if self.head.seq < self.last.seq:
            detail = f"its head ends at seq {self.head.seq}: what follows did not come in by the trigger"
            return Fault("added", detail, self.chain, self.head.seq + 1)
        if self.head.hash != self.last.hash:
            detail = "it was hashed again, or the chain's head was changed: the two differ"
            return Fault("recomputed", detail, self.chain, self.last.seq, self.last_id)
        if self.head.sealed and self.last_sealed != self.last.seq:
            return Fault("head", "it is marked as sealed, and no seal holds it", self.chain, self.last.seq)
        return None

    def _cut(self, until: int, witness: str, seal: int | None = None) -> Fault:
        first = self.last.seq + 1
        gone = f"seq {first} is gone" if until == first else f"seq {first} to {until} are gone"
        whole = "the whole chain was cut off: " if self.last.seq == 0 else "the end was cut off: "
        return Fault("cut", f"{whole}{gone}, which {witness} remembers", self.chain, first, None, seal)
