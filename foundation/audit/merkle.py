"""One hash for many chain heads: a Merkle tree as in RFC 6962, so one head can be proved with few hashes.

A leaf is SHA-256(0x00, chain, newline, seq, newline, hash); a node is SHA-256(0x01, left, right) over the raw
hashes. Leaves stand in the order of their chains' UTF-8 bytes; at every level neighbours are paired from the
left and an odd last one goes up as it is. The marks 0x00 and 0x01 keep a node from passing for a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

Head = tuple[str, int, str]  # chain, seq, hash


def root(heads: Iterable[Head]) -> str:
    """In hex. Of no heads at all: the hash of nothing."""
    level = [_leaf(*head) for head in sorted(heads)]
    while len(level) > 1:
        pairs = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return (level[0] if level else sha256(b"").digest()).hex()


def _leaf(chain: str, seq: int, hash_: str) -> bytes:
    return sha256(b"\x00" + f"{chain}\n{seq}\n{hash_}".encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
