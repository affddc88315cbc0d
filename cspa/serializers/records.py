"""List years, listings, waivers and reinstatements as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cspa.actions.words import kind_of
from cspa.acts.records import LISTING_ACTS, RELIEF_ACTS, YEAR_ACTS
from cspa.models import Kept, Listing, ListYear, Reinstatement, Waiver
from foundation.doors.shown import Actions

STAMPS = ["version", "created_at", "updated_at"]


class RecordVersionOut(serializers.ModelSerializer[Kept]):
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
        return RecordVersionOut(versions_of(thing), many=True).data


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


class CspaRecordOut(serializers.ModelSerializer[Any]):
    id = serializers.CharField(read_only=True)
    country = serializers.CharField(source="country_id")
    recorded_by = serializers.CharField(source="recorded_by.username", default=None, allow_null=True)


class ListingRow(CspaRecordOut):
    list_year = serializers.IntegerField(source="list_year_id")
    actions = Actions(LISTING_ACTS)

    class Meta:
        model = Listing
        fields = [
            "id", "country", "list_year", "fiscal_year", "account", "forces", "finding", "citation",
            "confidence", "ended", "imported", "recorded_by", *STAMPS, "actions",
        ]  # fmt: skip


class ListingOut(ListingRow):
    versions = extend_schema_field(RecordVersionOut(many=True))(Versions)()

    class Meta(ListingRow.Meta):
        fields = [*ListingRow.Meta.fields, "versions"]


class InstrumentOut(serializers.Serializer[Any]):
    official = serializers.CharField()
    number = serializers.CharField()
    dated = serializers.DateField(allow_null=True)
    reported_on = serializers.DateField(allow_null=True)


class ReliefPartOut(serializers.Serializer[Any]):
    program = serializers.CharField(allow_null=True, help_text="Null: the record does not name it.")
    purpose = serializers.CharField()
    limit = serializers.CharField()


class ReliefRow(CspaRecordOut):
    listing = serializers.CharField(source="listing_id")
    parts = ReliefPartOut(many=True)
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
    versions = extend_schema_field(RecordVersionOut(many=True))(Versions)()

    class Meta(WaiverRow.Meta):
        fields = [*RELIEF, "versions"]


class ReinstatementRow(ReliefRow):
    class Meta:
        model = Reinstatement
        fields = RELIEF


class ReinstatementOut(ReinstatementRow):
    versions = extend_schema_field(RecordVersionOut(many=True))(Versions)()

    class Meta(ReinstatementRow.Meta):
        fields = [*RELIEF, "versions"]
