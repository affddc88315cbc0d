"""This room's records as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cspa.actions.words import kind_of
from cspa.acts.plans import MILESTONE_ACTS, PLAN_ACTS
from cspa.acts.records import LISTING_ACTS, RELIEF_ACTS, YEAR_ACTS
from cspa.judge import Answer, Reason
from cspa.models import (
    ActionPlan,
    Evidence,
    Kept,
    Listing,
    ListYear,
    Milestone,
    Reinstatement,
    Verdict,
    Waiver,
)
from foundation.doors.shown import Actions
from foundation.signing.models import Determination
from foundation.signing.serializers import DeterminationOut

STAMPS = ["version", "created_at", "updated_at"]


class VersionOut(serializers.ModelSerializer[Kept]):
    """One version, as it was written."""

    determination = serializers.CharField(source="cause_id", allow_null=True)
    by = serializers.CharField(source="by.username", default=None, allow_null=True)

    class Meta:
        model = Kept
        fields = ["version", "said", "reason", "determination", "by", "at"]


def versions_of(thing: Any) -> Any:
    return (
        Kept.objects.filter(kind=kind_of(thing), ref=str(thing.pk)).select_related("by").order_by("version")
    )


class Versions(serializers.Field[Any, Any, Any, Any]):
    """Every version of it, the first one first."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, thing: Any) -> Any:
        return VersionOut(versions_of(thing), many=True).data


# --- list years ---


class ListYearOut(serializers.ModelSerializer[ListYear]):
    fiscal_year = serializers.IntegerField()
    determination = serializers.CharField(source="confirmation_id", allow_null=True)
    actions = Actions(YEAR_ACTS)

    class Meta:
        model = ListYear
        fields = [
            "list_year", "fiscal_year", "published_on", "confirmed", "citation", "determination", *STAMPS,
            "actions",
        ]  # fmt: skip


# --- listings and what hangs on them ---


class RecordOut(serializers.ModelSerializer[Any]):
    id = serializers.CharField(read_only=True)
    country = serializers.CharField(source="country_id")
    recorded_by = serializers.CharField(source="recorded_by.username", default=None, allow_null=True)


class ListingRow(RecordOut):
    list_year = serializers.IntegerField(source="list_year_id")
    actions = Actions(LISTING_ACTS)

    class Meta:
        model = Listing
        fields = [
            "id", "country", "list_year", "fiscal_year", "account", "forces", "finding", "citation",
            "confidence", "ended", "imported", "recorded_by", *STAMPS, "actions",
        ]  # fmt: skip


class ListingOut(ListingRow):
    versions = extend_schema_field(VersionOut(many=True))(Versions)()

    class Meta(ListingRow.Meta):
        fields = [*ListingRow.Meta.fields, "versions"]


class InstrumentOut(serializers.Serializer[Any]):
    official = serializers.CharField()
    number = serializers.CharField()
    dated = serializers.DateField(allow_null=True)
    reported_on = serializers.DateField(allow_null=True)


class PartOut(serializers.Serializer[Any]):
    program = serializers.CharField(allow_null=True, help_text="Null: the record does not name it.")
    purpose = serializers.CharField()
    limit = serializers.CharField()


class ReliefRow(RecordOut):
    listing = serializers.CharField(source="listing_id")
    parts = PartOut(many=True)
    until = serializers.DateField(source="when.until")
    instrument = InstrumentOut(source="*")
    determination = serializers.CharField(source="cause_id", allow_null=True)
    actions = Actions(RELIEF_ACTS)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(source="when.from")}


RELIEF = [
    "id", "country", "fiscal_year", "listing", "extent", "parts", "until", "instrument", "certified_on",
    "justification", "confidence", "ended", "imported", "recorded_by", "determination", *STAMPS, "actions",
]  # fmt: skip


class WaiverRow(ReliefRow):
    class Meta:
        model = Waiver
        fields = RELIEF


class WaiverOut(WaiverRow):
    versions = extend_schema_field(VersionOut(many=True))(Versions)()

    class Meta(WaiverRow.Meta):
        fields = [*RELIEF, "versions"]


class ReinstatementRow(ReliefRow):
    class Meta:
        model = Reinstatement
        fields = RELIEF


class ReinstatementOut(ReinstatementRow):
    versions = extend_schema_field(VersionOut(many=True))(Versions)()

    class Meta(ReinstatementRow.Meta):
        fields = [*RELIEF, "versions"]


class DeterminationIs(serializers.Serializer[Determination]):
    id = serializers.CharField(source="pk")
    kind = serializers.CharField()
    state = serializers.CharField()
    digest = serializers.CharField()


class Recommended(DeterminationOut):
    """The determination that was written; what it records stands once another person has signed."""

    determination = DeterminationIs(source="*")

    class Meta(DeterminationOut.Meta):
        fields = [*DeterminationOut.Meta.fields, "determination"]


# --- action plans ---


class EvidenceOut(serializers.ModelSerializer[Evidence]):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Evidence
        fields = ["text", "citation", "done_on", "by", "at"]


class VerdictOut(serializers.ModelSerializer[Verdict]):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Verdict
        fields = ["verified", "reason", "by", "at"]


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    id = serializers.CharField(read_only=True)
    plan = serializers.CharField(source="plan_id")
    evidence = EvidenceOut(many=True)
    verdicts = VerdictOut(many=True)
    verified_by = serializers.SerializerMethodField()
    recorded_by = serializers.CharField(source="recorded_by.username")
    actions = Actions(MILESTONE_ACTS)

    class Meta:
        model = Milestone
        fields = [
            "id", "plan", "number", "title", "due", "state", "done_on", "evidence", "verdicts", "verified_by",
            "recorded_by", *STAMPS, "actions",
        ]  # fmt: skip

    def get_verified_by(self, milestone: Milestone) -> str | None:
        last = max(milestone.verdicts.all(), key=lambda each: each.at, default=None)
        return last.by.username if last and last.verified and milestone.state == "verified" else None


class PlanOut(RecordOut):
    milestones = MilestoneOut(many=True)
    actions = Actions(PLAN_ACTS)

    class Meta:
        model = ActionPlan
        fields = [
            "id", "country", "title", "agreed_with", "agreed_on", "citation", "milestones", "recorded_by",
            *STAMPS, "actions",
        ]  # fmt: skip


# --- the gate ---


class RecordRef(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="listing, waiver, reinstatement, list-year or coverage")
    id = serializers.CharField()


class ReasonOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    record = RecordRef(allow_null=True)
    citation = serializers.CharField()


class OfYearOut(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    state = serializers.CharField()


class GateOut(serializers.Serializer[Any]):
    country = serializers.CharField()
    fiscal_year = serializers.IntegerField(
        help_text="The one whose answer stands: the worst that is touched."
    )
    state = serializers.CharField()
    conditions = serializers.ListField(child=serializers.CharField())
    reasons = ReasonOut(many=True)
    years = OfYearOut(many=True)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """`{state, conditions, reasons, years}`, as calls answer it and cases keep it."""
    return {
        "state": answer.state,
        "conditions": list(answer.conditions),
        "reasons": [reason_as_json(each) for each in answer.reasons],
        "years": [{"fiscal_year": each.fiscal_year, "state": each.state} for each in answer.years],
    }


def reason_as_json(reason: Reason) -> dict[str, Any]:
    record = {"kind": reason.record[0], "id": reason.record[1]} if reason.record else None
    return {"text": reason.text, "record": record, "citation": reason.citation}


class CellOut(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    state = serializers.CharField()
    words = serializers.CharField(help_text="The same for people: waived in part, then in full.")
    records = RecordRef(many=True)


class RowOut(serializers.Serializer[Any]):
    country = serializers.CharField()
    cells = CellOut(many=True)


class GridOut(serializers.Serializer[Any]):
    years = serializers.ListField(child=serializers.IntegerField())
    rows = RowOut(many=True)
