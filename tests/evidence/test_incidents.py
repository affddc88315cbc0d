"""incidents/, allegations/, derogatory-notes/ by REST: recorded, corrected, masked, and refused by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from evidence.models import Allegation, DerogatoryNote, Incident
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.sources.dated import days
from screening.models import Mark
from tests.evidence.test_sources import a_compartment
from tests.support.evidence import a_citation, a_note, an_allegation, an_incident, assessed
from tests.support.people import pointers
from units import actions as units
from units.models import Individual, LineageEnd, LineageEvent, Unit

pytestmark = pytest.mark.django_db(transaction=True)

WHEN = {"certain": None, "possible": {"from": "2019-03-01", "to": "2019-03-31"}}
INCIDENT = {
    "title": "A night at the harbour",
    "country": "XA",
    "location": "The old quay",
    "when": WHEN,
    "narrative": "Zoran Hidden was taken from his house.",
    "victims": {"min": 2, "max": 4},
    "victim_identities": "Zoran Hidden; Mila Hidden.",
    "unit_unknown": False,
}
SECRET = ("Zoran", "Mila")


def a_unit(by: User, name: str = "Harbour Company", country: str = "XA") -> Unit:
    unit = Unit(country=Country.objects.get(pk=country), level="company")
    return units.record(subject=unit, names=[units.Called(name)], by=by)


def a_person(by: User, born: str = "1980") -> Individual:
    person = Individual(country=Country.objects.get(pk="XA"), date_of_birth=born)
    return units.record(subject=person, names=[units.Called("Goran Known")], by=by)


def alleging(incident: str, kind: str, pk: Any = None, **more: Any) -> dict[str, Any]:
    whom = {"kind": kind, **({"id": str(pk)} if pk else {})}
    return {
        "incident": incident, "perpetrator": whom, "violation": "torture", "involvement": "direct", **more,
    }  # fmt: skip


# --- incidents ---


def test_an_incident_is_recorded_and_shown(call: Any, people: dict[str, User]) -> None:
    made = call("drl").post("incidents/", INCIDENT)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert {name: shown[name] for name in INCIDENT if name != "country"} == {
        name: value for name, value in INCIDENT.items() if name != "country"
    }
    assert (shown["country"], shown["version"], shown["allegations"]) == ("XA", 1, [])
    assert made["Location"] == f"/api/v1/incidents/{shown['id']}/"
    for who, status in (("section", 200), ("section2", 404), ("nominator", 404), ("approver", 200)):
        assert call(who).get(f"incidents/{shown['id']}/").status_code == status
    [row] = call("section").get("incidents/?country=XA").json()["results"]
    assert "narrative" not in row and row["title"] == INCIDENT["title"]
    event = Event.objects.get(action="evidence.incident-recorded")
    assert not [word for word in SECRET if word in event.body]


def test_narrative_and_victims_are_masked_but_for_drl_legal_and_the_approver_there(
    call: Any, people: dict[str, User]
) -> None:
    incident = an_incident(
        people["drl"], narrative=INCIDENT["narrative"], victim_identities=INCIDENT["victim_identities"]
    )
    address = f"incidents/{incident.pk}/"
    for who in ("section", "coordinator", "desk", "auditor", "remediation", "publication", "cspa"):
        answer = call(who).get(address)
        shown = answer.json()
        assert shown["narrative"] is shown["victim_identities"] is None
        assert shown["masked"] == ["narrative", "victim_identities"]
        assert not [word for word in SECRET if word in answer.content.decode()]
        versions = call(who).get(f"{address}versions/").content.decode()
        assert not [word for word in SECRET if word in versions]
    assert not Event.objects.filter(action="evidence.incident-read").exists()
    for who in ("drl", "legal", "approver"):
        assert call(who).get(address).json()["narrative"] == INCIDENT["narrative"]
    assert Event.objects.filter(action="evidence.incident-read").count() == 3


def test_in_a_compartment_the_role_alone_reads_nothing(call: Any, people: dict[str, User]) -> None:
    inside = a_compartment("legal", "section2", people=people)
    incident = an_incident(people["drl"], narrative=INCIDENT["narrative"], compartment=inside)
    address = f"incidents/{incident.pk}/"
    assert call("drl").get(address).json()["narrative"] is None
    assert call("legal").get(address).json()["narrative"] == INCIDENT["narrative"]
    assert call("section2").get(address).status_code == 404, "A compartment opens no country."
    assert call("drl").act(address, "correct", {"changes": {"title": "T"}, "reason": "r"}).status_code == 403
    assert call("drl").post("allegations/", alleging(str(incident.pk), "unidentified")).status_code == 403
    seen = call("legal").get(f"incidents/readers/?country=XA&compartment={inside.pk}").json()["people"]
    assert seen == ["legal"]
    seen = call("legal").get("incidents/readers/?country=XA").json()["people"]
    assert {"drl", "legal", "approver"} <= set(seen) and "section" not in seen and "drl2" not in seen


def test_everything_wrong_with_an_incident_is_said_at_once(call: Any, people: dict[str, User]) -> None:
    ahead = (dt.date.today() + dt.timedelta(days=3)).isoformat()
    wrong = call("drl").post(
        "incidents/",
        {
            "title": "", "country": "ZZ", "victims": {"min": 4, "max": 2}, "colour": 1,
            "when": {"certain": {"from": "2019-03-01", "to": "2019-05-01"},
                     "possible": {"from": "2019-03-02", "to": "2019-04-01"}},
        },
    )  # fmt: skip
    assert set(pointers(wrong)) == {
        ("/title", "blank"), ("/country", "not-found"), ("/victims/max", "upside-down"),
        ("/colour", "unknown-field"), ("/when/certain", "certain-outside-possible"),
    }  # fmt: skip
    later = call("drl").post(
        "incidents/", INCIDENT | {"when": {"certain": None, "possible": {"from": ahead, "to": None}}}
    )
    assert pointers(later) == [("/when/possible", "in-the-future")]
    assert not Incident.objects.exists()
    assert call("section").post("incidents/", INCIDENT).status_code == 403
    assert call("drl2").post("incidents/", INCIDENT).status_code == 403


# --- allegations ---


def test_an_allegation_names_whom_by_whom_what_and_on_what(call: Any, people: dict[str, User]) -> None:
    drl, unit = people["drl"], a_unit(people["drl"])
    incident, citation = an_incident(drl), a_citation(drl)
    made = call("drl").post(
        "allegations/", alleging(str(incident.pk), "unit", unit.pk, citations=[str(citation.pk)])
    )
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["perpetrator"] == {"kind": "unit", "id": str(unit.pk), "name": "Harbour Company"}
    assert (shown["conclusion"], shown["assessment"], shown["when"]) == ("unassessed", None, WHEN)
    assert shown["citations"] == [str(citation.pk)] and not shown["dated_apart"]
    assert call("section").get(f"incidents/{incident.pk}/").json()["allegations"] == [shown["id"]]
    assert Mark.objects.filter(subject=unit, reason="alleged", adverse=True, ended_at=None).exists()
    nobody = call("drl").post("allegations/", alleging(str(incident.pk), "unidentified")).json()
    assert nobody["perpetrator"] == {"kind": "unidentified", "id": None, "name": None}


def test_whom_one_cannot_see_one_cannot_name(call: Any, people: dict[str, User]) -> None:
    incident = an_incident(people["drl2"], "XB")
    unit = a_unit(people["drl"])
    wrong = call("drl2").post(
        "allegations/",
        alleging(str(incident.pk), "unit", unit.pk, citations=[str(a_citation(people["drl"]).pk)]),
    )
    assert ("/perpetrator/id", "not-found") in pointers(wrong)
    for whom in ({"kind": "unit"}, {"kind": "unidentified", "id": str(unit.pk)}, {"kind": "ship"}):
        body = alleging(str(incident.pk), "unidentified") | {"perpetrator": whom}
        assert call("drl2").post("allegations/", body).status_code == 400
    assert not Allegation.objects.exists()


@pytest.mark.parametrize(("born", "taken"), [("2019-04", False), ("2019", True), ("1980", True), ("", True)])
def test_a_person_not_born_then_did_not_do_it(
    born: str, taken: bool, call: Any, people: dict[str, User]
) -> None:
    person, incident = a_person(people["drl"], born), an_incident(people["drl"])
    answer = call("drl").post("allegations/", alleging(str(incident.pk), "individual", person.pk))
    assert answer.status_code == (201 if taken else 400), answer.content
    if not taken:
        assert pointers(answer) == [("/perpetrator/id", "did-not-exist")]


def lineage(kind: str, before: list[Unit], after: list[Unit], first: dt.date, last: dt.date) -> None:
    event = LineageEvent.objects.create(kind=kind, possible=days(first, last))
    for side, found in (("from", before), ("to", after)):
        LineageEnd.objects.bulk_create(
            LineageEnd(event=event, unit=unit, side=side, order=at) for at, unit in enumerate(found)
        )


def test_a_unit_that_was_not_yet_or_was_no_more_did_not_do_it(call: Any, people: dict[str, User]) -> None:
    drl = people["drl"]
    old, new, gone = a_unit(drl, "Old"), a_unit(drl, "New"), a_unit(drl, "Gone")
    lineage("renamed", [old], [new], dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    lineage("disbanded", [gone], [], dt.date(2018, 1, 1), dt.date(2019, 2, 28))
    incident = str(an_incident(drl).pk)
    for unit, taken in ((old, True), (new, False), (gone, False)):
        answer = call("drl").post("allegations/", alleging(incident, "unit", unit.pk))
        assert answer.status_code == (201 if taken else 400), answer.content
    later = {"certain": None, "possible": {"from": "2020-06-01", "to": "2020-06-30"}}
    assert call("drl").post("allegations/", alleging(incident, "unit", new.pk, when=later)).status_code == 201


def test_whom_it_is_against_does_not_change_but_nobody_can_become_somebody(
    call: Any, people: dict[str, User]
) -> None:
    drl = people["drl"]
    unit, other = a_unit(drl), a_unit(drl, "Another Company")
    against = an_allegation(unit, drl)
    moved = {"changes": {"perpetrator": {"kind": "unit", "id": str(other.pk)}}, "reason": "Another."}
    refused = call("drl").act(f"allegations/{against.pk}/", "correct", moved)
    assert pointers(refused) == [("/changes/perpetrator", "not-changed")]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_allegation SET unit_id = %s", [other.pk])
    nobody = an_allegation(None, drl)
    found = call("drl").act(f"allegations/{nobody.pk}/", "correct", moved)
    assert (found.status_code, found.json()["perpetrator"]["id"]) == (200, str(other.pk))


def test_a_corrected_incident_dates_its_allegations_anew_and_all_are_to_be_judged_again(
    call: Any, people: dict[str, User]
) -> None:
    drl = people["drl"]
    allegation = assessed(an_allegation(a_unit(drl), drl), drl)
    own = {"certain": None, "possible": days(dt.date(2019, 3, 7), dt.date(2019, 3, 7))}
    apart = an_allegation(a_unit(drl, "B"), drl, allegation.incident, when=own)
    address = f"allegations/{allegation.pk}/"
    before = call("drl").get(address)
    assert before.json()["conclusion"] == "credible"
    when = {"certain": None, "possible": {"from": "2019-02-01", "to": "2019-02-28"}}
    changed = call("drl").act(
        f"incidents/{allegation.incident_id}/",
        "correct",
        {"changes": {"when": when}, "reason": "A clerk's slip."},
    )
    assert changed.status_code == 200, changed.content
    after = call("drl").get(address)
    assert (after.json()["conclusion"], after.json()["when"]) == ("unassessed", when)
    assert after.json()["assessment"]["stands"] is False and after["ETag"] != before["ETag"]
    assert call("drl").get(f"allegations/{apart.pk}/").json()["when"]["possible"]["from"] == "2019-03-07"


def test_a_corrected_incident_cannot_lie_before_its_perpetrator(call: Any, people: dict[str, User]) -> None:
    allegation = an_allegation(a_person(people["drl"], "2000"), people["drl"])
    when = {"certain": None, "possible": {"from": "1990-02-01", "to": "1990-02-28"}}
    refused = call("drl").act(
        f"incidents/{allegation.incident_id}/", "correct", {"changes": {"when": when}, "reason": "r"}
    )
    assert pointers(refused) == [("/changes/when", "did-not-exist")]
    assert Incident.objects.get().version == 1


# --- derogatory notes ---


def test_a_note_is_kept_apart(call: Any, people: dict[str, User]) -> None:
    unit = a_unit(people["drl"])
    body = {"subject": str(unit.pk), "kind": "corruption", "note": "Took money at the gate."}
    made = call("drl").post("derogatory-notes/", body | {"citations": [str(a_citation(people["drl"]).pk)]})
    assert made.status_code == 201, made.content
    shown = call("section").get(f"derogatory-notes/{made.json()['id']}/").json()
    assert (shown["note"], shown["kind"], len(shown["citations"])) == (body["note"], "corruption", 1)
    assert call("section2").get(f"derogatory-notes/{shown['id']}/").status_code == 404
    assert not Allegation.objects.exists()
    changed = call("drl").act(
        f"derogatory-notes/{shown['id']}/", "correct", {"changes": {"kind": "crime"}, "reason": "r"}
    )
    assert (changed.json()["kind"], changed.json()["version"]) == ("crime", 2)
    for who in ("section", "coordinator", "legal", "approver"):
        assert call(who).post("derogatory-notes/", body).status_code == 403


def test_what_was_said_stays(people: dict[str, User]) -> None:
    drl = people["drl"]
    allegation = assessed(an_allegation(a_unit(drl), drl), drl)
    a_note(allegation.unit, drl)
    for statement in (
        "DELETE FROM evidence_incident", "DELETE FROM evidence_allegation", "DELETE FROM evidence_assessment",
        "DELETE FROM evidence_derogatorynote", "UPDATE evidence_assessment SET conclusion = 'not-credible'",
        "UPDATE evidence_incident SET country_id = 'XB'",
        "UPDATE evidence_incident SET possible = 'empty'",
        "UPDATE evidence_incident SET certain = '[2001-01-01,2001-02-01)'",
        "UPDATE evidence_derogatorynote SET subject_id = NULL",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert DerogatoryNote.objects.count() == 1
