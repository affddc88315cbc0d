"""What a person holds goes back with the role that let them hold it, whoever is quicker."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import NotNow, NotYours
from tests.foundation.together import together
from tests.support.classes import nominated
from vetting.actions import cases, checks
from vetting.models import Case, Check

pytestmark = pytest.mark.django_db(transaction=True)

A_MOMENT = 0.2  # seconds


def take_role(user: User) -> None:
    accounts.take_from_group(user=user, group=user.groups.get(), by=None)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def section(people: dict[str, User]) -> User:
    return people["section"]


def test_a_check_goes_back_with_the_role(routed: list[Case], section: User) -> None:
    check = checks.claim_next(by=section)
    assert check is not None
    take_role(section)
    assert Check.objects.values_list("state", "claimed_by").get(pk=check.pk) == ("open", None)
    event = Event.objects.get(action="vetting.check-released", object_id=str(check.pk))
    assert (event.actor, event.details["why"]) == ("system", "role-taken")


def test_a_case_goes_back_with_the_role(routed: list[Case], people: dict[str, User]) -> None:
    cases.claim(case=routed[1], by=people["coordinator"])
    take_role(people["coordinator"])
    assert Case.objects.get(pk=routed[1].pk).owner is None


def test_what_another_role_lets_them_hold_stays_theirs(routed: list[Case], people: dict[str, User]) -> None:
    user = people["section"]
    own = user.groups.get()
    user.groups.add(people["legal"].groups.get())
    check = checks.claim_next(by=fresh(user))
    assert check is not None
    accounts.take_from_group(user=user, group=people["legal"].groups.get(), by=None)
    assert Check.objects.get(pk=check.pk).claimed_by == user
    assert list(user.groups.all()) == [own]


def test_others_keep_theirs(routed: list[Case], people: dict[str, User]) -> None:
    check = checks.claim_next(by=people["section"])
    assert check is not None
    take_role(people["section2"])
    assert Check.objects.get(pk=check.pk).claimed_by == people["section"]


def test_a_claim_under_way_is_waited_for_and_then_goes_back(routed: list[Case], section: User) -> None:
    claimed = threading.Event()

    def claim() -> Check | None:
        with transaction.atomic():
            check = checks.claim_next(by=fresh(section))
            claimed.set()
            time.sleep(A_MOMENT)  # the other waits all this while
        return check

    def take() -> None:
        assert claimed.wait(20)
        take_role(section)

    check, _ = together(claim, take)
    assert Check.objects.values_list("state", "claimed_by").get(pk=check.pk) == ("open", None)


@pytest.mark.parametrize("way", ["claim", "next", "case"])
def test_who_is_just_losing_a_role_claims_nothing_by_it(
    routed: list[Case], people: dict[str, User], way: str
) -> None:
    """Their roles were read before, as a request reads them."""
    user = people["coordinator" if way == "case" else "section"]
    check = Check.objects.filter(queue__post__country="XA").first()
    acts = {
        "claim": lambda: checks.claim(check=check, by=user),
        "next": lambda: checks.claim_next(by=user),
        "case": lambda: cases.claim(case=routed[1], by=user),
    }
    assert Case.objects.visible_to(user).exists()
    taken, tried = threading.Event(), threading.Event()

    def take() -> None:
        with transaction.atomic():
            take_role(fresh(user))
            taken.set()
            assert tried.wait(20)

    def claim() -> None:
        assert taken.wait(20)
        try:
            with pytest.raises(NotNow, match="Your account is being changed"):
                acts[way]()
        finally:
            tried.set()

    together(take, claim)
    if way == "next":
        assert acts[way]() is None
    else:
        with pytest.raises(NotYours):
            acts[way]()
    assert not Check.objects.filter(claimed_by=user).exists()
    assert not Case.objects.filter(owner=user).exists()


def test_nominated_cases_of_nobody_are_left_alone(people: dict[str, User]) -> None:
    nominated(1, by=people["nominator"])
    take_role(people["section"])
    assert set(Case.objects.values_list("version", flat=True)) == {1}
