"""Pages of no room: the reference of the desk's parts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config import specimens


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every part in every state, for those who build pages."""
    return render(request, "components.html", specimens.everything())
