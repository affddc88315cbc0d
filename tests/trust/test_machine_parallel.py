"""Several people at once, on the same three cases, each in a thread and a connection of their own.

Afterwards the same invariants hold, and each case's events, in the order of their chain, are one way through
the diagram that ends where the case stands: what happened at once happened as if one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.acts import Act, why_not
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.etags import etag_of
from foundation.doors.serializers import read_body
from foundation.outbox import relay
from foundation.refused import Refused
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination
from tests.support.classes import screened
from tests.support.sizes import Size
from tests.support.world import found_nothing
from tests.trust import invariants
from tests.trust.machine_bodies import body_of
from tests.trust.machine_world import EDGES
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.days import today
from vetting.models import Case, Check

ARROWS = {(source, target) for source, target, _by in EDGES}
ACTORS = ("coordinator", "drl", "approver", "section", "legal")
THREADS = 3
LEFT_OUT = ("cancel", "return", "request-information")  # after them, only a nominator could go on

LEADS_TO = {
    "vetting.routed": "in-review",
    "vetting.returned": "returned",
    "vetting.asked": "rfi",
    "vetting.suspended": "suspended",
    "vetting.resumed": "in-review",
    "vetting.cleared": "cleared",
    "vetting.withheld": "withheld",
    "vetting.barred": "barred",
    "vetting.cancelled": "cancelled",
    "vetting.recalled": "recalled",
    "vetting.reopened": "in-review",
}
CLOSES = ("signing.returned", "signing.withdrawn", "signing.overtaken")


@pytest.mark.django_db(transaction=True)
def test_what_happens_at_once_happens_one_after_the_other(
    people: dict[str, User], size: Size, seed: int
) -> None:
    histories, acts = size("histories", gate=3, full=200), size("acts each", gate=8, full=12)
    invariants.prepare()
    done = 0
    for number in range(histories):
        nomination = screened(2, by=people["nominator"])
        if number % 3:
            found_nothing("section", "drl", people=people)
        cases = [case.pk for case in nomination.cases.order_by("reference")]
        with ThreadPoolExecutor(THREADS) as pool:
            chances = [Random(f"{seed} {number} {thread}") for thread in range(THREADS)]
            done += sum(pool.map(_busy, [cases] * THREADS, [acts] * THREADS, chances))
        relay.drain()
        assert not invariants.broken(today()), f"history {number} of seed {seed}"
        assert not [wrong for case in Case.objects.filter(pk__in=cases) for wrong in _unlawful(case)]
    size.note(f"{done:,} acts done by {THREADS} at once")
    assert done > histories


def _busy(cases: list[Any], acts: int, random: Random) -> int:
    """One person after another does something to one of these cases. How many acts were done."""
    try:
        return sum(_one(random.choice(cases), random) for _ in range(acts))
    finally:
        connection.close()


def _one(case: Any, random: Random) -> bool:
    acts, thing = _thing(case, random)
    if thing is None:
        return False
    act = acts[random.choice([name for name in acts if name not in LEFT_OUT])]
    by = _somebody(act, thing, random)
    request: Any = SimpleNamespace(user=by, GET={})
    said, read = body_of(act.body, thing, random), etag_of(thing, by) or ""
    asking = Asking(
        act=act,
        by=by,
        thing=thing,
        body=lambda: read_body(act.body, said, request, thing=thing) if act.body else {},
        answer=lambda thing, result: None,
        fresh=lambda: True,
        read=(lambda: read) if act.reads else None,
    )
    try:
        carry_out(asking)
    except Refused:
        return False
    return True


def _somebody(act: Act, thing: Any, random: Random) -> User:
    """Mostly somebody who may, as far as one could see before the others moved."""
    people = list(User.objects.filter(username__in=ACTORS).order_by("username"))
    random.shuffle(people)
    entitled = (person for person in people if why_not(act.check, person, thing) is None)
    return next(entitled, people[0]) if random.random() < 0.9 else people[0]


def _thing(case: Any, random: Random) -> tuple[Any, Any]:
    what = random.random()
    if what < 0.3:
        waiting = Determination.objects.open().filter(target=f"vetting.case:{case}")
        if determination := waiting.first():
            return DETERMINATION_ACTS, determination
    if what < 0.5:
        checks: Callable[..., Any] = Check.objects.select_related("case", "queue").filter
        if found := list(checks(case=case, state__in=("open", "claimed"))):
            return CHECK_ACTS, random.choice(found)
    return CASE_ACTS, Case.objects.get(pk=case)


def _unlawful(case: Case) -> Iterator[str]:
    """Where the chain of its events leaves the diagram, or ends elsewhere than the case."""
    at = "screening"
    kinds = dict(Determination.objects.filter(target=f"vetting.case:{case.pk}").values_list("pk", "kind"))
    about = {str(case.pk), *(str(pk) for pk in kinds)}
    for event in Event.objects.filter(chain=case.audit_chain, object_id__in=about).order_by("seq"):
        to = LEADS_TO.get(event.action, "")
        if event.action == "signing.recommended":
            to = next(f"{kind}-recommended" for pk, kind in kinds.items() if str(pk) == event.object_id)
        elif event.action in CLOSES and at.endswith("-recommended"):
            to = "in-review"
        if to and (at, to) not in ARROWS:
            yield f"{case}: {at} → {to} by {event.action}"
        at = to or at
    if at != case.status:
        yield f"{case}: its events end {at}, it stands {case.status}"
