"""Burying takes two: whatever takes a case out of the fast lane, no one person clears it; and what was once
suspended, lapsed, withdrawn, withheld or recalled is shown to the next vetter, whoever nominates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.refused import NotNow
from foundation.signing import actions as signing
from foundation.sources.models import Law
from screening.models import Match
from tests.support.calls import Caller
from tests.support.classes import a_person, a_unit, screened
from tests.support.people import organisation, person
from tests.support.sizes import Size
from tests.support.world import found_nothing
from tests.vetting.browsing import BACKEND
from units import actions as units
from units.models import ForceType, Individual, Level, Unit, UnitStatus
from vetting.actions import cases, checks, decide, matches, nominator, restrict
from vetting.intake.given import draft_of
from vetting.intake.shape import Name
from vetting.models import Case, Nomination, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def done(case: Case, people: People) -> Case:
    """Every check of it made, and nothing found."""
    found_nothing("section", "drl", people=people)
    return fresh(case)


# --- the reasons: each leaves a unit's case where only this one thing stands against one person's clear ---


def finding(case: Case, people: People, found: str, **more: Any) -> Case:
    check = case.checks.get(queue__check_type="political")
    checks.claim(check=check, by=people["section"])
    checks.complete(check=check, finding=found, note="See the file.", by=people["section"], **more)
    return done(case, people)


def derogatory(case: Case, people: People) -> Case:
    return finding(case, people, "derogatory")


def unable(case: Case, people: People) -> Case:
    return finding(case, people, "unable")


def no_search(case: Case, people: People) -> Case:
    return finding(case, people, "nothing-found")


def skipped(case: Case, people: People) -> Case:
    check = case.checks.get(queue__check_type="political")
    skip = checks.recommend_skip(check=check, reason="Closed.", by=people["coordinator"])
    signing.approve(skip, read=skip.digest, by=people["approver"])
    return done(case, people)


def derogatory_before_it_was_checked_anew(case: Case, people: People) -> Case:
    derogatory(case, people)
    return corrected(case, people, location="Another town")


def suspended_and_resumed(case: Case, people: People) -> Case:
    cases.suspend(case=case, reason="A report.", by=people["drl"])
    cases.resume(case=fresh(case), reason="About another.", by=people["drl"])
    return done(case, people)


def withhold_returned(case: Case, people: People) -> Case:
    made = withhold(case, people)
    signing.return_(made, read=made.digest, reason="Thin.", by=people["approver"])
    return done(case, people)


def withheld_and_reopened(case: Case, people: People) -> Case:
    made = withhold(case, people)
    signing.approve(made, read=made.digest, by=people["approver"])
    cases.reopen(case=fresh(case), reason="Anew.", by=people["drl"])
    return done(case, people)


def clear_returned(case: Case, people: People) -> Case:
    made = decide.recommend_clear(case=done(case, people), basis="Clean.", by=people["drl"])
    signing.return_(made, read=made.digest, reason="Look again.", by=people["approver"])
    return fresh(case)


def recalled_and_reopened(case: Case, people: People) -> Case:
    recalled(case, people)
    cases.reopen(case=fresh(case), reason="Anew.", by=people["drl"])
    return done(case, people)


def objection(case: Case, people: People) -> Case:
    cases.opinion(case=case, view="object", note="Ask the other embassy.", by=people["legal"])
    return done(case, people)


def other_law(case: Case, people: People) -> Case:
    restrict.impose(subject=case.subject, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    return done(case, people)


def match_unsure(case: Case, people: People) -> Case:
    judge(a_match(case, people), "unsure", people["section"])
    return done(case, people)


def match_once_judged_the_same(case: Case, people: People) -> Case:
    match = a_match(case, people)
    judge(match, "same", people["section"])
    judge(match, "different", people["section"])
    return done(case, people)


def match_gone_unjudged(case: Case, people: People) -> Case:
    match = a_match(case, people)
    units.correct(
        subject=Unit.objects.get(pk=match.known_id),
        changes={},
        names=[units.Called("Zephyr Signals School")],
        reason="Misread.",
        by=people["drl"],
    )
    relay.drain()
    cases.request_information(case=fresh(case), question="Where?", fields=[], by=people["section"])
    return corrected(case, people, ask=False, location="Another town")


def match_judged_by_who_clears(case: Case, people: People) -> Case:
    judge(a_match(case, people), "different", people["coordinator"])
    return done(case, people)


def commander_told_anew(case: Case, people: People) -> Case:
    assert case.commander is not None
    known = units.record(
        subject=Individual(country_id="XA", nationality="XA"),
        names=[units.Called(case.commander.name)],
        by=people["drl"],
    )
    restrict.impose(subject=known, law=Law.STATE_LEAHY, includes_subunits=False, cause=None, by=None)
    relay.drain()
    return corrected(case, people, commander=Name(full="Quillon Abernatty"))


def earlier(what: Callable[[Case, People], object]) -> Callable[[Case, People], Case]:
    """This happened to its first case; the unit is nominated again, by its id, and checked."""

    def renominated(case: Case, people: People) -> Case:
        what(case, people)
        row = a_person(900, unit={"id": str(case.subject_id)})
        again = screened([row], by=people["nominator"])
        return done(again.cases.get(kind="unit"), people)

    renominated.__name__ = f"earlier {getattr(what, '__name__', '')}"
    return renominated


def suspended(case: Case, people: People) -> object:
    return cases.suspend(case=case, reason="A report.", by=people["drl"])


def lapsed(case: Case, people: People) -> object:
    return cases.cancel(case=case, reason="lapsed", by=people["coordinator"])


def withdrawn(case: Case, people: People) -> object:
    return nominator.withdraw(nomination=case.nomination, by=people["nominator"])


def cancelled_with_something_found(case: Case, people: People) -> object:
    finding(case, people, "derogatory")
    return cases.cancel(case=fresh(case), reason="duplicate", by=people["coordinator"])


def withheld(case: Case, people: People) -> object:
    made = withhold(case, people)
    return signing.approve(made, read=made.digest, by=people["approver"])


def recalled(case: Case, people: People) -> object:
    if case.unit_case and case.unit_case.status != Status.CLEARED:
        decide.clear(case=done(case.unit_case, people), basis="Nothing found.", by=people["coordinator"])
    decide.clear(case=done(case, people), basis="Nothing found.", by=people["coordinator"])
    return cases.recall(case=fresh(case), reason="A later report.", by=people["drl"])


def withhold(case: Case, people: People) -> Any:
    return decide.recommend_withhold(case=fresh(case), grounds="non-hr", basis="Reported.", by=people["drl"])


def a_match(case: Case, people: People) -> Match:
    """With a known unit of the same name, which is restricted under the other law."""
    unit = Unit(country_id="XA", level=Level.COMPANY, force_type=ForceType.ARMY, status=UnitStatus.ACTIVE)
    known = units.record(subject=unit, names=[units.Called(case.subject.name)], by=people["drl"])
    restrict.impose(subject=known, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    relay.drain()
    return Match.objects.get(nominee=case.subject_id, known=known.pk)


def judge(match: Match, verdict: str, by: User) -> None:
    matches.judge(match=match, verdict=verdict, reason="Compared.", by=by)


def corrected(case: Case, people: People, ask: bool = True, **unit: Any) -> Case:
    """Its nominator tells the unit anew, so that it is screened and checked again."""
    if ask:
        cases.request_information(case=fresh(case), question="Which?", fields=[], by=people["section"])
    row = case.unit_candidates.get()
    last = draft_of(row.versions.order_by("-version")[0].given, row.row)
    draft = replace(last, unit=replace(last.unit, **unit))
    nominator.answer(candidate=row, answer="This.", draft=draft, by=people["nominator"])
    return done(case, people)


REASONS: tuple[tuple[Callable[[Case, People], Case], str], ...] = (
    (derogatory, "A check found derogatory information"),
    (derogatory_before_it_was_checked_anew, "A check found derogatory information"),
    (unable, "A section was unable to check"),
    (no_search, "A check that found nothing records no search"),
    (skipped, "A check was skipped, so no search of it is recorded"),
    (suspended_and_resumed, "This case was suspended before"),
    (withhold_returned, "A withhold of this case was recommended before"),
    (withheld_and_reopened, "A withhold of this case was recommended before"),
    (clear_returned, "An approver has returned a clear of this case"),
    (recalled_and_reopened, "A clearance of this case was recalled"),
    (objection, "Legal or the desk objects"),
    (other_law, "There is a restriction under the DoD law"),
    (match_unsure, "A match with a subject that carries adverse information is not judged different"),
    (match_once_judged_the_same, "was judged the same before"),
    (match_gone_unjudged, "went away before anybody judged it"),
    (match_judged_by_who_clears, "You judged a match with a subject that carries adverse information"),
    (commander_told_anew, "Its unit or commander was told anew while something stood against"),
    (earlier(suspended), "An earlier case on this subject was suspended, lapsed or withdrawn"),
    (earlier(lapsed), "An earlier case on this subject was suspended, lapsed or withdrawn"),
    (earlier(withdrawn), "An earlier case on this subject was suspended, lapsed or withdrawn"),
    (earlier(withheld), "A withhold was recommended on an earlier case on this subject"),
    (earlier(recalled), "An earlier clearance of this subject was recalled"),
    (earlier(cancelled_with_something_found), "cancelled after a check had found derogatory information"),
)
ALIKE = (
    "Lagoon Meadow Quarry Thicket Summit Orchard Viaduct Harvest Copper Juniper Falcon Tundra Bramble Mirror"
    " Saddle Velvet Walnut Yonder Zenith Dolphin Garnet Kettle Ribbon"
).split()  # units of one country, none of which is like another


# --- the doors of a clear by one person ---


def by_call(case: Case, by: User) -> None:
    assert Caller(by).act(f"cases/{case.pk}/", "clear", {"basis": "Fine."}).status_code == 409


def by_bulk_call(case: Case, by: User) -> None:
    answer = Caller(by).post("cases/clear/", {"ids": [str(case.pk)], "basis": "Fine."})
    assert [each["status"] for each in answer.json()["results"]] == [409]


def by_form(case: Case, by: User) -> None:
    url = reverse("case-act", args=[case.pk, "clear"])
    assert _browser(by).post(url, {"version": f'"{case.version}"', "basis": "Fine."}).status_code == 303


def by_bulk_form(case: Case, by: User) -> None:
    sent = {"ids": [str(case.pk)], "basis": "Fine.", "record": "1"}
    assert _browser(by).post(reverse("clear-many"), sent).status_code == 303


DOORS = (by_call, by_bulk_call, by_form, by_bulk_form)


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def refusal_of_the_action(case: Case, by: User) -> list[str]:
    with pytest.raises(NotNow) as refused:
        decide.clear(case=case, basis="Fine.", by=by)
    return [each.detail for each in refused.value.problems]


def last_refusal(by: User) -> tuple[int, list[str]]:
    refused = Event.objects.filter(action="vetting.refused", actor=by.username).order_by("-pk")
    return refused.count(), refused[0].details["reasons"] if refused else []


def test_each_reason_makes_a_clear_take_two_through_every_door(people: People, size: Size) -> None:
    """At the gate's size through the action and one door of each in turn, at full size through all."""
    size.note(f"{len(REASONS)} reasons, {len(DOORS) if size.full else 'the action and 1 of 4'} doors each")
    by = people["coordinator"]
    for number, (reason, sentence) in enumerate(REASONS):
        row = a_person(number, unit=a_unit(number * 11 + 1, name=f"{ALIKE[number]} Company"))
        nomination = screened([row], by=people["nominator"])
        case = reason(nomination.cases.get(kind="unit"), people)
        said = refusal_of_the_action(case, by)
        assert any(sentence in each for each in said), (reason.__name__, said)
        for door in DOORS if size.full else (DOORS[number % len(DOORS)],):
            times, _ = last_refusal(by)
            door(case, by)
            now, told = last_refusal(by)
            assert (now, told) == (times + 1, said), (reason.__name__, door.__name__)
        assert fresh(case).status == Status.IN_REVIEW
        if reason is match_judged_by_who_clears:
            assert said == [each for each in said if sentence in each]
            assert decide.clear(case=case, basis="Weighed.", by=people["drl"]).status == Status.CLEARED
            continue
        made = decide.recommend_clear(case=case, basis="Weighed.", by=people["drl"])
        signing.approve(made, read=made.digest, by=people["approver"])
        assert fresh(case).status == Status.CLEARED, reason.__name__


# --- shown to the next vetter ---

FIRST = ("Anton", "Bilal", "Cemil", "Dragan", "Emir", "Farid")
LAST = ("Haddadovsky", "Petrenkov", "Zhuravlin", "Mikhailenko")
SPELLED = ("Hadadovski", "Petrenkow", "Zhuravlyn", "Mikhaylenko")
ALIASES = ("Wolf of Ostrov", "Blackthorn", "Kid Saffron", "Tall Mirko", "Colonel Juniper", "Doctor Velvet")
ENDS = (recalled, suspended, lapsed, withdrawn, cancelled_with_something_found, withheld)
ALIAS, FORMER = (
    1,
    3,
)  # which way a name is told anew: 0 the same, 1 by its alias, 2 spelled otherwise, 3 former


def test_the_next_vetter_is_shown_it_whoever_nominates_it_under_whichever_name(
    people: People, size: Size
) -> None:
    other = person("nominator", organisation())
    ways = [(end, way) for end in range(len(ENDS)) for way in range(4)]
    ways = [each for each in ways if size.full or each[1] == each[0] % 4]
    size.note(f"{len(ways)} ends and names")
    for number, (end, way) in enumerate(ways):
        name = f"{FIRST[end]} {LAST[way]}"
        aliases = [ALIASES[end]] if way == ALIAS else []
        unit = a_unit(name=f"{ALIKE[number % len(ALIKE)]} Company", commander=None)
        unit["commander_unknown_reason"] = "Not told."
        first = screened(
            [a_person(number, name={"full": name}, aliases=aliases, unit=unit)],
            by=people["nominator"],
        )
        case = first.cases.get(kind="individual")
        if way == FORMER:
            renamed(case, people)
        ENDS[end](fresh(case), people)
        told = {ALIAS: ALIASES[end], 2: f"{FIRST[end]} {SPELLED[way]}"}.get(way, name)
        row = a_person(
            500 + number, name={"full": told}, unit=a_unit(number + 40),
            date_of_birth=a_person(number)["date_of_birth"],
        )  # fmt: skip
        assert_shown(screened([row], by=other), case, people, (ENDS[end].__name__, way))


def assert_shown(nomination: Nomination, first: Case, people: People, told: object) -> None:
    again = done(nomination.cases.get(kind="individual"), people)
    match = Match.objects.standing().filter(nominee=again.subject, known=first.subject_id).first()
    assert match is not None, told
    assert [mark for mark in match.known.marks.all() if mark.adverse and not mark.ended_at], told
    said = refusal_of_the_action(again, people["coordinator"])
    assert any("is not judged yet" in each for each in said), told


def renamed(case: Case, people: People) -> None:
    cases.request_information(case=case, question="Which name?", fields=[], by=people["section"])
    row = case.candidates.get()
    draft = replace(draft_of(row.versions.get().given, row.row), name=Name(full="Yusuf Ibn Tashir"))
    nominator.answer(candidate=row, answer="This.", draft=draft, by=people["nominator"])


def test_the_commander_of_what_was_suspended_is_shown_as_well(people: People) -> None:
    unit = screened([a_person(1)], by=people["nominator"]).cases.get(kind="unit")
    cases.suspend(case=unit, reason="About whoever commands it.", by=people["drl"])
    assert unit.commander is not None
    row = a_person(2, name={"full": unit.commander.name}, unit=a_unit(77, name="Orchard School"))
    again = screened([row], by=people["nominator"]).cases.get(kind="individual")
    assert Match.objects.filter(nominee=again.subject, known=unit.commander_id).exists()
