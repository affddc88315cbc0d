"""The life of a case, by the actions that move it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from config import demo
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.refused import NotNow, NotYours
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.evidence import credible
from tests.support.world import found_nothing
from units import actions as units
from units.models import Individual, SameAs
from vetting.actions import cases, checks, decide, matches, nominate, nominator, restrict
from vetting.days import today
from vetting.explain import explain
from vetting.intake.check import check_nomination
from vetting.lookups import for_nominator
from vetting.models import Candidate, Case, Check, Clearance, Nomination, Restriction, Status, Word

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def checked(people: People, routed: list[Case]) -> list[Case]:
    """Every check done, nothing found."""
    found_nothing("section", "drl", people=people)
    return fresh(*routed)


def fresh(*found: Case) -> list[Case]:
    return [Case.objects.get(pk=case.pk) for case in found]


def again(people: People, reference: str, **changes: Any) -> list[Case]:
    """The same class nominated anew, screened and routed: the unit's case first."""
    nominator_ = people["nominator"]
    body = demo.border_class(str(nominator_.organisation_id), today()) | {"reference": reference} | changes
    draft, problems = check_nomination(body, for_nominator(nominator_), today())
    assert draft is not None, problems
    nomination = nominate.nominate(draft=draft, by=nominator_)
    relay.drain()
    return list(Case.objects.filter(nomination=nomination).order_by("reference"))


def withheld(case: Case, people: People, **how: Any) -> Determination:
    how = {"grounds": "gvhr", "basis": "What was reported."} | how
    if how["grounds"] == "gvhr":
        how = {"allegations": credible(case.subject, people["drl"])} | how
    determination = decide.recommend_withhold(case=case, by=people["drl"], **how)
    return signing.approve(determination, read=determination.digest, by=people["approver"])


def words(nomination: Nomination | None = None) -> list[str]:
    rows = Candidate.objects.all() if nomination is None else nomination.candidates.all()
    return [row.word for row in rows.order_by("nomination__reference", "row")]


# --- the clean ninety-eight ---


def test_a_class_has_one_case_a_person_and_one_for_their_unit(routed: list[Case]) -> None:
    assert [case.kind for case in routed] == ["unit"] + ["individual"] * 5
    assert {case.unit_case for case in routed[1:]} == {routed[0]}
    assert {case.status for case in routed} == {Status.IN_REVIEW}


def test_one_person_clears_what_is_clean_the_unit_before_its_people(
    people: People, checked: list[Case]
) -> None:
    unit, person = checked[0], checked[1]
    with pytest.raises(NotNow, match="Its unit is not cleared"):
        decide.clear(case=person, basis="Nothing found.", by=people["coordinator"])
    decide.clear(case=unit, basis="Nothing found.", by=people["coordinator"])
    decide.clear(case=person, basis="Nothing found.", by=people["coordinator"])
    assert words()[0] == Word.CLEARED
    clearance = Clearance.objects.get(case=person)
    assert (clearance.valid_from, clearance.unit_id) == (today(), unit.subject_id)
    assert clearance.valid_until == clearance.valid_from.replace(
        year=clearance.valid_from.year + 1
    ) - dt.timedelta(1)


def test_a_row_is_cleared_only_with_its_unit(people: People, checked: list[Case]) -> None:
    assert set(words()) == {Word.IN_REVIEW}
    for case in checked:
        decide.clear(case=case, basis="Nothing found.", by=people["coordinator"])
    assert set(words()) == {Word.CLEARED}


def test_what_was_known_at_a_clear_is_frozen(people: People, checked: list[Case]) -> None:
    decide.clear(case=checked[0], basis="Nothing found.", by=people["coordinator"])
    told = explain(checked[0])
    [decision] = told["decisions"]
    assert decision["intact"]
    assert [check["finding"] for check in decision["payload"]["checks"]] == ["nothing-found", "nothing-found"]
    assert decision["payload"]["rule"]["version"] == 1
    assert told["events"][-1]["action"] == "vetting.cleared"


def test_nobody_clears_before_the_checks_are_done(people: People, routed: list[Case]) -> None:
    with pytest.raises(NotNow, match="checks are still to be done"):
        decide.clear(case=routed[0], basis="Early.", by=people["coordinator"])


@pytest.mark.parametrize("finding", ["derogatory", "unable"])
def test_anything_but_nothing_found_takes_two(people: People, routed: list[Case], finding: str) -> None:
    check = Check.objects.get(case=routed[0], queue__check_type="political")
    checks.claim(check=check, by=people["section"])
    checks.complete(check=check, finding=finding, note="See the file.", by=people["section"])
    found_nothing("section", "drl", people=people)
    with pytest.raises(NotNow, match="takes two people"):
        decide.clear(case=routed[0], basis="Weighed.", by=people["drl"])
    determination = decide.recommend_clear(case=routed[0], basis="Weighed.", by=people["drl"])
    with pytest.raises(NotYours):
        signing.approve(determination, read=determination.digest, by=people["drl"])
    signing.approve(determination, read=determination.digest, by=people["approver"])
    assert fresh(routed[0])[0].status == Status.CLEARED


def test_a_check_without_a_search_takes_two(people: People, routed: list[Case]) -> None:
    check = Check.objects.get(case=routed[0], queue__check_type="political")
    checks.claim(check=check, by=people["section"])
    checks.complete(check=check, finding="nothing-found", by=people["section"])
    found_nothing("section", "drl", people=people)
    with pytest.raises(NotNow, match="records no search"):
        decide.clear(case=routed[0], basis="Nothing found.", by=people["coordinator"])


def test_a_case_that_was_suspended_takes_two(people: People, checked: list[Case]) -> None:
    cases.suspend(case=checked[0], reason="A report.", by=people["drl"])
    cases.resume(case=checked[0], reason="Not about them.", by=people["drl"])
    with pytest.raises(NotNow, match="suspended before"):
        decide.clear(case=checked[0], basis="Nothing found.", by=people["drl"])


# --- matches ---


def known_and_restricted(
    people: People, name: str, born: str = "1979", law: str = "state-leahy"
) -> Individual:
    person = Individual(country_id="XA", date_of_birth=born, nationality="XA")
    units.record(subject=person, names=[units.Called(name)], by=people["drl"])
    restrict.impose(subject=person, law=law, includes_subunits=False, cause=None, by=people["drl"])
    return person


def test_a_match_with_a_restricted_subject_must_be_judged(people: People, checked: list[Case]) -> None:
    branka = next(case for case in checked if case.subject.name == "Branka Olmerin")
    known_and_restricted(people, "Branko Olmerin")
    relay.drain()
    decide.clear(case=checked[0], basis="Nothing found.", by=people["coordinator"])
    match = Match.objects.get(nominee=branka.subject)
    with pytest.raises(NotNow, match="not judged yet"):
        decide.clear(case=branka, basis="Nothing found.", by=people["coordinator"])
    matches.judge(match=match, verdict="different", reason="Another birth year.", by=people["section"])
    decide.clear(case=branka, basis="Nothing found.", by=people["coordinator"])


def test_the_same_as_a_restricted_subject_is_barred_at_once(people: People, checked: list[Case]) -> None:
    branka = next(case for case in checked if case.subject.name == "Branka Olmerin")
    known_and_restricted(people, "Branko Olmerin")
    relay.drain()
    match = Match.objects.get(nominee=branka.subject)
    matches.judge(match=match, verdict="same", reason="One person.", by=people["section"])
    [case] = fresh(branka)
    assert (case.status, case.outcome) == (Status.BARRED, "barred-subject")
    assert words()[2] == Word.NOT_CLEARED
    with pytest.raises(NotNow, match="restricted under the State law"):
        cases.reopen(case=case, reason="A mistake.", by=people["drl"])
    matches.judge(match=match, verdict="different", reason="Two people after all.", by=people["section"])
    assert not SameAs.objects.standing().exists()
    cases.reopen(case=case, reason="A mistake.", by=people["drl"])
    assert fresh(case)[0].status == Status.IN_REVIEW


def test_under_the_other_law_it_is_not_barred_but_takes_two(people: People, checked: list[Case]) -> None:
    branka = next(case for case in checked if case.subject.name == "Branka Olmerin")
    known_and_restricted(people, "Branko Olmerin", law="dod-leahy")
    relay.drain()
    match = Match.objects.get(nominee=branka.subject)
    matches.judge(match=match, verdict="same", reason="One person.", by=people["section"])
    decide.clear(case=checked[0], basis="Nothing found.", by=people["coordinator"])
    assert fresh(branka)[0].status == Status.IN_REVIEW
    with pytest.raises(NotNow, match="DoD law"):
        decide.clear(case=branka, basis="Nothing found.", by=people["coordinator"])


def test_a_new_match_overtakes_what_was_recommended_without_it(people: People, checked: list[Case]) -> None:
    branka = next(case for case in checked if case.subject.name == "Branka Olmerin")
    determination = decide.recommend_withhold(
        case=branka, grounds="non-hr", basis="Reported.", by=people["drl"]
    )
    known_and_restricted(people, "Branko Olmerin")
    relay.drain()
    determination.refresh_from_db()
    assert determination.state == "overtaken"
    assert fresh(branka)[0].status == Status.IN_REVIEW


# --- withholding ---


def test_a_withhold_takes_two_and_leaves_a_restriction(people: People, checked: list[Case]) -> None:
    case = checked[1]
    withheld(case, people)
    restriction = Restriction.objects.get()
    assert (restriction.subject_id, restriction.law, restriction.citation) == (
        case.subject_id,
        "state-leahy",
        "22 U.S.C. 2378d",
    )
    assert fresh(case)[0].outcome == "withheld-gvhr"
    assert words()[0] == Word.NOT_CLEARED


def test_returned_it_is_recommended_anew(people: People, checked: list[Case]) -> None:
    first = decide.recommend_withhold(
        case=checked[1],
        grounds="gvhr",
        basis="Thin.",
        allegations=credible(checked[1].subject, people["drl"]),
        by=people["drl"],
    )
    signing.return_(first, read=first.digest, reason="Say what was reported.", by=people["approver"])
    assert fresh(checked[1])[0].status == Status.IN_REVIEW
    withheld(checked[1], people)
    assert fresh(checked[1])[0].status == Status.WITHHELD


def test_corruption_ends_a_case_and_leaves_no_restriction(people: People, checked: list[Case]) -> None:
    withheld(checked[1], people, grounds="non-hr")
    assert not Restriction.objects.exists()
    assert fresh(checked[1])[0].outcome == "withheld-non-hr"


def test_a_units_withhold_bars_its_people_and_recalls_the_cleared(
    people: People, checked: list[Case]
) -> None:
    unit, first, *rest = checked
    decide.clear(case=unit, basis="Nothing found.", by=people["coordinator"])
    decide.clear(case=first, basis="Nothing found.", by=people["coordinator"])
    cases.recall(case=unit, reason="A new report.", by=people["drl"])
    cases.reopen(case=unit, reason="A new report.", by=people["drl"])
    withheld(unit, people)
    unit, first, *rest = fresh(*checked)
    assert unit.status == Status.WITHHELD
    assert (first.status, Clearance.objects.filter(ended_at=None).exists()) == (Status.RECALLED, False)
    assert {(case.status, case.outcome) for case in rest} == {(Status.BARRED, "barred-unit")}
    assert words()[0] == Word.NO_LONGER


def test_a_later_nomination_of_a_withheld_unit_is_met(people: People, checked: list[Case]) -> None:
    unit = checked[0]
    withheld(unit, people)
    nominator_ = people["nominator"]
    body = demo.border_class(str(nominator_.organisation_id), today())
    rows = [row | {"unit": {"id": str(unit.subject_id)}} for row in body["candidates"]]
    later = again(people, "MTP-002", candidates=rows)
    assert {case.status for case in later} == {Status.BARRED}
    assert {case.outcome for case in later} == {"barred-subject", "barred-unit"}


def test_a_restricted_commander_bars_the_unit(people: People, checked: list[Case]) -> None:
    unit = checked[0]
    assert unit.commander is not None
    restrict.impose(
        subject=unit.commander, law="state-leahy", includes_subunits=False, cause=None, by=people["drl"]
    )
    restrict.meet_everywhere(subject=unit.commander, by=people["drl"])
    assert {case.status for case in fresh(*checked)} == {Status.BARRED}


def test_a_name_alone_bars_nobody(people: People, checked: list[Case]) -> None:
    withheld(checked[1], people)
    later = again(people, "MTP-003")
    assert {case.status for case in later} == {Status.IN_REVIEW}
    twin = next(case for case in later if case.subject.name == checked[1].subject.name)
    assert [match.known_id for match in Match.objects.filter(nominee=twin.subject)] == [checked[1].subject_id]


def test_cancelling_overtakes_a_recommendation(people: People, checked: list[Case]) -> None:
    determination = decide.recommend_withhold(
        case=checked[1],
        grounds="gvhr",
        basis="Reported.",
        allegations=credible(checked[1].subject, people["drl"]),
        by=people["drl"],
    )
    cases.cancel(case=checked[1], reason="event-cancelled", by=people["coordinator"])
    determination.refresh_from_db()
    assert determination.state == "overtaken"
    assert fresh(checked[1])[0].status == Status.CANCELLED
    with pytest.raises(NotNow):
        signing.approve(determination, read=determination.digest, by=people["approver"])


# --- asking, returning, suspending ---


def test_a_question_stops_the_case_until_it_is_answered(people: People, routed: list[Case]) -> None:
    case = routed[1]
    cases.request_information(case=case, question="Which company?", fields=["unit"], by=people["section"])
    row = Candidate.objects.get(case=case)
    assert row.word == Word.MORE
    with pytest.raises(NotNow, match="work on it has stopped"):
        checks.claim(check=case.checks.first(), by=people["section"])
    nominator.answer(candidate=row, answer="The second.", draft=None, by=people["nominator"])
    assert fresh(case)[0].status == Status.IN_REVIEW
    assert Candidate.objects.get(case=case).word == Word.IN_REVIEW


def test_a_returned_row_is_resubmitted_and_routed_again(people: People, routed: list[Case]) -> None:
    case = routed[1]
    cases.return_(
        case=case,
        note="The birth date is missing its day.",
        fields=["date_of_birth"],
        by=people["coordinator"],
    )
    row = Candidate.objects.get(case=case)
    assert row.word == Word.MORE
    nominator.resubmit(candidate=row, draft=None, by=people["nominator"])
    assert Candidate.objects.get(case=case).word == Word.RECEIVED
    relay.drain()
    assert fresh(case)[0].status == Status.IN_REVIEW


def test_from_day_thirty_a_suspended_case_must_be_decided(people: People, routed: list[Case]) -> None:
    case = routed[1]
    cases.suspend(case=case, reason="A report.", by=people["drl"])
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=True):
        with pytest.raises(NotNow, match="thirty days"):
            cases.opinion(case=case, view="concur", note="Credible.", by=people["legal"])
        cases.cancel(case=case, reason="lapsed", by=people["drl"])
    assert fresh(case)[0].outcome == "cancelled-lapsed"


def test_a_lapsed_case_is_met_by_the_next_vetter(people: People, checked: list[Case]) -> None:
    cases.suspend(case=checked[1], reason="A report.", by=people["drl"])
    cases.cancel(case=checked[1], reason="lapsed", by=people["coordinator"])
    later = again(people, "MTP-004")
    twin = next(case for case in later if case.subject.name == checked[1].subject.name)
    match = Match.objects.get(nominee=twin.subject)
    assert {mark.reason for mark in match.known.marks.all()} == {"earlier-suspended", "earlier-lapsed"}


# --- the nominator ---


def test_a_withdrawn_class_is_cancelled_whole(people: People, routed: list[Case]) -> None:
    nominator.withdraw(nomination=routed[0].nomination, by=people["nominator"])
    assert {case.status for case in fresh(*routed)} == {Status.CANCELLED}
    assert set(words()) == {Word.CANCELLED}
    assert not Check.objects.exclude(state="void").exists()


def test_an_alternate_takes_a_place(people: People) -> None:
    nominator_ = people["nominator"]
    body = demo.border_class(str(nominator_.organisation_id), today())
    body["candidates"][4]["role"] = "alternate"
    later = again(people, "MTP-005", candidates=body["candidates"])
    rows = list(Candidate.objects.order_by("row"))
    nominator.substitute(candidate=rows[0], alternate=rows[4], by=nominator_)
    rows = list(Candidate.objects.order_by("row"))
    assert (rows[0].word, rows[4].role, rows[4].replaces_id) == (Word.CANCELLED, "participant", rows[0].pk)
    assert fresh(later[1])[0].status == Status.CANCELLED
    assert fresh(later[0])[0].status == Status.IN_REVIEW  # its unit's case goes on for the others


def test_every_act_leaves_its_event(people: People, checked: list[Case]) -> None:
    decide.clear(case=checked[0], basis="Nothing found.", by=people["coordinator"])
    actions = list(
        Event.objects.filter(chain=checked[0].audit_chain).order_by("seq").values_list("action", flat=True)
    )
    assert actions == [
        "vetting.received",
        "vetting.routed",
        "vetting.check-claimed",
        "vetting.check-completed",
        "vetting.check-claimed",
        "vetting.check-completed",
        "vetting.cleared",
    ]
