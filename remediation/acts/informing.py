"""Informing a government, and publishing: what may be done."""

from __future__ import annotations

from foundation.doors.acts import Act, Acts
from foundation.doors.serializers import Day, StrictSerializer, Text
from foundation.signing.serializers import DeterminationOut
from remediation.actions import informing, publication
from remediation.rules import informing as rules
from remediation.rules import publication as publication_rules


class ToldBody(StrictSerializer):
    """`{on, to?, text?, note?}`: what an act owes of these besides its day, it says itself."""

    on = Day(label="On")
    to = Text(required=False, allow_blank=True, default="", label="To whom")
    text = Text(multiline=True, required=False, allow_blank=True, default="", label="Text")
    note = Text(multiline=True, required=False, allow_blank=True, default="", label="Note")


class DraftBody(ToldBody):
    text = Text(multiline=True, label="What the government may read")


class DeliverBody(ToldBody):
    to = Text(label="To whom it was given")
    text = Text(
        multiline=True, required=False, allow_blank=True, default="",
        label="As it was given, if not as drafted",
    )  # fmt: skip


class GovernmentAnswerBody(ToldBody):
    text = Text(multiline=True, label="What the government said")


class ExceptionBody(StrictSerializer):
    justification = Text(multiline=True, label="Why publishing it is not in the national interest")
    reported_on = Day(label="Reported on")


NOTIFICATION_ACTS = Acts(
    Act("take", rules.check_can_take, informing.take, "notification", label="Take it over"),
    Act("draft", rules.check_can_draft, informing.draft, "notification", DraftBody, label="Draft"),
    Act(
        "deliver",
        rules.check_can_deliver,
        informing.deliver,
        "notification",
        DeliverBody,
        label="Record its delivery",
    ),
    Act(
        "acknowledge",
        rules.check_can_acknowledge,
        informing.acknowledge,
        "notification",
        ToldBody,
        label="Record its acknowledgement",
    ),
    Act(
        "answer",
        rules.check_can_answer,
        informing.answer,
        "notification",
        GovernmentAnswerBody,
        label="Record an answer",
    ),
    Act(
        "offer-assistance",
        rules.check_can_offer_assistance,
        informing.offer_assistance,
        "notification",
        ToldBody,
        label="Record an offer of assistance",
    ),
)

PUBLICATION_ACTS = Acts(
    Act("publish", publication_rules.check_can_publish, publication.publish, "publication", label="Publish"),
    Act(
        "recommend-exception",
        publication_rules.check_can_recommend_exception,
        publication.recommend_exception,
        "publication",
        ExceptionBody,
        answers=201,
        answer=DeterminationOut,
        fresh=True,
        label="Recommend an exception",
    ),
)
