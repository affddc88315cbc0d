"""Claims that contradict one another stand side by side, until a person says which is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.sources import conflicts
from foundation.sources.models import Conflict
from tests.support.calls import sentences
from tests.support.evidence import an_allegation, an_incident
from tests.support.people import pointers

pytestmark = pytest.mark.django_db(transaction=True)

KIND = "evidence.allegation"


def test_two_that_cannot_both_be_so_stand_in_conflict_until_one_is_accepted(
    call: Any, people: dict[str, User]
) -> None:
    incident = an_incident(people["drl"])
    one, other = (an_allegation(None, people["drl"], incident) for _ in range(2))
    body = {"kind": KIND, "claims": [str(one.pk), str(other.pk)], "reason": "One says the army did it."}
    made = call("drl").post("conflicts/", body)
    assert made.status_code == 201, made.content
    assert call("drl").get(f"allegations/{one.pk}/").json()["standing"] == "in-conflict"
    again = call("drl").post("conflicts/", body | {"claims": [str(other.pk), str(one.pk)]})
    assert again.status_code == 409
    address = f"conflicts/{made.json()['id']}/"
    wrong = call("drl").act(address, "settle", {"accepted": str(incident.pk), "reason": "r"})
    assert pointers(wrong) == [("/accepted", "not-one-of-them")]
    settled = call("drl").act(address, "settle", {"accepted": str(other.pk), "reason": "A court found so."})
    assert (settled.status_code, settled.json()["accepted"]) == (200, str(other.pk))
    stands = {each["id"]: each["standing"] for each in call("drl").get("allegations/").json()["results"]}
    assert stands == {str(one.pk): "not-accepted", str(other.pk): "accepted"}
    assert sentences(call("drl").act(address, "settle", {"accepted": None, "reason": "r"})) == [
        "This was settled already."
    ]
    actions = {"sources.conflict-recorded", "sources.conflict-settled"}
    assert Event.objects.filter(action__in=actions).count() == 2


def test_whoever_does_not_read_both_claims_reads_of_no_conflict(call: Any, people: dict[str, User]) -> None:
    here = an_allegation(None, people["drl"], an_incident(people["drl"]))
    there = an_allegation(None, people["drl"], an_incident(people["drl"], "XB"))
    made = conflicts.record(kind=KIND, claims=[here.pk, there.pk], reason="The same night.", by=people["drl"])
    for who in ("section", "drl2", "section2"):
        assert call(who).get(f"conflicts/{made.pk}/").status_code == 404
        assert call(who).get("conflicts/").json()["results"] == []
    assert len(call("legal").get(f"conflicts/?claim={here.pk}").json()["results"]) == 1
    body = {"kind": KIND, "claims": [str(here.pk), str(there.pk)], "reason": "r"}
    assert pointers(call("drl2").post("conflicts/", body)) == [("/claims/0", "not-found")]
    for who in ("section", "legal", "auditor"):
        assert call(who).post("conflicts/", body).status_code == 403


def test_what_is_wrong_with_it_is_said_at_once(call: Any, people: dict[str, User]) -> None:
    one = an_allegation(None, people["drl"])
    wrong = call("drl").post("conflicts/", {"kind": "ship", "claims": [str(one.pk)] * 2, "reason": ""})
    assert set(pointers(wrong)) == {
        ("/kind", "invalid-choice"), ("/claims/1", "itself"), ("/reason", "blank"),
    }  # fmt: skip
    assert not Conflict.objects.exists()
