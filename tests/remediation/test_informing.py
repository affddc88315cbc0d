"""Informing the host government: in its order, by remediation officers, apart from the basis."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import Invalid, NotNow, NotYours
from remediation.actions import informing
from remediation.models import HostNotification
from tests.support import wayback as way
from tests.support.calls import offer, sentences
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
SAYS = "Assistance to this company is withheld. We ask you to inquire, and offer our help."


@pytest.fixture
def notification(people: People) -> HostNotification:
    way.restricted(way.a_unit(people), people)
    return HostNotification.objects.get()


def test_by_rest_from_draft_to_answer(call: Any, people: People, notification: HostNotification) -> None:
    address, on = f"host-notifications/{notification.pk}/", today().isoformat()
    officer = call("remediation")
    for act, body, state in (
        ("draft", {"on": on, "text": SAYS, "note": "With legal."}, "drafted"),
        ("deliver", {"on": on, "to": "Ministry of Defence", "note": ""}, "delivered"),
        ("acknowledge", {"on": on, "note": "By letter."}, "acknowledged"),
        ("offer-assistance", {"on": on, "note": "Two investigators."}, "acknowledged"),
        ("answer", {"on": on, "text": "An inquiry was opened.", "note": ""}, "answered"),
    ):
        answer = officer.act(address, act, body)
        assert answer.status_code == 200, (act, answer.content)
        assert answer.json()["state"] == state
    shown = call("desk").get(address).json()
    assert shown["releasable_text"] == SAYS and shown["answer"] == "An inquiry was opened."
    assert shown["delivered_to"] == "Ministry of Defence" and shown["assistance_on"] == on
    assert [each["act"] for each in shown["history"]] == [
        "draft", "deliver", "acknowledge", "offer-assistance", "answer",
    ]  # fmt: skip


def test_it_carries_nothing_of_what_the_withhold_rests_on(
    call: Any, people: People, notification: HostNotification
) -> None:
    basis = notification.cause.payload["basis"]
    shown = call("remediation").get(f"host-notifications/{notification.pk}/")
    assert basis not in shown.content.decode() and "allegations" not in shown.json()


@pytest.mark.parametrize(
    ("act", "why"),
    [("deliver", "draft it first"), ("acknowledge", "not been told"), ("answer", "not been told"),
     ("offer-assistance", "not been told")],
)  # fmt: skip
def test_nothing_before_its_turn(
    call: Any, people: People, notification: HostNotification, act: str, why: str
) -> None:
    address = f"host-notifications/{notification.pk}/"
    body = {"on": today().isoformat(), "to": "Ministry", "text": SAYS, "note": ""}
    answer = call("remediation").act(address, act, body)
    assert answer.status_code == 409 and why in sentences(answer)[0]
    assert not offer(call("remediation").get(address).json(), act)["allowed"]


@pytest.mark.parametrize("username", ["drl", "approver", "desk", "publication", "coordinator", "auditor"])
def test_only_remediation_informs(people: People, notification: HostNotification, username: str) -> None:
    with pytest.raises(NotYours):
        informing.draft(notification=notification, on=today(), text=SAYS, by=people[username])


def test_a_day_that_cannot_have_been_is_refused(people: People, notification: HostNotification) -> None:
    for day in (today() + dt.timedelta(days=1), today() - dt.timedelta(days=1)):
        with pytest.raises(Invalid) as wrong:
            informing.draft(notification=notification, on=day, text=SAYS, by=people["remediation"])
        assert wrong.value.problems[0].pointer == "/on"


def test_what_was_given_stays_as_it_was_given(people: People, notification: HostNotification) -> None:
    by = people["remediation"]
    informing.draft(notification=notification, on=today(), text="A first draft.", by=by)
    informing.draft(notification=notification, on=today(), text=SAYS, by=by)
    informing.deliver(notification=notification, on=today(), to="Ministry", by=by)
    with pytest.raises(NotNow):
        informing.draft(notification=notification, on=today(), text="Something else.", by=by)
    with pytest.raises(DatabaseError), transaction.atomic():
        HostNotification.objects.update(releasable_text="Something else.")
    with pytest.raises(DatabaseError), transaction.atomic():
        notification.entries.update(text="Something else.")


def test_what_is_wrong_is_said_at_once(call: Any, people: People, notification: HostNotification) -> None:
    answer = call("remediation").act(
        f"host-notifications/{notification.pk}/", "draft", {"on": "soon", "x": 1}
    )
    assert answer.status_code == 400
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/on", "/text", "/x"}


def test_another_takes_it_over(people: People, notification: HostNotification) -> None:
    second = people["remediation"]
    with pytest.raises(NotNow, match="yours already"):
        informing.take(notification=notification, by=second)


def test_each_act_is_one_event(people: People, notification: HostNotification) -> None:
    before = Event.objects.count()
    informing.draft(notification=notification, on=today(), text=SAYS, by=people["remediation"])
    assert Event.objects.count() == before + 1
    assert SAYS not in Event.objects.order_by("-pk")[0].body


def test_out_of_reach_is_not_there(call: Any, people: People, notification: HostNotification) -> None:
    for username in ("drl2", "section2", "nominator", "admin"):
        assert call(username).get(f"host-notifications/{notification.pk}/").status_code == 404
