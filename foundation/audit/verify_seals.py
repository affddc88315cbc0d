"""Checking the seals: each root again from its heads, each line in the file, each after the one before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from foundation.audit import merkle, seal
from foundation.audit.chains import GENESIS
from foundation.audit.faults import Fault, Report
from foundation.audit.models import Seal, SealedHead
from foundation.audit.seal_file import MISSING_AFTER_A_CRASH, hash_of, line_of, lines
from foundation.audit.streams import Groups

HEAD = ("seal_id", "chain", "seq", "hash")


def check(report: Report, until: int) -> None:
    """Adds every bad seal, for each is its own witness. Reads the file as far as byte `until`."""
    report.unsealed = seal.unsealed()
    file = _whole_lines(until)
    seals = Groups((kept.no, kept) for kept in Seal.objects.order_by("no").iterator())
    heads = Groups(SealedHead.objects.order_by("seal_id", "chain").values_list(*HEAD).iterator())
    prev, behind = GENESIS, 0
    for no in count(1):
        line = next(file, None)
        if line is None and seals.next is None:
            break
        kept = next(iter([kept for _, kept in seals.take(no)]), None)
        its_heads = [head for _, *head in heads.take(no)]
        behind += line is None
        report.add(_fault(no, kept, line, prev, behind) or _wrong_root(kept, its_heads))
        prev = hash_of(line_of(kept) if kept else line or b"")
        report.seals += 1
    report.lines_behind = behind


def _whole_lines(until: int) -> Iterator[bytes]:
    return (line for line in lines(until) if line.endswith(b"\n"))


def _fault(no: int, kept: Seal | None, line: bytes | None, prev: str, behind: int) -> Fault | None:
    if kept is None:
        return Fault("seal", "it is gone from the database" + (", the file has it" if line else ""), seal=no)
    if line is None and behind > MISSING_AFTER_A_CRASH:
        return Fault("seal", "the file has no line for it", seal=no)
    if line is not None and line != line_of(kept):
        return Fault("seal", "its line in the file and its row in the database differ", seal=no)
    if kept.prev != prev:
        return Fault("seal", "it does not follow the seal before it", seal=no)
    return None


def _wrong_root(kept: Seal | None, heads: list[Any]) -> Fault | None:
    if kept is not None and (len(heads) != kept.heads or merkle.root(heads) != kept.root):
        return Fault("seal", "the heads the database keeps for it do not give its root", seal=kept.no)
    return None
