"""An act done by a page whose form is not the act's body: the page puts the body together, this does the act.

The order of refusals, the versions and the form's own key are those of every other door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from foundation.doors import stepup
from foundation.doors.acts import Act
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.etags import MISSING
from foundation.doors.fresh import is_fresh
from foundation.doors.idempotency import key_of_form
from foundation.doors.pages import SeeOther
from foundation.doors.refusals import attempt
from foundation.doors.serializers import Nothing, read_body
from foundation.refused import Invalid, Problem, Unconditional


def do(
    request: HttpRequest,
    act: Act,
    body: Any,
    *,
    done: Callable[[Any, Any], str],
    thing: Any = None,
    tagged: Callable[[Any], Any] = lambda thing: thing,
    wrong: Iterable[Problem] = (),
    said: str = "",
) -> HttpResponse:
    """Goes on to `done(thing, result)` with a message. Raises Invalid with all that is wrong, and Refused.

    wrong   what the page itself could not read of its form; then nothing is done
    tagged  whose version the form carries
    said    the message; the act's words unless given
    """
    attempt(request, act.name, thing)
    asking = Asking(
        act=act,
        by=request.user,
        thing=thing,
        body=lambda: _read(act, body, request, thing, list(wrong)),
        read=(lambda: _version(request)) if thing is not None else None,
        key=key_of_form(request, request.POST.get("once", "")),
        fresh=lambda: is_fresh(request),
        answer=lambda now, result: SeeOther(done(now, result)),
        tagged=tagged,
    )
    if act.fresh:
        stepup.prove(request)
    response: HttpResponse = carry_out(asking)
    messages.success(request, said or f"{act.words}: done.")
    return response


def _read(act: Act, body: Any, request: HttpRequest, thing: Any, wrong: list[Problem]) -> Any:
    """What stands in a box that could not be read is not also called missing."""
    unread = {problem.pointer for problem in wrong}
    try:
        found = read_body(act.body or Nothing, body, request, thing=thing)
    except Invalid as invalid:
        wrong += [problem for problem in invalid.problems if problem.pointer not in unread]
        found = None
    if wrong:
        raise Invalid.of(wrong)
    return found


def _version(request: HttpRequest) -> str:
    if not (version := request.POST.get("version", "")):
        raise Unconditional(MISSING)
    return version
