"""A subject's names as pages show them: the one of lists, and beside it the first in another script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from units.models import Subject


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
