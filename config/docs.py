"""The contract as OpenAPI, and as a page. For staff: it names calls that a nominator's world has not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from config import staff
from foundation.doors.views import AlwaysJson


class StaffOnly(BasePermission):
    """To others it is not there."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not staff.is_staff(request.user):
            raise Http404
        return True


class SchemaView(SpectacularJSONAPIView):
    """OpenAPI 3.1, as JSON."""

    permission_classes = [IsAuthenticated, StaffOnly]
    content_negotiation_class = AlwaysJson
    metadata_class = None


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every call by its subject: address, body, answers."""
    if not staff.is_staff(request.user):
        raise Http404
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return render(request, "api_docs.html", {"subjects": _by_subject(schema), "info": schema["info"]})


def _by_subject(schema: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    subjects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            subjects[(operation.get("tags") or ["other"])[0]].append(_shown(address, method, operation))
    return sorted(subjects.items())


def _shown(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "address": address,
        "id": operation["operationId"],
        "words": operation.get("description", ""),
        "parameters": [
            f"{each['name']}{' (required)' if each.get('required') else ''}"
            for each in operation.get("parameters", [])
        ],
        "bodies": [f"{kind}: {_name(content.get('schema', {}))}" for kind, content in bodies.items()],
        "answers": [
            f"{status} {answer.get('description', '')}".strip()
            for status, answer in operation["responses"].items()
        ],
    }


def _name(schema: dict[str, Any]) -> str:
    return schema.get("$ref", "").rpartition("/")[2] or schema.get("type", "anything")
