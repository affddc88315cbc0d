"""A unit that is barred under its old name is barred under its new one: by page, and by call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import Country, User
from tests.stories import nominating, vetting
from tests.stories.conftest import Somebody
from tests.support.classes import a_person, nominated
from units import actions
from units.models import Unit
from vetting.actions import restrict
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

WHO = a_person(1)["name"]["full"]
AFTER = "Other units after; none where it was disbanded"
BARS = "Its unit came from one that is restricted under the State law"
HINTS = ("restrict", "barred", "renamed", "lineage", "River Guard", "/cases/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_renamed_unit_is_met_by_its_predecessors_restriction(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    nomination, old = nominated_under_its_new_name(register, worked)
    ruth = somebody("drl")
    ruth.opens(f"/units/{old.pk}/")
    ruth.reads("Restricted", "Nothing is on record of what it was before")
    ruth.follows("Record what it became, or what it was")
    ruth.chooses("What happened", "renamed")
    ruth.types("Find one by name", "New River", within=ruth.group(AFTER))
    ruth.presses("Find", within=ruth.group(AFTER))
    ruth.ticks("New River Guard · Morvania")
    ruth.dates("Certain from", "2019-03-03")
    ruth.dates("Certain to", "2019-03-03")
    ruth.presses("Record it")
    ruth.reads("Renamed", "New River Guard", "3 March 2019")

    vetting.opens_the_case(ruth, WHO)
    ruth.reads("Barred", BARS, "renamed on 3 March 2019")
    ruth.follows("The unit that is restricted")
    ruth.reads("Old River Guard")
    worked()
    jana = somebody("nominator")
    nominating.opens_the_class(jana, nomination.reference)
    jana.reads("1 Not cleared")
    jana.reads_nothing_of(*HINTS)


def test_the_same_by_call(register: dict[str, User], call: Any, worked: Callable[[], None]) -> None:
    nomination, old = nominated_under_its_new_name(register, worked)
    new = Unit.objects.get(name="New River Guard")
    day = {"from": "2019-03-03", "to": "2019-03-03"}
    when = {"certain": day, "possible": day}
    made = call("drl").post(
        "lineage-events/",
        {
            "kind": "renamed",
            "from": [str(old.pk)],
            "to": [str(new.pk)],
            "when": when,
        },
    )
    assert made.status_code == 201, made.content
    case = nomination.cases.get(kind="individual")
    answer = call("section").get(f"cases/{case.pk}/").json()
    assert (answer["status"], answer["outcome"]) == ("barred", "barred-unit")
    [met] = answer["restrictions"]
    assert (met["subject"], met["through"]) == (str(old.pk), "unit-before")
    assert met["lineage"] == [made.json()["id"]]
    worked()
    row = call("nominator").get(f"nominations/{nomination.pk}/").json()["candidates"][0]
    assert row["status"] == "not-cleared" and "restrictions" not in row


def nominated_under_its_new_name(
    register: dict[str, User], worked: Callable[[], None]
) -> tuple[Nomination, Unit]:
    """A class whose unit a person has judged to be a known one; and the unit that is restricted."""
    nomination = nominated([a_person(1)], by=register["nominator"])
    worked()
    drl = register["drl"]
    old, new = (
        actions.record(
            subject=Unit(country=Country.objects.get(pk="XA")), names=[actions.Called(name)], by=drl
        )
        for name in ("Old River Guard", "New River Guard")
    )
    actions.judge_same(nominee=nomination.cases.get(kind="unit").subject, known=new, by=drl)
    restrict.impose(subject=old, law="state-leahy", includes_subunits=False, cause=None, by=drl)
    restrict.meet_everywhere(subject=old, by=drl)
    return nomination, old
