"""What several bodies share: countries, parts of a relief, its instrument, fields named like Python words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from cspa.models import Confidence, Extent
from cspa.rules.reliefs import wrong_program
from cspa.rules.years import not_yet
from foundation.accounts.models import Country
from foundation.doors.fields import Day, ReachRelatedField, Text
from foundation.doors.serializers import StrictSerializer
from foundation.refused import Problem

CITATION = 500


def country_field(**options: Any) -> ReachRelatedField:
    return ReachRelatedField(queryset=Country.objects.all(), label="Country", **options)


def year_field(label: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1900, max_value=2199, label=label)


class PartBody(StrictSerializer):
    """What a partial waiver covers: a program, and where it says so, only for a purpose or within a limit."""

    program = Text(max_length=20, label="Program")
    purpose = Text(max_length=200, required=False, allow_blank=True, default="", label="Purpose")
    limit = Text(max_length=500, required=False, allow_blank=True, default="", label="Limit")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from wrong_program(found, "/program")


class InstrumentBody(StrictSerializer):
    """The official paper behind it."""

    official = Text(max_length=200, label="Official")
    number = Text(max_length=100, label="Number")
    dated = Day(label="Dated")
    reported_on = Day(required=False, allow_null=True, label="Reported on")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_yet(found, "dated", "reported_on")


class ReliefFields(StrictSerializer):
    """`from` and `until` are no names Python would take, so the fields are made here."""

    def get_fields(self) -> dict[str, Any]:
        needed = not getattr(self, "partly", False)
        return {
            **super().get_fields(),
            "extent": serializers.ChoiceField(Extent.choices, required=needed, label="Extent"),
            "parts": PartBody(many=True, required=False, max_length=50, label="Parts"),  # type: ignore[call-arg]
            "from": Day(required=needed, label="From"),
            "until": Day(required=False, allow_null=not getattr(self, "partly", False), label="Until"),
            "instrument": InstrumentBody(required=needed, label="Instrument"),
            "certified_on": Day(required=needed, label="Certified on"),
            "justification": Text(multiline=True, required=needed, label="Justification"),
        }


def confidence_field(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(Confidence.choices, label="Confidence", **options)


def citation_field(**options: Any) -> Text:
    return Text(max_length=CITATION, label="Citation", **options)


class Ended(serializers.BooleanField):
    """True alone: what was taken off is recorded anew, not put back."""

    default_error_messages = {"only_true": "This can only be true: it takes the record off."}

    def to_internal_value(self, data: Any) -> bool:
        if super().to_internal_value(data) is not True:
            self.fail("only_true")
        return True
