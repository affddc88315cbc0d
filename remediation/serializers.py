"""Notifications, publications, files and steps as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.shown import Actions
from foundation.sources import citing
from foundation.sources.models import Citation
from remediation.actions.steps import STEP
from remediation.acts.steps import STEP_ACTS
from remediation.models import (
    CommitteeNotice,
    IncidentOfFile,
    Responsible,
    Step,
    StepEntry,
)
from vetting.api.parts import Username


class RestrictedOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()


class IncidentMade(serializers.ModelSerializer[IncidentOfFile]):
    id = serializers.CharField(read_only=True)
    remediation = serializers.CharField(source="remediation_id")
    incident = serializers.CharField(source="incident_id")

    class Meta:
        model = IncidentOfFile
        fields = ["id", "remediation", "incident", "at"]


class ResponsibleOut(serializers.ModelSerializer[Responsible]):
    id = serializers.CharField(read_only=True)
    individual = serializers.CharField(source="individual_id", allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Responsible
        fields = ["id", "individual", "label"]


class ResponsibleMade(ResponsibleOut):
    remediation = serializers.CharField(source="of.remediation_id")
    incident = serializers.CharField(source="of.incident_id")
    by = Username("by")

    class Meta(ResponsibleOut.Meta):
        fields = [*ResponsibleOut.Meta.fields, "remediation", "incident", "by", "at"]


class NoticeMade(serializers.ModelSerializer[CommitteeNotice]):
    by = Username("by")

    class Meta:
        model = CommitteeNotice
        fields = ["committee", "sent_on", "by", "at"]


class StepOfMatrix(serializers.ModelSerializer[Step]):
    """In its cell. `due`: the day by which its owner has it done."""

    id = serializers.CharField(read_only=True)
    owner = Username("owner")
    due = serializers.DateField(source="due_on")
    verified_by = Username("verified_by", default=None, allow_null=True)
    citations = serializers.SerializerMethodField()

    class Meta:
        model = Step
        fields = ["id", "kind", "owner", "due", "state", "outcome", "verified_by", "citations"]

    def get_citations(self, step: Step) -> list[str]:
        return [str(each.pk) for each in self._cited(step)]

    def _cited(self, step: Step) -> list[Citation]:
        """Of those within the reader's reach."""
        cited = self.context.get("cited")
        if cited is None:
            cited = cited_within(self.context["request"].user, [step.pk])
        found: list[Citation] = cited[step.pk]
        return found


class StepEntryOut(serializers.ModelSerializer[StepEntry]):
    by = Username("by")

    class Meta:
        model = StepEntry
        fields = [
            "act", "outcome", "impartial", "impartial_reasons", "sentence", "proportionality", "reason", "by",
            "at",
        ]  # fmt: skip


class StepOut(StepOfMatrix):
    remediation = serializers.CharField(source="remediation_id")
    incident = serializers.CharField(source="responsible.of.incident_id")
    responsible = ResponsibleOut()
    completed_by = Username("completed_by", default=None, allow_null=True)
    history = serializers.SerializerMethodField()
    actions = Actions(STEP_ACTS)

    class Meta(StepOfMatrix.Meta):
        fields = [
            *StepOfMatrix.Meta.fields, "remediation", "incident", "responsible", "impartial",
            "impartial_reasons", "sentence", "proportionality", "completed_by", "completed_at", "verified_at",
            "history", "created_at", "updated_at", "actions",
        ]  # fmt: skip

    @extend_schema_field(StepEntryOut(many=True))
    def get_history(self, step: Step) -> Any:
        return StepEntryOut(step.entries.select_related("by"), many=True).data


def cited_within(user: Any, steps: list[Any]) -> dict[Any, list[Citation]]:
    """What each of these steps rests on, among the citations that this person reads."""
    cited = citing.citations_of(STEP, steps)
    asked = {each.pk for found in cited.values() for each in found}
    seen = set(Citation.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True))
    return {pk: [each for each in found if each.pk in seen] for pk, found in cited.items()}
