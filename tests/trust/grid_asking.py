"""Asking one address as one person, in process, and undoing whatever that did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponseBase
from django.test import RequestFactory

from foundation.audit.models import Event
from foundation.doors.etags import MISSING
from tests.support.undone import undone

FROM_ELSEWHERE = "192.0.2.7"  # /metrics answers this machine itself without asking who it is
ODD = re.compile(rb'(csrfmiddlewaretoken"?[^>]*value=|nonce=)"[^"]*"')
OF_THE_REQUEST = ("Set-Cookie",)
LIKE_AN_ID = 32
REFUSED = {"not-yours": "403", "not-now": "409"}


@dataclass(frozen=True)
class Proof:
    """What a request carries to say who asks."""

    session: str = ""
    token: str = ""


@dataclass(frozen=True)
class Answer:
    said: str  # as grid.txt has it
    body: bytes
    headers: tuple[tuple[str, str], ...]
    wrote: bool = field(default=False, compare=False)  # any row, even one that was rolled back

    def json(self) -> Any:
        return json.loads(self.body)

    def without(self, ids: dict[str, str]) -> Answer:
        """With the ids that stood in the address taken out: what is left must tell nothing."""
        body, headers = self.body, repr(self.headers)
        for name, ref in ids.items():
            if len(ref) < LIKE_AN_ID:  # a number would be found in anything
                continue
            body, headers = body.replace(ref.encode(), name.encode()), headers.replace(ref, name)
        return Answer(self.said, body, ((headers, ""),))

    @property
    def problems(self) -> dict[str, str]:
        """Of a call: pointer → sentence."""
        return {each.get("pointer", ""): each["detail"] for each in self.json()["errors"]}


class Asker:
    """All of the middleware, loaded once; without a test client's copies of what templates were given."""

    def __init__(self) -> None:
        self.requests = RequestFactory(REMOTE_ADDR=FROM_ELSEWHERE)
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def ask(
        self,
        method: str,
        address: str,
        proof: Proof,
        *,
        call: bool,
        body: Mapping[str, Any] | None = None,
        undo: bool = True,
        **headers: str,
    ) -> Answer:
        """A call sends `{}`; a page an empty form; or a body. Whatever it changed is rolled back."""
        headers = _headers(proof) | headers
        request = self.requests.generic(method, address, headers=headers, **_body(method, call, body or {}))
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        with undone(undo):
            response: Any = self.handler.get_response(request)
            said = _said(response, request)
            wrote = _has_written()
        kept = tuple((name, value) for name, value in response.items() if name not in OF_THE_REQUEST)
        return Answer(said, ODD.sub(b"", response.content), kept, wrote)


def _headers(proof: Proof) -> dict[str, str]:
    session = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={proof.session}"} if proof.session else {}
    same = {"X-Request-Id": "asked-of-the-grid"}
    return same | session | ({"Authorization": f"Token {proof.token}"} if proof.token else {})


def _body(method: str, call: bool, body: Mapping[str, Any]) -> dict[str, Any]:
    if method in ("GET", "HEAD"):
        return {}
    if call:
        return {"data": json.dumps(body), "content_type": "application/json"}
    return {"data": urlencode(body), "content_type": "application/x-www-form-urlencoded"}


def _has_written() -> bool:
    """Postgres gives a transaction its number with the first row it writes or locks."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id_if_assigned() is not null")
        return bool(cursor.fetchone()[0])


def _said(response: HttpResponseBase, request: WSGIRequest) -> str:
    goes_to = response.get("Location", "")
    if goes_to.startswith(f"/{settings.LOGIN_URL}/"):
        return "sign-in"
    return f"303{_refusal(request)}" if response.status_code == 303 else str(response.status_code)


def _refusal(request: WSGIRequest) -> str:
    """A page that goes back says so in a message; which refusal it was stands in the record."""
    said = [each.message for each in get_messages(request) if each.level_tag == "error"]
    if not said:
        return ""
    last = Event.objects.filter(actor=request.user.get_username()).order_by("-pk").first()
    if last and last.action.endswith(".refused"):
        return f"-{REFUSED[last.details['code']]}"
    return "-428" if MISSING in said else "-400"
