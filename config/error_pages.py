"""Error pages. Those for our own faults touch no database, which may be what is broken."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape

from foundation.doors.problems import RETRY_AFTER
from foundation.refused import Problem

log = logging.getLogger(__name__)
NOT_NOW = "errors/409.html"
TEMPLATES = {400: NOT_NOW, 403: "errors/403.html", 404: "errors/404.html", 409: NOT_NOW, 412: NOT_NOW}


def refusal(request: HttpRequest, status: int, problems: Sequence[Problem]) -> HttpResponse:
    if not hasattr(request, "user"):  # before anybody asked whose it is, as under a name that is not ours
        return _plain(request, status, " ".join(each.detail for each in problems), TEMPLATES[status])
    return render(
        request, TEMPLATES[status], {"problems": problems, "request_id": _id(request)}, status=status
    )


def fault(request: HttpRequest) -> HttpResponse:
    return _plain(request, 500, "This is our mistake, not yours. Nothing half done was saved.")


def away(request: HttpRequest) -> HttpResponse:
    response = _plain(
        request, 503, "The database does not answer just now. Nothing half done was saved. Try again soon."
    )
    response["Retry-After"] = RETRY_AFTER
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """Before anybody has asked who sends it."""
    return _plain(request, 413, "This is more than is taken at once: a file may have 10 MB.", NOT_NOW)


def current_exception() -> BaseException | None:
    """What Django's handler is answering for: it calls handler500 while it handles the exception."""
    return sys.exc_info()[1]


def _plain(
    request: HttpRequest, status: int, sentence: str, template: str = "errors/500.html"
) -> HttpResponse:
    """Without the request's context, so without the bar, the person and the session."""
    page: str
    try:
        page = render_to_string(template, {"sentence": sentence, "request_id": _id(request)})
    except Exception:  # the template may be what broke
        log.exception("The error page itself is broken")
        page = f"<!DOCTYPE html><title>Probity</title><p>{escape(sentence)}</p><p>{escape(_id(request))}</p>"
    return HttpResponse(page, status=status)


def _id(request: HttpRequest) -> str:
    return getattr(request, "id", "")
