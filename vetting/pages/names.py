"""A subject's name as pages show it: the one of lists, and beside it the first in another script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from units.models import Kind, Name, Subject


def alternative(subject: Subject) -> str:
    """The first of its names in another script than the one shown. Reads `subject.names`, prefetched."""
    return alternative_among(subject.name, [each.text for each in subject.names.all()])


def alternative_among(shown: str, names: Iterable[str]) -> str:
    own = script_of(shown)
    return next((text for text in names if script_of(text) not in ("", own)), "")


def script_of(text: str) -> str:
    """The script of its first letter, as Unicode names it: LATIN, CYRILLIC, ARABIC."""
    letter = next((each for each in text if each.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def names_of(subjects: Iterable[Any]) -> dict[Any, list[str]]:
    """Subject id → its names in order. One query."""
    found: dict[Any, list[str]] = {}
    for subject, text in Name.objects.filter(subject__in=set(subjects)).values_list("subject_id", "text"):
        found.setdefault(subject, []).append(text)
    return found


def unit_above(unit: Subject | None) -> str:
    """The unit above, as nominated; nothing where none was named."""
    if unit is None or unit.kind != Kind.UNIT or not unit.unit.parents_as_named:
        return ""
    return str(unit.unit.parents_as_named[0])
