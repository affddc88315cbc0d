"""Telling a fact: what is written, who runs at once, and the one nudge when the transaction commits."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from foundation.outbox import actions as outbox
from foundation.outbox import registry, relay
from foundation.outbox.models import Delivery, Fact

pytestmark = pytest.mark.django_db

ID = UUID(int=7)


@pytest.fixture(autouse=True)
def nobody_else_subscribes(monkeypatch) -> None:
    monkeypatch.setattr(registry, "_subscribers", {})


@pytest.fixture
def messages(monkeypatch) -> list[str]:
    """What would have been sent to the broker."""
    sent: list[str] = []
    monkeypatch.setattr(relay, "_announce", lambda: sent.append("outbox.drain"))
    return sent


def nothing(**ids: object) -> None:
    pass


def test_a_fact_gets_a_delivery_for_every_subscriber():
    outbox.subscribe("tests.happened", nothing, name="one")
    outbox.subscribe("tests.happened", nothing, name="two")
    outbox.subscribe("tests.other", nothing, name="three")
    outbox.tell("tests.happened", thing=ID, n=1, kind="any")
    fact = Fact.objects.get()
    assert fact.body == {"thing": str(ID), "n": 1, "kind": "any"}
    assert set(fact.deliveries.values_list("subscriber", flat=True)) == {"one", "two"}


def test_a_fact_nobody_asked_for_is_still_written():
    outbox.tell("tests.happened", thing=1)
    assert Fact.objects.count() == 1
    assert not Delivery.objects.exists()


def test_many_facts_take_two_statements(django_assert_num_queries):
    outbox.subscribe("tests.happened", nothing, name="one")
    with django_assert_num_queries(2):
        outbox.tell_many("tests.happened", [{"thing": n} for n in range(100)])
    assert Delivery.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_told_inside_a_transaction_or_not_at_all():
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        outbox.tell("tests.happened", thing=1)
    assert not Fact.objects.exists()


def test_who_asked_to_be_told_at_once_is():
    told: list[dict] = []
    outbox.subscribe("tests.happened", lambda **ids: told.append(ids), name="now", at_once=True)
    outbox.tell("tests.happened", thing=ID)
    assert told == [{"thing": str(ID)}]  # as the others will get it
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_runs_at_once_is_undone_with_the_fact():
    def derive(thing: int) -> None:
        Fact.objects.create(kind="tests.derived", body={"thing": thing})
        if thing == 2:
            raise ZeroDivisionError

    outbox.subscribe("tests.happened", derive, name="derive", at_once=True)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.tell_many("tests.happened", [{"thing": 1}, {"thing": 2}])
    assert not Fact.objects.exists()


# --- the nudge ---


@pytest.mark.django_db(transaction=True)
def test_however_much_a_transaction_tells_it_nudges_once(messages):
    outbox.subscribe("tests.happened", nothing, name="one")
    with transaction.atomic():
        for n in range(5):
            with transaction.atomic():
                outbox.tell("tests.happened", thing=n)
        assert messages == []
    assert messages == ["outbox.drain"]


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_takes_only_its_own_nudge_with_it(messages):
    outbox.subscribe("tests.happened", nothing, name="one")
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            outbox.tell("tests.happened", thing=1)
            raise ZeroDivisionError
        outbox.tell("tests.happened", thing=2)
    assert messages == ["outbox.drain"]
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rolled_back_nudges_nobody(messages):
    outbox.subscribe("tests.happened", nothing, name="one")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.tell("tests.happened", thing=1)
        raise ZeroDivisionError
    with transaction.atomic():
        outbox.tell("tests.unheard", thing=1)
    assert messages == []


# --- the registry ---


def test_two_subscribers_of_a_kind_need_two_names():
    outbox.subscribe("tests.happened", nothing)
    outbox.subscribe("tests.other", nothing)
    with pytest.raises(ValueError, match="already has a subscriber named"):
        outbox.subscribe("tests.happened", nothing)


def test_a_handler_without_a_lasting_name_must_be_given_one():
    with pytest.raises(ValueError, match="pass name"):
        outbox.subscribe("tests.happened", lambda **ids: None)


def test_nobody_runs_at_once_and_in_a_transaction_of_its_own():
    with pytest.raises(ValueError, match="cannot run both"):
        outbox.subscribe("tests.happened", nothing, at_once=True, own_transaction=True)


def test_two_schedules_need_two_names(monkeypatch):
    monkeypatch.setattr(registry, "_schedules", {})
    outbox.every("tests.often", seconds=5, run=nothing)
    with pytest.raises(ValueError, match="already a schedule"):
        outbox.daily("tests.often", hour=5, run=nothing)
