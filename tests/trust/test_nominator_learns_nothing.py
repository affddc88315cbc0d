"""What happens behind a class is nothing its nominator can read, until the outcome is told.

The same addresses are read before and after each thing that staff do: every byte of every answer (bodies,
ETags, order, counts, files, pages) must be the same. What follows once all of it was done:
test_nominator_rows_alike.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from config import demo
from foundation.outbox import relay
from tests.support.sizes import Size
from tests.trust.nominator_class import Class, People, Reader, behind, changed
from vetting import watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def of_seven(people: People) -> Class:
    demo.load_register(people["drl"])
    return Class(people)


def test_nothing_that_staff_do_moves_anything_a_nominator_reads(
    of_seven: Class, settings: Any, size: Size
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    jana, since = Reader(of_seven.people["nominator"]), timezone.now()
    calls, pages = jana.calls(of_seven, since), jana.pages()
    assert len(calls) > 15
    assert len(pages) > 20
    done = 0
    for what, act in behind(of_seven):
        act()
        relay.drain()
        done += 1
        assert not changed(calls, jana.calls(of_seven, since)), what
    assert not changed(pages, jana.pages())
    mail.outbox.clear()
    with transaction.atomic():
        watch.tell_nominators()
    relay.drain()
    assert not mail.outbox
    size.note(f"{done} things done, {len(calls)} calls and {len(pages)} pages read")
