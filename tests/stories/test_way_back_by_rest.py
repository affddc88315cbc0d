"""The whole way by REST: evidence, a withhold, the government and the public told, three incidents remedied,
the restriction lifted under one law and not the other, and the case that it had barred cleared at last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from remediation.models import Committee
from tests.stories.test_by_rest import SEARCHES, Call, gives_an_opinion, nominates
from tests.support.calls import Caller, sentences
from tests.support.evidence import ELEMENTS, FACTORS
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

RESPONSIBLE = (1, 2, 2)  # people in each of the three incidents
MARCH = {"certain": None, "possible": {"from": "2019-03-01", "to": "2019-03-31"}}
SAID: dict[str, dict[str, Any]] = {
    "investigation": {"outcome": "The prosecutor heard nine witnesses.", "impartial": True},
    "adjudication": {"outcome": "Found guilty by the military court."},
    "sanction": {
        "outcome": "Serving since May.",
        "sentence": "Nine years",
        "proportionality": "As for like acts there.",
    },
}


def test_from_evidence_to_a_cleared_case(
    register: dict[str, User], call: Call, worked: Callable[[], None]
) -> None:
    drl, approver = call("drl"), call("approver")
    nomination = nominates(call("nominator"), register["nominator"])
    worked()
    unit_case, person_case = (the_case(drl, nomination, kind) for kind in ("unit", "individual"))
    unit = drl.get(unit_case).json()["subject"]["id"]

    allegations = [alleges(drl, unit, f"Incident {number}") for number in (1, 2, 3)]
    withholds(call, unit_case, allegations)
    worked()
    assert drl.get(person_case).json()["outcome"] == "barred-unit"
    under_dod = made(drl.post("restrictions/recommend/", restriction(unit, allegations)))
    signs(approver, under_dod)

    informs_the_government(call("remediation"), unit)
    publishes(call("publication"), unit)
    assert public(call("auditor")) == 1
    remedies(call("remediation"), call("legal"), unit)
    signs(approver, made(lifts(call("remediation"), unit)))
    worked()

    standing = drl.get(f"restrictions/?subject={unit}").json()["results"]
    assert {each["law"]: bool(each["until"]) for each in standing} == {
        "state-leahy": True, "dod-leahy": False,
    }  # fmt: skip
    assert public(call("auditor")) == 0
    for case in (unit_case, person_case):
        clears_anew(call, case)
    assert [row["status"] for row in rows(call("nominator"), nomination)] == ["cleared"]


# --- the parts of it ---


def the_case(by: Caller, nomination: str, kind: str) -> str:
    [case] = by.get(f"cases/?nomination={nomination}&kind={kind}").json()["results"]
    return f"cases/{case['id']}/"


def rows(jana: Caller, nomination: str) -> list[dict[str, Any]]:
    return list(jana.get(f"nominations/{nomination}/").json()["candidates"])


def made(answer: Any) -> str:
    assert answer.status_code == 201, answer.content
    return f"determinations/{answer.json()['id']}/"


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def alleges(drl: Caller, unit: str, title: str) -> str:
    incident = done(drl.post("incidents/", {"title": title, "country": "XA", "when": MARCH}))["id"]
    whom = {"kind": "unit", "id": unit}
    said = {"incident": incident, "perpetrator": whom, "violation": "torture", "involvement": "direct"}
    allegation = done(drl.post("allegations/", said))["id"]
    worksheet = {"factors": FACTORS, "elements": ELEMENTS, "basis": "Two accounts that agree."}
    judged = {"source_credibility": "medium", "content_credibility": "medium", "conclusion": "credible"}
    done(drl.act(f"allegations/{allegation}/", "assess", worksheet | judged))
    return str(allegation)


def withholds(call: Call, case: str, allegations: list[str]) -> None:
    ana, drl = call("section"), call("drl")
    for each in ana.get(case).json()["checks"]:
        if each["check_type"] == "political":
            check = f"checks/{each['id']}/"
            done(ana.act(check, "claim"))
            done(
                ana.act(
                    check,
                    "complete",
                    {"finding": "derogatory", "note": "A court's report.", "searches": SEARCHES},
                )
            )
    done(drl.act(case, "suspend", {"reason": "A court names this unit."}))
    gives_an_opinion(call("legal"), case, "concur")
    said = {"grounds": "gvhr", "basis": "The court's report.", "includes_subunits": False}
    signs(call("approver"), made(drl.act(case, "recommend-withhold", said | {"allegations": allegations})))


def restriction(unit: str, allegations: list[str]) -> dict[str, Any]:
    whom = {"subject": unit, "law": "dod-leahy", "allegations": allegations}
    return whom | {"basis": "The same report.", "includes_subunits": False}


def signs(approver: Caller, determination: str) -> None:
    assert done(approver.act(determination, "approve"))["state"] == "approved"


def of_state_law(by: Caller, unit: str) -> str:
    [found] = by.get(f"restrictions/?subject={unit}&law=state-leahy").json()["results"]
    return str(found["id"])


def informs_the_government(hugo: Caller, unit: str) -> None:
    [found] = hugo.get(f"host-notifications/?restriction={of_state_law(hugo, unit)}").json()["results"]
    address, on = f"host-notifications/{found['id']}/", today().isoformat()
    done(hugo.act(address, "draft", {"on": on, "text": "A unit is not eligible for assistance."}))
    done(hugo.act(address, "deliver", {"on": on, "to": "The ministry of the interior"}))
    assert done(hugo.act(address, "acknowledge", {"on": on}))["state"] == "acknowledged"


def publishes(oskar: Caller, unit: str) -> None:
    [found] = oskar.get(f"publications/?restriction={of_state_law(oskar, unit)}").json()["results"]
    done(oskar.act(f"publications/{found['id']}/", "publish", {}))


def public(by: Caller) -> int:
    return len(by.get("public/ineligible-units/?country=XA").json()["results"])


def the_file(by: Caller, unit: str) -> str:
    [found] = by.get(f"remediations/?restriction={of_state_law(by, unit)}").json()["results"]
    return f"remediations/{found['id']}/"


def lifts(hugo: Caller, unit: str) -> Any:
    said = {"law": "state-leahy", "grounds": "effective-steps", "basis": "Those responsible were tried."}
    return hugo.act(the_file(hugo, unit), "recommend-lift", said)


def remedies(hugo: Caller, legal: Caller, unit: str) -> None:
    """Refused until the last person's last step is verified, and all four committees were told."""
    file = the_file(hugo, unit)
    incidents = [each["incident"] for each in hugo.get(file).json()["matrix"]]
    assert len(incidents) == len(RESPONSIBLE)
    for incident, people in zip(incidents, RESPONSIBLE, strict=True):
        for number in range(people):
            said = {"incident": incident, "description": f"Sergeant {number + 1}"}
            responsible = done(hugo.act(file, "responsibles", said))["id"]
            for kind in SAID:
                refused = lifts(hugo, unit)
                assert refused.status_code == 409 and len(sentences(refused)) > 1
                closes(hugo, legal, file, {"incident": incident, "responsible": responsible, "kind": kind})
    for committee in Committee.values:
        assert lifts(hugo, unit).status_code == 409
        done(hugo.act(file, "committee-notices", {"committee": committee, "sent_on": today().isoformat()}))


def closes(hugo: Caller, legal: Caller, file: str, step: dict[str, Any]) -> None:
    said = step | {"owner": "remediation", "due": today().isoformat()}
    address = f"steps/{done(hugo.act(file, 'steps', said))['id']}/"
    done(hugo.act(address, "complete", SAID[step["kind"]]))
    assert done(legal.act(address, "verify", {"reason": "Read the judgment."}))["state"] == "verified"


def clears_anew(call: Call, case: str) -> None:
    """What was barred or withheld is reopened, checked again, and cleared by two."""
    done(call("drl").act(case, "reopen", {"reason": "The restriction was lifted."}))
    for username in ("section", "drl"):
        checks_what_waits(call(username), case)
    said = {"basis": "Remedied, and lifted under the State law."}
    signs(call("approver"), made(call("drl").act(case, "recommend-clear", said)))


def checks_what_waits(by: Caller, case: str) -> None:
    for each in by.get(case).json()["checks"]:
        check = f"checks/{each['id']}/"
        if each["state"] == "open" and by.act(check, "claim").status_code == 200:
            nothing = {"finding": "nothing-found", "note": "", "searches": SEARCHES}
            done(by.act(check, "complete", nothing))
