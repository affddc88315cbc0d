"""host-notifications/ and publications/: who was told of a restriction, and what the public may read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.shown import Actions
from foundation.doors.views import ActsMixin, ReachViewSet
from remediation.acts.informing import NOTIFICATION_ACTS, PUBLICATION_ACTS
from remediation.models import (
    HostNotification,
    NotificationEntry,
    NotificationState,
    Publication,
    PublicationState,
)
from remediation.permissions import PublicationPerm, RemediationPerm
from remediation.serializers import RestrictedOut
from vetting.api.parts import Username


class NotificationEntryOut(serializers.ModelSerializer[NotificationEntry]):
    by = Username("by")

    class Meta:
        model = NotificationEntry
        fields = ["act", "on", "to", "text", "note", "by", "at"]


class NotificationRow(serializers.ModelSerializer[HostNotification]):
    """Of what the withhold rests on it carries nothing: only what was written for the government."""

    id = serializers.CharField(read_only=True)
    restriction = serializers.CharField(source="restriction_id")
    determination = serializers.CharField(source="cause_id")
    subject = RestrictedOut(source="restriction.subject")
    law = serializers.CharField(source="restriction.law")
    country = serializers.CharField(source="country_id")
    owner = Username("owner", default=None, allow_null=True)
    due = serializers.DateField(source="due_on")

    class Meta:
        model = HostNotification
        fields = [
            "id", "restriction", "determination", "subject", "law", "country", "state", "owner", "due",
            "releasable_text", "delivered_on", "delivered_to", "acknowledged_on", "answered_on", "answer",
            "assistance_on", "created_at", "updated_at",
        ]  # fmt: skip


class NotificationOut(NotificationRow):
    history = serializers.SerializerMethodField()
    actions = Actions(NOTIFICATION_ACTS)

    class Meta(NotificationRow.Meta):
        fields = [*NotificationRow.Meta.fields, "history", "actions"]

    @extend_schema_field(NotificationEntryOut(many=True))
    def get_history(self, notification: HostNotification) -> Any:
        return NotificationEntryOut(notification.entries.select_related("by"), many=True).data


class NotificationFilter(FilterSet):
    restriction = UUIDFilter(field_name="restriction_id")
    state = ChoiceFilter(choices=NotificationState.choices)
    country = CharFilter(field_name="country_id")


class NotificationViewSet(Held, ActsMixin, ReachViewSet):
    model = HostNotification
    serializer_class = NotificationOut
    list_serializer_class = NotificationRow
    filterset_class = NotificationFilter
    acts = NOTIFICATION_ACTS
    held = {RemediationPerm.VIEW: AT_COUNTRIES}
    same_tag_same_answer = False  # what may be done follows from the reader's roles

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("restriction__subject", "country", "owner")


class PublicationOut(serializers.ModelSerializer[Publication]):
    id = serializers.CharField(read_only=True)
    restriction = serializers.CharField(source="restriction_id")
    subject = RestrictedOut(source="restriction.subject")
    law = serializers.CharField(source="restriction.law")
    country = serializers.CharField(source="country_id")
    owner = Username("owner", default=None, allow_null=True)
    due = serializers.DateField(source="due_on")
    published_by = Username("published_by", default=None, allow_null=True)
    exception = serializers.CharField(
        source="exception_id", allow_null=True, help_text="The determination that excepts it."
    )
    actions = Actions(PUBLICATION_ACTS)

    class Meta:
        model = Publication
        fields = [
            "id", "restriction", "subject", "law", "country", "state", "owner", "due", "published_on",
            "published_by", "exception", "reported_on", "created_at", "updated_at", "actions",
        ]  # fmt: skip


class PublicationFilter(FilterSet):
    restriction = UUIDFilter(field_name="restriction_id")
    state = ChoiceFilter(choices=PublicationState.choices)
    country = CharFilter(field_name="country_id")


class PublicationViewSet(Held, ActsMixin, ReachViewSet):
    model = Publication
    serializer_class = PublicationOut
    filterset_class = PublicationFilter
    acts = PUBLICATION_ACTS
    held = {PublicationPerm.VIEW: AT_COUNTRIES}
    same_tag_same_answer = False  # what may be done moves with the restriction

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset()
        return found.select_related("restriction__subject", "country", "owner", "published_by")


routes = [("host-notifications", NotificationViewSet), ("publications", PublicationViewSet)]
