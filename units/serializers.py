"""Dated claims as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.accounts.models import User
from foundation.doors.serializers import When
from foundation.sources.citing import citations_of
from foundation.sources.models import Citation
from units.claims import kind_of
from units.models import CommandLink, LineageEvent, Posting, Unit

CLAIMED = ["when", "citations", "version", "superseded_by", "recorded_by", "created_at", "updated_at"]


class ClaimList(serializers.ListSerializer[Any]):
    """What all the claims of a list rest on is read in one go."""

    def to_representation(self, data: Any) -> Any:
        claims = list(data)
        for claim, cited in cited_by(claims, self.context["request"].user).items():
            claim.cited = cited
        return super().to_representation(claims)


class ClaimOut(serializers.ModelSerializer[Any]):
    id = serializers.CharField(read_only=True)
    when = serializers.SerializerMethodField()
    citations = serializers.SerializerMethodField(help_text="Those within reach, by their ids.")
    superseded_by = serializers.CharField(source="superseded_by_id", allow_null=True)
    recorded_by = serializers.CharField(source="recorded_by.username", default=None, allow_null=True)

    class Meta:
        list_serializer_class = ClaimList

    @extend_schema_field(When)
    def get_when(self, claim: Any) -> Any:
        return claim.when

    def get_citations(self, claim: Any) -> list[str]:
        if not hasattr(claim, "cited"):
            claim.cited = cited_by([claim], self.context["request"].user)[claim]
        return [str(each.pk) for each in claim.cited]


def cited_by(claims: list[Any], user: User) -> dict[Any, list[Citation]]:
    """What each of these claims, all of one kind, rests on: the citations that this person reads."""
    if not claims:
        return {}
    found = citations_of(kind_of(claims[0]), [claim.pk for claim in claims])
    ids = {citation.pk for cited in found.values() for citation in cited}
    seen = (
        set(Citation.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else set()
    )
    return {claim: [each for each in found[claim.pk] if each.pk in seen] for claim in claims}


class LinkOut(ClaimOut):
    child = serializers.CharField(source="child_id")
    parent = serializers.CharField(source="parent_id")  # type: ignore[assignment]

    class Meta(ClaimOut.Meta):
        model = CommandLink
        fields = ["id", "child", "parent", "kind", *CLAIMED]


class PostingOut(ClaimOut):
    individual = serializers.CharField(source="individual_id")
    unit = serializers.CharField(source="unit_id")

    class Meta(ClaimOut.Meta):
        model = Posting
        fields = ["id", "individual", "unit", "role", "rank", "title", *CLAIMED]


class Units(serializers.ListField):
    """Ids of units."""

    child = serializers.CharField()

    def to_representation(self, units: list[Unit]) -> list[str]:
        return [str(unit.pk) for unit in units]


class LineageOut(ClaimOut):
    """`from`: the units before; `to`: the units after."""

    class Meta(ClaimOut.Meta):
        model = LineageEvent
        fields = ["id", "kind", *CLAIMED]

    def get_fields(self) -> dict[str, Any]:  # `from` cannot be written as a field of a class
        return {**super().get_fields(), "from": Units(source="before"), "to": Units(source="after")}


@extend_schema_field({"type": ["string", "object", "null"]})
class Shown(serializers.JSONField):
    """Text; of place_of_birth {city, state, country}; null where none is known."""


class UnmaskedOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    value = Shown(help_text=Shown.__doc__)
