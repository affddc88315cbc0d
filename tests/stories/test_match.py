"""Somebody nearly bears the name of a restricted subject: a section compares the two, and judges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from tests.stories import nominating, vetting
from tests.stories.conftest import Somebody
from tests.support.classes import a_person, a_unit, nominated
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

BRANKA = "Branka Olmerin"
HINTS = ("barred", "restrict", "match", "Branko", "derogatory", "withh", "/cases/", "XA-26-")


@pytest.fixture
def nomination(register: dict[str, User], worked: Callable[[], None]) -> Nomination:
    """A class of one, screened and routed by the worker."""
    rows = [a_person(1, name={"full": BRANKA}, date_of_birth="1979")]
    made = nominated(rows, by=register["nominator"])
    worked()
    return made


def test_judged_to_be_another_person_she_is_cleared(
    nomination: Nomination, somebody: Somebody, worked: Callable[[], None]
) -> None:
    unit = a_unit()["name"]
    ana = somebody("section")
    vetting.claims(ana, BRANKA, vetting.POLITICAL)
    vetting.judges(ana, "Different people", "Another given name, another sex, eight years younger.")
    ana.reads("1 found, 1 judged", "Next: record your finding")
    vetting.records(ana, "Nothing found", "Nothing but the name is alike.")
    vetting.claims_here(ana)
    vetting.claims(ana, unit, vetting.POLITICAL)
    vetting.finds_nothing(ana, 2)

    ruth = somebody("drl")
    vetting.opens_the_next(ruth)
    vetting.opens_the_next(ruth)
    vetting.finds_nothing(ruth, 2)

    petra = somebody("coordinator")
    vetting.clears(petra, unit)
    vetting.clears(petra, BRANKA)

    jana = somebody("nominator")
    nominating.opens_the_class(jana, nomination.reference)
    jana.reads("1 Cleared")
    jana.reads_nothing_of(*HINTS)


def test_judged_to_be_the_same_she_is_barred_and_her_nominator_reads_not_cleared(
    nomination: Nomination, somebody: Somebody, worked: Callable[[], None], mailed: Callable[[str, str], str]
) -> None:
    ana = somebody("section")
    vetting.claims(ana, BRANKA, vetting.POLITICAL)
    vetting.judges(ana, "Same person", "The registry has one person under both spellings.")
    ana.reads("Barred", "Bars this case")
    worked()

    jana = somebody("nominator")
    nominating.opens_the_class(jana, nomination.reference)
    jana.reads("1 Not cleared")
    jana.reads_nothing_of(*HINTS)
    nominating.opens_the_row(jana, nomination.reference, BRANKA)
    jana.reads("Not cleared")
    jana.reads_nothing_of(*HINTS)
    letters = mailed("nominator", "Row 1: Not cleared")
    assert not [hint for hint in HINTS if hint in letters]
