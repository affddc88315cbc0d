"""public/ineligible-units/: without a sign-in, published restrictions only."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from foundation.doors.filters import check_parameters
from foundation.doors.schema import Described
from foundation.doors.views import DoorView, json_answer
from remediation import public
from vetting.api.files import file_answer
from vetting.intake.out import safe_csv

COUNTRY = OpenApiParameter("country", OpenApiTypes.STR, description="ISO 3166-1 alpha-2; all, if left out.")


class IneligibleOut(serializers.Serializer[Any]):
    country = serializers.CharField()
    unit = serializers.CharField()
    other_names = serializers.ListField(child=serializers.CharField())
    law = serializers.CharField()
    citation = serializers.CharField()
    ineligible_since = serializers.DateField()
    published_on = serializers.DateField()


class IneligiblePage(serializers.Serializer[Any]):
    results = IneligibleOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null: the list is whole.")
    previous = serializers.CharField(allow_null=True, help_text="Always null.")


class Open(DoorView):
    """Nobody is asked who they are, and a token that is sent is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    http_method_names = ["get", "head"]

    def asked(self, request: Request) -> list[public.Ineligible]:
        check_parameters(request, ("country",))
        return public.ineligible(request.query_params.get("country", "").strip())


class IneligibleUnits(Open):
    described = {"get": Described(answer=IneligiblePage, problems=(400,), parameters=(COUNTRY,))}

    def get(self, request: Request) -> HttpResponse:
        shown = IneligibleOut(self.asked(request), many=True).data
        return public.cached(json_answer({"results": shown, "next": None, "previous": None}))


class IneligibleUnitsCsv(Open):
    described = {
        "get": Described(
            answer={"type": "string"}, answer_types=("text/csv",), problems=(400,), parameters=(COUNTRY,)
        )
    }

    def get(self, request: Request) -> HttpResponse:
        written = safe_csv(public.HEADINGS, (each.cells for each in self.asked(request)))
        return public.cached(file_answer("ineligible-units.csv", written, "text/csv; charset=utf-8"))
