"""A plan's milestones as they are shown, with what shows each and what was made of it."""

from __future__ import annotations

from rest_framework import serializers

from cspa.acts.milestones import MILESTONE_ACTS
from cspa.models import Evidence, Milestone, Verdict
from foundation.doors.shown import Actions


class MilestoneEvidenceOut(serializers.ModelSerializer[Evidence]):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Evidence
        fields = ["text", "citation", "done_on", "by", "at"]


class MilestoneVerdictOut(serializers.ModelSerializer[Verdict]):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Verdict
        fields = ["verified", "reason", "by", "at"]


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    id = serializers.CharField(read_only=True)
    plan = serializers.CharField(source="plan_id")
    evidence = MilestoneEvidenceOut(many=True)
    verdicts = MilestoneVerdictOut(many=True)
    verified_by = serializers.SerializerMethodField()
    recorded_by = serializers.CharField(source="recorded_by.username")
    actions = Actions(MILESTONE_ACTS)

    class Meta:
        model = Milestone
        fields = [
            "id", "plan", "number", "title", "due", "state", "done_on", "evidence", "verdicts", "verified_by",
            "recorded_by", "version",
            "created_at", "updated_at", "actions",
        ]  # fmt: skip

    def get_verified_by(self, milestone: Milestone) -> str | None:
        last = max(milestone.verdicts.all(), key=lambda each: each.at, default=None)
        return last.by.username if last and last.verified and milestone.state == "verified" else None
