"""A barred unit's way back: inform, publish, remedy, lift under one law while the other still bars; its case
is reopened. Refused until the last is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from remediation.models import Committee
from tests.stories import deciding, remedying
from tests.stories.conftest import Somebody
from tests.support import classes, evidence
from tests.support import wayback as way
from units import actions as units
from vetting.models import Case, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "3rd Harbour Company"


@pytest.mark.parametrize("scripts", [False], ids=["without-scripts"])
def test_from_the_withhold_to_the_lift(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    unit = way.a_unit(register, UNIT)
    case = classes.nominated(1, by=register["nominator"]).cases.get(kind="unit")
    worked()
    units.judge_same(nominee=case.subject, known=unit, by=register["drl"])
    alleged = evidence.credible(unit, register["drl"])
    for law in (way.STATE, way.DOD):
        way.restricted(unit, register, law, allegations=alleged)
    assert Case.objects.get(pk=case.pk).status == Status.BARRED

    hugo, oskar, nora = somebody("remediation"), somebody("publication"), somebody("legal")
    remedying.informs(hugo, UNIT, "We ask you to inquire.")
    remedying.publishes(oskar, UNIT)
    oskar.opens("/public/ineligible-units/")
    oskar.reads(UNIT)

    remedying.describes(hugo, UNIT, "A captain, not identified")
    remedying.recommends_a_lift(hugo, UNIT)
    hugo.reads("no step is set for the investigation", "has not been told")
    for step in remedying.STEPS:
        remedying.sets(hugo, UNIT, step)
        remedying.completes(hugo, UNIT, step)
        hugo.reads("You own this step: somebody else judges whether it is done.")
        remedying.verifies(nora, UNIT, step)
    for committee in Committee:
        remedying.tells(hugo, UNIT, committee.label)
    remedying.recommends_a_lift(hugo, UNIT)
    hugo.reads("Exactly what is signed")

    edwin = somebody("approver")
    edwin.opens("/signatures/")
    edwin.follows(UNIT)
    edwin.reads("Exactly what you sign", "This restriction ends today", "A captain, not identified")
    deciding.signs(edwin)
    assert [each.law for each in Restriction.objects.filter(until=None, subject=unit.pk)] == [way.DOD]
    remedying.opens_the_file(hugo, UNIT)
    hugo.reads("Lifted", "DoD law")
    oskar.opens("/public/ineligible-units/?country=XA")  # the browser may keep what it read, for minutes
    oskar.reads("Nothing is published here.")

    remedying.reopens(somebody("coordinator"), UNIT, case.reference)
    assert Case.objects.get(pk=case.pk).status == Status.IN_REVIEW
