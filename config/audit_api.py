"""audit/events/: the record itself, for auditors. Here and not in audit, which knows of no doors."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django_filters import CharFilter
from rest_framework import serializers

from foundation.audit.models import Event
from foundation.audit.permissions import AuditPerm
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.views import ReachViewSet

CHAINS = ("individual", "unit", "nomination", "person")


class AuditEventOut(serializers.ModelSerializer[Event]):
    id = serializers.CharField(read_only=True)
    object = serializers.SerializerMethodField()
    details = serializers.DictField(help_text="Ids, codes and the actor's own reasons; never a name.")

    class Meta:
        model = Event
        fields = ["id", "at", "action", "actor", "object", "details", "chain", "seq", "prev", "hash"]

    def get_object(self, event: Event) -> dict[str, str] | None:
        return {"kind": event.object_kind, "id": event.object_id} if event.object_id else None


class EventFilter(FilterSet):
    object = CharFilter(
        method="about",
        label="The id of anything: its own events, and all in its chain (a person's: a username).",
    )
    action = CharFilter()
    actor = CharFilter()

    def about(self, events: QuerySet[Event], name: str, ref: str) -> QuerySet[Event]:
        kinds = [model._meta.label_lower for model in apps.get_models()]
        in_chain = Q(chain__in=[f"{kind}:{ref}" for kind in (*CHAINS, *kinds)])
        return events.filter(in_chain | Q(object_kind__in=kinds, object_id=ref))


class EventViewSet(Held, ReachViewSet):
    """In the order in which they were written."""

    model = Event
    serializer_class = AuditEventOut
    filterset_class = EventFilter
    held = {AuditPerm.VIEW: AT_COUNTRIES}
    created_field = ""  # by id: the order of writing
    updated_field = "at"

    def get_queryset(self) -> QuerySet[Any]:
        return Event.objects.visible_to(self.request.user)

    def etag(self, thing: Event) -> dict[str, str]:
        return {"ETag": f'"{thing.hash}"'}


routes = [("audit/events", EventViewSet)]
