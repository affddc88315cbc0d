"""Recording and correcting units and people; having a masked field shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django_countries.data import COUNTRIES
from rest_framework import serializers

from foundation.accounts.models import Country, User
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import PartialDate, ReachRelatedField, Text
from foundation.doors.serializers import StrictSerializer
from foundation.refused import Problem
from units import actions, rules
from units.actions import Called
from units.models import ForceType, Gender, Individual, Level, NameKind, Unit, UnitStatus
from units.serializers import UnmaskedOut

EARLIEST_BIRTH = 1900
ALIASES = 50


def country_field(**options: Any) -> ReachRelatedField:
    return ReachRelatedField(queryset=Country.objects.all(), label="Country", **options)


# --- names ---


class UnitNameBody(StrictSerializer):
    text = Text(label="Name")
    kind = serializers.ChoiceField(NameKind.choices, required=False, default=NameKind.OFFICIAL, label="Kind")
    language = Text(max_length=10, required=False, allow_blank=True, default="", label="Language")
    script = Text(max_length=20, required=False, allow_blank=True, default="", label="Script")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from without_a_letter(found.get("text"), "/text")


class PersonNameBody(StrictSerializer):
    """`{full}` or `{parts}`: one to five parts, as given."""

    full = Text(required=False, label="Name in full")
    parts = serializers.ListField(
        child=Text(max_length=200), required=False, allow_empty=False, max_length=5, label="Name in parts"
    )

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if not self.unread and ("full" in found) == ("parts" in found):
            yield Problem("one-or-the-other", "Name: give either “full” or “parts”.", "")
        yield from without_a_letter(text_of(found), "")


def text_of(name: Mapping[str, Any]) -> str | None:
    return name.get("full") or (" ".join(name["parts"]) if name.get("parts") else None)


def without_a_letter(text: str | None, pointer: str) -> Iterable[Problem]:
    if text is not None and not any(each.isalpha() for each in text):
        yield Problem("not-a-name", "Name: it needs at least one letter.", pointer)


# --- units ---


class UnitChanges(StrictSerializer):
    name = Text(required=False, label="Name")
    names = UnitNameBody(many=True, required=False, max_length=ALIASES, label="Other names")  # type: ignore[call-arg]
    level = serializers.ChoiceField(Level.choices, required=False, label="Level")
    force_type = serializers.ChoiceField(ForceType.choices, required=False, label="Force")
    status = serializers.ChoiceField(UnitStatus.choices, required=False, label="Status")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from without_a_letter(found.get("name"), "/name")


class NewUnitBody(UnitChanges):
    country = country_field()
    name = Text(label="Name")


class WithReason(StrictSerializer):
    """`{changes, reason}`: a correction is a new version, and says why."""

    reason = Text(multiline=True, label="Reason")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if "changes" in found and not found["changes"]:
            yield Problem("nothing-changed", "Changes: name at least one field to correct.", "/changes")


class UnitCorrection(WithReason):
    changes = UnitChanges()


def record_unit(*, by: User, country: Country, name: str, names: Sequence[Any] = (), **fields: Any) -> Unit:
    called = [Called(name), *(Called(**each) for each in names if each["text"] != name)]
    return actions.record(subject=Unit(country=country, **fields), names=called, by=by)


def correct_unit(*, unit: Unit, changes: dict[str, Any], reason: str, by: User) -> Unit:
    """`name` is the one shown in lists; `names` are all the others. What is not given stays."""
    fields = dict(changes)
    name, names = fields.pop("name", None), fields.pop("names", None)
    called = None
    if name is not None or names is not None:
        now = [_called(each) for each in unit.names.all()]
        first = Called(name) if name is not None else now[0]
        others = [Called(**each) for each in names] if names is not None else now[1:]
        called = [first, *(each for each in others if each.text != first.text)]
    return actions.correct(subject=unit, changes=fields, names=called, reason=reason, by=by)


# --- people ---


class PersonChanges(StrictSerializer):
    name = PersonNameBody(required=False, label="Name")
    aliases = serializers.ListField(child=Text(), required=False, max_length=ALIASES, label="Aliases")
    date_of_birth = PartialDate(required=False, label="Date of birth")
    nationality = serializers.RegexField(r"^[A-Z]{2}$", required=False, label="Nationality (two letters)")
    gender = serializers.ChoiceField(Gender.choices, required=False, label="Gender")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        born = found.get("date_of_birth")
        if born and not str(EARLIEST_BIRTH) <= born <= dt.date.today().isoformat():
            yield Problem("out-of-range", f"Date of birth: from {EARLIEST_BIRTH} to today.", "/date_of_birth")
        code = found.get("nationality")
        if code and code not in COUNTRIES and not Country.objects.filter(pk=code).exists():
            yield Problem("unknown-country", f"Nationality: there is no country {code}.", "/nationality")
        for at, alias in enumerate(found.get("aliases", ())):
            yield from without_a_letter(alias, f"/aliases/{at}")


class NewPersonBody(PersonChanges):
    country = country_field()
    name = PersonNameBody(label="Name")


class PersonCorrection(WithReason):
    changes = PersonChanges()


class UnmaskBody(StrictSerializer):
    field = serializers.ChoiceField((*actions.MASKED, actions.BIRTHPLACE), label="Field")
    reason = Text(multiline=True, label="Why you need to see it")


def record_individual(
    *, by: User, country: Country, name: dict[str, Any], aliases: Sequence[str] = (), **fields: Any
) -> Individual:
    person = Individual(country=country, **fields)
    return actions.record(subject=person, names=[_named(name), *_aliases(aliases)], by=by)


def correct_individual(
    *, individual: Individual, changes: dict[str, Any], reason: str, by: User
) -> Individual:
    fields = dict(changes)
    name, aliases = fields.pop("name", None), fields.pop("aliases", None)
    called = None
    if name is not None or aliases is not None:
        now = [_called(each) for each in individual.names.all()]
        called = [
            _named(name) if name is not None else now[0],
            *(_aliases(aliases) if aliases is not None else now[1:]),
        ]
    return actions.correct(subject=individual, changes=fields, names=called, reason=reason, by=by)


def unmask(*, individual: Individual, field: str, reason: str, by: User) -> dict[str, Any]:
    value = actions.unmask(individual=individual, field=field, reason=reason, by=by)
    return {"field": field, "value": value}


def _named(name: Mapping[str, Any]) -> Called:
    return Called(text_of(name) or "", tuple(name.get("parts", ())))


def _aliases(aliases: Iterable[str]) -> list[Called]:
    return [Called(alias, kind=NameKind.ALIAS) for alias in aliases]


def _called(name: Any) -> Called:
    return Called(name.text, tuple(name.parts), name.kind, name.language, name.script)


# --- declared ---


def records_somewhere(user: User, nothing: None) -> None:
    rules.check_can_record_somewhere(user)


RECORD_UNIT = Act(
    "record", records_somewhere, record_unit, body=NewUnitBody, answers=201, label="Record a unit"
)
RECORD_INDIVIDUAL = Act(
    "record",
    records_somewhere,
    record_individual,
    body=NewPersonBody,
    answers=201,
    label="Record an individual",
)

UNIT_ACTS = Acts(
    Act("correct", rules.check_can_correct, correct_unit, "unit", UnitCorrection, label="Correct"),
)
INDIVIDUAL_ACTS = Acts(
    Act(
        "correct",
        rules.check_can_correct,
        correct_individual,
        "individual",
        PersonCorrection,
        label="Correct",
    ),
    Act(
        "unmask",
        rules.check_can_unmask,
        unmask,
        "individual",
        UnmaskBody,
        answer=UnmaskedOut,
        conditional=False,
        remembered=False,
        fresh=True,
        label="Show a masked field",
    ),
)
