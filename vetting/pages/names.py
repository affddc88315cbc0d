"""A subject's name as pages show it: the one of lists, and beside it the first in another script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from units.models import Kind, Name, Subject
from units.pages.names import alternative, alternative_among, script_of

__all__ = ["alternative", "alternative_among", "names_of", "script_of", "unit_above"]


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
