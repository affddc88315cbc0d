"""What is mailed: to nominators the seven words and no more, to approvers what waits, daily."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.outbox import relay
from tests.support.evidence import credible
from tests.support.world import found_nothing
from vetting import watch
from vetting.actions import cases, decide
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture(autouse=True)
def kept(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sent(run: Any) -> list[Any]:
    """What the clock's run has workers mail."""
    mail.outbox.clear()
    from_the_clock(run)
    return list(mail.outbox)


def from_the_clock(run: Any) -> None:
    with transaction.atomic():
        run()
    relay.drain()


def test_a_nominator_is_told_rows_and_words_once(people: People, routed: list[Case]) -> None:
    found_nothing("section", "drl", people=people)
    assert sent(watch.tell_nominators) == []  # that they are in review is worth no mail
    for case in routed[:2]:
        decide.clear(case=case, basis="Nothing found.", by=people["coordinator"])
    [message] = sent(watch.tell_nominators)
    assert message.to == ["nominator@demo.invalid"]
    assert "Row 1: Cleared" in message.body
    assert routed[1].subject.name not in message.body
    assert sent(watch.tell_nominators) == []


def test_a_suspension_is_no_news_to_a_nominator(people: People, routed: list[Case]) -> None:
    cases.suspend(case=routed[1], reason="A report.", by=people["drl"])
    decide.recommend_withhold(
        case=routed[1],
        grounds="gvhr",
        basis="Reported.",
        allegations=credible(routed[1].subject, people["drl"]),
        by=people["drl"],
    )
    assert sent(watch.tell_nominators) == []


def test_an_approver_is_told_daily_what_waits(people: People, routed: list[Case]) -> None:
    assert sent(watch.tell_approvers) == []
    determination = decide.recommend_withhold(
        case=routed[1],
        grounds="gvhr",
        basis="Reported.",
        allegations=credible(routed[1].subject, people["drl"]),
        by=people["drl"],
    )
    [message] = sent(watch.tell_approvers)
    assert message.to == ["approver@demo.invalid"]
    assert str(determination.pk) in message.body
    assert routed[1].subject.name not in message.body


def test_from_day_thirty_the_owner_and_the_approver_are_reminded(people: People, routed: list[Case]) -> None:
    cases.claim(case=routed[1], by=people["drl"])
    cases.suspend(case=routed[1], reason="A report.", by=people["drl"])
    assert sent(watch.tell_suspended) == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=True):
        messages = sent(watch.tell_suspended)
    assert {address for message in messages for address in message.to} == {
        "drl@demo.invalid",
        "approver@demo.invalid",
    }
