"""Action plans as they are shown."""

from __future__ import annotations

from cspa.acts.plans import PLAN_ACTS
from cspa.models import ActionPlan
from cspa.serializers.milestones import MilestoneOut
from cspa.serializers.records import STAMPS, CspaRecordOut
from foundation.doors.shown import Actions


class ActionPlanOut(CspaRecordOut):
    milestones = MilestoneOut(many=True)
    actions = Actions(PLAN_ACTS)

    class Meta:
        model = ActionPlan
        fields = [
            "id", "country", "title", "agreed_with", "agreed_on", "citation", "milestones", "recorded_by",
            *STAMPS, "actions",
        ]  # fmt: skip
