"""The largest body that is read at all. Views have smaller limits of their own (foundation/doors/parsers.py).

Without this a form with a file in it is written to disk whole, whoever sends it, before any view is asked.
A body of no said length is never read: the framework takes what Content-Length says, and no more.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import error_pages
from config.edges import is_call
from foundation.doors import problems
from foundation.doors.parsers import MOST_UPLOAD


class NotTooLarge:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= MOST_UPLOAD:
            return self.get_response(request)
        return problems.problem("too-large") if is_call(request) else error_pages.too_large(request)
