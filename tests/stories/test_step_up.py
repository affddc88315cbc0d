"""Who read for longer than five minutes gives the password again, to sign or to take a file away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from config.demo import PASSWORD
from foundation.accounts.models import User
from foundation.doors.fresh import GIVEN
from tests.stories import deciding, vetting
from tests.stories.conftest import Somebody
from tests.stories.person import Person
from tests.support.classes import a_person, nominated
from tests.support.evidence import credible

pytestmark = pytest.mark.django_db(transaction=True)

WHO = a_person(1)
ASKED = "It was last given more than five minutes ago."


def reads_for_long(person: Person, user: User) -> None:
    """As if the five minutes had passed: what the session says of the password is moved back."""
    for each in Session.objects.all():
        kept = each.get_decoded()
        if kept.get("_auth_user_id") == str(user.pk):
            store = SessionStore(each.session_key)
            store[GIVEN] = kept[GIVEN] - 301
            store.save()
    person.looks_again()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_who_read_for_long_gives_the_password_to_sign(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    nomination = nominated([WHO], by=register["nominator"])
    worked()
    credible(nomination.cases.get(kind="individual").subject, register["drl"])
    drl, approver = somebody("drl"), somebody("approver")
    deciding.recommends_a_withhold(drl, WHO["name"]["full"], "Named in a court's report of 2019.")

    deciding.reads_what_waits(approver, WHO["name"]["full"])
    reads_for_long(approver, register["approver"])
    approver.reads(ASKED)
    approver.presses("Approve and sign")
    approver.reads("Give your password again", "Exactly what you sign")
    approver.types("Your password", "not-it")
    approver.presses("Approve and sign")
    approver.reads("That is not your password.")
    approver.types("Your password", PASSWORD)
    deciding.signs(approver)


def test_a_file_of_ones_checks_comes_after_the_password(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    nominated([WHO], by=register["nominator"])
    worked()
    ana = somebody("section")
    vetting.claims(ana, WHO["name"]["full"], vetting.POLITICAL)
    ana.opens("/")
    assert WHO["name"]["full"] in ana.downloads("My open checks as CSV")
    reads_for_long(ana, register["section"])
    ana.follows("My open checks as CSV")
    ana.types("Your password", PASSWORD)
    with ana.page.expect_download():
        ana.page.get_by_role("button", name="Go on").click()
