"""Nothing that a payload rests on is left uncovered, and whoever changes it overtakes what rests on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from foundation.accounts.models import User
from foundation.signing import actions as signing
from foundation.signing.models import Determination, State
from foundation.sources.models import Law
from screening.models import Match
from tests.support.classes import a_person, a_unit, screened
from tests.support.people import person
from tests.support.world import found_nothing
from tests.trust.signing_things import a_known, a_match, fresh, skip_of, withhold
from units.models import SameAs
from vetting.actions import cases, checks, decide, matches, nominator, restrict
from vetting.intake.given import draft_of
from vetting.intake.shape import EventDraft, Name
from vetting.models import Case, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


# --- nothing that a payload rests on is left uncovered ---

COVERED_BY = {
    "case": "vetting.case", "nomination": "vetting.nomination", "subject": "units.subject",
    "unit": "units.subject", "commander": "units.subject", "matches": "screening.match",
    "opinions": "vetting.opinion", "restrictions": "vetting.restriction",
    "earlier_cases": "vetting.earlier-case", "check": "vetting.check", "hierarchy": "units.command-link",
}  # fmt: skip
# Covered as findings, suspensions, allegations, notes and what they cite; their authors are compared.
BY_ITS_AUTHOR = {"checks", "suspensions", "evidence"}
OF_THE_DECISION = {  # what its author says in it, and how it came about
    "format", "decision", "written_by", "written_on", "law", "rule", "screening", "basis", "grounds",
    "allegations", "notes", "includes_subunits", "reason",
}  # fmt: skip
BY_ITS_NOMINATION = {"gates"}  # what they answered, by number; a withhold rests on none of it


def everything_happened(case: Case, people: People) -> Case:
    """Findings by two sections, opinions, a suspension, a verdict, another law, an earlier case."""
    match = a_match(case, people)
    restrict.impose(subject=match.known, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    namesake = screened([a_person(91, name={"full": case.subject.name})], by=people["nominator"])
    earlier = Match.objects.get(nominee__cases__nomination=namesake, known=match.known)
    judge = person("section", case.post)
    for each in (match, earlier):
        matches.judge(match=each, verdict="same", reason="One person.", by=judge)
    found_nothing("section", "drl", people=people)
    cases.suspend(case=fresh(case), reason="A report.", by=person("drl"))
    for who in ("legal", "desk"):
        cases.opinion(case=fresh(case), view="concur", note="Read.", by=people[who])
    cases.resume(case=fresh(case), reason="Weighed.", by=people["drl"])
    return fresh(case)


def names_in(value: Any) -> set[str]:
    """Everybody who stands as `by` in it, however deep."""
    if isinstance(value, list):
        return {name for each in value for name in names_in(each)}
    if not isinstance(value, dict):
        return set()
    return {
        *([value["by"]] if value.get("by") else []),
        *(n for each in value.values() for n in names_in(each)),
    }


def ids_in(part: Any) -> set[str]:
    each_of = part if isinstance(part, list) else [part]
    return {each["id"] for each in each_of if isinstance(each, dict) and "id" in each}


def test_whatever_a_payload_holds_is_covered_and_its_authors_are_contributors(
    people: People, routed: list[Case]
) -> None:
    case = everything_happened(routed[1], people)
    decide.clear(case=fresh(routed[0]), basis="Nothing found.", by=people["coordinator"])
    clear = decide.recommend_clear(case=case, basis="Weighed.", by=people["drl"])
    signing.withdraw(clear, read=clear.digest, reason="To withhold.", by=people["drl"])
    held = withhold(case, people)
    other = screened([a_person(92)], by=people["nominator"]).cases.get(kind="individual")
    skip = checks.recommend_skip(
        check=other.checks.get(queue__check_type="consular"), reason="Closed.", by=people["coordinator"]
    )
    for made in (clear, held, skip):
        payload = made.payload
        assert set(payload) <= COVERED_BY.keys() | BY_ITS_AUTHOR | BY_ITS_NOMINATION | OF_THE_DECISION
        covered = set(made.covers.values_list("kind", "ref"))
        for part, kind in COVERED_BY.items():
            if (made.kind, part) == ("check-skip", "case"):
                continue  # it says which case, and rests on nothing that is found on it
            missing = {(kind, ref) for ref in ids_in(payload.get(part))} - covered
            assert not missing, (made.kind, part)
        assert ("vetting.gate" in {kind for kind, _ in covered}) == (made.kind == "clear")
        assert "sources.law-text" in {kind for kind, _ in covered}
        writers = set(made.contributors.values_list("user__username", flat=True))
        assert names_in(payload) | {payload["written_by"], "nominator"} <= writers, made.kind
    for part in ("checks", "matches", "opinions", "suspensions", "restrictions", "earlier_cases"):
        assert held.payload[part], part  # or it would prove nothing of it


# --- whoever changes what is covered overtakes what rests on it ---


def a_name_is_corrected(case: Case, people: People) -> Determination:
    skip = skip_of(case, people)
    cases.request_information(case=fresh(case), question="Which name?", fields=["name"], by=people["section"])
    row = case.candidates.get()
    draft = replace(draft_of(row.versions.get().given, row.row), name=Name(full="Another Name"))
    nominator.answer(candidate=row, answer="This.", draft=draft, by=people["nominator"])
    return skip


def the_event_is_moved(case: Case, people: People) -> Determination:
    made = withhold(case, people)
    _move_the_event(case, people)
    return made


def the_event_of_a_skip_is_moved(case: Case, people: People) -> Determination:
    made = skip_of(case, people)
    _move_the_event(case, people)
    return made


def a_match_is_judged(case: Case, people: People) -> Determination:
    match = a_match(case, people)
    made = withhold(case, people)
    matches.judge(match=match, verdict="different", reason="Younger.", by=people["section"])
    return made


def another_law_restricts_the_commander_of_its_unit(case: Case, people: People) -> Determination:
    made = withhold(case, people)
    commander = case.unit_case.commander  # type: ignore[union-attr]
    assert commander is not None
    restrict.impose(subject=commander, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    restrict.meet_everywhere(subject=commander, by=None)
    return made


def its_unit_is_recalled(case: Case, people: People) -> Determination:
    found_nothing("section", "drl", people=people)
    unit = case.unit_case
    assert unit is not None
    decide.clear(case=fresh(unit), basis="Nothing found.", by=people["coordinator"])
    made = decide.recommend_clear(case=fresh(case), basis="Weighed.", by=people["drl"])
    cases.recall(case=fresh(unit), reason="A later report.", by=people["drl"])
    return made


def an_earlier_case_is_suspended(case: Case, people: People) -> Determination:
    known = a_known(people)
    other = screened([a_person(93)], by=people["nominator"]).cases.get(kind="individual")
    for nominee in (case.subject, other.subject):
        SameAs.objects.create(nominee=nominee, known=known, made_by=people["drl"], made_at=case.opened_at)
    made = withhold(case, people)
    cases.suspend(case=other, reason="A report.", by=people["drl"])
    return made


def _move_the_event(case: Case, people: People) -> None:
    of = case.nomination
    event = EventDraft(of.event_title, "Elsewhere", of.event_starts_on, of.event_ends_on)
    nominator.amend_event(nomination=of, event=event, needed_by=of.needed_by, by=people["nominator"])


CALLED = ("", "Lagoon", "Meadow", "Quarry", "Thicket", "Summit", "Orchard", "Viaduct")  # unlike each other
CHANGES: tuple[tuple[Callable[[Case, People], Determination], str], ...] = (
    (a_name_is_corrected, "What was nominated has been corrected."),
    (the_event_is_moved, "The event was moved."),
    (the_event_of_a_skip_is_moved, "The event was moved."),
    (a_match_is_judged, "A possible match was judged anew."),
    (another_law_restricts_the_commander_of_its_unit, "A restriction reaches it that did not then."),
    (its_unit_is_recalled, "Its unit is no longer cleared."),
    (an_earlier_case_is_suspended, "Another case on the same subject has moved."),
)


def test_whoever_changes_what_is_covered_overtakes_it(people: People, call: Any) -> None:
    for number, (change, sentence) in enumerate(CHANGES, start=1):
        row = a_person(number, unit=a_unit(number * 7, name=f"{CALLED[number]} Company"))
        nomination = screened([row], by=people["nominator"])
        made = change(nomination.cases.get(kind="individual"), people)
        made.refresh_from_db()
        assert (made.state, made.changed) == (State.OVERTAKEN, [sentence]), change.__name__
        answer = call("approver").act(f"determinations/{made.pk}/", "approve")
        assert (answer.status_code, "recommended anew" in answer.json()["detail"]) == (409, True)


def test_what_nobody_told_is_found_before_the_signature(
    people: People, routed: list[Case], call: Any
) -> None:
    """Something is written past every action: the text is compared once more with what is known."""
    made = withhold(routed[1], people)
    restrict.impose(
        subject=routed[1].subject, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None
    )
    answer = call("approver").act(f"determinations/{made.pk}/", "approve")
    assert answer.status_code == 409
    assert "not as it was recommended any more (restrictions)" in answer.json()["detail"]
    assert fresh(routed[1]).status == Status.WITHHOLD_RECOMMENDED
