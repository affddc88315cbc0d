"""Serializer fields that every room needs: text, days, partial dates, people and things in reach."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import relations, serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from foundation.doors.finding import found_among
from foundation.doors.text import NotText, cleaned

FIRST_DAY, LAST_DAY = (
    dt.date(1000, 1, 1),
    dt.date(2999, 12, 31),
)  # what Postgres and Python can both reckon with
LINE, PAGE = 500, 20_000  # characters


class Text(serializers.CharField):
    """Text of one line (500 characters), or of many (20,000). A number is not text."""

    default_error_messages = {
        "invalid": "This field must be text.",
        "max_length": "This field is longer than {max_length} characters. Shorten it.",
        "min_length": "This field is shorter than {min_length} characters.",
    }

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        self.multiline = multiline
        options.setdefault("max_length", PAGE if multiline else LINE)
        super().__init__(**options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(as_text(data, multiline=self.multiline))


def as_text(data: Any, *, multiline: bool = True) -> Any:
    """A string made fit to keep; None and "not given" pass. Raises ValidationError."""
    if data is None or data is serializers.empty:
        return data
    if not isinstance(data, str):
        raise ValidationError([ErrorDetail("This field must be text.", "not-text")])
    try:
        return cleaned(data, multiline=multiline)
    except NotText as wrong:
        raise ValidationError([ErrorDetail(str(wrong), wrong.code)]) from wrong


@extend_schema_field({"type": "string", "format": "date"})
class Day(serializers.Field[dt.date, Any, str, Any]):
    """A whole date, `2026-11-24`."""

    default_error_messages = {
        "invalid": "This field must be a date that exists, written as 2026-11-24.",
        "too_far": "This field must be a date from {first} to {last}.",
    }

    def __init__(self, *, first: dt.date = FIRST_DAY, last: dt.date = LAST_DAY, **options: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> dt.date:
        if not isinstance(data, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", data.strip(), re.ASCII):
            self.fail("invalid")
        try:
            day = dt.date.fromisoformat(data.strip())
        except ValueError:
            self.fail("invalid")
        if not self.first <= day <= self.last:
            self.fail("too_far", first=self.first, last=self.last)
        return day

    def to_representation(self, value: dt.date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


@extend_schema_field(
    {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "examples": ["1980", "1980-03"]}
)
class PartialDate(serializers.Field[str, Any, str, Any]):
    """A date as far as it is known: `1980`, `1980-03` or `1980-03-09`. Its value is that string."""

    default_error_messages = {
        "invalid": "This field must be a year, a year and month, or a date: 1980, 1980-03 or 1980-03-09.",
        "no_such_day": "This field names a month or day that does not exist.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", data.strip(), re.ASCII):
            self.fail("invalid")
        text = data.strip()
        try:
            dt.date.fromisoformat(text + "0001-01-01"[len(text) :])
        except ValueError:
            self.fail("no_such_day")
        return text

    def to_representation(self, value: Any) -> str:
        return str(value)


class ManyReached(relations.ManyRelatedField):
    """Several things in reach, read in one query; the first mention of each counts."""

    MOST = 1000
    child_relation: ReachRelatedField
    default_error_messages = {"too_many": "This field names more than {most} things."}

    def to_internal_value(self, data: Any) -> list[Model]:
        if not isinstance(data, (list, tuple)):
            self.fail("not_a_list", input_type=type(data).__name__)
        if not self.allow_empty and not data:
            self.fail("empty")
        if len(data) > self.MOST:
            self.fail("too_many", most=self.MOST)
        found = self.child_relation.find(data)
        missing = [index for index, sent in enumerate(data) if str(sent) not in found]
        if missing:
            raise ValidationError({index: [self.child_relation.nothing()] for index in missing})
        return list({str(sent): found[str(sent)] for sent in data}.values())


@extend_schema_field({"type": "string"})
class ReachRelatedField(relations.RelatedField[Any, Any, Any]):
    """A thing named by its id, or `by` another field. Nobody can tell what is hidden from what is missing.

    The queryset is `Model.objects.visible_to(user)`; or give `queryset`, for what everyone may see.
    """

    default_error_messages = {
        "does_not_exist": "This field names nothing that you can see: there is no such {noun}."
    }

    def __init__(
        self, model: type[Model] | None = None, *, by: str = "pk", noun: str = "", **options: Any
    ) -> None:
        self.model, self.by, self.noun = model, by, noun
        if model is not None and not options.get("read_only"):
            options.setdefault("queryset", model._default_manager.none())
        super().__init__(**options)

    @classmethod
    def many_init(cls, *args: Any, **options: Any) -> ManyReached:
        of_list = {key: options.pop(key) for key in list(options) if key in relations.MANY_RELATION_KWARGS}
        options.pop("many", None)
        return ManyReached(child_relation=cls(*args, **options), **of_list)

    def get_queryset(self) -> QuerySet[Any]:
        if self.model is None:
            return super().get_queryset()  # type: ignore[return-value]  # given, since there is no model
        return self.model._default_manager.visible_to(self.context["request"].user)  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Model:
        found = self.find([data])
        if str(data) not in found:
            raise ValidationError([self.nothing()])
        return found[str(data)]

    def find(self, sent: Iterable[Any]) -> dict[str, Any]:
        """What is in reach among what was sent, by what was sent."""
        return found_among(self.get_queryset(), sent, by=self.by)

    def nothing(self) -> ErrorDetail:
        noun = self.noun or str(self.get_queryset().model._meta.verbose_name)
        return ErrorDetail(self.error_messages["does_not_exist"].format(noun=noun), "not-found")

    def to_representation(self, value: Any) -> Any:
        return getattr(value, self.by)

    def get_choices(self, cutoff: int | None = None) -> dict[Any, Any]:
        return {}  # a list of choices would show what there is
