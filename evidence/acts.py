"""Recording, correcting and assessing: each act with its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from evidence.actions import allegations, incidents, notes
from evidence.models import (
    Conclusion,
    Credibility,
    Element,
    Factor,
    Incident,
    Involvement,
    Met,
    NoteKind,
    PerpetratorKind,
    Violation,
)
from evidence.rules import existence
from evidence.rules import recording as rules
from foundation.doors.acts import Act, Acts
from foundation.doors.finding import found_among
from foundation.doors.serializers import ReachRelatedField, StrictSerializer, Text, When
from foundation.refused import Problem
from foundation.sources.acts import WithReason, compartment_field, country_field
from foundation.sources.citing import CitationsField
from units.models import Individual, Subject, Unit

MOST_VICTIMS = 10_000_000

# --- incidents ---


class Victims(StrictSerializer):
    """How many, at least and at most; null: not known."""

    def get_fields(self) -> dict[str, Any]:
        return {
            end: serializers.IntegerField(
                min_value=0, max_value=MOST_VICTIMS, required=False, allow_null=True, label=label
            )
            for end, label in (("min", "Victims, at least"), ("max", "Victims, at most"))
        }

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        fewest, most = found.get("min"), found.get("max")
        if fewest is not None and most is not None and most < fewest:
            yield Problem("upside-down", "Victims, at most: fewer than at least. Turn them round.", "/max")


def _future(found: Mapping[str, Any]) -> Iterable[Problem]:
    days = found.get("when")
    if days and existence.span(days["possible"])[0] > timezone.now().date():
        yield Problem(
            "in-the-future", "When: these days are still to come. Give days that were.", "/when/possible"
        )


class IncidentChanges(StrictSerializer):
    title = Text(required=False, label="Title", help_text="Seen by all who read incidents: name no victim.")
    location = Text(required=False, allow_blank=True, label="Location")
    when = When(required=False, label="When")
    narrative = Text(multiline=True, required=False, allow_blank=True, label="Narrative")
    victims = Victims(required=False, label="Victims")
    victim_identities = Text(multiline=True, required=False, allow_blank=True, label="Victims’ identities")
    compartment = compartment_field()
    unit_unknown = serializers.BooleanField(required=False, label="The unit is not known yet")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _future(found)


class IncidentBody(IncidentChanges):
    title = Text(label="Title", help_text="Seen by all who read incidents: name no victim.")
    country = country_field()
    location = Text(required=False, allow_blank=True, default="", label="Location")
    when = When(label="When")
    narrative = Text(multiline=True, required=False, allow_blank=True, default="", label="Narrative")
    victim_identities = Text(
        multiline=True, required=False, allow_blank=True, default="", label="Victims’ identities"
    )
    unit_unknown = serializers.BooleanField(required=False, default=False, label="The unit is not known yet")


class IncidentCorrection(WithReason):
    changes = IncidentChanges()


# --- allegations ---


class Perpetrator(StrictSerializer):
    """`{kind, id}`; nobody is named where it is not identified."""

    kind = serializers.ChoiceField(PerpetratorKind.choices, label="Perpetrator")
    id = serializers.CharField(required=False, label="Which one")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        kind, pk = found.get("kind"), found.get("id")
        if kind == PerpetratorKind.UNIDENTIFIED and pk:
            yield Problem("one-or-the-other", "Which one: nobody, where it is not identified.", "/id")
        if kind in (PerpetratorKind.UNIT, PerpetratorKind.INDIVIDUAL):
            if not pk and "id" not in self.unread:
                yield Problem("missing", "Which one: name the unit or the individual by its id.", "/id")
            elif pk and self.find(kind, pk) is None:
                yield Problem(
                    "not-found",
                    f"Which one: there is no such {kind} that you can see. Give the id of another.",
                    "/id",
                )

    def find(self, kind: str, pk: str) -> Any:
        model = Unit if kind == PerpetratorKind.UNIT else Individual
        found = found_among(model.objects.visible_to(self.context["request"].user), [pk])
        return found.get(pk)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        said = super().to_internal_value(data)
        kind = said["kind"]
        found = self.find(kind, said["id"]) if "id" in said else None
        return {
            "perpetrator_kind": kind,
            "unit": found if kind == PerpetratorKind.UNIT else None,
            "individual": found if kind == PerpetratorKind.INDIVIDUAL else None,
        }


def _did_not_exist(perpetrator: Mapping[str, Any] | None, possible: Any) -> Iterable[Problem]:
    subject = perpetrator and (perpetrator["unit"] or perpetrator["individual"])
    if subject and possible is not None and (why := existence.why_not_then(subject, possible)):
        yield Problem("did-not-exist", why, "/perpetrator/id")


class AllegationChanges(StrictSerializer):
    perpetrator = Perpetrator(required=False)
    violation = serializers.ChoiceField(Violation.choices, required=False, label="Violation")
    involvement = serializers.ChoiceField(Involvement.choices, required=False, label="Involvement")
    when = When(required=False, allow_null=True, label="When")
    citations = CitationsField()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _future(found)
        now = self.context["thing"]
        days = found["when"] if found.get("when") else None
        if "perpetrator" in found and now.perpetrator_id:
            yield Problem(
                "not-changed", "Perpetrator: whom an allegation is against does not change. Assess this one,"
                " and record another.", "/perpetrator",
            )  # fmt: skip
        elif "perpetrator" in found:
            yield from _did_not_exist(found["perpetrator"], days["possible"] if days else now.possible)
        elif days and now.perpetrator and (why := existence.why_not_then(now.perpetrator, days["possible"])):
            yield Problem("did-not-exist", f"When: {why}", "/when/possible")


class AllegationBody(StrictSerializer):
    incident = ReachRelatedField(Incident, label="Incident")
    perpetrator = Perpetrator()
    violation = serializers.ChoiceField(Violation.choices, label="Violation")
    involvement = serializers.ChoiceField(Involvement.choices, label="Involvement")
    when = When(required=False, label="When", help_text="Left out: when the incident happened.")
    citations = CitationsField()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _future(found)
        days = found.get("when") or {}
        incident = found.get("incident")
        possible = days.get("possible") or (incident.possible if incident else None)
        yield from _did_not_exist(found.get("perpetrator"), possible)


class AllegationCorrection(WithReason):
    changes = AllegationChanges()


# --- the worksheet ---


class FactorBody(StrictSerializer):
    """What was found, and the citations that speak for and against it. “Unknown, because …” is an answer."""

    def get_fields(self) -> dict[str, Any]:
        return {
            "finding": Text(multiline=True, label="Finding"),
            "for": CitationsField(default=list, label="Citations for it"),
            "against": CitationsField(default=list, label="Citations against it"),
        }


class Factors(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {each.value: FactorBody(required=False, label=each.label) for each in Factor}


class ElementBody(StrictSerializer):
    status = serializers.ChoiceField(Met.choices, label="Answer")
    note = Text(multiline=True, required=False, allow_blank=True, default="", label="Note")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if found.get("status") == Met.UNKNOWN and found.get("note") == "":
            yield Problem("required", "Note: say why it is unknown; then it is an answer.", "/note")


class Elements(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {each.value: ElementBody(required=False, label=each.label) for each in Element}


class AssessBody(StrictSerializer):
    """What is left open may be answered in a later version: a withhold waits for it."""

    factors = Factors(label="Factors")
    elements = Elements(label="Elements")
    source_credibility = serializers.ChoiceField(Credibility.choices, label="Credibility of the source")
    content_credibility = serializers.ChoiceField(Credibility.choices, label="Credibility of what it says")
    conclusion = serializers.ChoiceField(Conclusion.choices, label="Conclusion")
    basis = Text(multiline=True, label="Basis")


# --- derogatory notes ---


class NoteChanges(StrictSerializer):
    kind = serializers.ChoiceField(NoteKind.choices, required=False, label="Kind")
    note = Text(multiline=True, required=False, label="Note")
    citations = CitationsField()


class NoteBody(StrictSerializer):
    subject = ReachRelatedField(Subject, label="Subject")
    kind = serializers.ChoiceField(NoteKind.choices, label="Kind")
    note = Text(multiline=True, label="Note")
    citations = CitationsField()


class NoteCorrection(WithReason):
    changes = NoteChanges()


# --- declared ---

RECORD_INCIDENT = Act(
    "record-incident",
    rules.check_can_record_somewhere,
    incidents.record_incident,
    body=IncidentBody,
    answers=201,
    label="Record an incident",
)
RECORD_ALLEGATION = Act(
    "record-allegation",
    rules.check_can_record_somewhere,
    allegations.record_allegation,
    body=AllegationBody,
    answers=201,
    label="Record an allegation",
)
RECORD_NOTE = Act(
    "record-note",
    rules.check_can_record_somewhere,
    notes.record_note,
    body=NoteBody,
    answers=201,
    label="Record a derogatory note",
)
INCIDENT_ACTS = Acts(
    Act(
        "correct",
        rules.check_can_correct_incident,
        incidents.correct_incident,
        "incident",
        IncidentCorrection,
    )
)
ALLEGATION_ACTS = Acts(
    Act("assess", rules.check_can_assess, allegations.assess, "allegation", AssessBody, label="Assess"),
    Act(
        "correct",
        rules.check_can_correct_allegation,
        allegations.correct_allegation,
        "allegation",
        AllegationCorrection,
    ),
)
NOTE_ACTS = Acts(Act("correct", rules.check_can_correct_note, notes.correct_note, "note", NoteCorrection))
