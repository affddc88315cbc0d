"""Milestones: reported by one person, verified or sent back by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cspa.actions import plans
from cspa.acts.parts import citation_field
from cspa.rules import who
from cspa.rules.years import not_yet
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import Day, Text
from foundation.doors.serializers import StrictSerializer
from foundation.refused import Problem
from foundation.signing.acts import ReasonBody


class ReportBody(StrictSerializer):
    text = Text(multiline=True, label="Evidence")
    citation = citation_field()
    done_on = Day(label="Done on")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_yet(found, "done_on")


MILESTONE_ACTS = Acts(
    Act("report", who.check_can_report, plans.report, "milestone", ReportBody, label="Report as reached"),
    Act("verify", who.check_can_verify, plans.verify, "milestone", ReasonBody, label="Verify"),
    Act("reject", who.check_can_verify, plans.reject, "milestone", ReasonBody, label="Send back"),
)
