"""Everybody who asks: each role here and elsewhere, some of both, and those who can prove nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from config import roles
from foundation.accounts.models import User
from tests.support import people
from tests.trust.grid_asking import Proof
from tests.trust.grid_rows import CLOSED, EVERYWHERE, HERE, NEAR, NONE, OWN, THERE, Held, Person

PLACE_OF = {"nominator": "organisation", "section": "post"}  # the others hold a country
ALONE = ("job", "import", "kept")  # what nobody but its owner reaches
# Who has taken, recommended or nominated what is their own.
TOOK = {"section": {("check", OWN)}, "drl": {("case", OWN), ("determination", OWN)}}


def _at(role: str, country: str) -> Held:
    kind = PLACE_OF.get(role, "")
    return Held(role, f"{kind} {country}" if kind else country)


def _both(role: str, other: str) -> Person:
    return Person(f"{role} here, {other} elsewhere", (_at(role, "XA"), _at(other, "XB")))


def _one(role: str, where: str, country: str, which: str) -> Person:
    owns = {(kind, which) for kind in ALONE} if role == "nominator" else set()
    took = TOOK.get(role, set()) if which == HERE else set()
    return Person(f"{role} {where}", (_at(role, country),), owns=frozenset(owns | took))


PEOPLE = [
    Person("signed out", session=False, token=False),
    Person("disabled", (Held("drl", EVERYWHERE),), valid=False),
    Person("expired", (Held("drl", EVERYWHERE),), valid=False),
    Person("no role"),
    *(_one(role, "here", "XA", HERE) for role in roles.ROLES),
    *(_one(role, "elsewhere", "XB", THERE) for role in roles.ROLES),
    *(
        Person(f"{role} everywhere", (Held(role, EVERYWHERE),))
        for role in ("drl", "approver", "cspa", "auditor", "admin")
    ),
    Person(
        "recommender",
        (Held("drl", EVERYWHERE),),
        owns=frozenset(("determination", which) for which in (HERE, THERE, CLOSED)),
    ),
    Person("coordinator of a second post", (Held("coordinator", "second post XA"),)),
    Person("section of a second post", (Held("section", "second post XA"),)),
    Person("nominator of a second organisation", (Held("nominator", "second organisation XA"),)),
    _both("coordinator", "approver"),
    _both("approver", "coordinator"),
    _both("section", "drl"),
    _both("nominator", "section"),
    Person("with a token only", (_at("coordinator", "XA"),), session=False),
    Person("with a session only", (_at("coordinator", "XA"),), token=False),
]
# A short run asks these of everything here, and draws the rest.
ALWAYS = {"nominator here", "coordinator here", "section here", "drl here", "approver here", "admin here"}
# And these of their own and of what stands nearest; somebody of the next post, of what is hidden there.
NEARBY = {"section here": (OWN, NEAR), "drl here": (OWN,)}
NEXT_DOOR = {"section of a second post": (HERE, NONE)}
# Where it does not matter who reaches what (a method of no row), not everybody need ask.
FEW = {"signed out", "nominator here", "section here"}
SOME = FEW | {"disabled", "no role", "coordinator here", "admin here", "drl elsewhere", "auditor everywhere",
              "with a token only"}  # fmt: skip


def named(name: str) -> Person:
    return next(each for each in PEOPLE if each.name == name)


def make(places: Mapping[str, Any]) -> dict[str, User]:
    """By the name they have here. `places`: "XA", "post XA", … → the place."""
    return {each.name: _make(each, places) for each in PEOPLE}


def _make(person: Person, places: Mapping[str, Any]) -> User:
    username = person.name.replace(" ", "-").replace(",", "")
    user = User.objects.create(username=username, name=person.name.capitalize())
    for held in person.held:
        place = None if held.at == EVERYWHERE else places[held.at]
        if held.role == "nominator":
            user.organisation = place
            user.save()
        roles.hold(user, held.role, place)
    return user


def prove(users: Mapping[str, User]) -> dict[str, Proof]:
    """What each of them carries; then the disabled are disabled, and the expired run out."""
    found = {each.name: _proof(each, users[each.name]) for each in PEOPLE}
    User.objects.filter(pk=users["disabled"].pk).update(is_active=False)
    past = timezone.now() - dt.timedelta(minutes=1)
    AuthToken.objects.filter(user=users["expired"]).update(expiry=past)
    Session.objects.filter(pk=found["expired"].session).update(expire_date=past)
    return found


def _proof(person: Person, user: User) -> Proof:
    client = Client()
    if person.session:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value if person.session else ""
    return Proof(session, people.Caller(user).token if person.token else "")
