"""What staff do to a case: each act with its check, its body and the words on its button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from evidence.models import Allegation, DerogatoryNote
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import Bulk
from foundation.doors.serializers import ReachRelatedField, StrictSerializer, Text
from foundation.refused import Problem
from foundation.signing.acts import ReasonBody
from foundation.signing.serializers import DeterminationOut
from vetting.actions import cases, decide
from vetting.intake.candidates import CANDIDATE_FIELDS
from vetting.intake.units import UNIT_FIELDS
from vetting.models import View
from vetting.rules import cases as rules

ASKABLE = (
    *(name for name in CANDIDATE_FIELDS if name not in ("kind", "role", "unknown")),
    *(f"unit.{name}" for name in UNIT_FIELDS if name != "id"),
)
CANCEL_REASONS = {
    "data-incomplete": "The data owed never came",
    "event-cancelled": "The event is cancelled",
    "lapsed": "Lapsed",
    "withdrawn": "Withdrawn",
    "duplicate": "Duplicate of another case",
}
GROUNDS = {
    "gvhr": "Gross violation of human rights",
    "non-hr": "Not a human-rights matter (corruption, narcotics, crime, security)",
}


class AskedFields(serializers.ListField):
    """Names of a candidate's fields: `date_of_birth`, `unit.commander`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("child", serializers.ChoiceField(ASKABLE))
        super().__init__(required=False, default=list, max_length=len(ASKABLE), **options)


class ReturnBody(StrictSerializer):
    fields = AskedFields(label="Fields owed")  # type: ignore[assignment]
    note = Text(multiline=True, label="What the nominator must give")


class AskBody(StrictSerializer):
    question = Text(multiline=True, label="Question to the nominator")
    fields = AskedFields(label="About these fields")  # type: ignore[assignment]


class BasisBody(StrictSerializer):
    basis = Text(multiline=True, label="Basis")


class ConditionBody(StrictSerializer):
    """A condition as the gate words it, and how the event keeps to it."""

    condition = Text(multiline=True, label="Condition")
    answer = Text(multiline=True, label="How the event keeps to it")


class ClearBody(BasisBody):
    conditions = ConditionBody(many=True, required=False, max_length=50, label="Conditions")  # type: ignore[call-arg]


class WithholdBody(StrictSerializer):
    grounds = serializers.ChoiceField(list(GROUNDS.items()), label="Grounds")
    basis = Text(multiline=True, label="Basis")
    allegations = ReachRelatedField(
        Allegation,
        many=True,
        required=False,
        default=list,
        label="Allegations",
        help_text="Credible, with every factor and element answered; one of them against the subject.",
    )
    notes = ReachRelatedField(
        DerogatoryNote, many=True, required=False, default=list, label="Derogatory notes"
    )
    includes_subunits = serializers.BooleanField(
        required=False, default=False, label="Its sub-units too, where the subject is a unit"
    )


class OpinionBody(StrictSerializer):
    view = serializers.ChoiceField(View.choices, label="View")
    note = Text(multiline=True, required=False, allow_blank=True, default="", label="Note")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if found.get("view") == View.OBJECT and found.get("note") == "":
            yield Problem("required", "Note: say what you object to; the approver will read it.", "/note")


class CancelBody(StrictSerializer):
    reason = serializers.ChoiceField(list(CANCEL_REASONS.items()), label="Reason")
    note = Text(multiline=True, required=False, allow_blank=True, default="", label="Note")


CASE_ACTS = Acts(
    Act("claim", rules.check_can_claim, cases.claim, "case", label="Take this case"),
    Act("release", rules.check_can_release, cases.release, "case", label="Give this case back"),
    Act("return", rules.check_can_return, cases.return_, "case", ReturnBody, label="Return for data owed"),
    Act(
        "request-information",
        rules.check_can_ask,
        cases.request_information,
        "case",
        AskBody,
        label="Ask the nominator",
    ),
    Act("suspend", rules.check_can_suspend, cases.suspend, "case", ReasonBody, label="Suspend"),
    Act("resume", rules.check_can_resume, cases.resume, "case", ReasonBody, label="Resume"),
    Act("opinion", rules.check_can_opine, cases.opinion, "case", OpinionBody, label="Give an opinion"),
    Act("clear", rules.check_can_clear, decide.clear, "case", ClearBody, label="Clear"),
    Act(
        "recommend-clear",
        rules.check_can_recommend_clear,
        decide.recommend_clear,
        "case",
        ClearBody,
        answers=201,
        answer=DeterminationOut,
        fresh=True,
        label="Recommend a clear",
    ),
    Act(
        "recommend-withhold",
        rules.check_can_recommend_withhold,
        decide.recommend_withhold,
        "case",
        WithholdBody,
        answers=201,
        answer=DeterminationOut,
        fresh=True,
        label="Recommend a withhold",
    ),
    Act("recall", rules.check_can_recall, cases.recall, "case", ReasonBody, label="Recall the clearance"),
    Act("reopen", rules.check_can_reopen, cases.reopen, "case", ReasonBody, label="Reopen"),
    Act("cancel", rules.check_can_cancel, cases.cancel, "case", CancelBody, label="Cancel"),
)

CLEAR_MANY = Bulk(CASE_ACTS["clear"])
REOPEN_MANY = Bulk(CASE_ACTS["reopen"])  # what a lift has freed
