"""What a section does with its checks, one or many, and what the coordinator may recommend of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import Bulk
from foundation.doors.serializers import ReachRelatedField, StrictSerializer, Text
from foundation.refused import Problem
from foundation.signing.acts import ReasonBody
from foundation.signing.serializers import DeterminationOut
from vetting.actions import checks
from vetting.models import FindingKind, Queue
from vetting.rules import checks as rules

FINDINGS = [
    (each.value, each.label)
    for each in (FindingKind.NOTHING_FOUND, FindingKind.DEROGATORY, FindingKind.UNABLE)
]
MOST_RESULTS = 1_000_000_000


class SearchBody(StrictSerializer):
    """One search that was made: where, for what, in which script, and how many results came back."""

    source = Text(max_length=200, label="Source")  # type: ignore[assignment]
    query = Text(label="Query")
    script = Text(max_length=40, required=False, allow_blank=True, default="", label="Script")
    results = serializers.IntegerField(min_value=0, max_value=MOST_RESULTS, label="Results")


class FindingBody(StrictSerializer):
    finding = serializers.ChoiceField(FINDINGS, label="Finding")
    note = Text(multiline=True, required=False, allow_blank=True, default="", label="Note")
    searches = SearchBody(  # type: ignore[call-arg]
        many=True, required=False, default=list, max_length=200, label="Searches made"
    )

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if found.get("finding") in (FindingKind.DEROGATORY, FindingKind.UNABLE) and found.get("note") == "":
            what = "what was found" if found["finding"] == FindingKind.DEROGATORY else "why"
            yield Problem("required", f"Note: say {what}; whoever decides will read it.", "/note")


class NextBody(StrictSerializer):
    queue = ReachRelatedField(Queue, required=False, allow_null=True, default=None, label="Queue")


CHECK_ACTS = Acts(
    Act("claim", rules.check_can_claim, checks.claim, "check", label="Claim"),
    Act("release", rules.check_can_release, checks.release, "check", label="Release"),
    Act(
        "complete",
        rules.check_can_complete,
        checks.complete,
        "check",
        FindingBody,
        label="Record the finding",
    ),
    Act(
        "recommend-skip",
        rules.check_can_skip,
        checks.recommend_skip,
        "check",
        ReasonBody,
        answers=201,
        answer=DeterminationOut,
        fresh=True,
        label="Recommend a skip",
    ),
)

NEXT = Act(
    "next",
    lambda user, nothing: rules.check_works_somewhere(user),
    checks.claim_next,
    body=NextBody,
    label="Claim the next",
)

COMPLETE_MANY = Bulk(CHECK_ACTS["complete"], fixed={"finding": FindingKind.NOTHING_FOUND.value})
