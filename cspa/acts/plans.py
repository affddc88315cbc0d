"""Action plans: recorded, corrected, gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cspa.actions import plans
from cspa.acts.parts import citation_field, country_field
from cspa.rules import who
from cspa.rules.years import not_yet
from cspa.serializers.milestones import MilestoneOut
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import Day, Text
from foundation.doors.serializers import StrictSerializer
from foundation.refused import Problem


class MilestoneBody(StrictSerializer):
    title = Text(max_length=300, label="Milestone")
    due = Day(required=False, allow_null=True, default=None, label="Due")


class PlanChanges(StrictSerializer):
    title = Text(max_length=300, required=False, label="Title")
    agreed_with = Text(max_length=200, required=False, allow_blank=True, label="Agreed with")
    agreed_on = Day(required=False, allow_null=True, label="Agreed on")
    citation = citation_field(required=False)

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_yet(found, "agreed_on")


class PlanBody(PlanChanges):
    country = country_field()
    title = Text(max_length=300, label="Title")
    citation = citation_field()
    milestones = MilestoneBody(many=True, required=False, max_length=100, label="Milestones")  # type: ignore[call-arg]


class PlanCorrection(StrictSerializer):
    changes = PlanChanges()
    reason = Text(multiline=True, label="Reason")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if found.get("changes") == {}:
            yield Problem("nothing-changed", "Changes: name at least one field to correct.", "/changes")


RECORD_PLAN = Act(
    "record", who.check_can_record_somewhere, plans.record, body=PlanBody, answers=201,
    label="Record an action plan",
)  # fmt: skip


PLAN_ACTS = Acts(
    Act("correct", who.check_can_change_plan, plans.correct, "plan", PlanCorrection, label="Correct"),
    Act(
        "add-milestone",
        who.check_can_change_plan,
        plans.add_milestone,
        "plan",
        MilestoneBody,
        answers=201,
        answer=MilestoneOut,
        label="Add a milestone",
    ),
)
