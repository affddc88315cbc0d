"""Judging an allegation, and what vetting makes of it: what a withhold rests on, what a clear waits for."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.models import Allegation, Assessment, Element, Factor
from foundation.accounts.models import User
from foundation.refused import NotNow
from foundation.signing import actions as signing
from foundation.signing.models import Determination, State
from foundation.sources import actions as sources
from tests.evidence.test_sources import a_compartment
from tests.support.calls import offer, sentences
from tests.support.evidence import (
    ANSWERED,
    a_citation,
    a_note,
    an_allegation,
    an_incident,
    assessed,
    credible,
    named,
)
from tests.support.people import pointers
from tests.support.world import found_nothing
from vetting.actions import decide
from vetting.models import Case, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

BODY = {**ANSWERED, "conclusion": "credible"}
BASIS = {"basis": "As read."}


@pytest.fixture
def checked(people: dict[str, User], routed: list[Case]) -> list[Case]:
    """Every check done, nothing found: the unit's case first."""
    found_nothing("section", "drl", people=people)
    return routed


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- the worksheet ---


def test_a_judgement_is_a_version_and_says_who_and_on_what(call: Any, people: dict[str, User]) -> None:
    drl = people["drl"]
    allegation, citation = an_allegation(None, drl), a_citation(drl)
    factors = {"corroboration": {"finding": "Two agree.", "for": [str(citation.pk)], "against": []}}
    address = f"allegations/{allegation.pk}/"
    first = call("drl").act(address, "assess", BODY | {"factors": factors})
    assert first.status_code == 200, first.content
    shown = first.json()["assessment"]
    assert (shown["version"], shown["by"], shown["conclusion"]) == (1, "drl", "credible")
    assert len(shown["unanswered"]) == len(Factor) - 1 and "Corroboration: Two agree." in shown["draft_basis"]
    found = call("drl").get(f"citations/{citation.pk}/supports/").json()["results"]
    assert [each["kind"] for each in found] == ["evidence.assessment"]
    second = call("drl").act(address, "assess", BODY | {"conclusion": "undetermined"})
    assert (second.json()["conclusion"], second.json()["assessment"]["unanswered"]) == ("undetermined", [])
    assert second["ETag"] != first["ETag"]
    kept = call("drl").get(f"{address}assessments/").json()["results"]
    assert [each["conclusion"] for each in kept] == ["credible", "undetermined"]
    assert not {"score", "sum", "total"} & set(shown), "No number is made of it."


def test_unknown_is_an_answer_with_a_note_and_none_without(call: Any, people: dict[str, User]) -> None:
    allegation = an_allegation(None, people["drl"])
    elements = {"act": {"status": "unknown", "note": ""}, "date": {"status": "perhaps", "note": "x"}}
    wrong = call("drl").act(
        f"allegations/{allegation.pk}/", "assess",
        BODY | {"elements": elements, "factors": {"bias": {"finding": ""}, "mood": {}}, "conclusion": "sure"},
    )  # fmt: skip
    assert set(pointers(wrong)) == {
        ("/elements/act/note", "required"), ("/elements/date/status", "invalid-choice"),
        ("/factors/bias/finding", "blank"), ("/factors/mood", "unknown-field"),
        ("/conclusion", "invalid-choice"),
    }  # fmt: skip
    assert not Assessment.objects.exists()


def test_only_the_bureau_that_reads_it_judges(call: Any, people: dict[str, User]) -> None:
    allegation = an_allegation(None, people["drl"])
    for who in ("section", "coordinator", "legal", "approver", "auditor"):
        refused = call(who).act(f"allegations/{allegation.pk}/", "assess", BODY)
        assert refused.status_code == 403
    inside = a_compartment("legal", people=people)
    hidden = an_allegation_in(inside, people["drl"])
    assert call("drl").act(f"allegations/{hidden.pk}/", "assess", BODY).status_code == 403


def an_allegation_in(compartment: Any, by: User) -> Allegation:
    """Recorded before its incident was put away."""
    allegation = an_allegation(None, by)
    type(allegation.incident).objects.filter(pk=allegation.incident_id).update(compartment=compartment)
    return allegation


def test_the_words_of_a_judgement_are_masked_and_its_answers_are_not(
    call: Any, people: dict[str, User]
) -> None:
    allegation = assessed(an_allegation(None, people["drl"]), people["drl"], basis="Zoran said so.")
    for who in ("section", "desk", "auditor"):
        answer = call(who).get(f"allegations/{allegation.pk}/")
        shown = answer.json()["assessment"]
        assert shown["basis"] is shown["draft_basis"] is shown["factors"]["bias"]["finding"] is None
        assert (shown["elements"]["act"]["status"], shown["elements"]["act"]["note"]) == ("unknown", None)
        assert "Zoran" not in answer.content.decode() and "nobody asked" not in answer.content.decode()
    assert (
        call("legal").get(f"allegations/{allegation.pk}/").json()["assessment"]["basis"] == "Zoran said so."
    )


# --- what a withhold rests on ---


def withhold(drl: Any, case: Case, **body: Any) -> Any:
    said = {"grounds": "gvhr", "basis": "As read.", "includes_subunits": False} | body
    return drl.act(f"cases/{case.pk}/", "recommend-withhold", said)


def test_a_withhold_on_human_rights_grounds_needs_a_credible_allegation_answered_in_full(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    case, drl = checked[1], people["drl"]
    assert pointers(withhold(call("drl"), case)) == [("/allegations", "required")]
    bare = an_allegation(case.subject, drl)
    half = assessed(
        an_allegation(case.subject, drl), drl, elements={"act": {"status": "met", "note": ""}}, factors={}
    )
    doubted = assessed(an_allegation(case.subject, drl), drl, "undetermined")
    refused = withhold(call("drl"), case, allegations=[str(each.pk) for each in (bare, half, doubted)])
    assert refused.status_code == 409
    assert len(sentences(refused)) == 2 + len(Factor) + len(Element) - 1
    assert sentences(refused)[0] == "Allegation 1 (torture) is not assessed as it stands."
    assert "Allegation 2 (torture): “Corroboration” is not answered." in sentences(refused)
    assert not Determination.objects.exists() and fresh(case).status == Status.IN_REVIEW

    assessed(half, drl, "credible")
    made = withhold(call("drl"), case, allegations=[str(half.pk)])
    assert made.status_code == 201, made.content
    [frozen] = made.json()["payload"]["allegations"]
    assert (frozen["id"], frozen["conclusion"], frozen["assessment"]["version"]) == (
        str(half.pk), "credible", 2)  # fmt: skip
    assert "Unknown, because" not in str(made.json()["payload"]), "Its words stand by id and version."
    covered = {(each["kind"], each["id"]) for each in made.json()["covers"]}
    assert {("evidence.allegation", str(half.pk)), ("evidence.incident", str(half.incident_id))} <= covered


def test_an_allegation_against_others_restricts_nobody(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    unit_case, case, other = checked[0], checked[1], checked[2]
    of_another = credible(other.subject, people["drl"])
    refused = withhold(call("drl"), case, allegations=[str(each.pk) for each in of_another])
    assert pointers(refused) == [("/allegations", "not-about-it")]
    of_its_unit = credible(unit_case.subject, people["drl"])
    refused = withhold(call("drl"), case, allegations=[str(each.pk) for each in of_its_unit])
    assert sentences(refused) == ["None of the allegations is against the subject itself."]


def test_a_note_ends_a_case_and_leaves_no_restriction(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    case = checked[1]
    note = a_note(case.subject, people["drl"])
    wrong = withhold(call("drl"), case, grounds="non-hr", notes=[str(note.pk)], **named(case, people["drl"]))
    assert pointers(wrong) == [("/allegations", "not-these-grounds")]
    assert withhold(
        call("drl"), case, grounds="non-hr", notes=[str(a_note(checked[2].subject, people["drl"]).pk)]
    ).status_code == 400  # fmt: skip
    made = withhold(call("drl"), case, grounds="non-hr", notes=[str(note.pk)])
    assert made.json()["payload"]["notes"] == [
        {"id": str(note.pk), "version": 1, "kind": "corruption", "subject": str(case.subject_id)}
    ]
    assert call("approver").act(f"determinations/{made.json()['id']}/", "approve").status_code == 200
    assert fresh(case).outcome == "withheld-non-hr" and not Restriction.objects.exists()


def test_who_judged_or_recorded_it_does_not_sign(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    from_another = people["drl2"]
    made = withhold(call("drl"), checked[1], **named(checked[1], people["drl"])).json()
    determination = Determination.objects.get(pk=made["id"])
    assert {each.user for each in determination.contributors.all()} >= {people["drl"]}
    assert from_another not in {each.user for each in determination.contributors.all()}


@pytest.mark.parametrize("change", ["assess", "allegation", "incident", "citation", "another", "note"])
def test_what_changes_of_the_evidence_overtakes_what_was_recommended(
    change: str, call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    case, drl = checked[1], people["drl"]
    citation = a_citation(drl)
    allegation = assessed(an_allegation(case.subject, drl, citations=[citation]), drl)
    note = a_note(case.subject, drl)
    made = withhold(call("drl"), case, allegations=[str(allegation.pk)], notes=[])
    assert made.status_code == 201, made.content
    again = {"reason": "Seen anew.", "by": drl}
    if change == "assess":
        assessed(allegation, drl, "undetermined")
    elif change == "another":
        an_allegation(checked[0].subject, drl)
    elif change == "citation":
        sources.correct_citation(citation=citation, changes={"place": "page 5"}, **again)
    else:
        thing, address, changes = {
            "allegation": (allegation, "allegations", {"involvement": "aided"}),
            "incident": (allegation.incident, "incidents", {"title": "Another night"}),
            "note": (note, "derogatory-notes", {"note": "Took more."}),
        }[change]
        done = call("drl").act(
            f"{address}/{thing.pk}/", "correct", {"changes": changes, "reason": "Seen anew."}
        )
        assert done.status_code == 200, done.content
    determination = Determination.objects.get(pk=made.json()["id"])
    assert determination.state == State.OVERTAKEN and determination.changed
    assert fresh(case).status == Status.IN_REVIEW


def test_who_cannot_read_what_it_rests_on_cannot_read_or_sign_it(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    case, drl = checked[1], people["drl"]
    inside = a_compartment("drl", people=people)
    incident = an_incident(drl, compartment=inside)
    allegation = assessed(an_allegation(case.subject, drl, incident), drl)
    made = withhold(call("drl"), case, allegations=[str(allegation.pk)]).json()
    address = f"determinations/{made['id']}/"
    shown = call("approver").get(address).json()
    assert shown["payload"] is None
    assert "sealed" in offer(shown, "approve")["why_not"]
    assert call("approver").act(address, "approve").status_code == 403
    assert call("approver").get("determinations/?waiting=me").json()["results"] == []
    assert call("drl").get(address).json()["payload"]["basis"] == "As read."


# --- what a clear waits for ---


def test_a_clear_waits_for_every_allegation_and_says_each(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    unit_case, drl = checked[0], people["drl"]
    bare = an_allegation(unit_case.subject, drl)
    on_commander = assessed(an_allegation(unit_case.commander, drl, violation="extrajudicial-killing"), drl)
    address = f"cases/{unit_case.pk}/"
    for act in ("clear", "recommend-clear"):
        refused = call("drl").act(address, act, BASIS)
        assert refused.status_code == 409
        assert {
            "An allegation of torture against the subject is not assessed as it stands.",
            "An allegation of extrajudicial killing against the commander of its unit is credible,"
            " and no lift under this law has answered it.",
        } <= set(sentences(refused))
    many = call("drl").post("cases/clear/", {"ids": [str(unit_case.pk)], **BASIS}).json()["results"]
    assert many[0]["status"] == 409 and "not assessed" in many[0]["detail"]

    assessed(bare, drl, "not-credible")
    assessed(on_commander, drl, "undetermined")
    alone = call("drl").act(address, "clear", BASIS)
    assert sentences(alone) == [
        "There is an allegation against those whom it is about, so a clear takes two people."
    ]
    made = call("drl").act(address, "recommend-clear", BASIS)
    assert made.status_code == 201, made.content
    stands = made.json()["payload"]["evidence"]["allegations"]
    assert [(each["through"], each["conclusion"]) for each in stands] == [
        ("subject", "not-credible"), ("commander", "undetermined"),
    ]  # fmt: skip
    assert call("approver").act(f"determinations/{made.json()['id']}/", "approve").status_code == 200
    assert fresh(unit_case).status == Status.CLEARED


def test_a_persons_clear_waits_for_what_is_alleged_against_the_unit(
    people: dict[str, User], checked: list[Case]
) -> None:
    decide.clear(case=fresh(checked[0]), basis="Clean.", by=people["coordinator"])
    an_allegation(checked[0].subject, people["drl"])
    with pytest.raises(NotNow) as refused:
        decide.clear(case=fresh(checked[1]), basis="Clean.", by=people["coordinator"])
    assert "An allegation of torture against its unit is not assessed as it stands." in refused.value.sentence


def test_what_is_new_since_a_clear_was_recommended_is_not_passed_over(
    people: dict[str, User], checked: list[Case]
) -> None:
    case, drl = checked[0], people["drl"]
    determination = decide.recommend_clear(case=fresh(case), basis="Clean.", by=drl)
    an_allegation(case.subject, drl)
    determination.refresh_from_db()
    assert determination.state == State.OVERTAKEN
    with pytest.raises(NotNow):
        signing.approve(determination, read=determination.digest, by=people["approver"])
    assert fresh(case).status == Status.IN_REVIEW


def test_a_derogatory_note_takes_a_clear_out_of_one_persons_hands(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    a_note(checked[0].subject, people["drl"])
    refused = call("coordinator").act(f"cases/{checked[0].pk}/", "clear", BASIS)
    assert sentences(refused) == [
        "There is a derogatory note on one of those whom it is about, so a clear takes two people."
    ]
