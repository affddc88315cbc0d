"""A citation, document or source was corrected: what was recommended in view of it is overtaken."""

from __future__ import annotations

from foundation.signing import actions as signing

CHANGED = "A source, document or citation that it rests on was corrected."


def overtake(what: str, ref: str) -> None:
    """Handles `sources.changed`, in its transaction: sources know nothing of determinations."""
    signing.overtake(kind=what, ref=ref, changed=CHANGED, by=None)
