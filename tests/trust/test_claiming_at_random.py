"""Claims, releases, findings and roles taken away at random, all at once, over HTTP.

At every moment a check has one holder or none, and the holder is entitled to it. Two witnesses: the record of
events, read when all is over; and plain SQL that looks all the while, as the superuser.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.contrib.auth.models import Group

from config import roles
from foundation.accounts import actions as accounts
from foundation.accounts.models import Post, User
from foundation.audit.models import Event
from tests.support.classes import a_person, screened
from tests.support.sizes import Size
from tests.support.web import Answer, Web, at_once
from tests.trust.test_claiming import Vetter, section
from vetting.models import Check, CheckState, Finding

pytestmark = pytest.mark.django_db(transaction=True)

VETTERS = 6
POLITE = {200, 204, 403, 404, 409, 412}
FOUND_NOTHING = {"finding": "nothing-found", "searches": [{"source": "Files", "query": "x", "results": 0}]}
# Held by somebody who is not in the section: one statement sees one moment.
UNENTITLED = """
SELECT c.id FROM vetting_check c WHERE c.state = 'claimed' AND NOT EXISTS (
    SELECT FROM accounts_user_groups g WHERE g.user_id = c.claimed_by_id AND g.group_id = %s)
"""


class Chance:
    """One vetter's acts, chosen by a seed of their own; `said` is what they were answered."""

    def __init__(self, vetter: Vetter, checks: list[str], seed: int) -> None:
        self.vetter, self.checks, self.random = vetter, checks, random.Random(seed)
        self.said: list[Answer] = []

    def acts(self, times: int) -> list[Answer]:
        for _ in range(times):
            act = self.random.choices([self.claim, self.next, self.release, self.complete], [5, 3, 4, 1])[0]
            self.said.append(act())
        return self.said

    def claim(self) -> Answer:
        return self._act("claim", self.random.choice(self.checks))

    def next(self) -> Answer:
        return self.vetter.next()

    def release(self) -> Answer:
        return self._act("release", self._mine())

    def complete(self) -> Answer:
        return self._act("complete", self._mine(), FOUND_NOTHING)

    def _act(self, act: str, check: str, body: object = None) -> Answer:
        read = self.vetter.read(check)
        return self.vetter.act(check, act, read.etag, body) if read.status == 200 else read

    def _mine(self) -> str:
        """One I hold, as far as I know; now and then one that is anybody's."""
        web, token = self.vetter.web, self.vetter.token
        mine = [
            each["id"]
            for each in web.ask(token, "GET", "checks/?state=claimed").body.get("results", ())
            if each["claimed_by"] == self.vetter.user.username
        ]
        return self.random.choice(mine or self.checks)


def test_at_every_moment_one_holder_or_none_and_entitled(
    web: Web, people: dict[str, User], size: Size, seed: int
) -> None:
    rounds = size("acts", gate=60, full=1_000)
    vetters = section(web, people["section"], VETTERS)
    people_there = rounds // 8 + 5  # findings use checks up
    for start in range(0, people_there, 40):
        rows = [a_person(start + n) for n in range(1, 41)]
        screened(rows[: people_there - start], by=people["nominator"])
    checks = [str(pk) for pk in Check.objects.filter(queue__post__country="XA").values_list("pk", flat=True)]
    group = people["section"].groups.get()
    chances = [Chance(each, checks[:12], seed + n) for n, each in enumerate(vetters)]

    over = threading.Event()
    watch = Watch(UNENTITLED, group.pk)
    acting: list[Callable[[], Any]] = [lambda each=each: each.acts(rounds // VETTERS) for each in chances]
    asides: list[Callable[[], Any]] = [
        lambda: taking_roles(vetters, group, random.Random(seed), over),
        lambda: watch.until(over),
    ]
    count = Countdown(len(acting), over)
    at_once([*(count.after(each) for each in acting), *asides])

    said = [answer for each in chances for answer in each.said]
    assert {answer.status for answer in said} <= POLITE, web.last_lines()
    assert watch.looked > rounds // 10
    assert watch.seen == set(), "somebody held a check who was not entitled to it"
    holders = {check: holder_by_the_record(check) for check in checks}
    claimed = Check.objects.filter(state=CheckState.CLAIMED).select_related("claimed_by")
    assert {str(each.pk): each.claimed_by.username for each in claimed} == {
        check: holder for check, holder in holders.items() if holder
    }
    size.note(f"{sum(answer.status == 200 for answer in said)} done, {watch.looked} looks")


def taking_roles(vetters: list[Vetter], group: Group, chance: random.Random, over: threading.Event) -> None:
    """Somebody loses the section's role, and has it back a little later."""
    post = Post.objects.get(country="XA")
    while not over.is_set():
        user = chance.choice(vetters).user
        accounts.take_from_group(user=user, group=group, by=None)
        time.sleep(chance.uniform(0, 0.05))
        roles.hold(user, "section", post)


def holder_by_the_record(check: str) -> str | None:
    """Who holds it last. Fails where two claimed it with no release between, or one completed another's."""
    holder = None
    found = Event.objects.filter(object_id=check, action__startswith="vetting.check-").order_by("seq")
    for action, actor in found.values_list("action", "actor"):
        if action == "vetting.check-claimed":
            assert holder is None, f"{actor} claimed what {holder} held"
            holder = actor
        else:
            assert actor in (holder, "system"), f"{actor} ended the claim of {holder}"
            holder = None
    for finding in Finding.objects.filter(check_done=check).select_related("by", "check_done__claimed_by"):
        assert finding.by == finding.check_done.claimed_by
    return holder


class Watch:
    """Asks the database over and over, on a connection of its own."""

    def __init__(self, sql: str, *values: object) -> None:
        self.sql, self.values = sql, values
        self.looked, self.seen = 0, set[str]()

    def until(self, over: threading.Event) -> None:
        connection = psycopg2.connect(os.environ["DATABASE_SUPERUSER_URL"])
        connection.autocommit = True
        with connection.cursor() as cursor:
            while not over.is_set():
                cursor.execute(self.sql, self.values)
                self.seen |= {str(row[0]) for row in cursor.fetchall()}
                self.looked += 1
                time.sleep(0.005)
        connection.close()


class Countdown:
    """Says that it is over when the last of so many calls is."""

    def __init__(self, left: int, over: threading.Event) -> None:
        self.left, self.over, self.lock = left, over, threading.Lock()

    def after(self, call: Callable[[], Any]) -> Callable[[], Any]:
        def counted() -> Any:
            try:
                return call()
            finally:
                with self.lock:
                    self.left -= 1
                    if not self.left:
                        self.over.set()

        return counted
