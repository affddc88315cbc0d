"""Signing in, for pages and calls alike: the same check, the same wait after failures, the same events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.audit import actions as audit
from foundation.doors import tries
from foundation.doors.schema import Described
from foundation.doors.serializers import StrictSerializer, Text, read_body
from foundation.doors.views import DoorView

LIVES = timedelta(hours=getattr(settings, "TOKEN_HOURS", 12))
WRONG = "The username or the password is wrong, or this person may not sign in."


class TooManyTries(Throttled):
    pass


def check_credentials(
    request: HttpRequest, *, username: str, password: str, event: str = "accounts.signed-in"
) -> Any:
    """The person; or AuthenticationFailed; or, after too many tries, TooManyTries for any password.

    An unknown name, a wrong password and a person who was switched off look and last alike. Outside any
    transaction: the try is counted first, and stays counted.
    """
    counted = tries.counters(request, username)
    try:
        tries.count(counted)
    except tries.Full as full:
        raise TooManyTries(wait=tries.WITHIN) from full
    user = authenticate(request, username=username, password=password)
    if user is None:
        _record_failure(username)
        raise AuthenticationFailed(WRONG)
    tries.take_back(counted)
    audit.record(event, by=user)
    return user


def _record_failure(username: str) -> None:
    """In the person's chain; what was typed for a name that nobody has may be a password, and is not kept."""
    known = get_user_model().objects.filter(username=username).exists()
    audit.record(
        "accounts.sign-in-refused", by=None, chain=f"person:{username}" if known else "person:nobody"
    )


class SignIn(StrictSerializer):
    username = Text(max_length=150)
    password = serializers.CharField(max_length=500, trim_whitespace=False, write_only=True)


class TokenOut(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(DoorView):
    """Get a token for 12 hours. Send it as `Authorization: Token …`."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    described = {"post": Described(body=SignIn, answer=TokenOut, problems=(400, 401, 413, 415, 429))}

    def post(self, request: Request) -> Response:
        said = read_body(SignIn, self.data, request)
        user = check_credentials(request._request, **said)
        token, text = AuthToken.objects.create(user, expiry=LIVES)
        expires_at = token.expiry or timezone.now()
        return Response(TokenOut({"token": text, "expires_at": expires_at}).data)

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"
