"""The demo's places and people, for tests of what happens between them."""

from __future__ import annotations

from typing import Any

import pytest

from config import demo
from foundation.accounts.models import User
from foundation.outbox import relay
from tests.support import kept
from vetting.actions import checks
from vetting.models import Case

SEARCH = {"source": "Embassy files", "query": "as nominated", "results": 0}


@pytest.fixture
def people(db: Any, request: pytest.FixtureRequest) -> dict[str, User]:
    """Everybody of the demo, by username, in its two countries; no unit, no class, unless the test asks for
    one of those below."""
    world = next((name for name in ("restricted", "routed") if name in request.fixturenames), "people")
    kept.put(world, WORLDS[world])
    return {user.username: user for user in User.objects.select_related("organisation")}


@pytest.fixture
def routed(people: dict[str, User]) -> list[Case]:
    """The demo's class of five and their unit, screened and routed: the unit's case first."""
    return list(Case.objects.order_by("reference"))


@pytest.fixture
def restricted(people: dict[str, User]) -> list[Case]:
    """A register with one restricted subject, and the class, in which somebody nearly bears his name."""
    return list(Case.objects.order_by("reference"))


def _people() -> dict[str, User]:
    return demo.load_people(demo.load_places())


def _routed() -> None:
    demo.load_class(_people()["nominator"])
    relay.drain()


def _restricted() -> None:
    people = _people()
    demo.load_register(people["drl"])
    demo.load_class(people["nominator"])
    relay.drain()


WORLDS = {"people": _people, "routed": _routed, "restricted": _restricted}


def found_nothing(*usernames: str, people: dict[str, User]) -> None:
    """These people claim and complete every check that waits for them, finding nothing."""
    for username in usernames:
        while check := checks.claim_next(by=people[username]):
            checks.complete(check=check, finding="nothing-found", by=people[username], searches=[SEARCH])
