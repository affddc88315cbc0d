"""A session ends twelve hours after the sign-in that began it, whatever is done in it meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone


def _signed_in(request: HttpRequest, **_: Any) -> None:
    """A moment, not a length: a length begins anew with everything that is noted in the session."""
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))


user_logged_in.connect(_signed_in, dispatch_uid="doors.sessions-end")
