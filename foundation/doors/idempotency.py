"""Idempotency-Key: the same request sent twice does its work once and is answered alike both times.

The answer is kept in the transaction of the effect, so there is never one without the other. A twin that
comes while the first is running meets its advisory lock and is told to ask again.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from foundation.doors.fresh import BOX
from foundation.doors.models import IdempotencyKey
from foundation.doors.problems import KINDS
from foundation.refused import Problem

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
MISSING = Problem(
    "idempotency-key-missing", "Send an Idempotency-Key, so that a repeated request is not done twice."
)
MALFORMED = Problem("idempotency-key-malformed", "An Idempotency-Key has 1 to 255 visible ASCII characters.")


class KeyInUse(APIException):
    status_code, default_code = 409, "key-in-use"
    default_detail = KINDS["key-in-use"].detail


class KeyReused(APIException):
    status_code, default_code = 422, "key-reused"
    default_detail = KINDS["key-reused"].detail


@dataclass(frozen=True)
class Key:
    """One client's key for one request. `path` and `body` are digests of what is asked."""

    client: Any
    key: str
    path: str
    body: str

    def answer(self) -> HttpResponse | None:
        """The answer given before. Raises KeyReused where the key stands for another request."""
        kept = IdempotencyKey.objects.filter(client=self.client, key=self.key).first()
        if kept is None:
            return None
        if (kept.path, kept.body) != (self.path, self.body):
            raise KeyReused
        return HttpResponse(bytes(kept.content), status=kept.status, headers=kept.headers)

    def keep(self, response: HttpResponse) -> None:
        """Inside the transaction of the effect. A refusal is not kept: asked again, it may be granted."""
        if response.status_code >= 400:
            return
        IdempotencyKey.objects.create(
            client=self.client,
            key=self.key,
            path=self.path,
            body=self.body,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            content=response.content,
        )

    def hold(self) -> None:
        """Until the end of this transaction nobody else works under this key. Raises KeyInUse."""
        self._lock("pg_try_advisory_xact_lock")

    def hold_across(self) -> None:
        """The same over several transactions (bulk acts), until `release` or a lost connection."""
        self._lock("pg_try_advisory_lock")

    def release(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [self._number])

    def _lock(self, function: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [self._number])
            if not cursor.fetchone()[0]:
                raise KeyInUse

    @property
    def _number(self) -> int:
        return int.from_bytes(
            hashlib.sha256(f"{self.client.pk}\n{self.key}".encode()).digest()[:8], signed=True
        )


def key_of(request: Request, body: bytes) -> Key | None:
    """The key that came with a call, if any; a malformed one counts as none (see `problem_with`)."""
    sent = request.headers.get(HEADER, "")
    if not sent or problem_with(sent):
        return None
    return Key(
        request.user, sent, digest(f"{request.method} {request.get_full_path()}".encode()), digest(body)
    )


def key_of_form(request: HttpRequest, once: str) -> Key | None:
    """A form's own hidden key, so that a double click is one act. The rest of the form is its body, but for
    the password: not even its digest is kept."""
    if not once or problem_with(once):
        return None
    left_out = ("csrfmiddlewaretoken", BOX)
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in left_out)
    path = digest(f"{request.method} {request.path}".encode())
    return Key(request.user, once, path, digest(json.dumps(fields).encode()))


def problem_with(sent: str, *, required: bool = False) -> Problem | None:
    if not sent:
        return MISSING if required else None
    return None if re.fullmatch(r"[\x21-\x7e]{1,255}", sent) else MALFORMED


def fingerprint(request: Request, data: Any) -> bytes:
    """What makes two bodies the same: for JSON its meaning, for an upload its fields and its files' bytes.

    An upload's raw bytes differ each time (the boundary between its parts is made anew).
    """
    if request.content_type.startswith("multipart/"):
        return json.dumps([[name, _part(value)] for name, value in sorted(data.items())]).encode()
    try:
        return json.dumps(data, sort_keys=True).encode()
    except (TypeError, ValueError):
        return b""


def raw_body(request: Request) -> bytes:
    """For a body that could not be parsed: its bytes, or nothing where there are too many."""
    try:
        return bytes(request._request.body)
    except (RequestDataTooBig, RawPostDataException, OSError):
        return b""


def _part(value: Any) -> Any:
    if not hasattr(value, "chunks"):
        return str(value)
    sha = hashlib.sha256()
    for chunk in value.chunks():
        sha.update(chunk)
    value.seek(0)
    return [value.name, sha.hexdigest()]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
