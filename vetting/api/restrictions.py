"""restrictions/: who is barred, under which law, since when, and by which determination."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFilter, UUIDFilter
from rest_framework import serializers

from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.views import ReachViewSet
from foundation.sources.models import Law
from vetting.models import Restriction
from vetting.permissions import RestrictionPerm


class RestrictionOut(serializers.ModelSerializer[Restriction]):
    id = serializers.CharField(read_only=True)
    subject = serializers.CharField(source="subject_id")
    subject_kind = serializers.CharField(source="subject.kind")
    subject_name = serializers.CharField(source="subject.name")
    country = serializers.CharField(source="country_id")
    cause = serializers.CharField(
        source="cause_id", allow_null=True, help_text="The determination; null for published history."
    )
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Restriction
        fields = [
            "id", "subject", "subject_kind", "subject_name", "country", "law", "until", "cause", "citation",
            "includes_subunits", "updated_at", "actions",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(source="since")}

    def get_actions(self, restriction: Restriction) -> list[dict[str, Any]]:
        return []  # what lifts it belongs to remediation


class RestrictionFilter(FilterSet):
    subject = UUIDFilter(field_name="subject_id")
    law = ChoiceFilter(choices=Law.choices)
    on = DateFilter(method="in_force_on", label="Those in force on this day.")

    def in_force_on(self, restrictions: Any, name: str, day: dt.date) -> QuerySet[Restriction]:
        return restrictions.in_force(day)


class RestrictionViewSet(Held, ReachViewSet):
    model = Restriction
    serializer_class = RestrictionOut
    filterset_class = RestrictionFilter
    held = {RestrictionPerm.VIEW: AT_COUNTRIES}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("subject")


routes = [("restrictions", RestrictionViewSet)]
