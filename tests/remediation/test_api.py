"""remediations/ and steps/ by REST: the contract's names, shapes and answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from foundation.accounts.models import User
from remediation.models import Remediation, Step
from tests.support import classes, evidence
from tests.support import wayback as way
from tests.support.calls import offer, sentences
from tests.support.people import Caller, person
from units import actions as units
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def file(people: People) -> Remediation:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    return way.file_of(unit)


def test_the_whole_way_back(call: Any, people: People, file: Remediation) -> None:
    officer, address = call("remediation"), f"remediations/{file.pk}/"
    [row] = officer.get(f"remediations/?subject={file.subject_id}").json()["results"]
    assert row["id"] == str(file.pk) and row["subject"]["id"] == str(file.subject_id)
    incident = evidence.an_incident(people["drl"], title="On the bridge")
    made = officer.post(f"{address}incidents/", {"incident": str(incident.pk)})
    assert made.status_code == 201 and made.json()["incident"] == str(incident.pk)
    shown = officer.get(address).json()
    assert [each["responsible"] for each in shown["matrix"]] == [None, None]
    assert "state-leahy" in shown["missing"] and shown["missing"]["state-leahy"]
    for each in shown["matrix"]:
        body = {"incident": each["incident"], "description": "A sergeant, not identified"}
        responsible = officer.post(f"{address}responsibles/", body).json()
        for kind in way.REQUIRED:
            step = officer.post(f"{address}steps/", {
                "incident": each["incident"], "responsible": responsible["id"], "kind": kind,
                "owner": "remediation", "due": (today() + dt.timedelta(days=9)).isoformat(),
            })  # fmt: skip
            assert step.status_code == 201 and step.json()["state"] == "open"
            of = f"steps/{step.json()['id']}/"
            done = officer.act(of, "complete", {**way.SAID[kind], "citations": []})
            assert done.status_code == 200 and done.json()["state"] == "done", done.content
            assert officer.act(of, "verify", {"reason": "Mine."}).status_code == 403
            verified = call("legal").act(of, "verify", {"reason": "Read the judgment."}).json()
            assert (verified["state"], verified["verified_by"]) == ("verified", "legal")
    assert all(each["closed"] for each in officer.get(address).json()["matrix"])
    lift = {"law": "state-leahy", "grounds": "effective-steps", "basis": "All is done."}
    refused = officer.act(address, "recommend-lift", lift)
    assert refused.status_code == 409 and len(sentences(refused)) == 4
    for committee in ("senate-foreign-relations", "senate-appropriations", "house-foreign-affairs",
                      "house-appropriations"):  # fmt: skip
        told = officer.post(
            f"{address}committee-notices/", {"committee": committee, "sent_on": today().isoformat()}
        )
        assert told.status_code == 201 and told.json()["committee"] == committee
    made = officer.act(address, "recommend-lift", lift)
    assert made.status_code == 201 and made.json()["kind"] == "lift"
    assert officer.get(address).json()["determinations"] == [
        {"id": made.json()["id"], "kind": "lift", "law": "state-leahy", "state": "recommended"}
    ]
    assert call("approver").act(f"determinations/{made.json()['id']}/", "approve").status_code == 200
    [restriction] = officer.get(f"restrictions/?subject={file.subject_id}").json()["results"]
    assert restriction["until"] == today().isoformat() and restriction["lifted_by"] == made.json()["id"]
    assert officer.get(f"restrictions/?on={today()}").json()["results"] == []
    closed = officer.get(address).json()
    assert closed["closed_at"] and closed["missing"] == {}


def test_a_lift_under_the_wrong_law_is_a_wrong_body(call: Any, file: Remediation) -> None:
    for law, grounds in (("state-leahy", "all-corrective-steps"), ("dod-leahy", "effective-steps")):
        body = {"law": law, "grounds": grounds, "basis": "As read."}
        answer = call("remediation").act(f"remediations/{file.pk}/", "recommend-lift", body)
        assert answer.status_code == 400
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/grounds"]


def test_what_is_wrong_is_said_at_once(call: Any, people: People, file: Remediation) -> None:
    officer, address = call("remediation"), f"remediations/{file.pk}/"
    incident = str(file.incidents.get().incident_id)
    wrong = officer.post(f"{address}steps/", {
        "incident": "nothing", "responsible": "nobody", "kind": "wish", "owner": "drl2", "due": "soon",
    })  # fmt: skip
    assert {each["pointer"] for each in wrong.json()["errors"]} == {
        "/incident", "/responsible", "/kind", "/owner", "/due",
    }  # fmt: skip
    someone = str(way.a_person(people).pk)
    for body in ({"incident": incident}, {"incident": incident, "individual": someone, "description": "He"}):
        assert officer.post(f"{address}responsibles/", body).status_code == 400
    once = {"incident": incident, "individual": someone}
    assert officer.post(f"{address}responsibles/", once).status_code == 201
    assert officer.post(f"{address}responsibles/", once).status_code == 400
    assert officer.post(f"{address}incidents/", {"incident": incident}).status_code == 409
    future = {"committee": "house-appropriations", "sent_on": "2999-01-01"}
    assert officer.post(f"{address}committee-notices/", future).status_code == 400
    assert not Step.objects.exists() and not file.notices.exists()


def test_of_whom_nobody_may_read_it_is_not_said_whether_they_exist(call: Any, file: Remediation) -> None:
    def said(owner: str) -> Any:
        answer = call("remediation").post(f"remediations/{file.pk}/steps/", {"owner": owner})
        return [each["detail"] for each in answer.json()["errors"] if each["pointer"] == "/owner"]

    assert said("nominator") == said("drl2") == said("nobody-at-all")


def test_one_file_of_another_country_is_not_there(call: Any, people: People, file: Remediation) -> None:
    abroad = way.a_unit(people, country="XB")
    way.restricted(abroad, people)
    there = way.file_of(abroad)
    assert call("section2").get(f"remediations/{there.pk}/").status_code == 200
    assert call("section2").get(f"remediations/{file.pk}/").status_code == 404
    assert call("section2").get("remediations/").json()["results"][0]["id"] == str(there.pk)
    for username in ("nominator", "admin"):
        assert call(username).get("remediations/").status_code == 404
        assert call(username).get(f"remediations/{file.pk}/").status_code == 404


def test_an_incident_out_of_reach_cannot_be_named(call: Any, people: People, file: Remediation) -> None:
    abroad = evidence.an_incident(people["drl"], country="XB")
    here = Caller(person("remediation", file.country))
    answer = here.post(f"remediations/{file.pk}/incidents/", {"incident": str(abroad.pk)})
    assert answer.status_code == 400 and answer.json()["errors"][0]["code"] == "not-found"


def test_to_whoever_only_reads_every_act_says_why_not(call: Any, file: Remediation) -> None:
    shown = call("auditor").get(f"remediations/{file.pk}/").json()
    assert {each["name"] for each in shown["actions"]} == {
        "take", "incidents", "responsibles", "steps", "committee-notices", "recommend-lift", "reopen",
    }  # fmt: skip
    assert not any(each["allowed"] for each in shown["actions"])
    assert "remediation officer" in offer(shown, "recommend-lift")["why_not"]


def test_the_file_is_changed_by_whoever_read_it(call: Any, people: People, file: Remediation) -> None:
    officer, address = call("remediation"), f"remediations/{file.pk}/"
    read = officer.get(address)["ETag"]
    way.named(file, people)
    lift = {"law": "state-leahy", "grounds": "not-credible", "basis": "Read before."}
    assert officer.post(f"{address}recommend-lift/", lift).status_code == 428
    assert officer.post(f"{address}recommend-lift/", lift, If_Match=read).status_code == 412


def test_a_closed_file_is_opened_anew_as_another(call: Any, people: People, file: Remediation) -> None:
    way.remedied(file.subject, people)
    way.signed(way.lift(file, people), people)
    officer, address = call("remediation"), f"remediations/{file.pk}/"
    assert officer.act(address, "reopen", {"reason": "A new report."}).status_code == 200
    following = officer.get(address).json()["next"]
    shown = officer.get(f"remediations/{following}/").json()
    assert shown["previous"] == str(file.pk) and shown["restrictions"] == []
    again = officer.act(address, "reopen", {"reason": "Twice."})
    assert again.status_code == 409 and "opened anew already" in sentences(again)[0]


def test_cases_that_it_had_barred_are_reopened_many_at_once(call: Any, people: People) -> None:
    unit = way.a_unit(people)
    nomination = classes.screened(2, by=people["nominator"])
    unit_case = nomination.cases.get(kind="unit")
    units.judge_same(nominee=unit_case.subject, known=unit, by=people["drl"])
    way.restricted(unit, people)
    file = way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    ids = [str(each.pk) for each in nomination.cases.order_by("-kind")]
    answer = call("coordinator").post("cases/reopen/", {"ids": ids, "reason": "Lifted."}).json()
    assert [each["status"] for each in answer["results"]] == [200, 200, 200]
