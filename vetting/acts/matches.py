"""The verdict on a possible match, and what it means for the nominee's cases."""

from __future__ import annotations

from rest_framework import serializers

from foundation.doors.acts import Act, Acts
from foundation.doors.serializers import StrictSerializer, Text
from screening import rules
from screening.models import Answer
from vetting.actions import matches


class VerdictBody(StrictSerializer):
    verdict = serializers.ChoiceField(Answer.choices, label="Verdict")
    reason = Text(multiline=True, label="Reason")


MATCH_ACTS = Acts(
    Act(
        "verdict",
        rules.check_can_judge,
        matches.judge,
        "match",
        VerdictBody,
        reads=True,  # the cases are locked before the match
        label="Judge this match",
    ),
)
