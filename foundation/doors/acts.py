"""A domain action as pages and calls see it: its name, who may when, what it takes, what it answers.

The action itself is a function of the room's `actions`; an `Act` describes it once for every door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.serializers import BaseSerializer

from foundation.refused import NotNow, NotYours

Check = Callable[[Any, Any], None]  # check(user, thing): returns, or raises NotYours or NotNow


@dataclass(frozen=True)
class Act:
    """`run(**{noun: thing}, by=user, **body)`; an act on nothing that exists yet has no noun."""

    name: str
    check: Check
    run: Callable[..., Any]
    noun: str = ""
    body: type[BaseSerializer[Any]] | None = None
    answers: int = 200
    answer: type[BaseSerializer[Any]] | None = None  # shows what `run` returned, where that is not the thing
    label: str = ""
    conditional: bool = True  # changes the thing, so the caller says which version was read
    reads: bool = False  # compares what was read itself: run(read=…), nothing locked before it
    remembered: bool = True  # the answer may be kept under an Idempotency-Key
    fresh: bool = False  # signs or unmasks: a browser's session alone is not enough

    @property
    def words(self) -> str:
        return self.label or self.name.replace("-", " ").capitalize()

    def do(self, thing: Any, *, by: Any, body: Mapping[str, Any], read: str | None = None) -> Any:
        on = {self.noun: thing} if self.noun else {}
        reads = {"read": read} if self.reads else {}
        return self.run(**on, **reads, by=by, **body)


@dataclass(frozen=True)
class Offer:
    """An act as offered to one person on one thing; `why_not` is None where it is allowed."""

    act: Act
    why_not: str | None

    @property
    def allowed(self) -> bool:
        return self.why_not is None


class Acts(Mapping[str, Act]):
    """All acts there are for one kind of thing, by name, in the order in which they are shown."""

    def __init__(self, *acts: Act) -> None:
        self._acts = {act.name: act for act in acts}
        if len(self._acts) != len(acts):
            raise ValueError("Two acts have the same name.")

    def __getitem__(self, name: str) -> Act:
        return self._acts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._acts)

    def __len__(self) -> int:
        return len(self._acts)

    def offered(self, user: Any, thing: Any) -> list[Offer]:
        return [Offer(act, why_not(act.check, user, thing)) for act in self.values()]


def why_not(check: Check, user: Any, thing: Any) -> str | None:
    """None where the check passes, else the sentence that disables the button and explains it."""
    try:
        check(user, thing)
    except (NotYours, NotNow) as refused:
        return refused.sentence
    return None


def actions_for(user: Any, thing: Any, acts: Acts) -> list[dict[str, Any]]:
    """`[{name, allowed, why_not}]`, as the contract has it."""
    return [
        {"name": offer.act.name, "allowed": offer.allowed, "why_not": offer.why_not}
        for offer in acts.offered(user, thing)
    ]
