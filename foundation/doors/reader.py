"""Who reads a page: signed in, or the middleware would have sent them to sign in."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from foundation.accounts.models import User


def reader(request: HttpRequest) -> User:
    return cast(User, request.user)
