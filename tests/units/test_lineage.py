"""How units became other units: recorded, corrected, walked in the order of time, and met by restrictions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.refused import Invalid
from foundation.sources import actions as sources
from foundation.sources.citing import citations_of
from foundation.sources.dated import ALWAYS, days
from foundation.sources.models import Citation
from tests.support.calls import offer
from tests.support.classes import nominated, screened
from tests.vetting.browsing import Browser, said
from units import actions, rules
from units.lineage import paths_after, paths_before, predecessors, successors
from units.models import CommandLink, Individual, LineageEnd, LineageEvent, Unit
from vetting.actions import restrict
from vetting.models import Case, Status
from vetting.rules import bars

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
TODAY = dt.date(2026, 6, 1)


def on(text: str) -> Any:
    day = dt.date.fromisoformat(text)
    return days(day, day)


def unit(name: str, by: User, country: str = "XA") -> Unit:
    made = Unit(country=Country.objects.get(pk=country))
    return actions.record(subject=made, names=[actions.Called(name)], by=by)


def became(kind: str, before: list[Unit], after: list[Unit], by: User, when: Any = ALWAYS) -> LineageEvent:
    event = LineageEvent(kind=kind, possible=when)
    return actions.record_lineage(event=event, before=before, after=after, by=by)


@pytest.fixture
def drl(people: People) -> User:
    return people["drl"]


@pytest.fixture
def three(drl: User) -> list[Unit]:
    return [unit(name, drl) for name in ("Old River Guard", "River Guard", "Delta Guard")]


# --- the walk ---


def test_what_came_of_a_unit_is_followed_over_any_number_of_events(three: list[Unit], drl: User) -> None:
    old, now, last = three
    first = became("renamed", [old], [now], drl, on("2010-05-01"))
    second = became("split", [now], [last], drl, on("2015-05-01"))
    assert successors([old.pk]) == {now.pk, last.pk}
    assert predecessors([last.pk], TODAY) == {old.pk, now.pk}
    assert [step.event.pk for step in paths_before([last.pk], TODAY)[old.pk]] == [first.pk, second.pk]
    assert [step.event.pk for step in paths_after([old.pk])[last.pk]] == [first.pk, second.pk]


def test_an_event_does_not_carry_on_from_a_later_one(three: list[Unit], drl: User) -> None:
    old, now, last = three
    became("split", [now], [last], drl, on("2005-05-01"))
    became("merged", [old], [now], drl, on("2010-05-01"))
    assert successors([old.pk]) == {now.pk}
    assert predecessors([last.pk], TODAY) == {now.pk}


def test_events_whose_order_is_not_known_may_have_been_in_that_order(three: list[Unit], drl: User) -> None:
    old, now, last = three
    became("split", [now], [last], drl, days(dt.date(2005, 1, 1), dt.date(2012, 1, 1)))
    became("merged", [old], [now], drl, on("2010-05-01"))
    assert predecessors([last.pk], TODAY) == {now.pk, old.pk}


def test_what_is_still_to_come_came_from_nothing_yet(three: list[Unit], drl: User) -> None:
    old, now, _ = three
    became("renamed", [old], [now], drl, on("2026-06-02"))
    assert predecessors([now.pk], TODAY) == set()
    assert predecessors([now.pk], dt.date(2026, 6, 2)) == {old.pk}
    assert successors([old.pk], TODAY) == set()
    assert successors([old.pk]) == {now.pk}


# --- what cannot be ---


@pytest.mark.parametrize(
    ("kind", "before", "after", "pointers"),
    [
        ("renamed", 1, 0, {"/to"}),
        ("renamed", 2, 1, {"/from"}),
        ("merged", 2, 0, {"/to"}),
        ("split", 2, 0, {"/from", "/to"}),
        ("disbanded", 1, 1, {"/to"}),
        ("reconstituted", 1, 0, {"/to"}),
        ("resubordinated", 1, 2, {"/to"}),
    ],
)
def test_each_kind_takes_its_number_of_units(
    kind: str, before: int, after: int, pointers: set[str], drl: User
) -> None:
    some = [unit(f"Unit {number}", drl) for number in range(before + after)]
    with pytest.raises(Invalid) as refused:
        became(kind, some[:before], some[before:], drl)
    assert {each.pointer for each in refused.value.problems} == pointers
    assert not LineageEvent.objects.exists()


def test_no_unit_is_its_own_ancestor_whatever_the_days(three: list[Unit], drl: User) -> None:
    old, now, last = three
    became("renamed", [old], [now], drl, on("2010-05-01"))
    event = became("renamed", [now], [last], drl, on("2012-05-01"))
    with pytest.raises(Invalid, match="its own ancestor"):
        became("reconstituted", [last], [old], drl, on("2001-05-01"))
    with pytest.raises(Invalid, match="both sides"):
        became("merged", [old, now], [now], drl)
    with pytest.raises(Invalid, match="its own ancestor"):
        actions.correct_lineage(event=event, changes={}, after=[old], reason="Misread.", by=drl)
    assert LineageEvent.objects.current().count() == 2


def test_the_database_holds_that_a_unit_stands_on_one_side_and_stays(three: list[Unit], drl: User) -> None:
    event = became("renamed", three[:1], three[1:2], drl)
    with pytest.raises(DatabaseError), transaction.atomic():
        LineageEnd.objects.create(event=event, unit=three[0], side="to")
    with pytest.raises(DatabaseError), transaction.atomic():
        LineageEnd.objects.filter(event=event).update(unit=three[2])
    with pytest.raises(DatabaseError), transaction.atomic():
        LineageEnd.objects.filter(event=event).delete()


def test_a_circle_of_command_is_refused_only_where_all_of_it_may_hold_on_one_day(
    three: list[Unit], drl: User
) -> None:
    a, b, c = three
    year = lambda first, last: days(dt.date(first, 1, 1), dt.date(last, 12, 31))  # noqa: E731
    for child, parent, when in ((a, b, year(2000, 2005)), (b, c, year(2010, 2020))):
        actions.link(claim=CommandLink(child=child, parent=parent, possible=when), by=drl)
    actions.link(claim=CommandLink(child=c, parent=a, possible=year(2000, 2020)), by=drl)  # never on one day
    with pytest.raises(Invalid, match="above itself"):
        actions.link(claim=CommandLink(child=b, parent=a, possible=year(2005, 2005)), by=drl)
    last = actions.link(claim=CommandLink(child=b, parent=a, possible=year(2006, 2009)), by=drl)
    with pytest.raises(Invalid, match="above itself"):
        actions.correct_claim(claim=last, changes={"possible": year(2004, 2009)}, reason="Misread.", by=drl)


def test_a_link_is_corrected_though_its_old_version_would_stand_in_the_way(
    three: list[Unit], drl: User
) -> None:
    a, b, _ = three
    link = actions.link(claim=CommandLink(child=a, parent=b), by=drl)
    turned = rules.leads_back(CommandLink(child=b, parent=a, possible=ALWAYS), lambda units: [link])
    assert turned
    actions.correct_claim(claim=link, changes={"kind": "operational"}, reason="Misread.", by=drl)
    assert CommandLink.objects.current().count() == 1


# --- by call ---


def body(kind: str, before: list[Unit], after: list[Unit], **more: Any) -> dict[str, Any]:
    when = {"certain": None, "possible": {"from": "2019-01-01", "to": "2019-12-31"}}
    return {
        "kind": kind,
        "from": [str(each.pk) for each in before],
        "to": [str(each.pk) for each in after],
        "when": when,
        **more,
    }


def test_an_event_is_recorded_read_and_corrected_by_call(call: Any, three: list[Unit]) -> None:
    old, now, last = three
    asked = body("renamed", [old], [now])
    assert call("section").post("lineage-events/", asked).status_code == 403
    made = call("drl").post("lineage-events/", asked)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    event = made.json()
    assert {name: event[name] for name in asked} == asked
    address = f"lineage-events/{event['id']}/"
    assert call("section").get(address).json()["from"] == [str(old.pk)]
    assert call("section2").get(address).status_code == 404
    assert call("nominator").get(address).status_code == 404
    change = {"changes": {"to": [str(last.pk)]}, "reason": "Another unit."}
    new = call("drl").act(address, "correct", change).json()
    assert (new["to"], new["from"], new["version"]) == ([str(last.pk)], [str(old.pk)], 2)
    assert call("drl").get(address).json()["superseded_by"] == new["id"]
    listed = call("drl").get(f"lineage-events/?unit={old.pk}").json()["results"]
    assert [each["id"] for each in listed] == [new["id"]]
    assert successors([old.pk]) == {last.pk}
    events = Event.objects.filter(action__startswith="units.lineageevent")
    assert [(each.action, each.chain) for each in events.order_by("id")] == [
        ("units.lineageevent-recorded", f"unit:{old.pk}"),
        ("units.lineageevent-corrected", f"unit:{old.pk}"),
    ]


def test_an_event_with_a_unit_out_of_reach_is_not_there(call: Any, three: list[Unit], drl: User) -> None:
    away = unit("Sarim Group", drl, "XB")
    event = became("merged", [three[0], away], [three[1]], drl)
    assert call("drl").get(f"lineage-events/{event.pk}/").status_code == 200
    for who in ("section", "section2"):
        assert call(who).get(f"lineage-events/{event.pk}/").status_code == 404
        assert call(who).get("lineage-events/").json()["results"] == []


def test_everything_wrong_with_an_event_is_said_at_once(call: Any, three: list[Unit]) -> None:
    old, now, _ = three
    wrong = {**body("renamed", [old], [now]), "kind": "moved", "to": ["x"], "citations": ["y"], "z": 1}
    answer = call("drl").post("lineage-events/", wrong)
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/kind", "/to/0", "/citations/0", "/z"}
    same = call("drl").post("lineage-events/", body("renamed", [old], [old]))
    assert same.status_code == 400 and "both sides" in same.json()["errors"][0]["detail"]
    assert not LineageEvent.objects.exists()


def test_a_nominee_has_no_lineage(call: Any, people: People, three: list[Unit]) -> None:
    nominee = Unit.objects.get(pk=nominated(1, by=people["nominator"]).cases.get(kind="unit").subject_id)
    answer = call("drl").post("lineage-events/", body("renamed", [nominee], [three[0]]))
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/from"]


# --- what is restricted, under another name ---


@pytest.fixture
def case(people: People) -> Case:
    return screened(1, by=people["nominator"]).cases.get(kind="unit")


def known_as(case: Case, by: User) -> Unit:
    """The known unit that the nominee was judged to be."""
    known = unit("Delta Guard", by)
    actions.judge_same(nominee=case.subject, known=known, by=by)
    return known


def restricted(subject: Unit, by: User, *, includes_subunits: bool = False) -> Any:
    restriction = restrict.impose(
        subject=subject, law="state-leahy", includes_subunits=includes_subunits, cause=None, by=by
    )
    restrict.meet_everywhere(subject=subject, by=by)
    return restriction


def statuses(case: Case) -> set[str]:
    return set(case.nomination.cases.values_list("status", flat=True))


def test_a_renamed_unit_is_met_by_its_predecessors_restriction(case: Case, drl: User) -> None:
    known, old = known_as(case, drl), unit("Old Delta Guard", drl)
    event = became("renamed", [old], [known], drl, on("2019-03-03"))
    assert statuses(case) == {Status.IN_REVIEW}
    restricted(old, drl)
    case.refresh_from_db()
    assert statuses(case) == {Status.BARRED}
    [bar] = [each for each in bars.bars(case) if each.restriction]
    assert (bar.through, [step.event.pk for step in bar.way]) == ("unit-before", [event.pk])
    assert "Its unit came from one that is restricted under the State law since" in bar.sentence
    assert "renamed on 3 March 2019" in bar.sentence
    assert "Guard" not in bar.sentence
    barred = Event.objects.get(action="vetting.barred", object_id=str(case.pk))
    assert str(event.pk) in barred.body


def test_recording_the_lineage_meets_it_at_once(case: Case, drl: User) -> None:
    known, old = known_as(case, drl), unit("Old Delta Guard", drl)
    restricted(old, drl)
    assert statuses(case) == {Status.IN_REVIEW}
    became("renamed", [old], [known], drl)
    assert statuses(case) == {Status.BARRED}


def test_a_later_nomination_meets_it_too(case: Case, people: People, drl: User) -> None:
    old = unit("Old Delta Guard", drl)
    restricted(old, drl)
    known = unit("Delta Guard", drl)
    became("split", [old], [known], drl)
    assert statuses(case) == {Status.IN_REVIEW}
    actions.judge_same(nominee=case.subject, known=known, by=drl)
    restrict.meet_everywhere(subject=known, by=drl)
    assert statuses(case) == {Status.BARRED}


def test_a_name_alone_is_no_lineage(case: Case, drl: User) -> None:
    known = known_as(case, drl)
    other = unit("Delta Guard", drl)
    restricted(other, drl)
    relay.drain()
    assert predecessors([known.pk], TODAY) == set()
    assert statuses(case) == {Status.IN_REVIEW}


@pytest.mark.parametrize("includes_subunits", [False, True])
def test_what_the_unit_above_came_from_bars_only_with_its_sub_units(
    case: Case, drl: User, includes_subunits: bool
) -> None:
    known, above, old = known_as(case, drl), unit("Delta Brigade", drl), unit("Old Brigade", drl)
    actions.link(claim=CommandLink(child=known, parent=above), by=drl)
    became("renamed", [old], [above], drl)
    restricted(old, drl, includes_subunits=includes_subunits)
    assert statuses(case) == {Status.BARRED if includes_subunits else Status.IN_REVIEW}
    if not includes_subunits:
        return
    [bar] = [each for each in bars.bars(case) if each.restriction]
    assert bar.through == "unit-above" and len(bar.way) == 1


def test_the_call_and_the_page_say_the_way(case: Case, people: People, call: Any, drl: User) -> None:
    known, old = known_as(case, drl), unit("Old Delta Guard", drl)
    event = became("renamed", [old], [known], drl, on("2019-03-03"))
    restricted(old, drl)
    answer = call("drl").get(f"cases/{case.pk}/").json()
    assert [(each["through"], each["lineage"], each["bars"]) for each in answer["restrictions"]] == [
        ("unit-before", [str(event.pk)], True)
    ]
    assert not offer(answer, "reopen")["allowed"]
    page = Browser(drl).read(f"/cases/{case.pk}/")
    assert "renamed on 3 March 2019" in page.text and f"/units/{old.pk}/#lineage" in page.links
    of_unit = Browser(drl).read(f"/units/{known.pk}/").text
    assert "Through a unit that it came from" in of_unit and "Old Delta Guard" in of_unit


# --- pages ---


def test_lineage_stands_on_the_page_of_every_unit_of_it(three: list[Unit], drl: User) -> None:
    old, now, last = three
    became("renamed", [old], [now], drl, on("2010-05-01"))
    became("renamed", [now], [last], drl, on("2012-05-01"))
    for each in three:
        page = Browser(drl).read(f"/units/{each.pk}/").text
        assert "1 May 2010" in page and "1 May 2012" in page
        assert all(other.name in page for other in three)


def test_a_unit_out_of_reach_stands_there_without_its_name(
    people: People, three: list[Unit], drl: User
) -> None:
    became("merged", [three[0], unit("Sarim Group", drl, "XB")], [three[1]], drl)
    page = Browser(people["section"]).read(f"/units/{three[1].pk}/").text
    assert "A unit outside your reach" in page and "Sarim Group" not in page


def test_lineage_is_recorded_by_page(three: list[Unit], drl: User) -> None:
    old, now, last = three
    ruth, address = Browser(drl), f"/units/{old.pk}/lineage/"
    found = ruth.press(address, **{"do": "find", "to-asked": "River", "from-chosen": [str(last.pk)]})
    assert "River Guard · Morvania" in said(found) and "Delta Guard · Morvania" in said(found)
    typed = {
        "do": "record", "kind": "merged", "side": "from", "from-chosen": [str(last.pk)],
        "to-chosen": [str(now.pk)], "certain_from_0": "5", "certain_from_1": "3", "certain_from_2": "2019",
        "certain_to_0": "5", "certain_to_1": "3", "certain_to_2": "2019",
    }  # fmt: skip
    assert "River Guard" in ruth.then(ruth.press(address, **typed)).text
    event = LineageEvent.objects.get()
    assert (event.kind, event.before, event.after) == ("merged", [old, last], [now])
    assert event.when["certain"] == {"from": "2019-03-05", "to": "2019-03-05"}


def test_what_is_wrong_with_the_form_is_said_beside_it(three: list[Unit], drl: User) -> None:
    page = Browser(drl).press(f"/units/{three[0].pk}/lineage/", do="record", kind="renamed", side="from")
    assert page.status_code == 400 and "exactly one unit" in said(page)
    assert not LineageEvent.objects.exists()


def test_lineage_is_corrected_by_page(three: list[Unit], drl: User) -> None:
    event = became("renamed", three[:1], three[1:2], drl, on("2010-05-01"))
    ruth, address = Browser(drl), f"/lineage-events/{event.pk}/correct/"
    typed = {"do": "record", "kind": "reconstituted", "certain_from_2": "", "reason": "Set up anew."}
    ruth.then(ruth.press(address, **typed))
    [new] = LineageEvent.objects.current()
    assert (new.kind, new.version, new.after) == ("reconstituted", 2, three[1:2])


# --- what it rests on ---


@pytest.fixture
def cited(drl: User) -> list[Citation]:
    source = sources.record_source(by=drl, name="Velin Courier", kind="press")
    document = sources.record_document(
        by=drl,
        source=source,
        title="On the march",
        accessed_on=dt.date(2026, 1, 1),
        url="https://c.example/1",
    )
    return [sources.record_citation(by=drl, document=document, place=f"Page {page}") for page in (1, 2)]


@pytest.mark.parametrize("what", ["lineage-events", "command-links", "postings"])
def test_a_claim_rests_on_its_citations_and_a_later_version_on_its_own(
    what: str, call: Any, three: list[Unit], cited: list[Citation], drl: User
) -> None:
    old, now, _ = three
    one, two = (str(each.pk) for each in cited)
    person = actions.record(
        subject=Individual(country=old.country), names=[actions.Called("Ivo Tarskalov")], by=drl
    )
    bodies: dict[str, dict[str, Any]] = {
        "lineage-events": {"kind": "renamed", "from": [str(old.pk)], "to": [str(now.pk)]},
        "command-links": {"child": str(old.pk), "parent": str(now.pk)},
        "postings": {"individual": str(person.pk), "unit": str(old.pk), "role": "commander"},
    }
    always = {"certain": None, "possible": None}
    made = call("drl").post(f"{what}/", bodies[what] | {"when": always, "citations": [one]}).json()
    assert made["citations"] == [one]
    kept = (
        call("drl")
        .act(f"{what}/{made['id']}/", "correct", {"changes": {"when": always}, "reason": "x"})
        .json()
    )
    assert (kept["citations"], kept["version"]) == ([one], 2)
    change = {"changes": {"citations": [two]}, "reason": "Another page."}
    last = call("drl").act(f"{what}/{kept['id']}/", "correct", change).json()
    assert last["citations"] == [two]
    assert call("drl").get(f"{what}/{kept['id']}/").json()["citations"] == [one]
    listed = call("drl").get(f"{what}/").json()["results"]
    assert [each["citations"] for each in listed] == [[two]]
    rests = call("drl").get(f"citations/{two}/supports/").json()["results"]
    assert [each["id"] for each in rests] == [last["id"]]


def test_citations_are_ticked_and_kept_by_page(three: list[Unit], cited: list[Citation], drl: User) -> None:
    old, now, _ = three
    ruth, address = Browser(drl), f"/units/{old.pk}/link/"
    assert "On the march, Page 1" in ruth.read(address).text
    ruth.then(ruth.press(address, do="record", chosen=str(now.pk), citations=[str(cited[0].pk)]))
    link = CommandLink.objects.get()
    assert citations_of("units.command-link", [link.pk])[link.pk] == cited[:1]
    correct = f"/command-links/{link.pk}/correct/"
    ticked = {"do": "record", "kind": "operational", "reason": "As read.", "citations": [str(cited[0].pk)]}
    ruth.then(ruth.press(correct, **ticked))
    [new] = CommandLink.objects.current()
    assert (new.kind, citations_of("units.command-link", [new.pk])[new.pk]) == ("operational", cited[:1])
