"""Recording and correcting how units became other units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from foundation.accounts.models import User
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import ReachRelatedField
from foundation.doors.serializers import StrictSerializer, When
from foundation.refused import Problem
from foundation.sources.citing import CitationsField
from units import actions, rules
from units.acts.links import dated
from units.acts.subjects import WithReason, records_somewhere
from units.models import LineageEvent, LineageKind, Unit
from units.serializers import LineageOut


class LineageBody(StrictSerializer):
    """`from`: the units before; `to`: the units after, none where the unit was disbanded."""

    kind = serializers.ChoiceField(LineageKind.choices, label="What happened")
    when = When(label="When")
    citations = CitationsField()

    def get_fields(self) -> dict[str, Any]:
        return {
            **super().get_fields(),
            "from": ReachRelatedField(Unit, many=True, required=True, label="Units before"),
            "to": ReachRelatedField(Unit, many=True, required=False, default=list, label="Units after"),
        }

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if not self.unread and found.keys() >= {"kind", "from", "to"}:
            yield from rules.misshapen(found["kind"], found["from"], found["to"])


class LineageChanges(StrictSerializer):
    kind = serializers.ChoiceField(LineageKind.choices, required=False, label="What happened")
    when = When(required=False, label="When")
    citations = CitationsField()

    def get_fields(self) -> dict[str, Any]:
        return {
            **super().get_fields(),
            "from": ReachRelatedField(Unit, many=True, required=False, label="Units before"),
            "to": ReachRelatedField(Unit, many=True, required=False, label="Units after"),
        }


class LineageCorrection(WithReason):
    changes = LineageChanges()


def record_lineage(*, by: User, citations: Iterable[Any] = (), **said: Any) -> LineageEvent:
    before, after = said.pop("from"), said.pop("to")
    event = LineageEvent(**dated(said))
    return actions.record_lineage(event=event, before=before, after=after, citations=citations, by=by)


def correct_lineage(*, claim: LineageEvent, changes: dict[str, Any], reason: str, by: User) -> LineageEvent:
    before, after = changes.pop("from", None), changes.pop("to", None)
    citations = changes.pop("citations", None)
    return actions.correct_lineage(
        event=claim,
        changes=dated(changes),
        before=before,
        after=after,
        citations=citations,
        reason=reason,
        by=by,
    )


RECORD_LINEAGE = Act(
    "record", records_somewhere, record_lineage, body=LineageBody, answers=201, label="Record a lineage event"
)
LINEAGE_ACTS = Acts(
    Act(
        "correct",
        rules.check_can_correct_claim,
        correct_lineage,
        "claim",
        LineageCorrection,
        answer=LineageOut,
    )
)
