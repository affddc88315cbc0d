"""Who is calling: a token in a header, or the browser's own session."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

WELL_FORMED = re.compile(rb"[0-9a-f]{32,128}")


class Token(TokenAuthentication):
    """`Authorization: Token …`. One query; what is wrong with a token is not said."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, AuthToken]:
        found = self._find(token) if WELL_FORMED.fullmatch(token) else None
        if found is None or (found.expiry and found.expiry < timezone.now()) or not found.user.is_active:
            raise AuthenticationFailed("This token is not valid, or no longer. Get a new one at auth/token/.")
        return found.user, found

    def _find(self, token: bytes) -> AuthToken | None:
        text = token.decode("ascii")
        digest = hash_token(text)
        near = AuthToken.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
        return next((each for each in near if compare_digest(each.digest, digest)), None)


class Session(SessionAuthentication):
    """The browser's session, with its CSRF token on everything that writes. Signed out is 401, not 403."""

    def authenticate_header(self, request: Any) -> str:
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "“Token ” and the token that auth/token/ gave you.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = Session
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
