"""What a page costs the database: bounded, and no more for twenty rows than for two."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from tests.support.classes import screened
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser
from vetting.actions import cases, checks, decide
from vetting.models import Case, Check, Nomination, Queue

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
LIST, ONE = 12, 33  # of a case: what is alleged, and its gates, among them


def queries(user: User, url: str) -> int:
    browser = Browser(user)
    browser.read(url)  # what a process reads once (content types)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        browser.read(url)
    return len(caught)


def much_ado(people: People, rows: int) -> Nomination:
    """Work for every list: claimed, awaiting a decision, suspended, asked, recommended."""
    done = screened(rows, by=people["nominator"])
    found_nothing("section", "drl", people=people)
    decide.clear(case=done.cases.get(kind="unit"), basis="Clean.", by=people["coordinator"])
    open_ = screened(rows, by=people["nominator"])
    for check in Check.objects.filter(case__nomination=open_, queue__check_type="political"):
        checks.claim(check=check, by=people["section"])
    held = screened(rows * 2, by=people["nominator"])
    for number, case in enumerate(held.cases.filter(kind="individual")):
        if number % 2:
            cases.suspend(case=case, reason="To weigh.", by=people["drl"])
        else:
            cases.request_information(case=case, question="Which?", by=people["coordinator"])
    signed = screened(rows, by=people["nominator"])
    for case in signed.cases.filter(kind="individual"):
        decide.recommend_withhold(case=case, grounds="non-hr", basis="As read.", by=people["drl"])
    return open_


def lists() -> list[tuple[str, str]]:
    queue = Queue.objects.get(check_type="political", post__country="XA")
    work = [(who, "/") for who in ("section", "coordinator", "drl", "approver", "legal")]
    urls = ("/queues/", reverse("queue", args=[queue.pk]), "/cases/", "/signatures/")
    return [*work, *(("drl", url) for url in urls), *(("section", url) for url in urls[:3])]


def test_lists_cost_the_same_however_long_they_are(people: People) -> None:
    much_ado(people, 2)
    few = {each: queries(people[each[0]], each[1]) for each in lists()}
    much_ado(people, 20)
    many = {each: queries(people[each[0]], each[1]) for each in lists()}
    assert many == few
    assert {each: count for each, count in many.items() if count > LIST} == {}


def test_a_case_costs_the_same_whatever_stands_around_it(people: People, restricted: list[Case]) -> None:
    case = Case.objects.get(candidates__row=3)
    much_ado(people, 2)
    weighed(case, people, times=1)
    few = costs_of(case, people)
    assert {who: count for who, count in few.items() if count > ONE} == {}

    much_ado(people, 20)
    weighed(case, people, times=10)
    assert costs_of(case, people) == few


def weighed(case: Case, people: People, *, times: int) -> None:
    """Suspended, given an opinion, resumed: history, opinions and suspensions grow."""
    for _ in range(times):
        cases.suspend(case=fresh(case), reason="A report.", by=people["drl"])
        cases.opinion(case=fresh(case), view="concur", note="", by=people["legal"])
        cases.resume(case=fresh(case), reason="Weighed.", by=people["drl"])


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def costs_of(case: Case, people: People) -> dict[str, int]:
    readers = ("section", "coordinator", "drl", "approver", "legal")
    return {who: queries(people[who], reverse("case", args=[case.pk])) for who in readers}
