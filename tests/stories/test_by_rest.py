"""The story of a withhold once more, as different people with a token each; a real worker between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from tests.support.calls import Caller, offer
from tests.support.classes import a_class, a_person
from tests.support.evidence import credible
from tests.support.people import key
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

Call = Callable[[str], Caller]
SEARCHES = [{"source": "Embassy files", "query": "as nominated", "results": 0}]
WITHHOLD = {"grounds": "gvhr", "basis": "The court's report of 2019.", "includes_subunits": False}


def test_withheld_returned_withheld_again_and_signed(
    register: dict[str, User], call: Call, worked: Callable[[], None]
) -> None:
    nomination = nominates(call("nominator"), register["nominator"])
    worked()
    case = the_case(call("section"), nomination)
    finds_something(call("section"), case)
    assert call("drl").act(case, "suspend", {"reason": "A court names this officer."}).status_code == 200
    gives_an_opinion(call("legal"), case, "concur")
    gives_an_opinion(call("desk"), case, "object")

    recommended = recommends(call("drl"), case)
    refused = call("drl").act(recommended, "approve")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    why_not = offer(call("drl").get(recommended).json(), "approve")["why_not"]
    assert why_not == refused.json()["detail"]
    returned = call("approver").act(recommended, "return", {"reason": "Say which chapter."})
    assert returned.json()["state"] == "returned"

    anew = recommends(call("drl"), case)
    opinions = call("approver").get(anew).json()["opinions"]
    assert sorted(each["view"] for each in opinions) == ["concur", "object"]
    assert call("approver").act(anew, "approve").json()["state"] == "approved"
    worked()
    assert call("section").get(case).json()["status"] == "withheld"
    assert words(call("nominator"), nomination) == ["not-cleared"]

    later = nominates(call("nominator"), register["nominator"])
    worked()
    meets_the_restriction(call("section"), later)
    assert words(call("nominator"), later) == ["not-cleared"]


def nominates(jana: Caller, by: User) -> str:
    response = jana.post("nominations/", a_class([a_person(1)], by=by), **key())
    assert response.status_code == 201, response.content
    return str(response.json()["id"])


def words(jana: Caller, nomination: str) -> list[str]:
    shown = jana.get(f"nominations/{nomination}/")
    told = shown.content.decode().casefold()
    assert not [
        hint for hint in ("barred", "withh", "restrict", "suspend", "match", "cases/") if hint in told
    ]
    return [row["status"] for row in shown.json()["candidates"]]


def the_case(ana: Caller, nomination: str) -> str:
    """The address of the one person's case."""
    [case] = ana.get(f"cases/?nomination={nomination}&kind=individual").json()["results"]
    assert case["status"] == "in-review"
    return f"cases/{case['id']}/"


def finds_something(ana: Caller, case: str) -> None:
    waiting = ana.get(case).json()["checks"]
    check = next(f"checks/{each['id']}/" for each in waiting if each["check_type"] == "political")
    assert ana.act(check, "claim").status_code == 200
    found = {"finding": "derogatory", "note": "Named in a court's report.", "searches": SEARCHES}
    assert ana.act(check, "complete", found).json()["finding"] == "derogatory"


def gives_an_opinion(somebody: Caller, case: str, view: str) -> None:
    said = somebody.act(case, "opinion", {"view": view, "note": "As read in the file."})
    assert said.status_code == 200, said.content


def recommends(ruth: Caller, case: str) -> str:
    """The address of what was recommended."""
    subject = Case.objects.get(pk=case.split("/")[1]).subject
    on = [str(each.pk) for each in credible(subject, ruth.user)]
    answer = ruth.act(case, "recommend-withhold", WITHHOLD | {"allegations": on})
    assert answer.status_code == 201, answer.content
    return f"determinations/{answer.json()['id']}/"


def meets_the_restriction(ana: Caller, nomination: str) -> None:
    case = the_case(ana, nomination)
    [match] = ana.get(f"matches/?case={case.split('/')[1]}").json()["results"]
    judged = ana.act(f"matches/{match['id']}/", "verdict", {"verdict": "same", "reason": "Same birth date."})
    assert judged.json()["verdict"] == "same"
    met = ana.get(case).json()
    assert (met["status"], met["outcome"]) == ("barred", "barred-subject")
