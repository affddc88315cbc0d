"""A subject's names as pages show them: the one of lists, and beside it the first in another script."""

from __future__ import annotations

import unicodedata

from units.models import Subject


def alternative(subject: Subject) -> str:
    """The first of its names in another script than the one shown. Reads `subject.names`, prefetched."""
    own = script_of(subject.name)
    return next((name.text for name in subject.names.all() if script_of(name.text) not in ("", own)), "")


def script_of(text: str) -> str:
    """The script of its first letter, as Unicode names it: LATIN, CYRILLIC, ARABIC."""
    letter = next((each for each in text if each.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
