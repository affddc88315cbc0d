"""An act's body as a form of a page: the same fields, asked in boxes, with what is wrong beside each.

Posted forms are read by the act's own serializer, never by these: a form here only asks and shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from rest_framework import relations, serializers

from foundation.refused import Problem

FEW = 6  # choices up to here are radio buttons
MISSING = {"required", "blank", "null", "empty"}
SEARCH = re.compile(r"searches\[(\d{1,3})\]\.(source|query|script|results)")
SEARCH_POINTER = re.compile(r"/searches/(\d{1,3})/(source|query|script|results)")
EMPTY_ROWS = 3  # for searches

HINTS = {
    "reason": "One line is enough. It stays on the record with your name.",
    "basis": "What the decision rests on, in your words. It stands in the text that is kept or signed.",
    "question": "The nominator reads exactly this. Say nothing of what was found.",
    "note": "It stays on the record with your name.",
    "return.note": "The nominator reads exactly this. Say nothing of what was found.",
    "fields": "The nominator sees these marked in its row.",
    "results": "0 where nothing came back",
    "allegations": "On human-rights grounds: credible, with every factor and element answered.",
}


class Boxes(forms.Form):
    """A form that is never valid by itself: what is wrong is put into it."""

    def __init__(self, fields: Mapping[str, forms.Field], **options: Any) -> None:
        self.base_fields = dict(fields)
        super().__init__(use_required_attribute=False, **options)
        if self.is_bound:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}

    def tell(self, name: str, problem: Problem) -> None:
        label = str(self.fields[name].label)
        said = problem.detail.replace(f"“{name}”", f"“{label}”")
        if problem.code in MISSING and said.startswith("“"):
            said = "Nothing was given here: fill it in."
        self.add_error(name, said)


class SearchBoxes(Boxes):
    """One search that was made: its names are those of a row of the body."""

    def __init__(self, index: int, **options: Any) -> None:
        self.index = index
        super().__init__(search_fields(), auto_id=f"search-{index}-%s", **options)

    def add_prefix(self, field_name: str) -> str:
        return f"searches[{self.index}].{field_name}"


def search_fields() -> dict[str, forms.Field]:
    return {
        "source": forms.CharField(label="Source", max_length=200),
        "query": forms.CharField(label="Asked for", max_length=500),
        "script": forms.CharField(label="Script", max_length=40, required=False),
        "results": forms.CharField(
            label="Results", widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
        ),
    }


def form_for(
    body: type[serializers.BaseSerializer[Any]],
    *,
    act: str = "",
    typed: QueryDict | None = None,
    problems: Iterable[Problem] = (),
    leave_out: Sequence[str] = (),
    choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> Boxes:
    """The body's own fields; searches have rows of their own (`search_rows`).

    `choices`: of fields that name things; one of which there is none to choose is not asked.
    """
    fields = {
        name: box
        for name, field in body().fields.items()  # type: ignore[attr-defined]
        if name not in leave_out and (box := box_for(field, act, (choices or {}).get(name, ())))
    }
    form = Boxes(fields, data=typed, initial=dict(initial or {}))
    for problem in problems:
        name = (problem.pointer or "").strip("/").partition("/")[0]
        if name in form.fields:
            form.tell(name, problem)
    return form


def box_for(field: Any, act: str, choices: Sequence[tuple[str, str]] = ()) -> forms.Field | None:
    """The box in which a serializer's field is asked for; None where there is nothing to ask."""
    name = field.field_name
    common = {
        "label": field.label,
        "required": field.required,
        "help_text": HINTS.get(f"{act}.{name}", HINTS.get(name, "")),
    }
    if isinstance(field, relations.ManyRelatedField):
        ticks = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=list(choices), widget=ticks, **common) if choices else None
    if isinstance(field, serializers.ChoiceField):
        widget: Any = forms.RadioSelect if len(field.choices) <= FEW else forms.Select
        return forms.ChoiceField(choices=list(field.choices.items()), widget=widget, **common)
    if isinstance(field, serializers.BooleanField):
        return forms.BooleanField(**common | {"required": False})
    if isinstance(field, serializers.ListField):
        return _list_box(field, common)
    if isinstance(field, serializers.CharField):
        lines = forms.Textarea if getattr(field, "multiline", False) else forms.TextInput
        return forms.CharField(widget=lines, **common)
    return None


def _list_box(field: serializers.ListField, common: dict[str, Any]) -> forms.Field | None:
    if not isinstance(field.child, serializers.ChoiceField):
        return None
    choices = [(name, _words(name)) for name in field.child.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)


def _words(name: str) -> str:
    of_unit, _, rest = name.rpartition("unit.")
    said = re.sub(r"\bid\b", "ID", rest.replace("_", " "))
    return f"Unit: {said}" if name.startswith("unit.") else said[:1].upper() + said[1:]


def asks_for_searches(body: type[serializers.BaseSerializer[Any]]) -> bool:
    return "searches" in body().fields  # type: ignore[attr-defined]


def search_rows(
    *, typed: QueryDict | None = None, problems: Iterable[Problem] = (), query: str = ""
) -> list[SearchBoxes]:
    """Rows for the searches made: those that were typed with what is wrong in them, and some empty ones."""
    used = 1 + max((int(found[1]) for name in typed or () if (found := SEARCH.fullmatch(name))), default=-1)
    rows = [
        SearchBoxes(index, data=typed if index < used else None, initial={"query": query})
        for index in range(max(used, EMPTY_ROWS))
    ]
    for problem in problems:
        found = SEARCH_POINTER.fullmatch(problem.pointer or "")
        if found and int(found[1]) < used:
            rows[int(found[1])].tell(found[2], problem)
    return rows


def without_empty_searches(posted: QueryDict) -> QueryDict:
    """Rows with neither a source nor a number were left empty: they are dropped, the rest closed up."""
    rows: dict[int, dict[str, str]] = {}
    kept = posted.copy()
    for name in posted:
        if found := SEARCH.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = str(posted[name])
            del kept[name]
    filled = [
        row
        for _, row in sorted(rows.items())
        if row.get("source", "").strip() or row.get("results", "").strip()
    ]
    for index, row in enumerate(filled):
        for name, value in row.items():
            kept[f"searches[{index}].{name}"] = value
    return kept


def further(problems: Iterable[Problem], form: Boxes, searches: Sequence[SearchBoxes]) -> list[Any]:
    """What is wrong besides the form's own boxes: each search's with its box, and what no box shows."""
    in_rows = [
        {
            "label": f"Search {row.index + 1}, {box.label.lower()}",
            "detail": sentence,
            "href": f"#{box.auto_id}",
        }
        for row in searches
        for box in row
        for sentence in box.errors
    ]
    return in_rows + [each for each in problems if not _has_box(each.pointer or "", form)]


def _has_box(pointer: str, form: Boxes) -> bool:
    return (
        pointer.strip("/").partition("/")[0] in form.fields or SEARCH_POINTER.fullmatch(pointer) is not None
    )
