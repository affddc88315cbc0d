"""The kinds of claim there are, told at start-up by the rooms that make them; this room knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from foundation.accounts.models import User


@dataclass(frozen=True)
class Found:
    """A claim as it is named to a reader: a label without anything protected, and its page if it has one."""

    label: str
    url: str = ""


# find(user, ids) → of these claims, those that the user reads.
Find = Callable[[User, Iterable[UUID]], Mapping[UUID, Found]]


@dataclass(frozen=True)
class Claims:
    kind: str
    noun: str
    find: Find


_claims: dict[str, Claims] = {}


def register_claim(kind: str, *, noun: str, find: Find) -> None:
    if kind in _claims:
        raise ValueError(f"There is a kind of claim called {kind!r} already.")
    _claims[kind] = Claims(kind, noun, find)


def kinds_of_claim() -> dict[str, Claims]:
    return dict(_claims)
