"""What the state machine found: each once, small, by name."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay, slots
from foundation.refused import NotNow, NotYours
from foundation.signing import actions as signing
from foundation.sources.dated import days
from screening.models import Match
from tests.support.evidence import credible
from tests.support.world import found_nothing
from units import actions as units
from units.models import CommandLink, Posting, SameAs, Unit
from vetting.actions import cases, checks, decide, holding, matches, nominator, restrict
from vetting.days import add_working_days, today
from vetting.intake.shape import EventDraft
from vetting.models import Case, Check, Nomination, Status

People = dict[str, User]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def moved(nomination: Nomination, by: User, needed_by: dt.date) -> None:
    starts = add_working_days(today(), 60)
    event = EventDraft(title="Moved", location="Velin", starts_on=starts, ends_on=starts)
    nominator.amend_event(nomination=nomination, event=event, needed_by=needed_by, by=by)


# --- moved events ---


def test_a_moved_event_is_a_new_version_of_each_check(people: People, routed: list[Case]) -> None:
    check = routed[1].checks.get(queue__check_type="political")
    moved(routed[1].nomination, people["nominator"], needed := add_working_days(today(), 40))
    now = Check.objects.get(pk=check.pk)
    assert (now.needed_by, now.version) == (needed, check.version + 1)
    assert now.updated_at > check.updated_at


def test_a_reopened_case_is_needed_when_its_nomination_says(people: People, routed: list[Case]) -> None:
    case = routed[1]
    determination = decide.recommend_withhold(case=case, grounds="non-hr", basis="Read.", by=people["drl"])
    signing.approve(determination, read=determination.digest, by=people["approver"])
    moved(case.nomination, people["nominator"], needed := add_working_days(today(), 40))
    cases.reopen(case=fresh(case), reason="New report.", by=people["drl"])
    assert fresh(case).needed_by == needed
    assert {check.needed_by for check in case.checks.filter(state="open")} == {needed}


# --- what restrictions reach ---


def test_what_is_judged_of_a_commander_reaches_the_people_of_an_ended_unit(
    people: People, restricted: list[Case]
) -> None:
    """The unit's case is cancelled; its people's go on, and are barred with their unit's commander."""
    unit, person = restricted[0], restricted[1]
    cases.cancel(case=unit, reason="duplicate", by=people["coordinator"])
    known = Match.objects.filter(known__restrictions__isnull=False).first().known  # type: ignore[union-attr]
    match = Match.objects.create(
        nominee_id=unit.commander_id, known=known, score=1, thresholds={}, explanation=[]
    )
    matches.judge(match=match, verdict="same", reason="The same man.", by=people["drl"])
    assert fresh(person).status == Status.BARRED


def test_a_match_between_two_nominees_bars_either(people: People, routed: list[Case]) -> None:
    """The known one may be a nominee too, with cases of their own."""
    first, other = routed[1], routed[2]
    determination = decide.recommend_withhold(
        case=first,
        grounds="gvhr",
        basis="Read.",
        allegations=credible(first.subject, people["drl"]),
        by=people["drl"],
    )
    signing.approve(determination, read=determination.digest, by=people["approver"])
    match = Match.objects.create(
        nominee=first.subject, known=other.subject, score=1, thresholds={}, explanation=[]
    )
    matches.judge(match=match, verdict="same", reason="The same man.", by=people["drl"])
    assert fresh(other).status == Status.BARRED


def test_a_signed_withhold_reaches_whoever_is_the_same(people: People, routed: list[Case]) -> None:
    first, other = routed[1], routed[2]
    SameAs.objects.create(
        nominee=first.subject, known=other.subject, made_by=people["drl"], made_at=timezone.now()
    )
    determination = decide.recommend_withhold(
        case=first,
        grounds="gvhr",
        basis="Read.",
        allegations=credible(first.subject, people["drl"]),
        by=people["drl"],
    )
    signing.approve(determination, read=determination.digest, by=people["approver"])
    assert fresh(other).status == Status.BARRED


def test_a_posting_recorded_later_reaches_what_is_cleared(people: People, restricted: list[Case]) -> None:
    """A restricted man turns out to command the unit: its clearance is recalled in that transaction."""
    found_nothing("section", "drl", people=people)
    unit = restricted[0]
    known = Unit.objects.get(provisional=False, name="14th Border Battalion")
    SameAs.objects.create(nominee=unit.subject, known=known, made_by=people["drl"], made_at=timezone.now())
    commander = Match.objects.filter(known__restrictions__isnull=False).first().known  # type: ignore[union-attr]
    for match in Match.objects.filter(nominee__in=[unit.subject_id, unit.commander_id]):
        matches.judge(match=match, verdict="different", reason="No.", by=people["drl"])
    SameAs.objects.get_or_create(
        nominee=unit.subject,
        known=known,
        ended_at=None,
        defaults={"made_by": people["drl"], "made_at": timezone.now()},
    )
    decide.clear(case=fresh(unit), basis="Nothing found.", by=people["coordinator"])
    always = days(dt.date(2024, 1, 1), None)
    posting = Posting(
        individual=commander.individual, unit=known, role="commander", certain=always, possible=always
    )
    units.link(claim=posting, by=people["drl"])
    assert fresh(unit).status == Status.RECALLED
    assert Event.objects.filter(chain=unit.audit_chain, action="vetting.recalled").count() == 1


def test_a_unit_and_its_people_are_each_barred_once(people: People, routed: list[Case]) -> None:
    """One pass reaches a person twice: with the unit's end, and by themselves."""
    unit = routed[0]
    assert unit.commander
    restrict.impose(
        subject=unit.commander, law="state-leahy", includes_subunits=False, cause=None, by=people["drl"]
    )
    restrict.meet_everywhere(subject=unit.commander, by=people["drl"])
    for case in routed:
        events = Event.objects.filter(chain=case.audit_chain, action="vetting.barred")
        assert (fresh(case).status, events.count()) == (Status.BARRED, 1)


# --- what is withdrawn, and what is given anew ---


def test_a_withdrawn_class_is_not_reopened(people: People, routed: list[Case]) -> None:
    case = routed[1]
    determination = decide.recommend_withhold(case=case, grounds="non-hr", basis="Read.", by=people["drl"])
    signing.approve(determination, read=determination.digest, by=people["approver"])
    nominator.withdraw(nomination=case.nomination, by=people["nominator"])
    with pytest.raises(NotNow, match="withdrawn by its nominator"):
        cases.reopen(case=fresh(case), reason="New report.", by=people["drl"])


def test_a_case_resubmitted_begins_at_its_first_stage(people: People, routed: list[Case]) -> None:
    case = routed[1]
    found_nothing("section", people=people)
    assert case.checks.get(queue__check_type="drl").state == "open"
    cases.return_(case=fresh(case), note="The birth date.", by=people["coordinator"])
    row = case.candidates.get()
    nominator.resubmit(candidate=row, draft=None, by=people["nominator"])
    relay.drain()
    assert dict(case.checks.values_list("queue__check_type", "state")) == {
        "political": "open", "consular": "open", "drl": "void",
    }  # fmt: skip
    assert not case.movements.filter(stage=2, left_at=None).exists()


# --- people ---


def test_who_loses_a_role_holds_nothing(people: People, routed: list[Case]) -> None:
    section = people["section"]
    check = checks.claim_next(by=section)
    assert check
    cases.claim(case=routed[1], by=section)
    accounts.take_from_group(user=section, group=section.groups.get(), by=None)
    check.refresh_from_db()
    assert (check.state, check.claimed_by, fresh(routed[1]).owner) == ("open", None, None)


def test_a_closed_account_holds_nothing(people: People, routed: list[Case]) -> None:
    check = checks.claim_next(by=people["section"])
    assert check
    User.objects.filter(pk=people["section"].pk).update(is_active=False)
    slots.run_due()
    check.refresh_from_db()
    assert check.state == "open"


def test_who_still_has_the_role_keeps_what_they_hold(people: People, routed: list[Case]) -> None:
    check = checks.claim_next(by=people["section"])
    assert check
    holding.give_back_all()
    check.refresh_from_db()
    assert check.claimed_by == people["section"]


def test_who_lost_the_role_does_not_withdraw_what_they_recommended(
    people: People, routed: list[Case]
) -> None:
    drl = people["drl"]
    determination = decide.recommend_withhold(
        case=routed[1], grounds="gvhr", basis="Read.", allegations=credible(routed[1].subject, drl), by=drl
    )
    accounts.take_from_group(user=drl, group=drl.groups.get(), by=None)
    with pytest.raises(NotYours, match="you no longer do"):
        signing.withdraw(
            determination, read=determination.digest, reason="Wrong.", by=User.objects.get(pk=drl.pk)
        )


# --- the clock ---


def test_from_day_thirty_nobody_gives_a_suspended_case_back(people: People, routed: list[Case]) -> None:
    """It is its owner who is reminded."""
    cases.claim(case=routed[1], by=people["drl"])
    cases.suspend(case=routed[1], reason="A report.", by=people["drl"])
    with (
        time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=True),
        pytest.raises(NotNow, match="thirty days"),
    ):
        cases.release(case=fresh(routed[1]), by=people["drl"])


def test_a_restriction_meets_whom_it_reaches_on_a_later_day(people: People, restricted: list[Case]) -> None:
    """A command link that begins next week: on that day, without anybody's doing."""
    unit = restricted[0]
    battalion = Unit.objects.get(provisional=False, name="14th Border Battalion")
    SameAs.objects.create(
        nominee=unit.subject, known=battalion, made_by=people["drl"], made_at=timezone.now()
    )
    brigade = units.record(
        subject=Unit(country=unit.country, level="brigade"),
        names=[units.Called("Western Brigade")],
        by=people["drl"],
    )
    restrict.impose(subject=brigade, law="state-leahy", includes_subunits=True, cause=None, by=people["drl"])
    from_then = days(today() + dt.timedelta(days=7), None)
    link = CommandLink(child=battalion, parent=brigade, certain=from_then, possible=from_then)
    units.link(claim=link, by=people["drl"])
    assert fresh(unit).status == Status.IN_REVIEW
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=True):
        slots.run_due()
        relay.drain()
    assert fresh(unit).status == Status.BARRED
