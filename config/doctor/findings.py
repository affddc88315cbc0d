"""What a look at the system finds: one line each, with what to do where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    WELL = "well"
    UNSEEN = "not seen"  # the application's role may not look there; nothing is known
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    level: Level
    what: str  # the thing that was looked at
    said: str
    todo: str = ""


Check = Callable[[], Iterable[Finding]]


def well(what: str, said: str) -> Finding:
    return Finding(Level.WELL, what, said)


def unseen(what: str, said: str) -> Finding:
    return Finding(Level.UNSEEN, what, said)


def warning(what: str, said: str, todo: str) -> Finding:
    return Finding(Level.WARNING, what, said, todo)


def wrong(what: str, said: str, todo: str) -> Finding:
    return Finding(Level.WRONG, what, said, todo)


def named(things: Iterable[object], most: int = 8) -> str:
    """A list for a sentence, cut where it grows long."""
    words = [str(each) for each in things]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
