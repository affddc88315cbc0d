"""An act's body asked for in boxes: one for each field, days in three; a yes or no is never chosen before.

What is owed the body says itself; here it is only asked, and put together again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from rest_framework import relations, serializers

from foundation.doors.asked import AskedForm
from foundation.doors.boxes import DayField
from foundation.doors.fields import Day

Choices = Mapping[str, Iterable[tuple[str, str]]]
FEW = 8  # choices up to here are radio buttons
YES_NO = [("yes", "Yes"), ("no", "No")]
HINTS = {
    "basis": "What the decision rests on, in your words. It stands in the text that is signed.",
    "reason": "One line is enough. It stays on the record with your name.",
    "text": "The government reads or said exactly this. Nothing of what the withhold rests on belongs here.",
    "citations": "The latest that you read. Cite a document first, and it stands here.",
    "proportionality": "Measured against what was done.",
}


class Asked(AskedForm):
    """`READ`: the body's fields, by name."""

    READ: Mapping[str, Any] = {}

    def body(self) -> dict[str, Any]:
        found = {name: self._said(name, field) for name, field in self.READ.items() if name in self.fields}
        return {name: value for name, value in found.items() if value is not None}

    def _said(self, name: str, field: Any) -> Any:
        value = self.said(name, None)
        if isinstance(field, Day):
            return value.isoformat() if value else None
        if isinstance(field, serializers.BooleanField) and not _has_default(field):
            return value == "yes" if value else None
        if isinstance(field, serializers.BooleanField):
            return bool(value)
        if isinstance(field, relations.ManyRelatedField):
            return list(value or [])
        return value


def asked(
    body: type[serializers.BaseSerializer[Any]],
    *,
    data: Any = None,
    choices: Choices | None = None,
    leave_out: Collection[str] = (),
    owed: Collection[str] = (),
    initial: Mapping[str, Any] | None = None,
) -> Asked:
    """`choices`: of fields that name a thing, what is offered; `owed`: what this very thing asks besides."""
    read = {name: field for name, field in body().fields.items() if name not in leave_out}  # type: ignore[attr-defined]
    boxes = {name: _box(field, (choices or {}).get(name, ())) for name, field in read.items()}
    optional = [name for name, field in read.items() if not field.required and name not in owed]
    kind = type("AskedBody", (Asked,), {**boxes, "READ": read, "MAY_BE_EMPTY": optional})
    return kind(data, initial=dict(initial or {}), auto_id="id_%s")


def _box(field: Any, offered: Iterable[tuple[str, str]]) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "required": False,
        "help_text": HINTS.get(field.field_name, ""),
    }
    if isinstance(field, Day):
        return DayField(**common)
    if isinstance(field, relations.ManyRelatedField):
        return forms.MultipleChoiceField(choices=list(offered), widget=forms.CheckboxSelectMultiple, **common)
    if isinstance(field, relations.RelatedField):
        return _choice(list(offered), common)
    if isinstance(field, serializers.ChoiceField):
        return _choice([(str(code), str(word)) for code, word in field.choices.items()], common)
    if isinstance(field, serializers.BooleanField):
        if _has_default(field):
            return forms.BooleanField(**common)
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)
    lines = forms.Textarea if getattr(field, "multiline", False) else forms.TextInput
    return forms.CharField(widget=lines, **common)


def _choice(offered: list[tuple[str, str]], common: Mapping[str, Any]) -> forms.Field:
    if len(offered) <= FEW:
        return forms.ChoiceField(choices=offered, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "Choose one"), *offered], **common)


def _has_default(field: Any) -> bool:
    return bool(field.default is not serializers.empty)
