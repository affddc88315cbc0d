"""The edge: what actions raise becomes an answer here, and nowhere else.

Calls get application/problem+json; pages get a message and the page one came from, or an error page. A
refusal is recorded after the rollback, in a transaction of its own.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from config import error_pages, logs
from foundation.doors import problems
from foundation.doors.pages import SeeOther, is_ours
from foundation.doors.refusals import record_for
from foundation.doors.transact import is_away
from foundation.refused import Invalid, NotNow, NotYours, Refused, Stale

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)
API = "/api/"
PAGE_OF: list[tuple[type[Refused], int]] = [(NotYours, 403), (NotNow, 409), (Stale, 412), (Invalid, 400)]
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class RequestId:
    """Each request has an id, on its answer and in the log: the proxy's if it is a plain one, else ours."""

    PLAIN = re.compile(r"[A-Za-z0-9._-]{8,64}")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        request.id = sent if self.PLAIN.fullmatch(sent) else uuid.uuid4().hex  # type: ignore[attr-defined]
        within = logs.request_id.set(request.id)  # type: ignore[attr-defined]
        begun = time.monotonic()
        try:
            response = self.get_response(request)
            _log(request, response, time.monotonic() - begun)
        finally:
            logs.request_id.reset(within)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Edges:
    """For what a page lets through. A call's own exceptions go to `problem_response` before they get here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            record_for(request, exception)
            if is_call(request):
                return problems.answer_to(exception)
            return _send_back(request, exception) or _refusal_page(request, exception)
        if is_away(exception):
            return problems.away() if is_call(request) else error_pages.away(request)
        return None


def problem_response(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler. None for a fault of ours: it is logged, and answered by `fault`."""
    request = context.get("request")
    if isinstance(exc, Refused) and request is not None:
        record_for(request, exc)
    view = context.get("view")
    allowed = (
        {"Allow": ", ".join(view.allowed_methods)} if getattr(exc, "status_code", 0) == 405 and view else {}
    )
    return problems.answer_to(exc, allowed)


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One line a request: the path without its query. Who, only where it is known without asking."""
    user = getattr(request, "_cached_user", None)
    said = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "user": user.get_username() if user is not None else "",
    }
    log.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra=said)


def is_call(request: HttpRequest) -> bool:
    return request.path.startswith(API)


def _send_back(request: HttpRequest, refused: Refused) -> HttpResponse | None:
    """To the page with the form, with every reason on it; None where we do not know the page."""
    came_from = request.headers.get("Referer", "")
    if request.method != "POST" or not is_ours(request, came_from):
        return None
    for sentence in dict.fromkeys(problem.detail for problem in refused.problems):
        messages.error(request, sentence)
    return SeeOther(came_from)


def _refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    status = next((status for kind, status in PAGE_OF if isinstance(refused, kind)), 400)
    return error_pages.refusal(request, status, refused.problems)


# --- Django's own error handlers (named in config/urls.py) ---


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_call(request):
        return (exception and problems.answer_to(exception)) or problems.problem("invalid")
    return error_pages.refusal(request, 400, _said("Your browser sent something that could not be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problems.problem("not-yours") if is_call(request) else error_pages.refusal(request, 403, ())


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problems.problem("not-found") if is_call(request) else error_pages.refusal(request, 404, ())


def fault(request: HttpRequest) -> HttpResponse:
    """Also where the database is away before any view runs (the session is read by middleware)."""
    if is_away(error_pages.current_exception()):
        return problems.away() if is_call(request) else error_pages.away(request)
    return problems.problem("error") if is_call(request) else error_pages.fault(request)


def nowhere(request: HttpRequest) -> HttpResponse:
    """Below /api/, at an address that is none: the same answer as for what is hidden, whatever DEBUG says."""
    raise Http404


def _said(sentence: str) -> Sequence[Any]:
    return NotNow(sentence).problems
