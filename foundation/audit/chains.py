"""What a chain of events is: which one a thing belongs to, and how each event's hash follows from the last.

hash = SHA-256, in hex, of these joined by newlines: the hash before (64 zeros for the first), chain, seq,
at (UTC, microseconds), action, actor, object_kind, object_id, body. None but the body, which comes last, may
hold a newline (constraints see to it), so no two events can give the same bytes. The database computes it
when an event is inserted (migration 0002); this is the same rule again, for whoever checks.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db.models import Model

GENESIS = "0" * 64  # what the first event of a chain follows
AT_AS_TEXT = """to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def kind_of(thing: Model) -> str:
    """How events name the kind of a thing: "vetting.case"."""
    return thing._meta.label_lower


def chain_of(thing: Model) -> str:
    """The chain a thing's events go to: its subject's, where it says so (`audit_chain`), else its own."""
    return getattr(thing, "audit_chain", None) or f"{kind_of(thing)}:{thing.pk}"


def person_chain(actor: str) -> str:
    """The chain for what a person does to nothing in particular: signing in, searching."""
    return f"person:{actor}"


def digest(prev: str, chain: str, seq: int, at: str, *rest: str) -> str:
    """An event's hash; `rest` is action, actor, object_kind, object_id, body."""
    return sha256("\n".join((prev, chain, str(seq), at, *rest)).encode()).hexdigest()


def named(by: Any) -> str:
    """How events name whoever acts; nobody is the system itself."""
    if by is None:
        return "system"
    return by.get_username() or "anonymous"
