"""The demo's people as callers of the API, who act on what they have just read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from tests.support import people as somebody


class Caller(somebody.Caller):
    def act(self, address: str, act: str, body: Any = None) -> Any:
        """Read the thing, and do to it what was read."""
        return self.post(f"{address}{act}/", body, If_Match=self.get(address).get("ETag", ""))


@pytest.fixture
def call(people: dict[str, User]) -> Callable[[str], Caller]:
    """`call("drl")` is the demo's drl, with a token."""
    callers: dict[str, Caller] = {}

    def caller(username: str) -> Caller:
        if username not in callers:
            callers[username] = Caller(people[username])
        return callers[username]

    return caller


def sentences(response: Any) -> list[str]:
    return [problem["detail"] for problem in response.json()["errors"]]


def offer(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the `actions` of a representation."""
    return next(each for each in answer["actions"] if each["name"] == name)
