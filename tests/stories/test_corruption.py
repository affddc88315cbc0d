"""What is derogatory but no human-rights matter ends a case, and restricts nobody: by page, and by call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from tests.stories import deciding, nominating, vetting
from tests.stories.conftest import Somebody
from tests.stories.test_by_rest import Call, finds_something, nominates, the_case, words
from tests.support.classes import a_person, nominated
from vetting.models import Case, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

WHO = a_person(1)["name"]["full"]
NOTE = "Took money at the gate, a court found."
BASIS = "The court's judgment of 2019."
HINTS = ("withh", "derogatory", "corruption", "non-hr", "/cases/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_corruption_ends_a_case_and_restricts_nobody(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    nomination = nominated([a_person(1)], by=register["nominator"])
    worked()
    before = Restriction.objects.count()
    ana, ruth, edwin = somebody("section"), somebody("drl"), somebody("approver")
    vetting.claims(ana, WHO, vetting.POLITICAL)
    vetting.records(ana, "Derogatory information", NOTE)

    vetting.opens_the_case(ruth, WHO)
    ruth.follows("Record a derogatory note…")
    ruth.chooses("Kind", "corruption")
    ruth.types("Note", NOTE)
    ruth.presses("Record it")
    ruth.reads(NOTE, "No human-rights matter")
    deciding.recommends_a_withhold_for(ruth, WHO, "Not a human-rights matter", "Corruption", BASIS)
    deciding.may_not_sign(ruth, "You recommended this; another person must approve it.")

    deciding.reads_what_waits(edwin, WHO)
    edwin.reads(NOTE)
    deciding.signs(edwin)
    worked()
    vetting.opens_the_case(ana, WHO)
    ana.reads("Withheld")
    assert Restriction.objects.count() == before
    jana = somebody("nominator")
    nominating.opens_the_class(jana, nomination.reference)
    jana.reads("1 Not cleared")
    jana.reads_nothing_of(*HINTS)

    later = nominated([a_person(1)], by=register["nominator"])
    worked()
    assert later.cases.get(kind="individual").status == Status.IN_REVIEW


def test_the_same_by_call(register: dict[str, User], call: Call, worked: Callable[[], None]) -> None:
    nomination = nominates(call("nominator"), register["nominator"])
    worked()
    case = the_case(call("section"), nomination)
    finds_something(call("section"), case)
    before = Restriction.objects.count()

    subject = call("drl").get(case).json()["subject"]["id"]
    note = made(
        call("drl").post("derogatory-notes/", {"subject": subject, "kind": "corruption", "note": NOTE})
    )
    said = {"grounds": "non-hr", "basis": BASIS, "notes": [note["id"]]}
    recommended = made(call("drl").act(case, "recommend-withhold", said))
    address = f"determinations/{recommended['id']}/"
    assert call("drl").act(address, "approve").status_code == 403
    assert call("approver").act(address, "approve").json()["state"] == "approved"
    worked()
    ended = call("section").get(case).json()
    assert (ended["status"], ended["outcome"]) == ("withheld", "withheld-non-hr")
    assert Restriction.objects.count() == before
    assert words(call("nominator"), nomination) == ["not-cleared"]
    assert Case.objects.get(pk=case.split("/")[1]).outcome == "withheld-non-hr"


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()
