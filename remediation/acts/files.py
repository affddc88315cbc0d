"""Keeping a remediation file: what may be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from evidence.models import Incident
from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import ReachRelatedField
from foundation.doors.serializers import Day, StrictSerializer, Text
from foundation.refused import Problem
from foundation.signing.acts import ReasonBody
from foundation.signing.serializers import DeterminationOut
from foundation.sources.models import Law
from remediation.actions import files, lifting, steps
from remediation.models import Committee, Responsible, StepKind
from remediation.permissions import RemediationPerm
from remediation.rules import files as rules
from remediation.rules.ready import OF_LAW, Grounds
from remediation.serializers import IncidentMade, NoticeMade, ResponsibleMade, StepOut
from units.models import Individual


class IncidentOfFileBody(StrictSerializer):
    incident = ReachRelatedField(Incident, label="Incident")


class ResponsibleBody(StrictSerializer):
    """Somebody on record, or a description of one who is not identified."""

    incident = ReachRelatedField(Incident, label="Incident")
    individual = ReachRelatedField(Individual, required=False, label="Person on record")
    description = Text(required=False, label="Or a description, where nobody is identified")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if not self.unread and ("individual" in found) == ("description" in found):
            yield Problem("one-or-the-other", "Name a person on record, or describe one: not both.", "")


class Owner(ReachRelatedField):
    """Somebody who reads the files of its country: of nobody else is it said whether they exist."""

    def get_queryset(self) -> QuerySet[Any]:
        return reach.people(RemediationPerm.VIEW, [self.context["thing"].country])


class StepBody(StrictSerializer):
    incident = ReachRelatedField(Incident, label="Incident")
    responsible = ReachRelatedField(Responsible, noun="responsible person", label="Responsible")
    kind = serializers.ChoiceField(StepKind.choices, label="Step")
    owner = Owner(User, by="username", noun="person", label="Owner (username)")
    due = Day(label="Due on")


class NoticeBody(StrictSerializer):
    committee = serializers.ChoiceField(Committee.choices, label="Committee")
    sent_on = Day(label="Sent on")


class LiftBody(StrictSerializer):
    law = serializers.ChoiceField(Law.choices, label="Under which law")
    grounds = serializers.ChoiceField(Grounds.choices, label="Grounds")
    basis = Text(multiline=True, label="Basis")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        law, grounds = found.get("law"), found.get("grounds")
        if law and grounds in OF_LAW and OF_LAW[Grounds(grounds)] != law:
            wanted = Law(OF_LAW[Grounds(grounds)]).label
            yield Problem(
                "of-the-other-law", f"Grounds: “{grounds}” lifts under the {wanted} only.", "/grounds"
            )


REMEDIATION_ACTS = Acts(
    Act("take", rules.check_can_take, files.take, "file", label="Take it over"),
    Act(
        "incidents",
        rules.check_can_change,
        files.add_incident,
        "file",
        IncidentOfFileBody,
        answers=201,
        answer=IncidentMade,
        conditional=False,
        label="Add an incident",
    ),
    Act(
        "responsibles",
        rules.check_can_change,
        files.add_responsible,
        "file",
        ResponsibleBody,
        answers=201,
        answer=ResponsibleMade,
        conditional=False,
        label="Add a responsible person",
    ),
    Act(
        "steps",
        rules.check_can_change,
        steps.set_step,
        "file",
        StepBody,
        answers=201,
        answer=StepOut,
        conditional=False,
        label="Set a step",
    ),
    Act(
        "committee-notices",
        rules.check_can_tell_committees,
        files.tell_committee,
        "file",
        NoticeBody,
        answers=201,
        answer=NoticeMade,
        conditional=False,
        label="Record that a committee was told",
    ),
    Act(
        "recommend-lift",
        rules.check_can_recommend_lift,
        lifting.recommend,
        "file",
        LiftBody,
        answers=201,
        answer=DeterminationOut,
        fresh=True,
        label="Recommend that a restriction be lifted",
    ),
    Act("reopen", rules.check_can_reopen, files.reopen, "file", ReasonBody, label="Open it anew"),
)
