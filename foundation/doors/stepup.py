"""The password asked for again: in the very form that needs it, so that nothing typed is lost."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed, Throttled

from foundation.doors.fresh import AGAIN, BOX, is_fresh, note
from foundation.doors.signin import check_credentials
from foundation.refused import Invalid, Problem

WRONG = "That is not your password."
WAIT = "Too many tries. Wait five minutes, then try again."


def prove(request: HttpRequest) -> None:
    """For a posted form: reads its password box, where the password is needed. Raises Invalid.

    Outside any transaction: a wrong password is counted, whatever becomes of the form.
    """
    if is_fresh(request):
        return
    if said := wrong_with(request, request.POST.get(BOX, "")):
        request.password_problem = said  # type: ignore[attr-defined]  # said at the box when it is drawn again
        raise Invalid(Problem("password-again", said, f"/{BOX}"))


def wrong_with(request: HttpRequest, password: str) -> str:
    """What is wrong with it, in words; "" where it is this person's, and then that is noted."""
    if not password:
        return AGAIN
    username = request.user.get_username()
    try:
        check_credentials(request, username=username, password=password, event="accounts.password-given")
    except Throttled:
        return WAIT
    except AuthenticationFailed:
        return WRONG
    note(request)
    return ""
