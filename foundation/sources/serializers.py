"""Sources, documents and citations as they are shown: what is protected is null to who may not read it, and
named in `masked`."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.shown import Actions
from foundation.sources import protection
from foundation.sources.acts import CITATION_ACTS, CONFLICT_ACTS, DOCUMENT_ACTS, SOURCE_ACTS
from foundation.sources.models import Citation, Compartment, Conflict, Document, Source

COMMON = ["version", "recorded_by", "created_at", "updated_at"]


class ProtectedOut(serializers.ModelSerializer[Any]):
    """`PROTECTED`: fields that `reads(user, thing)` opens."""

    PROTECTED: ClassVar[tuple[str, ...]] = ()

    id = serializers.CharField(read_only=True)
    recorded_by = serializers.CharField(source="recorded_by.username", default=None, allow_null=True)
    masked = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Fields that hold something which is not for this caller; they are null here.",
    )

    def reads(self, thing: Any) -> bool:
        raise NotImplementedError

    def to_representation(self, thing: Any) -> dict[str, Any]:
        thing.masked = []
        shown = super().to_representation(thing)
        if not self.reads(thing):
            shown["masked"] = [name for name in self.PROTECTED if shown.get(name) not in (None, "", [])]
            shown |= dict.fromkeys(self.PROTECTED)
        return shown


@extend_schema_field({"type": ["string", "null"]})
class CompartmentOut(serializers.Field[Any, Any, Any, Any]):
    """The compartment's id; "sealed" to who does not read it."""

    SEALED = "sealed"

    def to_representation(self, compartment: Any) -> str:
        user = self.context["request"].user
        may = protection.may_read(user, country=None, compartment=compartment)
        return str(compartment) if may else self.SEALED


class SourceOut(ProtectedOut):
    PROTECTED = ("name", "agenda")

    country = serializers.CharField(source="country_id", allow_null=True)
    compartment = CompartmentOut(source="compartment_id", read_only=True)
    name = serializers.CharField(allow_null=True)
    agenda = serializers.CharField(allow_null=True)
    actions = Actions(SOURCE_ACTS)

    class Meta:
        model = Source
        fields = [
            "id", "name", "kind", "reliability", "agenda", "country", "compartment", "masked", *COMMON,
            "actions",
        ]  # fmt: skip

    def reads(self, source: Source) -> bool:
        return protection.reads_source(self.context["request"].user, source)


class HeldOut(serializers.Serializer[Any]):
    holder = serializers.CharField()
    reference = serializers.CharField()


class DocumentOut(ProtectedOut):
    PROTECTED = ("title", "url", "archived_url", "held_elsewhere", "filename")

    source = serializers.CharField(source="source_id")  # type: ignore[assignment]
    title = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    archived_url = serializers.CharField(allow_null=True)
    filename = serializers.CharField(allow_null=True)
    held_elsewhere = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()
    media_type = serializers.SerializerMethodField()
    compartment = CompartmentOut(source="compartment_id", read_only=True)
    actions = Actions(DOCUMENT_ACTS)

    class Meta:
        model = Document
        fields = [
            "id", "source", "kind", "title", "url", "archived_url", "held_elsewhere", "filename",
            "published_on", "accessed_on", "compartment", "sha256", "size", "media_type", "masked", *COMMON,
            "actions",
        ]  # fmt: skip

    def reads(self, document: Document) -> bool:
        return protection.reads_document(self.context["request"].user, document)

    @extend_schema_field(HeldOut(allow_null=True))
    def get_held_elsewhere(self, document: Document) -> dict[str, str] | None:
        return {"holder": document.holder, "reference": document.reference} if document.holder else None

    def get_sha256(self, document: Document) -> str | None:
        return document.sha256 or None

    def get_media_type(self, document: Document) -> str | None:
        return document.media_type or None


class CitationOut(ProtectedOut):
    PROTECTED = ("place", "quote")

    document = serializers.CharField(source="document_id")
    source = serializers.CharField(source="document.source_id")  # type: ignore[assignment]
    place = serializers.CharField(allow_null=True)
    quote = serializers.CharField(allow_null=True)
    actions = Actions(CITATION_ACTS)

    class Meta:
        model = Citation
        fields = ["id", "document", "source", "place", "quote", "masked", *COMMON, "actions"]

    def reads(self, citation: Citation) -> bool:
        return protection.reads_citation(self.context["request"].user, citation)


class CompartmentRow(serializers.ModelSerializer[Compartment]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Compartment
        fields = ["id", "name", "created_at", "updated_at"]


class SupportOut(serializers.Serializer[Any]):
    """A claim that rests on a citation: from `version` of it on, and before `until_version`."""

    kind = serializers.CharField()
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    version = serializers.IntegerField()
    until_version = serializers.IntegerField(allow_null=True)
    citation = serializers.CharField()


class SupportsOut(serializers.Serializer[Any]):
    results = SupportOut(many=True)


class VersionOut(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    content = serializers.DictField(help_text="Its fields as written; null where protected from this caller.")
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class VersionsOut(serializers.Serializer[Any]):
    results = VersionOut(many=True)


class ReadersOut(serializers.Serializer[Any]):
    """Who would see it."""

    people = serializers.ListField(child=serializers.CharField(), help_text="Usernames.")


class ConflictOut(serializers.ModelSerializer[Conflict]):
    """Two claims that cannot both be so; `accepted` is null while nobody settled it, and where both stand."""

    id = serializers.CharField(read_only=True)
    claims = serializers.SerializerMethodField()
    by = serializers.CharField(source="by.username")
    settled_by = serializers.CharField(source="settled_by.username", default=None, allow_null=True)
    updated_at = serializers.DateTimeField(read_only=True)
    actions = Actions(CONFLICT_ACTS)

    class Meta:
        model = Conflict
        fields = [
            "id", "kind", "claims", "reason", "by", "at", "accepted", "settled_reason", "settled_by",
            "settled_at", "version", "updated_at", "actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_claims(self, conflict: Conflict) -> list[str]:
        return [str(conflict.one), str(conflict.other)]
