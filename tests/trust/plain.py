"""Whether a refusal is written for the person who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST = 900  # with every heading of ours listed
# What a program says, and a person does not.
MACHINE = re.compile(
    r"Traceback|\w(Error|Exception)\b|\bis None\b|\bNoneType\b|\bnull value\b|<class|object at 0x|\bself\b"
    r"|openpyxl|calamine|zipfile|zlib|expat|ElementTree|psycopg|django|\bcodec\b|\binvalid literal\b"
    r"|\.py\b|/(tmp|usr|home|work|etc|var|proc)/|\bSQL\b|\bTrue\b|\bFalse\b|\\x[0-9a-f]{2}",
)
# What to do about it, or what there is instead.
WORDS = (
    "save, send, write, put, remove, close, use, give, type, format, split, take, unmerge, name it, "
    "name the, check, keep, copy, paste, rename, leave, say, open, fill in, make, mend, turn, show, shorten, "
    "must, ensure, did you mean, is a separator missing, is there a separator too many, at most, ours are, "
    "the fields are, names nothing, there is no unit with this id, for no organisation"
)
ADVICE = re.compile(rf"\b({WORDS.replace(', ', '|')})\b", re.IGNORECASE)


def faults(said: str) -> list[str]:
    """Why this sentence will not do; nothing where it will."""
    found = []
    if not said.rstrip().endswith((".", "?", "!")):
        found.append("does not end")
    if len(said) > LONGEST:
        found.append(f"{len(said)} characters")
    if machine := MACHINE.search(said):
        found.append(f"says “{machine[0]}”")
    if not ADVICE.search(said):
        found.append("does not say what to do")
    if any(not character.isprintable() for character in said):
        found.append("holds what cannot be printed")
    return found


def all_faults(problems: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"{each['code']}: “{each['detail'][:200]}” {fault}"
        for each in problems
        for fault in faults(each["detail"])
    ]
