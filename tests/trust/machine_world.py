"""A small world that is driven: people with roles that come and go, a clock that goes only forward.

Whatever is done goes through the acts as every door does it; before and after are compared, and whatever an
invariant has against it is told with the whole history.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, ClassVar

import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django_fsm.signals import post_transition

from config import demo, roles
from foundation.accounts.models import User
from foundation.doors.acts import Act
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.etags import etag_of
from foundation.doors.serializers import read_body
from foundation.outbox import relay, slots
from foundation.refused import NotNow, NotYours, Refused
from tests.support.classes import a_person, a_unit, screened
from tests.support.world import found_nothing
from tests.trust import invariants, moved, steps
from tests.trust.machine_bodies import body_of, case_of
from vetting.models import Case

BEGINS = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)  # a Monday
PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
ARROW = re.compile(r"^ +(\w+) --> (\w+): (.+)$", re.MULTILINE)

MORE_PEOPLE = (
    ("section3", "section", "post XA"),
    ("coordinator2", "coordinator", "country XB"),
    ("drl3", "drl", ""),
    ("approver3", "approver", ""),
)


def edges() -> set[tuple[str, str, str]]:
    """(from, to, by) as the page draws them."""
    return {
        (source.replace("_", "-"), target.replace("_", "-"), by.replace(" ", "_"))
        for source, target, by in ARROW.findall(PAGE.read_text())
    }


EDGES = edges()
# One transaction takes a case through screening: there nobody can act on it.
NEVER_SEEN = {("screening", "returned"), ("screening", "cancelled")}
ARROWS = {(source, target) for source, target, _by in EDGES} - NEVER_SEEN


class Violated(AssertionError):
    """Told as it was met first: ids are drawn anew when hypothesis tries a history again."""

    first: ClassVar[str] = ""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        Violated.first = Violated.first or told


def populate() -> None:
    """What every example begins with: everybody, in both countries (one of them both recommends and
    approves), the register, a class with all its checks done and one just routed in each country."""
    with time_machine.travel(BEGINS - dt.timedelta(days=1), tick=False):
        places = demo.load_places()
        people = demo.load_people(places)
        for username, role, where in MORE_PEOPLE:
            someone = User.objects.create(username=username, name=username.title())
            roles.hold(someone, role, places[where])
        roles.hold(people["drl2"], "approver", places["country XB"])
        demo.load_register(people["drl"])
        for by, country, law, first in (("nominator", "XA", "FAA", 1), ("nominator2", "XB", "DOD", 4)):
            program = {"FAA": "INCLE", "DOD": "333"}[law]
            who: tuple[str, ...] = {"XA": ("section", "drl"), "XB": ("section2", "drl2")}[country]
            for rows in (_rows(first, country), _rows(first + 2, country)):
                screened(rows, by=people[by], country=country, program=program, law=law)
                found_nothing(*who, people=people)
                who = ()


def _rows(number: int, country: str) -> list[dict[str, Any]]:
    """One of them bears nearly a restricted person's name, and the unit that of a known unit."""
    unit = a_unit(number, name="14th Border Battalion")
    nearly = a_person(number + 1, unit=unit, nationality=country, role="alternate")
    return [a_person(number, unit=unit, nationality=country), nearly | {"name": {"full": "Branka Olmerin"}}]


class World:
    """One example's. Everything it does is one transaction, rolled back when it is over."""

    def __init__(self, seen: Counter[Any]) -> None:
        self.now = BEGINS
        self.history: list[str] = []
        self.seen = seen  # across examples: (status, act), (from, to), done and refused
        self.edges: list[tuple[str, str, str, str]] = []
        self.people: list[User] = []
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        post_transition.connect(self._moved, sender=Case)
        self.state = steps.snapshot()
        self.people = self.people_at_first()

    def close(self) -> None:
        post_transition.disconnect(self._moved, sender=Case)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        settings.SEALS.unlink(missing_ok=True)  # it would be ahead of the database now

    def forget_people(self) -> None:
        """A person's grants are kept on the object that a request has: a change needs fresh ones."""
        self.people = list(User.objects.order_by("username"))

    @staticmethod
    @cache
    def people_at_first() -> list[User]:
        return list(User.objects.order_by("username"))

    def _moved(self, *, instance: Case, name: str, source: str, target: str, **_: Any) -> None:
        self.edges.append((str(instance.pk), str(source), str(target), name))

    # --- doing ---

    def somebody(self, act: Act, thing: Any, random: Random) -> User:
        """Two times in three somebody entitled, where there is anybody; else whoever it may be."""
        entitled = self.entitled(act, thing, random) if random.random() < 0.67 else None
        return entitled or random.choice(self.people)

    def entitled(self, act: Act, thing: Any, random: Random) -> User | None:
        shuffled = random.sample(self.people, len(self.people))
        return next((person for person in shuffled if self.may(act, person, thing)), None)

    def may(self, act: Act, person: User, thing: Any, *, now: bool = False) -> bool:
        """Entitled; and, where `now` is asked, possible as well."""
        try:
            act.check(person, thing)
        except NotNow:
            return not now
        except Refused:
            return False
        return True

    def act(self, act: Act, thing: Any, by: User, random: Random, body: dict[str, Any] | None = None) -> bool:
        """Through the act as the doors do it, by a person as they stand now. Whether it was done."""
        by = User.objects.get(pk=by.pk)
        said = body_of(act.body, thing, random) if body is None else body
        request = SimpleNamespace(user=by, GET={}, data=said)
        read = etag_of(thing, by) if thing is not None else None
        if random.random() < 0.03:
            read = '"not what stands there"'
        about = case_of(thing)
        asking = Asking(
            act=act,
            by=by,
            thing=thing,
            body=lambda: read_body(act.body, said, request, thing=thing) if act.body else {},  # type: ignore[arg-type]
            answer=lambda thing, result: result,
            fresh=lambda: True,
            read=(lambda: read or "") if act.reads else None,
        )
        on = act.noun or "nothing"
        status = about.status if about else "none"
        done = self.step(act.name, lambda: carry_out(asking), by=by, on=on, thing=thing, said=said)
        self.seen["pair", on, act.name, status, done] += 1
        return done

    def work(self, what: str, do: Callable[[], Any], said: object = "") -> bool:
        """What workers and the clock do."""
        return self.step(what, do, by=None, on="", thing=None, said=said)

    def step(
        self, act: str, do: Callable[[], Any], *, by: User | None, on: str, thing: Any, said: object
    ) -> bool:
        self.now += dt.timedelta(seconds=1)
        self.edges.clear()
        before, answer = self.state, "done"
        with time_machine.travel(self.now, tick=False):
            try:
                with transaction.atomic():
                    do()
            except Refused as refused:
                kind = "not yours" if isinstance(refused, NotYours) else "refused"
                answer = f"{kind}: {refused.sentence}"
                self.edges.clear()
            except (DatabaseError, AssertionError, LookupError, TypeError, ValueError) as error:
                self._say(act, by, thing, said, f"{type(error).__name__}: {error}")
                raise Violated(self.told([f"{type(error).__name__}: {error}"])) from error
        self._say(act, by, thing, said, answer)
        self.state = steps.snapshot()
        self._judge(act, on, by, thing, before, refused=answer != "done")
        return answer == "done"

    def _judge(
        self, act: str, on: str, by: User | None, thing: Any, before: steps.Snapshot, *, refused: bool
    ) -> None:
        about = thing and case_of(thing)
        events, facts = ([], []) if refused else steps.told_since(before)
        step = steps.Step(
            act=act,
            on=on,
            by=str(by.pk) if by else "",
            refused=refused,
            day=self.now.date(),
            before=before,
            after=self.state,
            edges=tuple(self.edges),
            case=str(about.pk) if about else "",
            events=events,
            facts=facts,
        )
        for _case, source, target, _by in self.edges:
            self.seen["edge", source, target] += 1
        self.seen["refused" if refused else "done"] += 1
        found = moved.broken(step, EDGES)
        if not refused:
            found += invariants.broken(step.day)
        if found:
            raise Violated(self.told(found))

    # --- telling ---

    def _say(self, act: str, by: User | None, thing: Any, said: object, answer: str) -> None:
        who = by.username if by else "the house"
        self.history.append(
            f"{self.now:%d %b %H:%M:%S}  {who:13} {act:19} {_named(thing):44} {said or ''}  → {answer}"
        )

    def told(self, found: Iterable[str]) -> str:
        """What was violated, and the history that led there."""
        cases = [
            f"  {row['reference']} {row['kind']:10} {row['status']:20} version {row['version']}  {pk}"
            for pk, row in sorted(self.state["vetting_case"].items(), key=lambda each: each[1]["reference"])
        ]
        return "\n".join(["", *found, "", "What was done:", *self.history, "", "The cases:", *cases])

    # --- the house's own work ---

    def at_the_time(self) -> time_machine.travel:
        return time_machine.travel(self.now, tick=False)

    def drain(self) -> None:
        self.work("deliver", relay.drain)

    def wait(self, hours: float) -> None:
        """Time goes by; what is due by then is run and delivered."""
        self.now += dt.timedelta(hours=hours)
        self.work("wait", slots.run_due, f"{hours:g} h")
        self.drain()


def _named(thing: Any) -> str:
    if thing is None:
        return ""
    about = case_of(thing)
    told = f"{type(thing).__name__.lower()} {thing}" if not isinstance(thing, Case) else f"case {thing}"
    return f"{told[:24]} of {about}, {about.status}" if about and about is not thing else told[:60]
