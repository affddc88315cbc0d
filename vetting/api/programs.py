"""programs/: sources of assistance, and the laws each may fall under."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.doors.filters import check_parameters
from foundation.doors.schema import Described
from foundation.doors.views import Read
from vetting.models import Program


class ProgramOut(serializers.ModelSerializer[Program]):
    class Meta:
        model = Program
        fields = ["code", "name", "laws"]


class ProgramViewSet(Read):
    """Reference data: short, and the same for everybody, so all at once."""

    model = Program
    serializer_class = ProgramOut
    lookup_field = lookup_url_kwarg = "code"
    pagination_class = None  # type: ignore[assignment]  # a plain list
    described = {
        "list": Described(answer=ProgramOut(many=True), problems=(400, 401)),
        "retrieve": Described(etag=True),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request, ())
        return Response(ProgramOut(self.get_queryset(), many=True).data)


routes = [("programs", ProgramViewSet)]
