"""REST framework's words for what is wrong, put into ours: which field, what, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import fields, relations, serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from foundation.refused import Problem

WHOLE = api_settings.NON_FIELD_ERRORS_KEY
OPTIONS_NAMED = 30  # a longer list of choices helps nobody

# What a value should have been, by kind of field: the first that fits is said.
SHOULD_BE: list[tuple[type[fields.Field], str]] = [
    (fields.UUIDField, "an id, as another call gave it to you"),
    (fields.EmailField, "an e-mail address"),
    (fields.CharField, "text"),
    (fields.BooleanField, "true or false"),
    (fields.IntegerField, "a whole number"),
    (fields.FloatField, "a number"),
    (fields.DecimalField, "a number"),
    (fields.DateTimeField, "a time in UTC, as 2026-11-24T09:30:00Z"),
    (fields.DateField, "a date, as 2026-11-24"),
    (fields.FileField, "a file, sent as multipart/form-data"),
]


def worded(name: str, field: fields.Field, wrong: ErrorDetail) -> ErrorDetail:
    """One message about the field `name`, in our words where we have some."""
    code, text = wrong.code or "invalid", str(wrong)
    sentence = _by_code(name, field, code) or text.replace("This field", f"“{name}”").replace(
        "this field", f"“{name}”"
    )
    return ErrorDetail(sentence, code)


def _by_code(name: str, field: fields.Field, code: str) -> str | None:
    match code:
        case "required":
            return f"“{name}” is missing. Give it."
        case "null":
            return f"“{name}” may not be null. Give a value."
        case "blank":
            return f"“{name}” is empty. Give a value."
        case "empty":
            return f"“{name}” is empty. Give at least one."
        case "invalid_choice":
            return f"“{name}” must be one of: {_options(field)}."
        case "not_a_list":
            return f"“{name}” must be a list: […]."
        case "null_characters_not_allowed":
            return f"“{name}” has a character that cannot be kept (U+0000). Remove it."
        case "invalid" if should := _should_be(field):
            return f"“{name}” must be {should}."
    return None


def _should_be(field: fields.Field) -> str | None:
    """Only for the plain kinds: a field of our own has said in its own words what it wants."""
    if type(field).__module__ != fields.__name__:
        return None
    return next((words for kind, words in SHOULD_BE if isinstance(field, kind)), None)


def _options(field: fields.Field) -> str:
    options = [str(option) for option in getattr(field, "choices", {})]
    more = f" and {len(options) - OPTIONS_NAMED} more" if len(options) > OPTIONS_NAMED else ""
    return ", ".join(options[:OPTIONS_NAMED]) + more


def problems_of(detail: Any, pointer: str = "") -> list[Problem]:
    """REST framework's nested errors as a flat list with JSON pointers."""
    return list(_walk(detail, pointer))


def field_problems(name: str, field: fields.Field, detail: Any) -> list[Problem]:
    """The problems of one field, whose own messages are put in our words and name it."""
    pointer = "/" + escaped(name)
    if isinstance(field, (serializers.BaseSerializer, relations.ManyRelatedField, fields.ListField)):
        detail = _worded_whole(name, field, detail)
    elif isinstance(detail, list):
        detail = [worded(name, field, _as_detail(each)) for each in detail]
    return problems_of(detail, pointer)


def _worded_whole(name: str, field: fields.Field, detail: Any) -> Any:
    """Words for what is wrong with the list or object as such; what is inside it was worded inside."""
    if isinstance(detail, list) and all(isinstance(each, (str, ErrorDetail)) for each in detail):
        return [worded(name, field, _as_detail(each)) for each in detail]
    child = getattr(field, "child", None) or getattr(field, "child_relation", None)
    if not isinstance(detail, Mapping):
        return detail
    plain = not isinstance(child, serializers.BaseSerializer)
    return {
        key: [worded(name, child, _as_detail(each)) for each in inner]
        if plain and child is not None and isinstance(inner, list) and isinstance(key, int)
        else inner
        for key, inner in detail.items()
    }


def _walk(detail: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _walk(inner, _below(pointer, key))
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            yield from _walk(inner, f"{pointer}/{index}" if isinstance(inner, (Mapping, list)) else pointer)
    else:
        wrong = _as_detail(detail)
        yield Problem((wrong.code or "invalid").replace("_", "-"), str(wrong), pointer)


def _below(pointer: str, key: Any) -> str:
    """A key that is a pointer already (a strict serializer's) is joined on; "" is the whole itself."""
    if key in ("", WHOLE):
        return pointer
    return pointer + (key if isinstance(key, str) and key.startswith("/") else "/" + escaped(str(key)))


def _as_detail(detail: Any) -> ErrorDetail:
    return detail if isinstance(detail, ErrorDetail) else ErrorDetail(str(detail), "invalid")


def escaped(segment: str) -> str:
    """A segment of a JSON pointer (RFC 6901)."""
    return segment.replace("~", "~0").replace("/", "~1")
