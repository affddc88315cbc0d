"""What the gate does to cases: at nomination, at a decision, when a record changes, and on the first day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from cspa import facts, fiscal
from cspa.actions import corrections, years
from cspa.models import Listing, ListYear
from foundation.audit.models import Event
from foundation.outbox import actions as outbox
from foundation.outbox import relay
from foundation.refused import Invalid, NotNow
from foundation.signing import actions as signing
from foundation.signing.models import State
from tests.support.calls import offer, sentences
from tests.support.classes import nominated
from tests.support.cspa import confirmed, listed, signed, waived
from tests.support.world import found_nothing
from vetting.actions import cases, decide, gates, nominator
from vetting.days import add_working_days, today
from vetting.intake.shape import EventDraft
from vetting.models import Case, GateAnswer, Nomination, Status

pytestmark = pytest.mark.django_db(transaction=True)


def a_nomination(people: Any, program: str = "FMF", **more: Any) -> Nomination:
    """Checked, nothing found: every case waits for its clear."""
    nomination = nominated(1, by=people["nominator"], program=program, **more)
    relay.drain()
    found_nothing("section", "drl", people=people)
    return nomination


def unit_case(nomination: Nomination) -> Case:
    return Case.objects.get(nomination=nomination, kind="unit")


def clear(nomination: Nomination, people: Any, **more: Any) -> Case:
    return decide.clear(case=unit_case(nomination), basis="Nothing found.", by=people["coordinator"], **more)


def states(nomination: Nomination) -> list[tuple[str, str]]:
    return list(GateAnswer.objects.filter(nomination=nomination).values_list("because", "state"))


def list_year(nomination: Nomination) -> int:
    """The list behind the fiscal year of its event."""
    return fiscal.list_behind(fiscal.fiscal_year(nomination.event_starts_on))


PARTS = [{"program": "FMF", "limit": "Nonlethal only"}]


# --- at nomination ---


def test_asked_at_nomination_and_shown(people: Any, call: Any) -> None:
    nomination = a_nomination(people)
    assert states(nomination) == [("nominated", "not-on-record")]
    [event] = Event.objects.filter(action="vetting.nominated")
    assert event.details["gates"] == {"cspa": "not-on-record"}
    [gate] = call("coordinator").get(f"cases/{unit_case(nomination).pk}/").json()["gates"]
    assert (gate["name"], gate["state"]) == ("cspa", "not-on-record")
    [row] = call("coordinator").get(f"cases/?nomination={nomination.pk}&kind=unit").json()["results"]
    assert row["gates"] == [gate]


def test_a_program_that_the_act_does_not_reach_goes_on(people: Any) -> None:
    nomination = a_nomination(people, program="INCLE")
    listed(people, list_year=list_year(nomination))
    assert clear(nomination, people).status == Status.CLEARED
    assert states(nomination) == [("nominated", "not-covered")]


def test_a_nominator_reads_nothing_of_it(people: Any, call: Any) -> None:
    nomination = a_nomination(people)
    before = call("nominator").get(f"nominations/{nomination.pk}/")
    listed(people, list_year=list_year(nomination))
    after = call("nominator").get(f"nominations/{nomination.pk}/")
    assert (before.content, before["ETag"]) == (after.content, after["ETag"])


# --- at a decision ---


@pytest.mark.parametrize("state", ["barred", "in-conflict", "not-on-record", "unconfirmed"])
def test_a_closed_gate_refuses_every_clear_with_its_reasons(people: Any, call: Any, state: str) -> None:
    nomination = a_nomination(people)
    _bring_to(state, nomination, people)
    case = unit_case(nomination)
    for who, act in (("coordinator", "clear"), ("drl", "recommend-clear")):
        answer = call(who).act(f"cases/{case.pk}/", act, {"basis": "Nothing found."})
        assert answer.status_code == 409
        assert any(each.startswith("Child Soldiers Prevention Act: ") for each in sentences(answer))
        assert not offer(call(who).get(f"cases/{case.pk}/").json(), act)["allowed"]
    many = call("coordinator").post("cases/clear/", {"ids": [str(case.pk)], "basis": "Nothing found."})
    assert [each["status"] for each in many.json()["results"]] == [409]
    assert states(nomination)[-1][1] == state and unit_case(nomination).status == Status.IN_REVIEW


def _bring_to(state: str, nomination: Nomination, people: Any) -> None:
    year = list_year(nomination)
    if state == "barred":
        listed(people, list_year=year)
    if state == "unconfirmed":
        listed(people, list_year=year, confidence="low")
    if state == "in-conflict":
        waived(people, listed(people, list_year=year))
        listed_otherwise(people, year)


def listed_otherwise(people: Any, year: int) -> None:
    """A second telling, as an import leaves it: no waiver by that one."""
    Listing.objects.create(country_id="XA", list_year_id=year, account=2, confidence="low", imported=True)
    with transaction.atomic():
        outbox.tell(facts.CHANGED, country="XA", fiscal_year=fiscal.bitten_by(year))


@pytest.mark.parametrize("way", ["open", "open-under-waiver"])
def test_an_open_gate_lets_one_person_clear(people: Any, way: str) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    if way != "open":
        waived(people, listed(people, list_year=list_year(nomination)))
    assert clear(nomination, people).status == Status.CLEARED
    payload = unit_case(nomination).clear_records.get()
    assert b'"gates"' in bytes(payload.canonical)


def test_a_waivers_conditions_are_answered_in_writing_first(people: Any, call: Any) -> None:
    nomination = a_nomination(people)
    waived(people, listed(people, list_year=list_year(nomination)), extent="partial", parts=PARTS)
    with pytest.raises(NotNow, match="Nonlethal only"):
        clear(nomination, people)
    with pytest.raises(Invalid):
        clear(nomination, people, conditions=[{"condition": "Another", "answer": "Yes."}])
    address = f"cases/{unit_case(nomination).pk}/"
    assert call("coordinator").act(address, "clear", {"basis": "x"}).status_code == 409
    said = {"condition": "Nonlethal only", "answer": "A course on mapping; no weapons."}
    answer = call("coordinator").act(address, "clear", {"basis": "Nothing found.", "conditions": [said]})
    assert answer.status_code == 200, answer.content
    record = unit_case(nomination).clear_records.get()
    assert b"A course on mapping; no weapons." in bytes(record.canonical)


def test_what_two_people_clear_holds_the_gate_and_its_answers(people: Any) -> None:
    nomination = a_nomination(people)
    listing = listed(people, list_year=list_year(nomination))
    waived(people, listing, extent="partial", parts=PARTS)
    determination = decide.recommend_clear(
        case=unit_case(nomination), basis="As read.", by=people["drl"],
        conditions=[{"condition": "Nonlethal only", "answer": "Maps."}],
    )  # fmt: skip
    [gate] = determination.payload["gates"]
    assert gate["conditions"] == [{"condition": "Nonlethal only", "answer": "Maps."}]
    assert determination.covers.filter(kind="vetting.gate", ref=str(nomination.pk)).exists()
    signed(determination, people)
    assert unit_case(nomination).status == Status.CLEARED


# --- when a record changes ---


def test_a_change_overtakes_a_clear_that_waits(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    determination = decide.recommend_clear(case=unit_case(nomination), basis="As read.", by=people["drl"])
    listed(people, list_year=list_year(nomination))
    determination.refresh_from_db()
    assert determination.state == State.OVERTAKEN
    assert determination.changed == ["Child Soldiers Prevention Act: barred now, open before."]
    assert unit_case(nomination).status == Status.IN_REVIEW
    assert states(nomination) == [("nominated", "open"), ("record-changed", "barred")]


def test_a_withhold_that_waits_rests_on_no_gate(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    determination = decide.recommend_withhold(
        case=unit_case(nomination), grounds="non-hr", basis="As read.", by=people["drl"]
    )
    listed(people, list_year=list_year(nomination))
    determination.refresh_from_db()
    assert determination.state == State.RECOMMENDED
    signed(determination, people)
    assert unit_case(nomination).status == Status.WITHHELD


def test_a_live_clearance_is_recalled_and_nothing_is_held_against_anybody(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    clear(nomination, people)
    version = unit_case(nomination).version
    listed(people, list_year=list_year(nomination))
    case = unit_case(nomination)
    assert case.status == Status.RECALLED and case.version > version
    [clearance] = case.clearances.all()
    assert clearance.ended_because == "gate"
    event = Event.objects.get(action="vetting.recalled")
    assert (event.details["because"], event.details["now"], event.details["was"]) == (
        "gate",
        "barred",
        "open",
    )
    reopened = cases.reopen(case=case, reason="A waiver is awaited.", by=people["drl"])
    waived(people, ListYear.objects.get(pk=list_year(nomination)).listings.get())
    found_nothing("section", "drl", people=people)
    assert clear(nomination, people).status == Status.CLEARED, "One person: the law barred the country only."
    assert reopened.pk == case.pk


def test_what_the_record_does_not_touch_is_left_alone(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    clear(nomination, people)
    listed(people, country="XB", list_year=list_year(nomination))
    listed(people, country="XA", list_year=list_year(nomination) - 1)
    assert unit_case(nomination).status == Status.CLEARED and len(states(nomination)) == 1


def test_a_confirmed_list_opens_what_waited_for_it(people: Any) -> None:
    nomination = a_nomination(people)
    confirmed(people)
    assert states(nomination)[-1] == ("record-changed", "open")
    assert clear(nomination, people).status == Status.CLEARED


def test_listed_barred_waived_changed_in_mid_year_cleared(people: Any) -> None:
    nomination = a_nomination(people)
    listing = listed(people, list_year=list_year(nomination))
    first = waived(people, listing, extent="partial", parts=[{"program": "IMET"}])
    with pytest.raises(NotNow, match="covers IMET, not FMF"):
        clear(nomination, people)
    change = nomination.event_starts_on
    waived(people, listing, **{"from": change, "replaces": first})
    assert clear(nomination, people).status == Status.CLEARED
    assert [state for _, state in states(nomination)] == [
        "not-on-record",
        "barred",
        "barred",
        "open-under-waiver",
    ]


def test_nobody_can_override_it(people: Any) -> None:
    """Neither a correction that one person recommends, nor a signature given while the gate is closed."""
    nomination = a_nomination(people)
    listing = listed(people, list_year=list_year(nomination))
    corrections.recommend(thing=listing, changes={"ended": True}, reason="…", by=people["cspa"])
    for who in ("coordinator", "drl"):
        with pytest.raises(NotNow, match="barred"):
            decide.clear(case=unit_case(nomination), basis="…", by=people[who])


# --- at the signature, whatever nobody told ---


def test_a_record_that_changed_unheard_is_found_at_the_signature(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    determination = decide.recommend_clear(case=unit_case(nomination), basis="As read.", by=people["drl"])
    ListYear.objects.filter(pk=list_year(nomination)).update(confirmed=False, confirmation=None)
    with pytest.raises(NotNow, match="gates"):
        signing.approve(determination, read=determination.digest, by=people["approver"])
    determination.refresh_from_db()
    assert determination.state == State.RECOMMENDED


def test_a_record_that_changed_unheard_is_found_by_who_clears(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    ListYear.objects.filter(pk=list_year(nomination)).update(confirmed=False, confirmation=None)
    with pytest.raises(NotNow, match="unconfirmed|not confirmed"):
        clear(nomination, people)


# --- by the clock, and with the event ---


def by_the_clock() -> None:
    with transaction.atomic():
        gates.tell_due()
    relay.drain()


def begins_today(nomination: Nomination) -> None:
    Nomination.objects.filter(pk=nomination.pk).update(
        event_starts_on=today(), event_ends_on=today() + dt.timedelta(days=5)
    )


def test_asked_once_more_on_the_events_first_day(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    clear(nomination, people)
    begins_today(nomination)
    ListYear.objects.update(confirmed=False, confirmation=None)  # unheard: nothing was told
    by_the_clock()
    assert unit_case(nomination).status == Status.RECALLED
    assert states(nomination)[-1] == ("first-day", "unconfirmed")


def test_the_first_day_is_asked_about_once(people: Any) -> None:
    confirmed(people)
    nomination = a_nomination(people)
    clear(nomination, people)
    begins_today(nomination)
    for _ in range(2):
        by_the_clock()
    assert states(nomination) == [("nominated", "open"), ("first-day", "open")]
    assert unit_case(nomination).status == Status.CLEARED


def test_a_moved_event_is_asked_about_anew(people: Any) -> None:
    confirmed(people, today().year - 1, today().year)
    nomination = a_nomination(people)
    clear(nomination, people)
    far = dt.date(today().year + 1, 10, 5)  # the fiscal year of a list that is not out
    nominator.amend_event(
        nomination=nomination,
        event=EventDraft(title="Moved", location="Velin", starts_on=far, ends_on=far),
        needed_by=add_working_days(today(), 25),
        by=people["nominator"],
    )
    assert states(nomination)[-1] == ("event-amended", "not-on-record")
    assert unit_case(nomination).status == Status.RECALLED


def test_a_year_can_be_confirmed_while_cases_wait(people: Any) -> None:
    """Both ways round the locks: the list first, then the cases it touches."""
    nomination = a_nomination(people)
    year = ListYear(list_year=list_year(nomination))
    signed(years.recommend_confirmed(year=year, citation="The report", by=people["cspa"]), people)
    assert states(nomination)[-1] == ("record-changed", "open")
