"""screen/: names that nobody nominated, against the register. Only the search is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from foundation.doors.fields import PartialDate, Text
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.doors.schema import Described
from foundation.doors.serializers import StrictSerializer, read_body
from foundation.doors.views import DoorView, answered_once, json_answer
from foundation.refused import Problem
from screening import actions, core, rules
from screening.models import Mark
from screening.permissions import ScreeningPerm
from screening.register import Found
from units.models import Kind, Subject
from vetting.api.matches import FeatureOut
from vetting.api.parts import Called

MOST = 100  # subjects in one call
NAMES = 20


class ScreenBody(StrictSerializer):
    names = serializers.ListField(child=Text(), allow_empty=False, max_length=NAMES)
    kind = serializers.ChoiceField(Kind.choices)
    date_of_birth = PartialDate(required=False, allow_null=True, default=None)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, allow_null=True, default=None)

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        for at, name in enumerate(found.get("names", ())):
            if not any(letter.isalpha() for letter in name):
                yield Problem(
                    "not-a-name",
                    "Names: a name has at least one letter. Write it in its own script.",
                    f"/names/{at}",
                )
        if found.get("kind") == Kind.UNIT and found.get("date_of_birth"):
            yield Problem("not-for-units", "Date of birth: a unit has none. Leave it out.", "/date_of_birth")


class FoundOut(serializers.Serializer[Any]):
    """A match of nobody's case: the known subject, and how likely it is the one asked for."""

    known = Called()
    reasons = serializers.ListField(child=serializers.CharField())
    score = serializers.FloatField()
    algorithm = serializers.CharField()
    explanation = FeatureOut(many=True)


FOUND = {
    "type": "array",
    "items": {"type": ["object", "array"]},
    "description": "{known, reasons, score, algorithm, explanation}; for a list, a list of these for each.",
}


class ScreenView(Held, DoorView):
    """One subject → its matches; a list of subjects → a list of matches for each, in their order."""

    held = {ScreeningPerm.VIEW: AT_COUNTRIES}
    described = {
        "post": Described(
            body=ScreenBody, answer=FOUND, problems=(400, 401, 403, 404, 413, 415, 422), key=False
        )
    }

    def post(self, request: Request) -> HttpResponse:
        attempt(request, "screen")
        rules.check_can_screen(reader(request))
        many = isinstance(self.data, list)
        options = {"many": True, "allow_empty": False, "max_length": MOST} if many else {}
        said = read_body(ScreenBody, self.data, request, **options)
        return answered_once(self, lambda: json_answer(self._found(said if many else [said], many)))

    def _found(self, said: list[Mapping[str, Any]], many: bool) -> Any:
        found = actions.screen_names(asked=[_asked(each) for each in said], by=reader(self.request))
        shown = in_reach(found, self.request.user)
        return shown if many else shown[0]


def _asked(said: Mapping[str, Any]) -> core.Subject:
    return core.Subject(
        kind=said["kind"],
        names=tuple(said["names"]),
        born=said["date_of_birth"],
        country=said["country"],
    )


def in_reach(found: list[list[Found]], user: Any) -> list[list[dict[str, Any]]]:
    subjects = {each.subject.pk for matches in found for each in matches}
    seen = set(Subject.objects.visible_to(user).filter(pk__in=subjects).values_list("pk", flat=True))
    reasons: dict[Any, list[str]] = {}
    for mark in Mark.objects.filter(subject__in=seen, ended_at=None).order_by("reason"):
        reasons.setdefault(mark.subject_id, []).append(mark.reason)
    return [
        [_shown(each, reasons.get(each.subject.pk, [])) for each in matches if each.subject.pk in seen]
        for matches in found
    ]


def _shown(found: Found, reasons: list[str]) -> dict[str, Any]:
    return FoundOut(
        {
            "known": found.subject,
            "reasons": reasons,
            "score": found.comparison.score,
            "algorithm": found.comparison.algorithm,
            "explanation": found.comparison.features,
        }
    ).data
