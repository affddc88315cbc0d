"""A person's name: in full, or in one to five parts."""

from __future__ import annotations

from typing import Any

from foundation.refused import Problem
from vetting.intake.fields import NAME_LIMIT, Fields, why_not_text
from vetting.intake.shape import Name
from vetting.intake.text import clean

SHAPE = '{"full": "…"} or {"parts": ["…", "…"]}'
PARTS_LIMIT, PART_LIMIT = 5, 200


def read_name(value: Any, pointer: str, label: str, problems: list[Problem]) -> Name | None:
    fields = Fields.of(value, pointer, ("full", "parts"), problems, SHAPE)
    if fields is None:
        return None
    if fields.given("full") and fields.given("parts"):
        fields.note("one-or-the-other", f"{label}: give the name in full or in parts, not both.")
        return None
    if fields.given("parts"):
        return _in_parts(fields, label)
    return _in_full(fields, label)


def _in_full(fields: Fields, label: str) -> Name | None:
    if not fields.given("full"):
        fields.note("missing", f"{label}: the name is missing. Write it as {SHAPE}.")
        return None
    full = fields.text("full", longest=NAME_LIMIT, name=True)
    return None if full is None else Name(full=full)


def _in_parts(fields: Fields, label: str) -> Name | None:
    """Each part is text; the letter and the length are asked of the whole, for a part may be “3” or “-”."""
    parts = fields.values["parts"]
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        fields.note("wrong-type", f"{label}: the parts must be a list of texts.", "parts")
        return None
    if len(parts) > PARTS_LIMIT:
        fields.note("too-many", f"{label}: {len(parts)} parts; at most {PARTS_LIMIT}. Join some.", "parts")
        return None
    texts = tuple(clean(part) for part in parts)
    if not all(texts):
        fields.note("missing", f"{label}: one of the parts is empty. Leave it out.", "parts")
        return None
    if any(len(text) > PART_LIMIT for text in texts):
        fields.note("too-long", f"{label}: a part has at most {PART_LIMIT} characters.", "parts")
        return None
    wrong = why_not_text(" ".join(texts), longest=NAME_LIMIT, lines=False, name=True)
    if wrong:
        fields.note(wrong[0], f"{label}: {wrong[1]}", "parts")
        return None
    return Name(parts=texts)
