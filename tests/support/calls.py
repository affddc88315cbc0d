"""Somebody who calls the API with a token of their own."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from knox.models import AuthToken

from foundation.accounts.models import User

API = "/api/v1/"


class Caller:
    """`caller.get("cases/")`; headers by keyword: `If_Match='"3"'`."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.token = AuthToken.objects.create(user)[1]

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(
            method,
            API + address,
            json.dumps(body) if body is not None else "",
            "application/json",
            headers={"Authorization": f"Token {self.token}", **names},
        )

    def get(self, address: str, **headers: str) -> Any:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self("POST", address, body, **headers)

    def act(self, address: str, act: str, body: Any = None) -> Any:
        """Read the thing, and do to it what was read."""
        return self.post(f"{address}{act}/", body or {}, If_Match=self.get(address).get("ETag", ""))


def sentences(response: Any) -> list[str]:
    return [problem["detail"] for problem in response.json()["errors"]]


def offer(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the `actions` of a representation."""
    return next(each for each in answer["actions"] if each["name"] == name)
