"""A determination as it is shown: `payload` is exactly what is signed, `digest` what a signer names."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.shown import Actions
from foundation.signing import kinds
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Cover, Determination


class AboutSubject(serializers.Serializer[Any]):
    kind = serializers.CharField(source="subject_kind")
    id = serializers.CharField(source="subject_id")
    label = serializers.CharField(source="subject_label")  # type: ignore[assignment]


class CoverOut(serializers.ModelSerializer[Cover]):
    id = serializers.CharField(source="ref")

    class Meta:
        model = Cover
        fields = ["kind", "id", "version"]


class FrozenOpinion(serializers.Serializer[Any]):
    view = serializers.CharField()
    note = serializers.CharField()
    by = serializers.CharField()
    at = serializers.CharField()


class DeterminationRow(serializers.ModelSerializer[Determination]):
    """A row of a list: without the text, what it rests on, and what this caller may do with it."""

    id = serializers.CharField(read_only=True)
    subject = AboutSubject(source="*")
    law = serializers.SerializerMethodField()
    recommended_by = serializers.CharField(source="recommended_by.username")
    decided_by = serializers.CharField(source="decided_by.username", default=None, allow_null=True)

    class Meta:
        model = Determination
        fields = [
            "id",
            "kind",
            "subject",
            "law",
            "digest",
            "state",
            "changed",
            "recommended_by",
            "recommended_at",
            "decided_by",
            "decided_at",
            "updated_at",
        ]

    def get_law(self, determination: Determination) -> str | None:
        return determination.law or None


class DeterminationOut(DeterminationRow):
    payload = serializers.SerializerMethodField()
    covers = CoverOut(many=True)
    opinions = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text="Why it was returned or withdrawn.")
    actions = Actions(DETERMINATION_ACTS)

    class Meta(DeterminationRow.Meta):
        fields = [*DeterminationRow.Meta.fields, "payload", "covers", "opinions", "reason", "actions"]

    def get_payload(self, determination: Determination) -> dict[str, Any] | None:
        """Null while something in it is sealed to this reader."""
        return None if self._is_sealed(determination) else determination.payload

    @extend_schema_field(FrozenOpinion(many=True))
    def get_opinions(self, determination: Determination) -> list[dict[str, Any]]:
        return [] if self._is_sealed(determination) else list(determination.payload.get("opinions", []))

    def _is_sealed(self, determination: Determination) -> bool:
        return kinds.of(determination).is_sealed(self.context["request"].user, determination)
