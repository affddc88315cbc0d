"""A refusal is an event too: written after the rollback, in a transaction of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from rest_framework.request import Request

from foundation.audit import actions as audit
from foundation.doors.problems import kind_of
from foundation.refused import NotNow, NotYours, Refused, Stale

log = logging.getLogger(__name__)
RECORDED = (NotYours, NotNow, Stale)  # a body with mistakes in it is no refusal


@dataclass(frozen=True)
class Attempt:
    """What a request is trying, once it is known: which act, on which thing."""

    act: str
    thing: Any = None


def attempt(request: Request | HttpRequest, act: str, thing: Any = None) -> None:
    """Called by a door before it acts, so that a refusal can be put where it belongs."""
    _plain(request).probity_attempt = Attempt(act, thing)  # type: ignore[attr-defined]


def record_for(request: Request | HttpRequest, refused: BaseException) -> None:
    """Write down the refusal that this request met."""
    plain = _plain(request)
    user = getattr(request, "user", None)
    tried = getattr(plain, "probity_attempt", None) or Attempt(_view_name(plain))
    record(refused, by=user if user is not None and user.is_authenticated else None, tried=tried)


def record(refused: BaseException, *, by: Any, tried: Attempt) -> None:
    """One event in the thing's chain, or the person's. If it cannot be written, the answer stands."""
    if not isinstance(refused, RECORDED) or by is None:
        return
    room = tried.thing._meta.app_label if tried.thing is not None else "doors"
    body: dict[str, Any] = {"act": tried.act, "code": kind_of(refused), "reasons": _reasons(refused)}
    try:
        with transaction.atomic():
            audit.record(f"{room}.refused", by=by, target=tried.thing, **body)
    except DatabaseError:
        log.exception("A refusal could not be recorded")


def _reasons(refused: Refused) -> list[str]:
    return [problem.detail for problem in refused.problems]


def _plain(request: Request | HttpRequest) -> HttpRequest:
    return request._request if isinstance(request, Request) else request


def _view_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match and match.view_name else request.method or ""
