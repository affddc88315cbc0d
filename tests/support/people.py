"""People with a role at a place, made the way the house makes them; and people who call."""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.test import Client
from knox.models import AuthToken

from config import roles
from foundation.accounts.models import Country, Organisation, Post, User

API = "/api/v1/"
_numbers = itertools.count(1)


def person(role: str, at: Country | Post | Organisation | None = None, username: str = "") -> User:
    """Somebody who holds this role at this place, or (None) everywhere."""
    username = username or f"{role}-{next(_numbers)}"
    someone = User.objects.create(username=username, name=username.title(), email=f"{username}@tests.invalid")
    if isinstance(at, Organisation):
        someone.organisation = at
        someone.save()
    roles.hold(someone, role, at)
    return User.objects.get(pk=someone.pk)


def organisation(name: str = "Kestrel Institute", country: str = "XA") -> Organisation:
    """A nominating organisation more; the demo's places must be there."""
    made = Organisation.objects.create(name=name)
    made.countries.add(country)
    return made


class Caller:
    """Somebody with a token. `post` sends JSON; a dict with a file in it goes as a form."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.token = AuthToken.objects.create(user)[1]

    def get(self, address: str, **headers: str) -> Any:
        return Client().get(self._url(address), headers=self._headers(headers))

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        sent = {"data": json.dumps({} if body is None else body), "content_type": "application/json"}
        return Client().post(self._url(address), **sent, headers=self._headers(headers))

    def send(self, address: str, form: dict[str, Any], **headers: str) -> Any:
        """multipart/form-data."""
        return Client().post(self._url(address), form, headers=self._headers(headers))

    def _url(self, address: str) -> str:
        return address if address.startswith(("/", "http")) else API + address

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Token {self.token}", **named}


def key() -> dict[str, str]:
    """A fresh Idempotency-Key, to be spread into a call."""
    return {"Idempotency_Key": f"key-{next(_numbers)}"}


def codes(response: Any) -> list[str]:
    return [problem["code"] for problem in response.json()["errors"]]


def pointers(response: Any) -> list[tuple[str | None, str]]:
    return [(problem.get("pointer"), problem["code"]) for problem in response.json()["errors"]]
