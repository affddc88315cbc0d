"""overlaps/: how a person stood to what is alleged, with the path and its dates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from evidence.models import Incident
from evidence.overlap import Grade, Overlap, overlaps
from evidence.paths import shown
from evidence.permissions import EvidencePerm
from foundation.doors.filters import check_parameters
from foundation.doors.finding import found_among
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.serializers import When
from foundation.doors.views import DoorView, json_answer
from foundation.refused import Invalid, Problem
from units.models import Individual
from vetting.models import Case
from vetting.overlaps import of_case


@extend_schema_field(When(allow_null=True))
class WhenShown(serializers.JSONField):
    """The two ranges, or null."""


class StepOfOverlap(serializers.Serializer[Any]):
    """One record on the path. Of a unit or person out of reach: no id, no name."""

    kind = serializers.ChoiceField(["posting", "command-link", "lineage-event", "same-as", "allegation"])
    id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    when = WhenShown(allow_null=True)


class OverlapOut(serializers.Serializer[Any]):
    incident = serializers.CharField()
    allegation = serializers.CharField(allow_null=True)
    grade = serializers.ChoiceField(Grade.choices)
    path = StepOfOverlap(many=True)
    gap = serializers.CharField(
        allow_null=True, help_text="What the record does not say; null where nothing is missing."
    )


QUESTION = (
    OpenApiParameter("individual", str, description="Or “case”."),
    OpenApiParameter("incident", str, description="Left out: every incident of the country."),
    OpenApiParameter("case", str, description="Its subject, or the commander of its unit."),
)


class OverlapsView(Held, DoorView):
    held = {EvidencePerm.VIEW: AT_COUNTRIES}
    described = {"get": Described(answer=OverlapOut(many=True), parameters=QUESTION)}

    def get(self, request: Request) -> HttpResponse:
        """People × incidents, the nearest link first."""
        check_parameters(request, [each.name for each in QUESTION])
        asked = request.query_params
        if ("individual" in asked) == ("case" in asked):
            raise Invalid(Problem("one-or-the-other", "Name either ?individual= or ?case=."))
        incident = self._find(Incident.objects, "incident") if "incident" in asked else None
        pk = incident.pk if incident else None
        if "case" in asked:
            return _answer(of_case(self._find(Case.objects, "case"), reader(request), pk), request)
        person = self._find(Individual.objects, "individual")
        found = overlaps([person.pk], reader(request), incident=pk, country=person.country_id)
        return _answer(found, request)

    def _find(self, things: Any, name: str) -> Any:
        sent = self.request.query_params[name]
        visible: QuerySet[Any] = things.visible_to(reader(self.request))
        found = found_among(visible, [sent])
        if sent not in found:
            raise Http404
        return found[sent]


def _answer(found: list[Overlap], request: Request) -> HttpResponse:
    rows = [
        {
            "incident": each.incident.pk,
            "allegation": each.allegation and each.allegation.pk,
            "grade": each.grade,
            "path": path,
            "gap": each.gap or None,
        }
        for each, path in shown(found, reader(request))
    ]
    return json_answer(OverlapOut(rows, many=True).data)
