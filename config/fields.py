"""Form fields as the desk draws them: which template, and what ties label, hint, error and box together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.widgets import Input
from django.utils.safestring import SafeString

from config import words
from foundation.refused import Problem

BOXES = {  # widget → its USWDS class; later lines are more general
    forms.Textarea: "usa-textarea",
    forms.Select: "usa-select",
    forms.FileInput: "desk-file",
    Input: "usa-input",
}


def template_of(bound: forms.BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.MultiWidget):
        return "date"
    return "box"


def drawn(
    bound: forms.BoundField, *, label: str = "", hint: str = "", rows: int = 0, key: str = ""
) -> dict[str, Any]:
    """All a field template needs to know."""
    hint = hint or str(bound.help_text)
    ids = {"error_id": f"{bound.auto_id}-e", "hint_id": f"{bound.auto_id}-h"}
    said = " ".join(ids[which] for which, there in (("hint_id", hint), ("error_id", bound.errors)) if there)
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint,
        "error": " ".join(sentences(bound)),
        "required": bound.field.required,
        "key": key,
        "said": said,
        "control": _control(bound, said, rows),
        "parts": _parts(bound, said),
        **ids,
    }


def _control(bound: forms.BoundField, said: str, rows: int) -> SafeString:
    """The widget itself, where it is one box."""
    widget = bound.field.widget
    if template_of(bound) not in ("box", "tick"):
        return SafeString("")
    attrs: dict[str, Any] = {"aria-describedby": said or None, "rows": rows or None}
    if box := next((css for kind, css in BOXES.items() if isinstance(widget, kind)), ""):
        attrs["class"] = f"{box} usa-input--error" if bound.errors else box
    if template_of(bound) == "tick":
        attrs.pop("class", None)
    if isinstance(widget, forms.Textarea) and not rows:
        attrs["rows"] = 3
    return bound.as_widget(attrs={name: value for name, value in attrs.items() if value is not None})


def _parts(bound: forms.BoundField, said: str) -> list[dict[str, Any]]:
    """The boxes of a date, each with its own label, in the order they are typed."""
    widget = bound.field.widget
    if not isinstance(widget, forms.MultiWidget):
        return []
    context = widget.get_context(
        bound.html_name, bound.value(), {"id": bound.auto_id, "aria-describedby": said}
    )
    return [
        {**part, "label": part["attrs"].pop("aria-label", "")} for part in context["widget"]["subwidgets"]
    ]


def wrong_with(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    """Each error of a form with its field's name and the address of its box."""
    for sentence in form.non_field_errors():
        yield {"label": "", "detail": str(sentence), "href": ""}
    for bound in form:
        for sentence in sentences(bound):
            yield {"label": str(bound.label), "detail": sentence, "href": f"#{_first_box(bound)}"}


def sentences(bound: forms.BoundField) -> list[str]:
    """What is wrong with a field, said beside its name: the name is not said twice."""
    found = []
    for error in bound.errors.as_data():
        said = " ".join(error.messages)
        if error.code == "required" and said == str(forms.Field.default_error_messages["required"]):
            said = "Nothing was given here: fill it in."
        said = said.removeprefix(f"{bound.label}: ")
        found.append(said[:1].upper() + said[1:])
    return found


def _first_box(bound: forms.BoundField) -> str:
    return f"{bound.auto_id}_0" if template_of(bound) in ("date", "choices") else bound.auto_id


def line_of(problem: Problem) -> dict[str, str]:
    """A problem of an action or a file, as a line of the list: where it stands, then what is wrong."""
    where = problem.column or _field_named(problem.pointer or "")
    if problem.row:
        where = f"Row {problem.row}, {where[:1].lower()}{where[1:]}" if where else f"Row {problem.row}"
    return {"label": where, "detail": problem.detail, "href": ""}


def _field_named(pointer: str) -> str:
    """`/candidates/3/date_of_birth` → "Row 4, date of birth": rows are counted from one, as people do."""
    parts = [part for part in pointer.split("/") if part]
    named = [words.word("field", part) for part in parts[-1:] if not part.isdigit()]
    if parts[:1] == ["candidates"] and len(parts) > 1 and parts[1].isdigit():
        said = f"Row {int(parts[1]) + 1}"
        return f"{said}, {named[0][:1].lower()}{named[0][1:]}" if named else said
    return named[0] if named else ""
