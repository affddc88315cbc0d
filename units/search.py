"""Finding known units and people, and nominees, by what they are called: every word in one of their names."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from units.models import Name

WORDS = 8  # of what is asked; more narrow nothing


def named(subjects: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """Those with one name that contains every word asked for, in any script and order."""
    words = unicodedata.normalize("NFC", asked).replace("\x00", "").split()[:WORDS]
    if not words:
        return subjects.none()
    names = Name.objects.filter(subject=OuterRef("pk"))
    for word in words:
        names = names.filter(text__icontains=word)
    return subjects.filter(Exists(names))
