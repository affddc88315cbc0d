"""Error pages. Those for our own faults touch no database, which may be what is broken."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from foundation.doors.problems import RETRY_AFTER
from foundation.refused import Problem

TEMPLATES = {403: "errors/403.html", 404: "errors/404.html", 409: "errors/409.html", 412: "errors/409.html", 400: "errors/409.html"}


def refusal(request: HttpRequest, status: int, problems: Sequence[Problem]) -> HttpResponse:
    return render(request, TEMPLATES[status], {"problems": problems, "request_id": _id(request)}, status=status)


def fault(request: HttpRequest) -> HttpResponse:
    return _plain(request, 500, "This is our mistake, not yours. Nothing half done was saved.")


def away(request: HttpRequest) -> HttpResponse:
    response = _plain(request, 503, "The database does not answer just now. Nothing half done was saved. Try again soon.")
    response["Retry-After"] = RETRY_AFTER
    return response


def current_exception() -> BaseException | None:
    """What Django's handler is answering for: it calls handler500 while it handles the exception."""
    return sys.exc_info()[1]


def _plain(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """Without the request's context, so without the bar, the person and the session."""
    return HttpResponse(
        render_to_string("errors/500.html", {"sentence": sentence, "request_id": _id(request)}), status=status
    )


def _id(request: HttpRequest) -> str:
    return getattr(request, "id", "")
