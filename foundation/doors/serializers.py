"""Bodies read strictly: unknown fields are named, and everything that is wrong is said at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest
from psycopg2.extras import DateRange
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import SkipField, get_error_detail
from rest_framework.request import Request

from foundation.doors.fields import Day, PartialDate, ReachRelatedField, Text, as_text
from foundation.doors.sentences import escaped, field_problems, problems_of
from foundation.doors.text import printable
from foundation.refused import Invalid, Problem

__all__ = ["Day", "PartialDate", "ReachRelatedField", "StrictSerializer", "Text", "When", "read_body"]


def wrong_of(problems: Iterable[Problem]) -> ValidationError:
    """Problems as REST framework carries them: JSON pointer → messages."""
    detail: dict[str, list[ErrorDetail]] = {}
    for each in problems:
        detail.setdefault(each.pointer or "", []).append(ErrorDetail(each.detail, each.code))
    return ValidationError(detail)


class StrictList(serializers.ListSerializer[Any]):
    max_length: int | None
    min_length: int | None
    default_error_messages = {
        "not_a_list": "This must be a list: […].",
        "empty": "This list is empty. Give at least one.",
        "max_length": "This list has more than {max_length} entries: send the rest by itself.",
        "min_length": "This list has fewer than {min_length} entries: give the rest as well.",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        self._check_size(data)
        found, wrong = [], []
        for index, item in enumerate(data):
            try:
                found.append(self.run_child_validation(item))
            except ValidationError as exc:
                wrong += problems_of(exc.detail, f"/{index}")
        if wrong:
            raise wrong_of(wrong)
        return found

    def _check_size(self, data: Any) -> None:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not self.allow_empty and not data:
            self.fail("empty")
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        if self.min_length is not None and len(data) < self.min_length:
            self.fail("min_length", min_length=self.min_length)


class StrictSerializer(serializers.Serializer[Any]):
    """A JSON object of the fields declared and no other.

    Three layers, all of them told in one answer: unknown fields, each field, and `whole(found)`, which sees
    whatever could be read. `validate()` and validators run only once nothing else is wrong.
    """

    is_strict = True
    unread: frozenset[str] = frozenset()  # given but not readable: whole() does not call these missing

    class Meta:
        list_serializer_class = StrictList

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        """What is wrong with the fields together; pointers are relative to this object (`/ends_on`)."""
        return ()

    def run_validation(self, data: Any = serializers.empty) -> Any:
        is_empty, data = self.validate_empty_values(data)
        if is_empty:
            return data
        found = self.to_internal_value(data)
        try:
            self.run_validators(found)
            return self.validate(found)
        except (ValidationError, DjangoValidationError) as exc:
            raise wrong_of(problems_of(serializers.as_serializer_error(exc))) from exc

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise ValidationError({"": [ErrorDetail("This must be a JSON object: {…}.", "not-an-object")]})
        wrong = self._unknown(data)
        found = self._read_fields(data, wrong)
        wrong += self.whole(found)
        if wrong:
            raise wrong_of(wrong)
        return found

    def _unknown(self, data: Mapping[Any, Any]) -> list[Problem]:
        known = [str(field.field_name) for field in self._writable_fields]
        return [
            Problem("unknown-field", _unknown_sentence(str(name), known), "/" + escaped(str(name)))
            for name in data
            if name not in known
        ]

    def _read_fields(self, data: Mapping[str, Any], wrong: list[Problem]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        unread = set()
        for field in self._writable_fields:
            name = str(field.field_name)
            try:
                self.set_value(found, field.source_attrs, self._read(field, data))
            except SkipField:
                continue
            except (ValidationError, DjangoValidationError) as exc:
                detail = exc.detail if isinstance(exc, ValidationError) else get_error_detail(exc)
                wrong += field_problems(name, field, detail)
                unread |= {name} & set(data)
        self.unread = frozenset(unread)
        return found

    def _read(self, field: Any, data: Mapping[str, Any]) -> Any:
        sent = field.get_value(data)
        if isinstance(field, serializers.CharField) and not isinstance(field, Text):
            sent = as_text(sent)
        value = field.run_validation(sent)
        further = getattr(self, f"validate_{field.field_name}", None)
        return further(value) if further else value


class Nothing(StrictSerializer):
    """The body of an act that needs no words: `{}`, or none."""


class Days(StrictSerializer):
    """`{from, to}`, both included; null is an open end."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": Day(required=False, allow_null=True), "to": Day(required=False, allow_null=True)}

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        first, last = found.get("from"), found.get("to")
        if first and last and last < first:
            yield Problem("upside-down", "“to” is before “from”. Turn them round.", "/to")

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        return DateRange(found.get("from"), found.get("to"), "[]")


class When(StrictSerializer):
    """A dated claim's two ranges: `{certain: {from, to} | null, possible: {from, to} | null}`.

    Its value is `{"certain": DateRange | None, "possible": DateRange}`; it is shown from a thing's `when`.
    """

    certain = Days(required=False, allow_null=True, default=None)
    possible = Days(required=False, allow_null=True, default=None)

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        certain, possible = found.get("certain"), found.get("possible")
        if certain and possible and not _is_within(certain, possible):
            yield Problem(
                "certain-outside-possible",
                "“certain” must lie within “possible”: what is certain is possible.",
                "/certain",
            )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = super().to_internal_value(data)
        return {
            "certain": found.get("certain"),
            "possible": found.get("possible") or DateRange(None, None, "[]"),
        }

    def to_representation(self, instance: Any) -> Any:
        return instance


def _is_within(inner: DateRange, outer: DateRange) -> bool:
    from_inside = outer.lower is None or (inner.lower is not None and inner.lower >= outer.lower)
    to_inside = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return from_inside and to_inside


def _unknown_sentence(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean “{close[0]}”?" if close else _known(known)
    return f"There is no field “{printable(name)}” here. {hint}"


def _known(known: list[str]) -> str:
    return f"The fields are: {', '.join(known)}." if known else "Nothing needs to be said here: send {}."


def read_body(
    kind: type[serializers.BaseSerializer[Any]],
    data: Any,
    request: Request | HttpRequest,
    *,
    thing: Any = None,
    **options: Any,
) -> Any:
    """What the body says. Raises Invalid, naming everything that is wrong. `options`: `many=True`.

    `thing` is what the act is done to: a body that corrects it reads it from its context.
    """
    reader = kind(data=data, context={"request": request, "thing": thing}, **options)
    try:
        return reader.run_validation(data)
    except ValidationError as exc:
        raise Invalid.of(problems_of(exc.detail)) from exc
