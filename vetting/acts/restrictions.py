"""Restricting without a case: a subject that nobody nominated, or another law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from evidence.models import Allegation
from foundation.doors.acts import Act
from foundation.doors.fields import ReachRelatedField
from foundation.doors.serializers import StrictSerializer, Text
from foundation.refused import Problem
from foundation.signing.serializers import DeterminationOut
from foundation.sources.models import Law
from units.models import Kind, Subject
from vetting.actions import restrict
from vetting.rules import restrictions as rules


class RestrictBody(StrictSerializer):
    subject = ReachRelatedField(Subject, label="Unit or person")
    law = serializers.ChoiceField(Law.choices, label="Under which law")
    allegations = ReachRelatedField(
        Allegation, many=True, label="On the credible information of these allegations"
    )
    basis = Text(multiline=True, label="Basis")
    includes_subunits = serializers.BooleanField(
        required=False, default=False, label="Its sub-units too, where the subject is a unit"
    )

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        subject = found.get("subject")
        if subject and subject.kind != Kind.UNIT and found.get("includes_subunits"):
            yield Problem("no-sub-units", "A person has no sub-units: leave this out.", "/includes_subunits")


RECOMMEND_RESTRICTION = Act(
    "recommend",
    rules.check_can_recommend_somewhere,
    restrict.recommend,
    body=RestrictBody,
    answers=201,
    answer=DeterminationOut,
    fresh=True,
    label="Recommend a restriction",
)
