"""Dated claims as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.serializers import When
from units.models import CommandLink, Posting

CLAIMED = ["when", "citations", "version", "superseded_by", "recorded_by", "created_at", "updated_at"]


class ClaimOut(serializers.ModelSerializer[Any]):
    id = serializers.CharField(read_only=True)
    when = serializers.SerializerMethodField()
    citations = serializers.SerializerMethodField()
    superseded_by = serializers.CharField(source="superseded_by_id", allow_null=True)
    recorded_by = serializers.CharField(source="recorded_by.username", default=None, allow_null=True)

    @extend_schema_field(When)
    def get_when(self, claim: Any) -> Any:
        return claim.when

    def get_citations(self, claim: Any) -> list[str]:
        return []  # there are none yet


class LinkOut(ClaimOut):
    child = serializers.CharField(source="child_id")
    parent = serializers.CharField(source="parent_id")  # type: ignore[assignment]

    class Meta:
        model = CommandLink
        fields = ["id", "child", "parent", "kind", *CLAIMED]


class PostingOut(ClaimOut):
    individual = serializers.CharField(source="individual_id")
    unit = serializers.CharField(source="unit_id")

    class Meta:
        model = Posting
        fields = ["id", "individual", "unit", "role", "rank", "title", *CLAIMED]


@extend_schema_field({"type": ["string", "object", "null"]})
class Shown(serializers.JSONField):
    """Text; of place_of_birth {city, state, country}; null where none is known."""


class UnmaskedOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    value = Shown(help_text=Shown.__doc__)
