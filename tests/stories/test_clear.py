"""A clean class goes in, and is cleared: by the browser from end to end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from tests.stories import nominating, vetting
from tests.stories.conftest import Somebody
from tests.support.classes import a_class, a_person, a_unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_clean_class_is_cleared(
    register: dict[str, User],
    somebody: Somebody,
    worked: Callable[[], None],
    mailed: Callable[[str, str], str],
) -> None:
    body = a_class([a_person(1), a_person(2)], by=register["nominator"])
    one, other = (candidate["name"]["full"] for candidate in body["candidates"])
    unit = a_unit()["name"]

    jana = somebody("nominator")
    nominating.types_a_class_in(jana, body)
    jana.reads("2 Received")
    worked()

    ana = somebody("section")
    vetting.claims(ana, unit, vetting.POLITICAL)
    vetting.claims(ana, one, vetting.CONSULAR)
    for _ in range(3):
        vetting.opens_the_next(ana)
    vetting.finds_nothing(ana, 5)
    worked()

    ruth = somebody("drl")
    for _ in range(3):
        vetting.opens_the_next(ruth)
    vetting.finds_nothing(ruth, 3)
    worked()

    petra = somebody("coordinator")
    petra.opens("/")
    petra.reads("Ready to clear (1)")  # a person is not cleared before the unit is
    vetting.clears(petra, unit)
    vetting.clears(petra, one, other)
    worked()

    nominating.opens_the_class(jana, body["reference"])
    jana.reads("2 Cleared", "for this event; until")
    header, *rows = jana.downloads("Results as CSV").splitlines()
    assert len(rows) == 2
    assert all("cleared" in row for row in rows)
    assert "Row 2: Cleared" in mailed("nominator", "Row 1: Cleared")
