"""Saving what may move of a thing, as a new version of it."""

from __future__ import annotations

from typing import Any


def save(thing: Any) -> None:
    """The caller holds its lock. Postgres lets nothing else of these rows be written (0002_kept)."""
    thing.version += 1
    thing.save(update_fields=type(thing).MOVES)
