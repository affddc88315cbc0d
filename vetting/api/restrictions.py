"""restrictions/: who is barred, under which law, since when, by which determination, and what it met."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.acts import Acts
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.views import ActsMixin, ReachViewSet
from foundation.sources.models import Law
from vetting.acts.restrictions import RECOMMEND_RESTRICTION
from vetting.models import Case, Met, Restriction
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
    lifted_by = serializers.CharField(
        source="lifted_by_id", allow_null=True, help_text="The lift that ended it."
    )
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Restriction
        fields = [
            "id", "subject", "subject_kind", "subject_name", "country", "law", "until", "cause", "citation",
            "includes_subunits", "lifted_by", "updated_at", "actions",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(source="since")}

    def get_actions(self, restriction: Restriction) -> list[dict[str, Any]]:
        return []  # what lifts it belongs to remediation


class MetOut(serializers.ModelSerializer[Met]):
    """A case that it ended, or whose clearance it ended, and the way it reached it."""

    case = serializers.CharField(source="case_id")
    reference = serializers.CharField(source="case.reference")
    status = serializers.CharField(source="case.status")

    class Meta:
        model = Met
        fields = ["case", "reference", "status", "through", "at"]


class RestrictionDetail(RestrictionOut):
    causes = serializers.SerializerMethodField()
    met = serializers.SerializerMethodField()

    class Meta(RestrictionOut.Meta):
        fields = [*RestrictionOut.Meta.fields, "causes", "met"]

    def get_causes(self, restriction: Restriction) -> list[str]:
        """Every determination that stands behind it, the first one first."""
        return [str(each.determination_id) for each in restriction.causes.all()]

    @extend_schema_field(MetOut(many=True))
    def get_met(self, restriction: Restriction) -> Any:
        """Of cases within the reader's reach."""
        seen = Case.objects.visible_to(self.context["request"].user)
        return MetOut(restriction.met.filter(case__in=seen).select_related("case"), many=True).data


class RestrictionFilter(FilterSet):
    subject = UUIDFilter(field_name="subject_id")
    law = ChoiceFilter(choices=Law.choices)
    on = DateFilter(method="in_force_on", label="Those in force on this day.")

    def in_force_on(self, restrictions: Any, name: str, day: dt.date) -> QuerySet[Restriction]:
        return restrictions.in_force(day)


class RestrictionViewSet(Held, ActsMixin, ReachViewSet):
    model = Restriction
    serializer_class = RestrictionDetail
    list_serializer_class = RestrictionOut
    filterset_class = RestrictionFilter
    list_acts = Acts(RECOMMEND_RESTRICTION)
    held = {RestrictionPerm.VIEW: AT_COUNTRIES}
    same_tag_same_answer = False  # shows the cases it met, which move by themselves

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("subject")
        return found if self.action == "list" else found.prefetch_related("causes")


routes = [("restrictions", RestrictionViewSet)]
