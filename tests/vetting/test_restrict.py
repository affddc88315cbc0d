"""Restricting without a case: a subject that nobody nominated, or another law; and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import Invalid, NotNow, NotYours
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.models import Law
from tests.support import classes, evidence
from tests.support import wayback as way
from tests.support.calls import sentences
from units import actions as units
from units.models import CommandLink
from vetting.actions import restrict
from vetting.models import Case, Cause, Met, Restriction, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
STATE, DOD = Law.STATE_LEAHY, Law.DOD_LEAHY


def body(subject: Any, people: People, **changes: Any) -> dict[str, Any]:
    named = [str(each.pk) for each in evidence.credible(subject, people["drl"])]
    said = {"subject": str(subject.pk), "law": "state-leahy", "allegations": named, "basis": "As reported."}
    return said | changes


def test_a_unit_that_nobody_nominated_is_restricted_by_two_people(people: People) -> None:
    unit = way.a_unit(people)
    recommended = way.recommended(unit, people)
    assert not Restriction.objects.exists()
    with pytest.raises(NotYours, match="another person"):
        signing.approve(recommended, read=recommended.digest, by=people["drl"])
    way.signed(recommended, people)
    restriction = Restriction.objects.get()
    assert (restriction.subject_id, restriction.law, restriction.cause_id) == (unit.pk, STATE, recommended.pk)
    assert [each.determination_id for each in restriction.causes.all()] == [recommended.pk]
    actions = list(Event.objects.filter(chain=unit.audit_chain).values_list("action", flat=True))
    assert actions.count("vetting.restricted") == 1 and actions.count("signing.approved") == 1


def test_another_law_is_a_determination_of_its_own(people: People) -> None:
    unit = way.a_unit(people)
    way.restricted(unit, people, STATE)
    assert way.restricted(unit, people, DOD).law == DOD
    assert Restriction.objects.filter(subject=unit.pk).count() == 2
    with pytest.raises(NotNow, match="restricted under the State law since"):
        way.recommended(unit, people, STATE)


def test_only_the_bureau_recommends_it_and_only_where_it_sits(people: People) -> None:
    here, there = way.a_unit(people), way.a_unit(people, country="XB")
    credible = evidence.credible(here, people["drl"])
    for username in ("approver", "coordinator", "remediation", "legal"):
        with pytest.raises(NotYours):
            restrict.recommend(
                subject=here, law=STATE, basis="As read.", allegations=credible, by=people[username]
            )
    abroad = evidence.credible(there, people["drl"])
    assert restrict.recommend(
        subject=there, law=STATE, basis="As read.", allegations=abroad, by=people["drl2"]
    ).pk
    with pytest.raises(NotYours):
        restrict.recommend(subject=here, law=STATE, basis="As read.", allegations=credible, by=people["drl2"])


def test_it_takes_credible_information_against_this_very_subject(people: People) -> None:
    unit, other = way.a_unit(people), way.a_unit(people, "9th Quay Company")
    with pytest.raises(Invalid):
        way.recommended(unit, people, allegations=evidence.credible(other, people["drl"]))
    weak = evidence.assessed(
        evidence.an_allegation(unit, people["drl"]), people["drl"], conclusion="undetermined"
    )
    with pytest.raises(NotNow, match="undetermined"):
        way.recommended(unit, people, allegations=[weak])
    with pytest.raises(NotNow, match="not assessed"):
        way.recommended(unit, people, allegations=[evidence.an_allegation(unit, people["drl"])])
    with pytest.raises(Invalid):
        restrict.recommend(subject=unit, law=STATE, basis="None.", allegations=[], by=people["drl"])


def test_an_allegation_judged_anew_overtakes_the_recommendation(people: People) -> None:
    unit = way.a_unit(people)
    [allegation] = evidence.credible(unit, people["drl"])
    recommended = way.recommended(unit, people, allegations=[allegation])
    evidence.assessed(allegation, people["drl"], conclusion="not-credible")
    assert Determination.objects.get(pk=recommended.pk).state == "overtaken"


def test_a_subject_corrected_meanwhile_is_found_at_the_signature(people: People) -> None:
    unit = way.a_unit(people)
    recommended = way.recommended(unit, people)
    units.correct(subject=unit, changes={"location": "Velin"}, names=None, reason="Moved.", by=people["drl"])
    with pytest.raises(NotNow, match="subject"):
        way.signed(recommended, people)


# --- met at once ---


def cases_under(unit: Any, people: People) -> tuple[Case, Case]:
    """A class whose unit a person judged to be this one: the unit's case, and its person's."""
    nomination = classes.screened(1, by=people["nominator"])
    unit_case, person = nomination.cases.get(kind="unit"), nomination.cases.get(kind="individual")
    units.judge_same(nominee=unit_case.subject, known=unit, by=people["drl"])
    return unit_case, person


def test_open_cases_meet_it_at_once_with_cause_date_and_link(people: People) -> None:
    unit = way.a_unit(people)
    unit_case, person = cases_under(unit, people)
    restriction = way.restricted(unit, people)
    assert Case.objects.get(pk=unit_case.pk).status == Case.objects.get(pk=person.pk).status == Status.BARRED
    met = dict(Met.objects.values_list("case_id", "through"))
    assert met[unit_case.pk] == "subject" and met[person.pk] == "unit"
    assert set(restrict.freed_by(restriction)) == {Case.objects.get(pk=pk) for pk in met}


def test_a_live_clearance_is_recalled(people: People) -> None:
    case = classes.case_at(Status.CLEARED, people)
    unit = way.a_unit(people)
    units.judge_same(nominee=case.unit_case.subject, known=unit, by=people["drl"])
    way.restricted(unit, people)
    assert Case.objects.get(pk=case.pk).status == Status.RECALLED
    assert not case.clearances.live().exists()


def test_a_later_nomination_meets_it_at_screening(people: People) -> None:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    unit_case, _ = cases_under(unit, people)
    restrict.meet_everywhere(subject=unit, by=None)
    assert Case.objects.get(pk=unit_case.pk).status == Status.BARRED


def test_under_the_other_law_nothing_is_barred(people: People) -> None:
    unit = way.a_unit(people)
    unit_case, _ = cases_under(unit, people)
    way.restricted(unit, people, DOD)
    assert Case.objects.get(pk=unit_case.pk).status == Status.IN_REVIEW
    assert not Met.objects.exists()


def test_a_second_cause_widens_what_stands_and_stands_behind_it(people: People) -> None:
    """A withhold with sub-units on a unit that is restricted alone: the narrow one must not swallow it."""
    above, below = way.a_unit(people, "2nd Harbour Battalion"), way.a_unit(people)
    units.link(claim=CommandLink(child=below, parent=above, certain=None), by=people["drl"])
    unit_case, _ = cases_under(below, people)
    way.restricted(above, people)
    assert Case.objects.get(pk=unit_case.pk).status == Status.IN_REVIEW
    wide = way.restricted(above, people, includes_subunits=True)
    assert wide.includes_subunits and Cause.objects.filter(restriction=wide).count() == 2
    assert Restriction.objects.filter(subject=above.pk).count() == 1
    assert Case.objects.get(pk=unit_case.pk).status == Status.BARRED


# --- kept ---


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2026-01-01"},
        {"law": "dod-leahy"},
        {"since": "2020-01-01"},
        {"includes_subunits": False},
        {"cause": None},
    ],
)
def test_a_restriction_is_not_edited_even_by_sql(people: People, change: dict[str, Any]) -> None:
    restriction = way.restricted(way.a_unit(people), people, includes_subunits=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Restriction.objects.filter(pk=restriction.pk).update(**change)


def test_only_a_signed_lift_of_its_own_ends_it(people: People) -> None:
    """Not the withhold itself, nor a lift that nobody signed, nor one of another law."""
    unit = way.a_unit(people)
    restriction = way.restricted(unit, people)
    way.restricted(unit, people, DOD)
    file = way.remedied(unit, people)
    waiting = way.lift(file, people, STATE)
    for wrong in (restriction.cause, waiting):
        with pytest.raises(DatabaseError), transaction.atomic():
            Restriction.objects.filter(pk=restriction.pk).update(until="2030-01-01", lifted_by=wrong)
    other = way.signed(way.lift(file, people, DOD), people)
    with pytest.raises(DatabaseError), transaction.atomic():
        Restriction.objects.filter(pk=restriction.pk).update(until="2030-01-01", lifted_by=other)


def test_nothing_of_it_is_deleted(people: People) -> None:
    restriction = way.restricted(way.a_unit(people), people)
    for rows in (Cause.objects.all(), Restriction.objects.filter(pk=restriction.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


# --- by REST ---


def test_by_rest(call: Any, people: People) -> None:
    unit = way.a_unit(people)
    made = call("drl").post("restrictions/recommend/", body(unit, people))
    assert made.status_code == 201 and made.json()["kind"] == "restrict"
    address = f"determinations/{made.json()['id']}/"
    assert call("approver").act(address, "approve").status_code == 200
    [row] = call("section").get(f"restrictions/?subject={unit.pk}&law=state-leahy").json()["results"]
    shown = call("section").get(f"restrictions/{row['id']}/").json()
    assert shown["cause"] == made.json()["id"] and shown["causes"] == [made.json()["id"]]
    assert shown["met"] == [] and shown["until"] is None and shown["from"]
    assert call("nominator").get("restrictions/").status_code == 404


def test_all_that_is_wrong_is_said_at_once(call: Any, people: People) -> None:
    person = way.a_person(people)
    wrong = body(person, people, law="roman", basis="", includes_subunits=True, extra=1)
    answer = call("drl").post("restrictions/recommend/", wrong)
    assert answer.status_code == 400
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        "/law", "/basis", "/includes_subunits", "/extra",
    }  # fmt: skip
    assert not Determination.objects.exists()


def test_who_may_not_is_told_so(call: Any, people: People) -> None:
    unit = way.a_unit(people)
    answer = call("remediation").post("restrictions/recommend/", body(unit, people))
    assert answer.status_code == 403 and "human rights bureau" in sentences(answer)[0]
    assert call("nominator").post("restrictions/recommend/", body(unit, people)).status_code == 404
