"""Overlaps: the grades, their paths and dates, what is a gap, and what taking a record away never does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.models import Allegation, Incident
from evidence.overlap import Overlap, overlaps, uncovered
from foundation.accounts.models import Country, User
from foundation.sources.dated import ALWAYS, days
from units import actions
from units.models import CommandLink, Individual, LineageEvent, Posting, SameAs, Unit

pytestmark = pytest.mark.django_db(transaction=True)


def year(first: int, last: int | None = None) -> Any:
    return days(dt.date(first, 1, 1), dt.date(last or first, 12, 31))


@pytest.fixture
def drl(people: dict[str, User]) -> User:
    return people["drl"]


class World:
    """Units, people and what links them, recorded by one person."""

    def __init__(self, by: User) -> None:
        self.by, self.count = by, 0

    def unit(self, country: str = "XA") -> Unit:
        return self._named(Unit, "Guard", country)

    def person(self, country: str = "XA") -> Individual:
        return self._named(Individual, "Captain", country)

    def _named(self, model: Any, word: str, country: str) -> Any:
        self.count += 1
        subject = model(country=Country.objects.get(pk=country))
        return actions.record(
            subject=subject, names=[actions.Called(f"{word} {chr(64 + self.count)}")], by=self.by
        )

    def serves(
        self, person: Individual, unit: Unit, possible: Any, certain: Any = None, role: str = "officer"
    ) -> Any:
        claim = Posting(individual=person, unit=unit, role=role, possible=possible, certain=certain)
        return actions.link(claim=claim, by=self.by)

    def under(self, child: Unit, parent: Unit, possible: Any = ALWAYS) -> Any:
        return actions.link(claim=CommandLink(child=child, parent=parent, possible=possible), by=self.by)

    def became(self, kind: str, before: list[Unit], after: list[Unit], when: Any = ALWAYS) -> LineageEvent:
        event = LineageEvent(kind=kind, possible=when)
        return actions.record_lineage(event=event, before=before, after=after, by=self.by)

    def incident(self, possible: Any, country: str = "XA") -> Incident:
        return Incident.objects.create(country_id=country, title="At the mill", possible=possible)

    def against(self, whom: Any, incident: Incident) -> Allegation:
        kind = "unidentified" if whom is None else whom.kind
        named = {} if whom is None else {kind: whom}
        return Allegation.objects.create(
            incident=incident, perpetrator_kind=kind, violation="torture", possible=incident.possible, **named
        )

    def grade(self, person: Individual, incident: Incident) -> Overlap:
        [found] = overlaps([person.pk], self.by, incident=incident.pk)
        return found


def ids(found: Overlap) -> list[str | None]:
    return [step.id for step in found.steps]


@pytest.fixture
def world(drl: User) -> World:
    return World(drl)


# --- the grades ---


def test_who_is_named_is_named_under_every_name_that_is_judged_the_same(world: World, drl: User) -> None:
    person, nominee, incident = world.person(), world.person(), world.incident(year(2015))
    SameAs.objects.create(nominee=nominee, known=person, made_by=drl, made_at="2026-01-01T00:00Z")
    world.against(person, incident)
    assert world.grade(nominee, incident).grade == "named"


def test_who_possibly_served_in_the_unit_named_then_is_linked(world: World) -> None:
    person, unit, incident = world.person(), world.unit(), world.incident(year(2015))
    posting = world.serves(person, unit, year(2015, 2016))
    world.against(unit, incident)
    found = world.grade(person, incident)
    assert (found.grade, ids(found)) == ("unit-named", [str(posting.pk)])


def test_who_served_there_at_another_time_is_not(world: World) -> None:
    person, unit, incident = world.person(), world.unit(), world.incident(year(2015))
    world.serves(person, unit, year(2016))
    world.against(unit, incident)
    assert world.grade(person, incident).grade == "unknown"


def test_above_and_below_are_told_apart_over_any_number_of_links(world: World) -> None:
    top, middle, low = world.unit(), world.unit(), world.unit()
    chief, private, incident = world.person(), world.person(), world.incident(year(2015))
    first, second = world.under(middle, top), world.under(low, middle)
    posting = world.serves(chief, top, year(2014, 2016))
    world.serves(private, low, year(2014, 2016))
    world.against(low, incident)
    found = world.grade(chief, incident)
    assert (found.grade, ids(found)) == ("superior", [str(each.pk) for each in (posting, first, second)])
    other = world.incident(year(2015))
    world.against(top, other)
    assert world.grade(private, other).grade == "subordinate"


def test_who_serves_beside_the_unit_is_neither_above_nor_below(world: World) -> None:
    top, one, other = world.unit(), world.unit(), world.unit()
    person, incident = world.person(), world.incident(year(2015))
    world.under(one, top), world.under(other, top)
    world.serves(person, one, year(2014, 2016), year(2014, 2016))
    world.against(other, incident)
    assert world.grade(person, incident).grade == "none"


def test_links_count_only_where_all_of_the_way_held_on_one_day(world: World) -> None:
    top, low, person, incident = world.unit(), world.unit(), world.person(), world.incident(year(2010, 2020))
    world.under(low, top, year(2010, 2012))
    world.serves(person, top, year(2013, 2015))
    world.against(low, incident)
    assert world.grade(person, incident).grade == "unknown"
    world.under(low, top, year(2015, 2016))
    assert world.grade(person, incident).grade == "superior"


def test_a_renamed_unit_is_the_unit_that_was_named(world: World) -> None:
    old, now, person, incident = world.unit(), world.unit(), world.person(), world.incident(year(2015))
    event = world.became("renamed", [old], [now], year(2018))
    world.serves(person, old, year(2015), year(2015))
    world.against(now, incident)
    found = world.grade(person, incident)
    assert (found.grade, ids(found)[-1]) == ("unit-named", str(event.pk))


def test_two_parts_of_a_split_unit_are_not_one_another(world: World) -> None:
    old, one, other = world.unit(), world.unit(), world.unit()
    person, incident = world.person(), world.incident(year(2020))
    world.became("split", [old], [one, other], year(2018))
    world.serves(person, one, year(2020), year(2020))
    world.against(other, incident)
    assert world.grade(person, incident).grade == "none"


def test_a_unit_judged_the_same_is_that_unit(world: World, drl: User) -> None:
    nominee, known, person, incident = world.unit(), world.unit(), world.person(), world.incident(year(2015))
    SameAs.objects.create(nominee=nominee, known=known, made_by=drl, made_at="2026-01-01T00:00Z")
    world.serves(person, nominee, year(2015))
    world.against(known, incident)
    assert world.grade(person, incident).grade == "unit-named"


def test_where_another_person_is_named_it_is_by_where_they_served(world: World) -> None:
    chief, colonel, top, low = world.person(), world.person(), world.unit(), world.unit()
    incident = world.incident(year(2015))
    world.against(colonel, incident)
    world.serves(chief, top, year(2015), year(2015))
    assert "the person named" in world.grade(chief, incident).gap
    theirs = world.serves(colonel, low, year(2015), year(2015))
    assert world.grade(chief, incident).grade == "none"
    world.under(low, top)
    found = world.grade(chief, incident)
    assert (found.grade, ids(found)[-1]) == ("superior", str(theirs.pk))


# --- gaps ---


def test_none_needs_certain_postings_for_all_of_the_time(world: World) -> None:
    person, elsewhere, unit = world.person(), world.unit(), world.unit()
    incident = world.incident(days(dt.date(2015, 3, 1), dt.date(2015, 8, 31)))
    world.against(unit, incident)
    assert world.grade(person, incident).gap == (
        "No certain posting on record from 1 March 2015 to 31 August 2015."
    )
    world.serves(person, elsewhere, ALWAYS, days(dt.date(2014, 1, 1), dt.date(2015, 5, 31)))
    world.serves(person, world.unit(), ALWAYS, days(dt.date(2015, 6, 2), None))
    found = world.grade(person, incident)
    assert (found.grade, found.gap) == ("unknown", "No certain posting on record on 1 June 2015.")
    world.serves(person, world.unit(), ALWAYS, days(dt.date(2015, 6, 1), dt.date(2015, 6, 1)))
    assert (world.grade(person, incident).grade, world.grade(person, incident).gap) == ("none", "")


def test_where_nobody_is_named_nothing_is_ruled_out(world: World) -> None:
    person, incident = world.person(), world.incident(year(2015))
    world.serves(person, world.unit(), ALWAYS, ALWAYS)
    assert (world.grade(person, incident).grade, world.grade(person, incident).allegation) == (
        "unknown",
        None,
    )
    world.against(None, incident)
    assert world.grade(person, incident).gap == "No unit and nobody is named."


def test_an_incident_without_a_beginning_is_never_accounted_for_by_a_posting_that_has_one(
    world: World,
) -> None:
    person, incident = world.person(), world.incident(days(None, dt.date(2015, 1, 1)))
    world.against(world.unit(), incident)
    world.serves(person, world.unit(), ALWAYS, days(dt.date(1950, 1, 1), None))
    assert "to 31 December 1949" in world.grade(person, incident).gap


Stretch = tuple[int, int]
stretches = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6)


@given(first=st.integers(0, 60), length=st.integers(0, 20), those=stretches)
def test_what_is_uncovered_is_just_what_no_stretch_holds(
    first: int, length: int, those: list[Stretch]
) -> None:
    def span(start: int, more: int) -> tuple[dt.date, dt.date]:
        return dt.date(2020, 1, 1) + dt.timedelta(start), dt.date(2020, 1, 1) + dt.timedelta(start + more)

    def held(spans: Any) -> set[dt.date]:
        return {
            since + dt.timedelta(step) for since, until in spans for step in range((until - since).days + 1)
        }

    whole, covered = span(first, length), [span(*each) for each in those]
    assert held(uncovered(whole, covered)) == held([whole]) - held(covered)


# --- what taking a record away can do ---

YEARS = st.integers(2010, 2016)
TIMES = st.one_of(st.none(), st.tuples(YEARS, YEARS).map(sorted))
UNITS, LINKS = 4, st.tuples(st.integers(0, 3), st.integers(0, 3), TIMES)


def at(times: Any) -> Any:
    return ALWAYS if times is None else year(*times)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    postings=st.lists(st.tuples(st.integers(0, 3), TIMES, st.booleans()), min_size=1, max_size=4),
    links=st.lists(LINKS, max_size=4),
    lineages=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=2),
    when=st.tuples(YEARS, YEARS).map(sorted),
)
def test_nothing_moves_towards_none_when_a_record_is_removed(
    people: dict[str, User], postings: Any, links: Any, lineages: Any, when: Any
) -> None:
    """Taking away what links a person to an incident may of course leave what accounts for them elsewhere;
    taking away anything else never rules anything out, nor loosens a link."""
    with transaction.atomic():
        world = World(people["drl"])
        person, incident = world.person(), world.incident(year(*when))
        units = [world.unit() for _ in range(UNITS)]
        world.against(units[0], incident)
        _record(person, units, postings, links, lineages)
        found = world.grade(person, incident)
        on_the_way = set(ids(found))
        models: tuple[Any, ...] = (Posting, CommandLink, LineageEvent)
        for record in [record for model in models for record in model.objects.current()]:
            without = _without(record, world, person, incident)
            if found.grade == "unknown":
                assert without.grade == "unknown"
            elif found.grade == "none":
                assert without.grade in ("none", "unknown")
            elif str(record.pk) not in on_the_way:
                assert without.grade == found.grade
        transaction.set_rollback(True)


def _record(person: Individual, units: list[Unit], postings: Any, links: Any, lineages: Any) -> None:
    for unit, times, sure in postings:
        certain = at(times) if sure else None
        Posting.objects.create(
            individual=person, unit=units[unit], role="officer", possible=at(times), certain=certain
        )
    for child, parent, times in links:
        if child != parent:
            CommandLink.objects.create(child=units[child], parent=units[parent], possible=at(times))
    for before, after in lineages:
        if before != after:
            event = LineageEvent.objects.create(kind="renamed")
            event.ends.create(unit=units[before], side="from")
            event.ends.create(unit=units[after], side="to")


def _without(record: Any, world: World, person: Individual, incident: Incident) -> Overlap:
    """As if there were no such record: it is no version that stands."""
    claims = type(record).objects.filter(pk=record.pk)
    claims.update(superseded_by=record)
    found = world.grade(person, incident)
    claims.update(superseded_by=None)
    return found


# --- by call ---


def test_overlaps_are_answered_with_the_path_and_its_dates(call: Any, world: World) -> None:
    top, low, person = world.unit(), world.unit(), world.person()
    incident = world.incident(year(2015))
    allegation = world.against(low, incident)
    posting, link = world.serves(person, top, year(2014, 2016), role="commander"), world.under(low, top)
    answer = call("section").get(f"overlaps/?individual={person.pk}&incident={incident.pk}")
    assert answer.status_code == 200, answer.content
    [found] = answer.json()
    assert {name: found[name] for name in ("incident", "allegation", "grade", "gap")} == {
        "incident": str(incident.pk), "allegation": str(allegation.pk), "grade": "superior", "gap": None,
    }  # fmt: skip
    assert [(each["kind"], each["id"]) for each in found["path"]] == [
        ("posting", str(posting.pk)), ("command-link", str(link.pk)), ("allegation", str(allegation.pk)),
    ]  # fmt: skip
    assert found["path"][0]["when"]["possible"] == {"from": "2014-01-01", "to": "2016-12-31"}
    assert found["path"][0]["name"] == f"{person.name}, commander, {top.name}"


def test_every_incident_of_the_country_is_answered_and_linked_ones_of_others(call: Any, world: World) -> None:
    person, unit = world.person(), world.unit()
    far = world.unit("XB")
    world.serves(person, unit, year(2015)), world.under(far, unit)
    here, there, not_linked = (world.incident(year(2015), code) for code in ("XA", "XB", "XB"))
    world.against(unit, here), world.against(far, there), world.against(world.unit("XB"), not_linked)
    found = call("drl").get(f"overlaps/?individual={person.pk}").json()
    assert [(each["incident"], each["grade"]) for each in found] == [
        (str(here.pk), "unit-named"), (str(there.pk), "superior"),
    ]  # fmt: skip
    assert [each["incident"] for each in call("section").get(f"overlaps/?individual={person.pk}").json()] == [
        str(here.pk)
    ]


def test_what_is_out_of_reach_on_the_path_is_there_without_its_name(call: Any, world: World) -> None:
    person, top, middle, low = world.person(), world.unit(), world.unit("XB"), world.unit()
    world.under(middle, top), world.under(low, middle), world.serves(person, top, year(2015))
    incident = world.incident(year(2015))
    world.against(low, incident)
    [found] = call("section").get(f"overlaps/?individual={person.pk}&incident={incident.pk}").json()
    assert found["grade"] == "superior"
    assert [(each["id"] is None, each["name"]) for each in found["path"][1:3]] == [
        (True, "A record outside your reach")
    ] * 2
    assert middle.name not in str(found)


def test_a_question_about_nobody_is_refused(call: Any, world: World) -> None:
    person, incident = world.person("XB"), world.incident(year(2015))
    assert call("drl").get("overlaps/").status_code == 400
    assert call("drl").get(f"overlaps/?individual={person.pk}&case={person.pk}").status_code == 400
    assert call("drl").get(f"overlaps/?individual={person.pk}&on=2015-01-01").status_code == 400
    assert call("section").get(f"overlaps/?individual={person.pk}").status_code == 404
    assert call("drl").get("overlaps/?individual=x").status_code == 404
    assert call("section2").get(f"overlaps/?individual={person.pk}&incident={incident.pk}").status_code == 404
    assert call("nominator").get(f"overlaps/?individual={person.pk}").status_code == 404
