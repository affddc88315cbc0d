"""A posted form as the JSON body it stands for, so that pages and calls are read by the same serializer."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from rest_framework import relations, serializers
from rest_framework.fields import Field

from foundation.doors.fresh import BOX

DOORS_OWN = ("csrfmiddlewaretoken", "version", "once", "next", BOX)
MOST_ROWS = 500


def body_of(
    form: QueryDict, body: type[serializers.BaseSerializer[Any]], context: dict[str, Any]
) -> dict[str, Any]:
    """Repeated names are a list, `name.sub` an object, `rows[0].sub` a list of objects.

    What the form has and the body has not stays in, to be named as unknown.
    """
    names = {name: values for name, values in form.lists() if name not in DOORS_OWN}
    return _object(names, body(context=context))


def _object(names: dict[str, list[Any]], reader: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    used: set[str] = set()
    for name, field in reader.fields.items():
        if field.read_only:
            continue
        mine = {key for key in names if key == name or key.startswith((f"{name}.", f"{name}["))}
        used |= mine
        value = _value(name, {key: names[key] for key in mine}, field)
        if value is not serializers.empty:
            found[name] = value
    return found | {name: values[-1] for name, values in names.items() if name not in used}


def _value(name: str, names: dict[str, list[Any]], field: Field[Any, Any, Any, Any]) -> Any:
    if isinstance(field, serializers.BooleanField):
        return bool(names.get(name, [""])[-1])  # a box not ticked is not sent
    if isinstance(field, serializers.ListSerializer):
        return _rows(name, names, field.child) if names else serializers.empty
    if isinstance(field, serializers.Serializer):
        inner = {key.removeprefix(f"{name}."): values for key, values in names.items()}
        return (
            _object(inner, field)
            if any("".join(map(str, values)) for values in inner.values())
            else serializers.empty
        )
    if isinstance(
        field, (serializers.ListField, relations.ManyRelatedField, serializers.MultipleChoiceField)
    ):
        return [value for value in names.get(name, []) if value != ""] if names else serializers.empty
    value = names.get(name, [serializers.empty])[-1]
    return _blank(field) if value == "" else value


def _rows(name: str, names: dict[str, list[Any]], child: Any) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, list[Any]]] = {}
    for key, values in names.items():
        if found := re.fullmatch(re.escape(name) + r"\[(\d{1,3})\]\.(.+)", key):
            rows.setdefault(int(found[1]), {})[found[2]] = values
    return [_object(row, child) for _, row in sorted(rows.items())[:MOST_ROWS]]


def _blank(field: Field[Any, Any, Any, Any]) -> Any:
    """An empty box: no text where text may be empty, else not given."""
    return "" if getattr(field, "allow_blank", False) else serializers.empty
