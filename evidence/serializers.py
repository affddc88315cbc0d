"""Incidents, allegations and notes as they are shown; what is protected is null, and named in `masked`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evidence import against, protection, worksheet
from evidence.acts import ALLEGATION_ACTS, INCIDENT_ACTS, NOTE_ACTS
from evidence.models import UNASSESSED, Allegation, Assessment, Conclusion, DerogatoryNote, Incident
from foundation.doors.serializers import When
from foundation.doors.shown import Actions
from foundation.sources.conflicts import ACCEPTED, IN_CONFLICT, NOT_ACCEPTED
from foundation.sources.serializers import COMMON, CompartmentOut, ProtectedOut

CONCLUSIONS = [(UNASSESSED, "Not assessed"), *Conclusion.choices]


class EvidenceOut(ProtectedOut):
    when = serializers.SerializerMethodField()

    @extend_schema_field(When)
    def get_when(self, claim: Any) -> Any:
        return claim.when


class VictimsOut(serializers.Serializer[Any]):
    min = serializers.IntegerField(source="victims_min", allow_null=True)
    max = serializers.IntegerField(source="victims_max", allow_null=True)


class IncidentRow(EvidenceOut):
    """A row of a list, without what is protected."""

    country = serializers.CharField(source="country_id")
    victims = VictimsOut(source="*")
    compartment = CompartmentOut(source="compartment_id", read_only=True)

    class Meta:
        model = Incident
        fields = [
            "id", "title", "country", "location", "when", "victims", "unit_unknown", "compartment", *COMMON,
        ]  # fmt: skip

    def reads(self, incident: Incident) -> bool:
        return protection.reads_incident(self.context["request"].user, incident)


class IncidentOut(IncidentRow):
    PROTECTED = ("narrative", "victim_identities")

    narrative = serializers.CharField(allow_null=True)
    victim_identities = serializers.CharField(allow_null=True)
    allegations = serializers.SerializerMethodField()
    actions = Actions(INCIDENT_ACTS)

    class Meta(IncidentRow.Meta):
        fields = [
            *IncidentRow.Meta.fields, "narrative", "victim_identities", "masked", "allegations", "actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_allegations(self, incident: Incident) -> list[str]:
        """Ids of those within reach."""
        return [str(each.pk) for each in incident.shown_allegations]  # type: ignore[attr-defined]


class PerpetratorOut(serializers.Serializer[Any]):
    kind = serializers.CharField(source="perpetrator_kind")
    id = serializers.CharField(source="perpetrator_id", allow_null=True)
    name = serializers.CharField(source="perpetrator.name", default=None, allow_null=True)


class AssessmentOut(serializers.ModelSerializer[Assessment]):
    """One judgement. Its words are null to who may not read the incident; its answers are not."""

    by = serializers.CharField(source="by.username")
    basis = serializers.CharField(allow_null=True)
    stands = serializers.SerializerMethodField(
        help_text="Whether it speaks of the allegation and its incident as they stand."
    )
    unanswered = serializers.SerializerMethodField()
    draft_basis = serializers.SerializerMethodField(help_text="A basis to begin with, out of its own words.")

    class Meta:
        model = Assessment
        fields = [
            "version", "factors", "elements", "source_credibility", "content_credibility", "conclusion",
            "basis", "by", "at", "stands", "unanswered", "draft_basis",
        ]  # fmt: skip

    def get_stands(self, assessment: Assessment) -> bool:
        return assessment.is_of(assessment.allegation)

    def get_unanswered(self, assessment: Assessment) -> list[str]:
        return worksheet.unanswered(assessment)

    def get_draft_basis(self, assessment: Assessment) -> str | None:
        return worksheet.draft(assessment.allegation, assessment)

    def to_representation(self, assessment: Assessment) -> dict[str, Any]:
        shown = super().to_representation(assessment)
        if protection.reads_allegation(self.context["request"].user, assessment.allegation):
            return shown
        factors = {name: {**each, "finding": None} for name, each in shown["factors"].items()}
        elements = {name: {**each, "note": None} for name, each in shown["elements"].items()}
        return {**shown, "factors": factors, "elements": elements, "basis": None, "draft_basis": None}


class AllegationOut(EvidenceOut):
    incident = serializers.CharField(source="incident_id")
    perpetrator = PerpetratorOut(source="*")
    citations = serializers.SerializerMethodField()
    conclusion = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()
    assessment = serializers.SerializerMethodField(help_text="The last one.")
    actions = Actions(ALLEGATION_ACTS)

    class Meta:
        model = Allegation
        fields = [
            "id", "incident", "perpetrator", "violation", "involvement", "when", "dated_apart", "citations",
            "conclusion", "standing", "assessment", "masked", *COMMON, "actions",
        ]  # fmt: skip

    def reads(self, allegation: Allegation) -> bool:
        return protection.reads_allegation(self.context["request"].user, allegation)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_citations(self, allegation: Allegation) -> list[str]:
        return cited(self, protection.ALLEGATION, allegation)

    @extend_schema_field(serializers.ChoiceField([ACCEPTED, IN_CONFLICT, NOT_ACCEPTED]))
    def get_standing(self, allegation: Allegation) -> str:
        """Beside the allegations that contradict it."""
        return str(self.context["view"].standing(allegation))

    @extend_schema_field(serializers.ChoiceField(CONCLUSIONS))
    def get_conclusion(self, allegation: Allegation) -> str:
        return against.conclude(allegation).conclusion

    @extend_schema_field(AssessmentOut(allow_null=True))
    def get_assessment(self, allegation: Allegation) -> dict[str, Any] | None:
        last = against.last_assessment(allegation)
        if last is None:
            return None
        last.allegation = allegation
        return AssessmentOut(last, context=self.context).data

    def to_representation(self, allegation: Allegation) -> dict[str, Any]:
        shown = super().to_representation(allegation)
        if not self.reads(allegation) and shown["assessment"]:
            shown["masked"] = ["assessment/basis", "assessment/draft_basis"]
        return shown


class NoteOut(ProtectedOut):
    subject = serializers.CharField(source="subject_id")
    country = serializers.CharField(source="country_id")
    citations = serializers.SerializerMethodField()
    actions = Actions(NOTE_ACTS)

    class Meta:
        model = DerogatoryNote
        fields = ["id", "subject", "country", "kind", "note", "citations", "masked", *COMMON, "actions"]

    def reads(self, note: DerogatoryNote) -> bool:
        return protection.reads_note(self.context["request"].user, note)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_citations(self, note: DerogatoryNote) -> list[str]:
        return cited(self, protection.NOTE, note)


def cited(serializer: Any, kind: str, claim: Any) -> list[str]:
    """Ids of what a claim rests on: those that the page of a list has read for all of its rows."""
    found = serializer.context["view"].cited(kind, claim)
    return [str(each.pk) for each in found]
