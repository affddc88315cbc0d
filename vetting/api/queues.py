"""queues/ and routing-rules/: where work waits, and by which rules it comes there."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from foundation.accounts import reach
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.views import ReachViewSet
from vetting.models import PlanStep, Queue, ReviewPlan, RoutingRule
from vetting.permissions import CasePerm, QueuePerm

RIGHTS = {"see": QueuePerm.SEE, "work": QueuePerm.WORK}
ANY_QUEUE = {QueuePerm.SEE: (Queue,), QueuePerm.WORK: (Queue,)}


class QueueOut(serializers.ModelSerializer[Queue]):
    id = serializers.CharField(read_only=True)
    country = serializers.CharField(source="country_id", allow_null=True)
    post = serializers.CharField(source="post.name", default=None, allow_null=True)
    rights = serializers.SerializerMethodField()

    class Meta:
        model = Queue
        fields = ["id", "name", "check_type", "country", "post", "rights"]

    def get_rights(self, queue: Queue) -> list[str]:
        user = self.context["request"].user
        return [right for right, perm in RIGHTS.items() if reach.holds(user, perm, [queue])]


class QueueViewSet(Held, ReachViewSet):
    model = Queue
    serializer_class = QueueOut
    held = ANY_QUEUE

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("post")

    def etag(self, thing: Queue) -> dict[str, str]:
        """Of what is shown: a queue is configuration, and has no versions."""
        shown = QueueOut(thing, context=self.get_serializer_context()).data
        return {"ETag": f'"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]}"'}


class PlanStepOut(serializers.ModelSerializer[PlanStep]):
    class Meta:
        model = PlanStep
        fields = ["stage", "check_type", "days"]


class PlanOut(serializers.ModelSerializer[ReviewPlan]):
    steps = PlanStepOut(many=True)

    class Meta:
        model = ReviewPlan
        fields = ["name", "kind", "steps"]


class RoutingRuleOut(serializers.ModelSerializer[RoutingRule]):
    id = serializers.CharField(read_only=True)
    rule = serializers.CharField(help_text="The same for all versions of a rule; movements name it.")
    plan = PlanOut()

    class Meta:
        model = RoutingRule
        fields = [
            "id", "rule", "version", "name", "order", "kinds", "countries", "programs", "plan", "created_at",
            "superseded_at",
        ]  # fmt: skip


class RoutingRuleViewSet(Held, ReachViewSet):
    """Every version, those superseded included: an old movement names an old rule."""

    model = RoutingRule
    serializer_class = RoutingRuleOut
    held = {CasePerm.VIEW: AT_COUNTRIES, **ANY_QUEUE}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("plan").prefetch_related("plan__steps")

    def etag(self, thing: RoutingRule) -> dict[str, str]:
        return {"ETag": f'"{thing.version}{"-superseded" if thing.superseded_at else ""}"'}


routes = [("queues", QueueViewSet), ("routing-rules", RoutingRuleViewSet)]
