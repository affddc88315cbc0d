"""What the database holds to, whoever writes: one answer per key, one delivery per subscriber, one slot."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from foundation.accounts.models import User
from foundation.doors.models import IdempotencyKey
from foundation.outbox.models import Delivery, Fact, Slot

pytestmark = pytest.mark.django_db


def test_a_client_has_one_answer_under_a_key() -> None:
    one, other = (User.objects.create(username=name) for name in ("one", "other"))
    said = {"key": "k", "path": "", "body": "", "status": 201, "content": b""}
    IdempotencyKey.objects.create(client=one, **said)
    IdempotencyKey.objects.create(client=other, **said)
    with pytest.raises(IntegrityError, match="doors_one_answer_per_key"):
        IdempotencyKey.objects.create(client=one, **said)


def test_a_fact_is_delivered_once_to_a_subscriber() -> None:
    fact = Fact.objects.create(kind="tests.happened", body={})
    Delivery.objects.create(fact=fact, subscriber="one")
    Delivery.objects.create(fact=fact, subscriber="other")
    with pytest.raises(IntegrityError, match="delivery_once_a_subscriber"):
        Delivery.objects.create(fact=fact, subscriber="one")


def test_a_slot_is_taken_once() -> None:
    now = timezone.now()
    Slot.objects.create(name="often", slot_start=now)
    with pytest.raises(IntegrityError, match="slot_taken_once"):
        Slot.objects.create(name="often", slot_start=now)
