"""A barred unit's way back: inform, publish, remedy, lift under one law while the other still bars; its case
is reopened, and cleared by two. Refused until the last of three incidents is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.models import Allegation
from foundation.accounts.models import User
from remediation.models import Committee, Responsible
from tests.stories import deciding, remedying, vetting
from tests.stories.conftest import Somebody
from tests.support import classes, evidence
from tests.support import wayback as way
from units import actions as units
from units.models import Unit
from vetting.models import Case, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "3rd Harbour Company"
RESPONSIBLE = {
    "A night at the harbour": ["A captain"],
    "Shots at the quay": ["A sergeant", "A corporal"],
    "A death in custody": ["A lieutenant", "A guard"],
}


@pytest.mark.parametrize("scripts", [False], ids=["without-scripts"])
def test_from_the_withhold_to_the_lift(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    unit = way.a_unit(register, UNIT)
    case = classes.nominated(1, by=register["nominator"]).cases.get(kind="unit")
    worked()
    units.judge_same(nominee=case.subject, known=unit, by=register["drl"])
    alleged = [alleges(unit, title, register["drl"]) for title in RESPONSIBLE]
    for law in (way.STATE, way.DOD):
        way.restricted(unit, register, law, allegations=alleged)
    assert Case.objects.get(pk=case.pk).status == Status.BARRED

    hugo, oskar, nora = somebody("remediation"), somebody("publication"), somebody("legal")
    remedying.informs(hugo, UNIT, "We ask you to inquire.")
    remedying.publishes(oskar, UNIT)
    oskar.opens("/public/ineligible-units/")
    oskar.reads(UNIT)

    for incident, people in RESPONSIBLE.items():
        for whom in people:
            remedying.describes(hugo, UNIT, incident, whom)
    remedying.recommends_a_lift(hugo, UNIT)
    hugo.reads("no step is set for the investigation", "has not been told")
    for committee in Committee:
        remedying.tells(hugo, UNIT, committee.label)
    last = Responsible.objects.get(description="A guard")
    for each in Responsible.objects.exclude(pk=last.pk):
        way.closed(each, register)
    for step in remedying.STEPS:
        remedying.recommends_a_lift(hugo, UNIT)
        hugo.reads(f"no step is set for the {step.lower()}.")
        remedying.sets(hugo, UNIT, step, last.description)
        remedying.completes(hugo, UNIT, step, last.description)
        hugo.reads("You own this step: somebody else judges whether it is done.")
        remedying.verifies(nora, UNIT, step, last.description)
    remedying.recommends_a_lift(hugo, UNIT)
    hugo.reads("Exactly what is signed")

    edwin = somebody("approver")
    edwin.opens("/signatures/")
    edwin.follows(UNIT)
    edwin.reads("Exactly what you sign", "This restriction ends today", "A captain", "A guard")
    deciding.signs(edwin)
    assert [each.law for each in Restriction.objects.filter(until=None, subject=unit.pk)] == [way.DOD]
    remedying.opens_the_file(hugo, UNIT)
    hugo.reads("Lifted", "DoD law")
    oskar.opens("/public/ineligible-units/?country=XA")  # the browser may keep what it read, for minutes
    oskar.reads("Nothing is published here.")

    remedying.reopens(somebody("coordinator"), UNIT, case.reference)
    assert Case.objects.get(pk=case.pk).status == Status.IN_REVIEW

    name = Case.objects.get(pk=case.pk).subject.name
    for queue, vetter in ((vetting.POLITICAL, "section"), (vetting.BUREAU, "drl")):  # a stage after the other
        vetting.claims(somebody(vetter), name, queue)
        vetting.records(somebody(vetter), "Nothing found", "Nothing besides what was remedied.")
    deciding.recommends_a_clear(somebody("drl"), name, "Remedied, and lifted under the State law.")
    deciding.reads_what_waits(edwin, name)
    deciding.signs(edwin)
    assert Case.objects.get(pk=case.pk).status == Status.CLEARED


def alleges(unit: Unit, title: str, by: User) -> Allegation:
    incident = evidence.an_incident(by, title=title)
    return evidence.assessed(evidence.an_allegation(unit, by, incident), by)
