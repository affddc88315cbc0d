"""What may be done to a step."""

from __future__ import annotations

from rest_framework import serializers

from foundation.doors.acts import Act, Acts
from foundation.doors.serializers import StrictSerializer, Text
from foundation.signing.acts import ReasonBody
from foundation.sources.citing import CitationsField
from remediation.actions import steps
from remediation.rules import steps as step_rules


class CompleteBody(StrictSerializer):
    outcome = Text(multiline=True, label="What came of it")
    impartial = serializers.BooleanField(required=False, label="It was impartial")
    impartial_reasons = Text(
        multiline=True, required=False, allow_blank=True, default="", label="Why it was, or was not"
    )
    sentence = Text(
        multiline=True, required=False, allow_blank=True, default="", label="Sentence or sanction"
    )
    proportionality = Text(
        multiline=True, required=False, allow_blank=True, default="", label="Why it is proportionate"
    )
    citations = CitationsField()


STEP_ACTS = Acts(
    Act("complete", step_rules.check_can_complete, steps.complete, "step", CompleteBody, label="Complete"),
    Act("verify", step_rules.check_can_verify, steps.verify, "step", ReasonBody, label="Verify"),
    Act("reject", step_rules.check_can_reject, steps.reject, "step", ReasonBody, label="Reject"),
    Act("lapse", step_rules.check_can_lapse, steps.lapse, "step", ReasonBody, label="Say that it has lapsed"),
)
