"""Many at one queue, over HTTP, on a web server of several processes: each check has one holder, or none.

The order of work is that of `checks.claim_next`: by the day results are needed, then by age.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial

import pytest
from knox.models import AuthToken

from foundation.accounts.models import User
from foundation.audit.models import Event
from tests.support.classes import a_person, screened
from tests.support.sizes import Size
from tests.support.web import AT_ONCE, Answer, Web, at_once
from vetting.days import add_working_days, today
from vetting.models import Check, CheckState, Queue

pytestmark = pytest.mark.django_db(transaction=True)

URGENCY = (40, 12, 25, 18)  # working days until the results of a class are needed
ALONE = 10  # checks taken one after the other, before the rest of a section comes


@dataclass(frozen=True)
class Vetter:
    user: User
    token: str
    web: Web

    def read(self, check: object) -> Answer:
        return self.web.ask(self.token, "GET", f"checks/{check}/")

    def act(self, check: object, act: str, read: str, body: object = None) -> Answer:
        return self.web.ask(self.token, "POST", f"checks/{check}/{act}/", body, If_Match=read)

    def next(self) -> Answer:
        return self.web.ask(self.token, "POST", "checks/next/")


def section(web: Web, like: User, many: int) -> list[Vetter]:
    """So many people with the roles of this one."""
    found = []
    for number in range(many):
        user = User.objects.create(username=f"vetter-{number}", name=f"Vetter {number}")
        user.groups.set(like.groups.all())
        found.append(Vetter(user, AuthToken.objects.create(user)[1], web))
    return found


def test_of_many_who_claim_one_check_one_has_it_and_the_others_are_told_who(
    web: Web, people: dict[str, User], size: Size
) -> None:
    many, rounds = size("vetters", gate=20, full=50), size("rounds", gate=5, full=100)
    vetters = section(web, people["section"], many)
    screened(1, by=people["nominator"])
    check = Check.objects.filter(queue__check_type="political").latest("opened_at").pk
    for _ in range(rounds):
        read = vetters[0].read(check).etag
        answers = at_once([partial(by.act, check, "claim", read) for by in vetters])
        [winner] = [by for by, answer in zip(vetters, answers, strict=True) if answer.status == 200]
        told = {(a.status, a.body["type"], a.body["detail"]) for a in answers if a.status != 200}
        assert told == {(409, "/problems/not-now", f"{winner.user.name} has claimed this.")}
        assert Check.objects.get(pk=check).claimed_by == winner.user
        released = winner.act(check, "release", winner.read(check).etag)
        assert released.status == 200
    assert events(check) == ["claimed", "released"] * rounds


def test_a_queue_is_drained_each_check_once_the_most_urgent_first(
    web: Web, people: dict[str, User], size: Size
) -> None:
    many, checks = size("vetters", gate=12, full=50), size("checks", gate=80, full=1_000)
    waiting = a_queue_of(checks, people)
    vetters = section(web, people["section"], many)
    alone = [vetters[0].next().body["id"] for _ in range(ALONE)]
    assert alone == waiting[:ALONE]

    answers = list(itertools.chain.from_iterable(at_once([lambda by=by: drained(by) for by in vetters])))

    assert {answer.status for answer in answers} == {200}
    claimed = [answer.body["id"] for answer in answers]
    assert sorted([*alone, *claimed]) == sorted(waiting)
    assert {by.next().status for by in vetters} == {204}
    claims = Check.objects.filter(state=CheckState.CLAIMED).values_list("pk", "claimed_by__username")
    holders = {str(check): holder for check, holder in claims}
    assert all(holders[answer.body["id"]] == answer.body["claimed_by"] for answer in answers)
    assert most_overtaken(waiting) < AT_ONCE, "a check was left lying while later ones were taken"


def drained(vetter: Vetter) -> list[Answer]:
    """Take the next until there is none; only 204 means that."""
    answers = []
    while (answer := vetter.next()).status != 204:
        answers.append(answer)
    return answers


def a_queue_of(checks: int, people: dict[str, User]) -> list[str]:
    """So many open checks of one post, of classes of several urgencies, in the order of work."""
    number = itertools.count(1)
    for days in URGENCY:
        rows = [a_person(next(number)) for _ in range(checks // len(URGENCY) // 2)]
        needed = add_working_days(today(), days).isoformat()
        screened(rows, by=people["nominator"], needed_by=needed)
    own = Check.objects.filter(state=CheckState.OPEN, queue__in=Queue.objects.worked_by(people["section"]))
    found = [str(pk) for pk in own.order_by("needed_by", "opened_at", "id").values_list("pk", flat=True)]
    assert len(found) >= checks
    return found


def most_overtaken(waiting: list[str]) -> int:
    """The most checks that were passed over, at one moment, for one that comes after them.

    While others are at work on a check it is passed over; so it may be as many as there are others at work.
    """
    place = {pk: at for at, pk in enumerate(waiting)}
    taken = Check.objects.filter(pk__in=waiting).order_by("claimed_at").values_list("pk", flat=True)
    places = [place[str(pk)] for pk in taken]
    return max(sum(later < at for later in places[n + 1 :]) for n, at in enumerate(places))


def events(check: object) -> list[str]:
    """What happened to it, in order."""
    actions = Event.objects.filter(object_id=str(check), action__startswith="vetting.check-").order_by("seq")
    return [action.removeprefix("vetting.check-") for action in actions.values_list("action", flat=True)]
