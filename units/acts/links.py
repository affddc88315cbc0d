"""Recording and correcting command links and postings, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from foundation.accounts.models import User
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import ReachRelatedField, Text
from foundation.doors.serializers import StrictSerializer, When
from foundation.refused import Problem
from foundation.sources.citing import CitationsField
from units import actions, rules
from units.acts.subjects import WithReason, records_somewhere
from units.models import CommandLink, Individual, LinkKind, Posting, Unit
from units.serializers import LinkOut, PostingOut


class LinkBody(StrictSerializer):
    child = ReachRelatedField(Unit, label="Unit")
    parent = ReachRelatedField(Unit, label="Stood under")  # type: ignore[assignment]
    kind = serializers.ChoiceField(
        LinkKind.choices, required=False, default=LinkKind.COMMAND, label="Kind of link"
    )
    when = When(label="When")
    citations = CitationsField()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if found.get("child") and found.get("child") == found.get("parent"):
            yield Problem("own-parent", "Parent: a unit does not stand under itself.", "/parent")


class LinkChanges(StrictSerializer):
    parent = ReachRelatedField(Unit, required=False, label="Stood under")  # type: ignore[assignment]
    kind = serializers.ChoiceField(LinkKind.choices, required=False, label="Kind of link")
    when = When(required=False, label="When")
    citations = CitationsField()


class LinkCorrection(WithReason):
    changes = LinkChanges()


class PostingBody(StrictSerializer):
    individual = ReachRelatedField(Individual, label="Individual")
    unit = ReachRelatedField(Unit, label="Unit")
    role = Text(max_length=100, label="Role", help_text="“commander” marks a unit's commanders.")
    rank = Text(max_length=100, required=False, allow_blank=True, default="", label="Rank")
    title = Text(max_length=200, required=False, allow_blank=True, default="", label="Title")
    when = When(label="When")
    citations = CitationsField()


class PostingChanges(StrictSerializer):
    unit = ReachRelatedField(Unit, required=False, label="Unit")
    role = Text(max_length=100, required=False, label="Role")
    rank = Text(max_length=100, required=False, allow_blank=True, label="Rank")
    title = Text(max_length=200, required=False, allow_blank=True, label="Title")
    when = When(required=False, label="When")
    citations = CitationsField()


class PostingCorrection(WithReason):
    changes = PostingChanges()


def record_link(*, by: User, citations: Iterable[Any] = (), **said: Any) -> Any:
    return actions.link(claim=CommandLink(**dated(said)), citations=citations, by=by)


def record_posting(*, by: User, citations: Iterable[Any] = (), **said: Any) -> Any:
    return actions.link(claim=Posting(**dated(said)), citations=citations, by=by)


def correct_claim(*, claim: Any, changes: dict[str, Any], reason: str, by: User) -> Any:
    citations = changes.pop("citations", None)
    return actions.correct_claim(
        claim=claim, changes=dated(changes), citations=citations, reason=reason, by=by
    )


def dated(said: Mapping[str, Any]) -> dict[str, Any]:
    """`when` as its two columns."""
    fields = {name: value for name, value in said.items() if name != "when"}
    return {**fields, **said.get("when", {})}


RECORD_LINK = Act(
    "record", records_somewhere, record_link, body=LinkBody, answers=201, label="Record a command link"
)
RECORD_POSTING = Act(
    "record", records_somewhere, record_posting, body=PostingBody, answers=201, label="Record a posting"
)
LINK_ACTS = Acts(
    Act("correct", rules.check_can_correct_claim, correct_claim, "claim", LinkCorrection, answer=LinkOut)
)
POSTING_ACTS = Acts(
    Act(
        "correct", rules.check_can_correct_claim, correct_claim, "claim", PostingCorrection, answer=PostingOut
    )
)
