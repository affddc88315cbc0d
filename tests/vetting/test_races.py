"""Two at once: one wins, and the other is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from config import demo
from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.refused import Refused
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from tests.support.evidence import credible
from vetting.actions import checks, decide
from vetting.models import Case, Check, Movement, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each call answered or refused, all released at one barrier."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return call()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_many_who_claim_one_check_one_has_it(people: dict[str, User], routed: list[Case]) -> None:
    check = Check.objects.filter(queue__check_type="political").first()
    vetters = [twin(people["section"], number) for number in range(12)]
    answers = at_once([lambda by=by: checks.claim(check=check, by=by) for by in vetters])
    winners = [each for each in answers if isinstance(each, Check)]
    assert len(winners) == 1
    assert Check.objects.get(pk=check.pk).claimed_by == winners[0].claimed_by
    assert all("has claimed this" in each.sentence for each in answers if isinstance(each, Refused))


def test_a_queue_is_drained_each_check_once(people: dict[str, User], routed: list[Case]) -> None:
    waiting = Check.objects.filter(state="open", queue__post__country="XA").count()
    vetters = [twin(people["section"], number) for number in range(waiting + 4)]
    answers = at_once([lambda by=by: checks.claim_next(by=by) for by in vetters])
    claimed = [each.pk for each in answers if each is not None]
    assert len(claimed) == len(set(claimed)) == waiting


def test_a_check_that_another_is_at_is_passed_over_and_not_waited_for(
    people: dict[str, User], routed: list[Case]
) -> None:
    first, second = Check.objects.worked_by(people["section"]).order_by("needed_by", "opened_at", "id")[:2]
    at_it, go_on = threading.Event(), threading.Event()

    def linger() -> None:
        with transaction.atomic():
            Check.objects.select_for_update(no_key=True).get(pk=first.pk)
            at_it.set()
            assert go_on.wait(20)

    def take() -> Check | None:
        assert at_it.wait(20)
        try:
            return checks.claim_next(by=people["section"])
        finally:
            go_on.set()

    assert at_once([linger, take])[1] == second
    assert checks.claim_next(by=people["section"]) == first


def test_of_two_approvers_one_signs(people: dict[str, User], routed: list[Case]) -> None:
    determination = decide.recommend_withhold(
        case=routed[-1],
        grounds="gvhr",
        basis="What was reported.",
        allegations=credible(routed[-1].subject, people["drl"]),
        by=people["drl"],
    )
    second = twin(people["approver"], 2)
    answers = at_once(
        [
            lambda by=by: signing.approve(determination, read=determination.digest, by=by)
            for by in (people["approver"], second)
        ]
    )
    assert sum(isinstance(each, Determination) for each in answers) == 1
    assert Restriction.objects.count() == 1
    assert Case.objects.get(pk=routed[-1].pk).status == Status.WITHHELD


def test_a_signature_and_a_withdrawal_do_not_both_happen(people: dict[str, User], routed: list[Case]) -> None:
    case, drl = routed[-1], people["drl"]
    for _ in range(5):
        determination = decide.recommend_withhold(
            case=case, grounds="non-hr", basis="What was reported.", by=drl
        )
        answers = at_once(
            [
                lambda d=determination: signing.return_(
                    d, read=d.digest, reason="More.", by=people["approver"]
                ),
                lambda d=determination: signing.withdraw(d, read=d.digest, reason="Wrong.", by=drl),
            ]
        )
        assert sum(isinstance(each, Determination) for each in answers) == 1
        assert Case.objects.get(pk=case.pk).status == Status.IN_REVIEW


def test_two_workers_route_a_case_once(people: dict[str, User]) -> None:
    demo.load_class(people["nominator"])
    at_once([relay.drain, relay.drain, relay.drain])
    cases = Case.objects.all()
    assert {case.status for case in cases} == {Status.IN_REVIEW}
    assert Movement.objects.count() == Movement.objects.values("case", "queue").distinct().count() == 11


def twin(user: User, number: int) -> User:
    """Another person with the same roles."""
    other = User.objects.create(username=f"{user.username}-{number}", name=f"{user.name} {number}")
    other.groups.set(user.groups.all())
    return other
