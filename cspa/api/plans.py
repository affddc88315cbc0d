"""cspa/action-plans/, milestones/: what a government undertook, and what shows that it was done."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import CharFilter, ChoiceFilter, UUIDFilter

from cspa.acts.milestones import MILESTONE_ACTS
from cspa.acts.plans import PLAN_ACTS, RECORD_PLAN
from cspa.api.records import HELD
from cspa.models import ActionPlan, Evidence, Milestone, MilestoneState, Verdict
from cspa.serializers.milestones import MilestoneOut
from cspa.serializers.plans import ActionPlanOut
from foundation.doors.filters import FilterSet
from foundation.doors.held import Held
from foundation.doors.views import ActsMixin, CreateMixin, ReachViewSet


def milestones_read(milestones: QuerySet[Milestone]) -> QuerySet[Milestone]:
    return milestones.select_related("plan__country", "recorded_by").prefetch_related(
        Prefetch("evidence", Evidence.objects.select_related("by")),
        Prefetch("verdicts", Verdict.objects.select_related("by")),
    )


class PlanFilter(FilterSet):
    country = CharFilter(field_name="country_id")


class PlanViewSet(Held, CreateMixin, ReachViewSet):
    model = ActionPlan
    serializer_class = ActionPlanOut
    filterset_class = PlanFilter
    held = HELD
    creates = RECORD_PLAN
    acts = PLAN_ACTS
    same_tag_same_answer = False  # shows its milestones, which move on their own

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("country", "recorded_by")
        return found.prefetch_related(Prefetch("milestones", milestones_read(Milestone.objects.all())))


class MilestoneFilter(FilterSet):
    plan = UUIDFilter(field_name="plan_id")
    state = ChoiceFilter(choices=MilestoneState.choices)


class MilestoneViewSet(Held, ActsMixin, ReachViewSet):
    model = Milestone
    serializer_class = MilestoneOut
    filterset_class = MilestoneFilter
    held = HELD
    acts = MILESTONE_ACTS

    def get_queryset(self) -> QuerySet[Any]:
        return milestones_read(super().get_queryset())


routes = [("cspa/action-plans", PlanViewSet), ("cspa/milestones", MilestoneViewSet)]
