"""Answers that say what is wrong: application/problem+json (RFC 9457), every kind of it in one table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from rest_framework import exceptions
from rest_framework.exceptions import APIException

from foundation.doors.sentences import problems_of
from foundation.doors.transact import is_away
from foundation.refused import Invalid, NotNow, NotYours, Problem, Refused, Stale, Unconditional

MOST = 1000  # problems named in one answer; beyond that they are counted
RETRY_AFTER = "5"  # seconds


class Kind(NamedTuple):
    status: int
    title: str
    detail: str = ""


KINDS = {
    "invalid": Kind(400, "The request is not valid"),
    "not-signed-in": Kind(
        401, "Sign in first", "Send “Authorization: Token …”; auth/token/ gives you a token."
    ),
    "not-yours": Kind(403, "Not yours to do", "This is not yours to do."),
    "not-found": Kind(404, "Nothing here", "There is nothing at this address that you can see."),
    "method-not-allowed": Kind(405, "Not this method"),
    "not-now": Kind(409, "Not now"),
    "key-in-use": Kind(
        409, "Still running", "The first request under this Idempotency-Key is still running. Ask again."
    ),
    "stale": Kind(412, "Changed since it was read"),
    "too-large": Kind(413, "Too large", "This is more than is taken at once."),
    "unsupported-media-type": Kind(415, "Not this format"),
    "key-reused": Kind(
        422,
        "Key used before",
        "This Idempotency-Key stands for another request. Take a new key for a new request.",
    ),
    "if-match-missing": Kind(428, "If-Match is missing"),
    "too-many-requests": Kind(429, "Too many requests", "Too many requests. Wait a little, then ask again."),
    "error": Kind(
        500,
        "Our fault",
        "Something went wrong on our side; nothing was changed. Give the request id to support.",
    ),
    "unavailable": Kind(
        503, "Not available", "The database does not answer just now; nothing was changed. Try again soon."
    ),
}
OF_REFUSED: dict[type[Refused], str] = {
    NotYours: "not-yours",
    NotNow: "not-now",
    Invalid: "invalid",
    Stale: "stale",
    Unconditional: "if-match-missing",
}
OF_API: dict[type[APIException], str] = {
    exceptions.NotAuthenticated: "not-signed-in",
    exceptions.AuthenticationFailed: "not-signed-in",
    exceptions.PermissionDenied: "not-yours",
    exceptions.NotFound: "not-found",
    exceptions.MethodNotAllowed: "method-not-allowed",
    exceptions.UnsupportedMediaType: "unsupported-media-type",
    exceptions.Throttled: "too-many-requests",
    exceptions.ParseError: "invalid",
    exceptions.ValidationError: "invalid",
}


class TooLarge(APIException):
    status_code = 413
    default_code = "too-large"
    default_detail = KINDS["too-large"].detail


def problem(
    kind: str,
    detail: str = "",
    errors: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """One answer. `kind` is a key of KINDS; `errors` are everything that is wrong, at once."""
    known = KINDS[kind]
    body = {
        "type": f"/problems/{kind}",
        "title": known.title,
        "status": known.status,
        "detail": detail or known.detail or known.title,
        "errors": [each.as_dict() for each in _at_most(list(errors))],
    }
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(
        content, status=known.status, content_type="application/problem+json", headers=headers
    )


def answer_to(exc: BaseException, sent: Mapping[str, str] | None = None) -> HttpResponse | None:
    """The answer to an exception; None where it is a fault of ours, for the error pages and the log.

    `sent` are headers that the view wants on it.
    """
    if isinstance(exc, Refused):
        return _of_refused(exc)
    if isinstance(exc, APIException):
        return _of_api(exc, dict(sent or {}))
    if isinstance(exc, Http404):
        return problem("not-found")
    if isinstance(exc, PermissionDenied):
        return problem("not-yours")
    if isinstance(exc, RequestDataTooBig):
        return problem("too-large")
    if isinstance(exc, (SuspiciousOperation, UnreadablePostError)):
        return problem("invalid", "The request could not be read.")
    return away() if is_away(exc) else None


def away() -> HttpResponse:
    return problem("unavailable", headers={"Retry-After": RETRY_AFTER})


def kind_of(refused: Refused) -> str:
    return next((kind for cls, kind in OF_REFUSED.items() if isinstance(refused, cls)), "not-now")


def _of_refused(refused: Refused) -> HttpResponse:
    etag = getattr(refused, "etag", None)
    kind = kind_of(refused)
    detail = _summary(refused.problems) if kind == "invalid" else refused.sentence
    return problem(kind, detail, refused.problems, {"ETag": etag} if etag else None)


def _of_api(exc: APIException, headers: dict[str, str]) -> HttpResponse:
    kind = next((kind for cls, kind in OF_API.items() if isinstance(exc, cls)), None)
    kind = kind or (exc.default_code if exc.default_code in KINDS else "invalid")
    if isinstance(exc, exceptions.ValidationError):
        wrong = problems_of(exc.detail)
        return problem(kind, _summary(wrong), wrong)
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    ours = isinstance(exc, (exceptions.NotAuthenticated, exceptions.NotFound, exceptions.Throttled))
    return problem(kind, "" if ours else str(exc.detail), headers=headers)


def _summary(wrong: Iterable[Problem]) -> str:
    wrong = list(wrong)
    return (
        wrong[0].detail if len(wrong) == 1 else f"{len(wrong)} things are wrong; errors names each of them."
    )


def _at_most(errors: list[Problem]) -> list[Problem]:
    if len(errors) <= MOST:
        return errors
    return [*errors[:MOST], Problem("and-more", f"And {len(errors) - MOST} more problems like these.")]
