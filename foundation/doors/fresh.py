"""Who signs, unmasks or exports in a browser has given the password within the last five minutes.

A session left open on somebody's desk signs nothing. When the password was given is noted in the session, by
the server alone: at the sign-in, and when it is asked for again (stepup). A call with a token comes from no
browser, and is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from foundation.doors.auth import Token
from foundation.refused import NotYours

BOX = "password"  # in the forms of pages; never kept, never shown again
GIVEN = "password-given-at"  # in the session, in seconds
AGAIN = (
    "Give your password again: it was last given more than"
    f" {settings.PASSWORD_AGAIN_SECONDS // 60} minutes ago."
)


class PasswordAgain(NotYours):
    """This person's to do, but not on the word of a session alone."""

    code = "password-again"

    def __init__(self) -> None:
        super().__init__(f"{AGAIN} Sign in anew, or call with a token.")


def is_fresh(request: Request | HttpRequest) -> bool:
    if isinstance(getattr(request, "successful_authenticator", None), Token):
        return True
    given = request.session.get(GIVEN)
    return isinstance(given, int) and -1 <= _now() - given < settings.PASSWORD_AGAIN_SECONDS


def check_fresh(request: Request | HttpRequest) -> None:
    """Raises PasswordAgain."""
    if not is_fresh(request):
        raise PasswordAgain


def note(request: HttpRequest) -> None:
    request.session[GIVEN] = _now()


def fresh_to_read(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages that answer a file with people in it: by way of the password's page, where that is needed."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **url: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **url)
        asked = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('password-again')}?{asked}")

    return read


def _now() -> int:
    return int(timezone.now().timestamp())


def _signed_in(request: HttpRequest, **_: Any) -> None:
    note(request)


user_logged_in.connect(_signed_in, dispatch_uid="doors.password-given")
