"""Pages of the register: units and people listed, found, read on a day, recorded, corrected, unmasked."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.sources.dated import days
from foundation.sources.models import Law
from tests.support.classes import a_name, nominated, screened
from tests.vetting.browsing import Browser, said
from units import actions, commanders, structure
from units.models import CommandLink, Individual, Posting, SameAs, Unit
from vetting.actions import restrict

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
DAY = dt.date


@pytest.fixture
def ruth(people: People) -> Browser:
    return Browser(people["drl"])


def a_unit(by: User, *names: str, country: str = "XA") -> Unit:
    unit = Unit(country=Country.objects.get(pk=country), level="battalion")
    return actions.record(subject=unit, names=[actions.Called(name) for name in names], by=by)


def a_person(by: User, *names: str, country: str = "XA", **data: str) -> Individual:
    person = Individual(country=Country.objects.get(pk=country), **data)
    return actions.record(subject=person, names=[actions.Called(name) for name in names], by=by)


def under(child: Unit, parent: Unit, by: User, certain: Any, possible: Any = None) -> CommandLink:
    claim = CommandLink(child=child, parent=parent, certain=certain, possible=possible or certain)
    actions.link(claim=claim, by=by)
    return claim


def commands(person: Individual, unit: Unit, by: User, certain: Any, possible: Any = None) -> Posting:
    claim = Posting(
        individual=person, unit=unit, role="commander", certain=certain, possible=possible or certain
    )
    actions.link(claim=claim, by=by)
    return claim


def unit_page(unit: Unit, on: str = "") -> str:
    return reverse("unit", args=[unit.pk]) + (f"?on={on}" if on else "")


# --- lists and search ---


def test_known_units_of_the_countries_one_reads_are_listed(people: People, ruth: Browser) -> None:
    a_unit(people["drl"], "3rd River Battalion")
    a_unit(people["drl"], "Sarim Group", country="XB")
    nominated(1, by=people["nominator"])
    everywhere, here = ruth.read("/units/").text, Browser(people["section"]).read("/units/").text
    assert "3rd River Battalion" in everywhere
    assert "Sarim Group" in everywhere
    assert "Harbour Guard" not in everywhere  # a nominee
    assert "3rd River Battalion" in here
    assert "Sarim Group" not in here
    assert "Sarim Group" not in ruth.read("/units/?country=XA").text


def test_the_register_is_nothing_to_a_nominator(people: People) -> None:
    unit = a_unit(people["drl"], "3rd River Battalion")
    person = a_person(people["drl"], "Branko Olmerin")
    row = nominated(1, by=people["nominator"]).candidates.get()
    addresses = ["/units/", "/individuals/", "/units/new/", "/individuals/new/", unit_page(unit)]
    addresses += [reverse("individual", args=[pk]) for pk in (person.pk, row.subject_id)]
    addresses += [reverse("unmask", args=[row.subject_id])]
    browser = Browser(people["nominator"])
    assert {browser.status(address) for address in addresses} == {404}
    assert Browser(people["section2"]).status(unit_page(unit)) == 404


def test_a_name_is_posted_and_found_in_any_script(people: People, ruth: Browser) -> None:
    a_person(people["drl"], "Branko Olmerin", "Бранко Олмерин")
    for asked in ("olmerin branko", "бранко", "Олмерин"):
        assert "Branko Olmerin" in said(ruth.press("/individuals/", q=asked))
    page = said(ruth.press("/individuals/", q="Nobody"))
    assert "Nothing on record bears this name" in page


def test_long_lists_have_parts_and_no_name_in_their_address(people: People, ruth: Browser) -> None:
    for number in range(51):
        a_unit(people["drl"], f"{number:02} Battalion")
    page = ruth.read("/units/?country=XA")
    assert "?country=XA&page=2" in page.links
    assert "50 Battalion" in ruth.read("/units/?country=XA&page=2").text
    assert ruth.status("/units/?page=banana&country=ZZ") == 200


@pytest.mark.parametrize("address", ["/units/", "/individuals/"])
def test_lists_cost_no_more_for_more_rows(people: People, ruth: Browser, address: str) -> None:
    def more(count: int) -> int:
        top = a_unit(people["drl"], "Top")
        for number in range(count):
            unit = a_unit(people["drl"], f"{number} Unit")
            under(unit, top, people["drl"], days(DAY(2020, 1, 1), None))
            commands(
                a_person(people["drl"], f"{number} Person"), unit, people["drl"], days(DAY(2020, 1, 1), None)
            )
        return cost(ruth, address)

    ruth.read(address)
    assert more(2) == more(18)


# --- a unit on a day ---


def test_a_structure_on_a_day_says_certain_possible_and_gaps(people: People, ruth: Browser) -> None:
    drl = people["drl"]
    region, group, company = (a_unit(drl, name) for name in ("Region", "Group", "Company"))
    platoon = a_unit(drl, "Platoon")
    since = days(DAY(2017, 1, 1), None)
    under(group, region, drl, since)
    under(platoon, company, drl, since)
    under(
        company, group, drl, days(DAY(2019, 1, 1), DAY(2023, 12, 31)), days(DAY(2018, 1, 1), DAY(2024, 6, 30))
    )
    commands(a_person(drl, "Rashid Tumanil"), company, drl, days(DAY(2019, 1, 1), DAY(2020, 12, 31)))
    sure = structure.on_day(company, DAY(2020, 6, 1), drl)
    assert [(place.unit.name, place.level) for place in sure.places] == [
        ("Region", 0), ("Group", 1), ("Company", 2), ("Platoon", 3)
    ]  # fmt: skip
    assert sure.gaps == []
    assert "Rashid Tumanil" in ruth.read(unit_page(company, "2020-06-01")).text
    perhaps = ruth.read(unit_page(company, "2024-03-14")).text
    assert "Possible; certain 1 January 2019 to 31 December 2023" in perhaps
    assert "Nobody on record" in perhaps
    assert "Change before: 1 January 2024" in perhaps
    assert "Change after: 1 July 2024" in perhaps
    later = ruth.read(unit_page(company, "2025-01-01")).text
    assert "Nothing above on record" in later
    assert "Group" not in later.partition("Commanders over time")[0].partition("The same, as a table")[2]


def test_a_unit_under_two_stands_below_both(people: People) -> None:
    drl, since = people["drl"], days(DAY(2017, 1, 1), None)
    top, middle, low = (a_unit(drl, name) for name in ("Top", "Middle", "Low"))
    for child, parent in ((low, top), (low, middle), (middle, top)):
        under(child, parent, drl, since)
    found = structure.on_day(low, DAY(2020, 1, 1), drl)
    assert [(place.unit.name, place.level) for place in found.places] == [
        ("Top", 0),
        ("Middle", 1),
        ("Low", 2),
    ]


def test_what_is_out_of_reach_is_there_without_its_name(people: People) -> None:
    drl = people["drl"]
    here, abroad = a_unit(drl, "Company"), a_unit(drl, "Foreign Corps", country="XB")
    under(here, abroad, drl, days(DAY(2017, 1, 1), None))
    commands(a_person(drl, "Foreign Chief", country="XB"), here, drl, days(DAY(2017, 1, 1), None))
    page = Browser(people["section"]).read(unit_page(here)).text
    assert "A unit outside your reach" in page
    assert "Somebody outside your reach" in page
    assert "Foreign" not in page


def test_a_day_that_is_none_is_said_and_today_is_shown(people: People, ruth: Browser) -> None:
    unit = a_unit(people["drl"], "Company")
    assert "There is no such day" in ruth.read(unit_page(unit, "2023-02-31")).text
    assert ruth.status(unit_page(unit, "banana")) == 200


def test_commanders_over_time_have_gaps_between_them() -> None:
    def span(first: dt.date | None, last: dt.date | None) -> commanders.Span:
        return commanders.Span(commanders.Days(first, last), posting=Posting())

    found = commanders.with_gaps(
        [span(DAY(2019, 1, 1), DAY(2020, 12, 31)), span(DAY(2021, 6, 1), DAY(2022, 1, 1))], DAY(2026, 1, 1)
    )
    gaps = [each.possible for each in found if each.posting is None]
    assert gaps == [
        commanders.Days(DAY(2021, 1, 1), DAY(2021, 5, 31)), commanders.Days(DAY(2022, 1, 2), None)
    ]  # fmt: skip
    assert [each.posting is None for each in commanders.with_gaps([span(None, None)], DAY(2026, 1, 1))] == [
        False
    ]


def test_restrictions_are_said_law_by_law_and_through_a_unit_above(people: People, ruth: Browser) -> None:
    drl = people["drl"]
    parent, child = a_unit(drl, "Parent"), a_unit(drl, "Child")
    under(child, parent, drl, days(DAY(2017, 1, 1), None))
    restrict.impose(subject=parent, law=Law.STATE_LEAHY, includes_subunits=True, cause=None, by=drl)
    own, below = ruth.read(unit_page(parent)).text, ruth.read(unit_page(child)).text
    assert "It and its sub-units" in own
    assert "None in force" in own
    assert "Through a unit above" in below


def test_a_units_page_costs_no_more_for_more_units_and_people(people: People, ruth: Browser) -> None:
    drl, since = people["drl"], days(DAY(2017, 1, 1), None)
    unit, known = a_unit(drl, "Company"), a_person(drl, "Known Person")

    def more(count: int) -> int:
        for number in range(count):
            under(a_unit(drl, f"{number} Platoon", "взвод"), unit, drl, since)
            person = a_person(drl, f"{number} Chief")
            commands(person, unit, drl, days(DAY(2017, 1, 1), DAY(2018, 1, 1)))
            row = nominated(1, by=people["nominator"]).candidates.get()
            SameAs.objects.create(
                nominee_id=row.unit_case.subject_id, known=unit, made_by=drl, made_at="2026-01-01T00:00Z"
            )
            actions.judge_same(nominee=row.subject, known=known, by=drl)
        return cost(ruth, unit_page(unit)) * 1000 + cost(ruth, reverse("individual", args=[known.pk]))

    ruth.read(unit_page(unit))
    assert more(2) == more(18)


def test_a_nominee_is_shown_as_nominated_with_its_cases(people: People) -> None:
    row = screened(1, by=people["nominator"]).candidates.get()
    page = Browser(people["section"]).read(reverse("individual", args=[row.subject_id]))
    assert "As nominated" in page.text
    assert reverse("case", args=[row.case_id]) in page.links
    assert a_name(1) not in page.title
    assert "Correct names and data" in page.text
    unit = Browser(people["coordinator"]).read(reverse("unit", args=[row.unit_case.subject_id])).text
    assert "its nominator corrects it" in unit


# --- what is masked ---


def test_a_masked_field_is_shown_once_to_who_says_why(people: People) -> None:
    person = a_person(people["drl"], "Branko Olmerin", national_id="40518817", birth_city="Velin")
    browser, address = Browser(people["section"]), reverse("unmask", args=[person.pk])
    page = browser.read(reverse("individual", args=[person.pk])).text
    assert "40518817" not in page
    assert "Velin" not in page
    assert "17" in page
    without = browser.press(address, field="national_id", reason=" ")
    assert without.status_code == 400
    assert not Event.objects.filter(action="units.unmasked").exists()
    shown = browser.press(address, field="national_id", reason="Registry asks.")
    assert "40518817" in said(shown)
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.get(action="units.unmasked")
    assert (json.loads(event.body)["reason"], event.actor) == ("Registry asks.", "section")
    assert "Velin" in said(browser.press(address, field="place_of_birth", reason="Two of one name."))
    assert "40518817" not in browser.read(address).text


def test_who_may_not_unmask_is_told_why(people: People) -> None:
    person = a_person(people["drl"], "Branko Olmerin", national_id="40518817")
    browser, address = Browser(people["auditor"]), reverse("unmask", args=[person.pk])
    assert "not shown to your role" in browser.read(reverse("individual", args=[person.pk])).text
    assert "Only those who check people" in browser.read(address).text
    response = browser.client.post(address, {"field": "national_id", "reason": "Curious."})
    assert response.status_code == 403
    assert "40518817" not in response.content.decode()


# --- recording ---


def test_a_unit_is_recorded_and_corrected_and_its_names_keep_their_kinds(
    people: People, ruth: Browser
) -> None:
    wrong = ruth.press("/units/new/", country="XA", name="12345", do="record")
    assert wrong.status_code == 400
    assert "at least one letter" in said(wrong)
    typed = {"country": "XA", "name": "3rd River Battalion", "level": "battalion", "do": "record"}
    ruth.then(ruth.press("/units/new/", **typed, other_0="3 RB", kind_0="acronym", other_1="3-й батальон"))
    unit = Unit.objects.get()
    assert [(each.text, each.kind) for each in unit.names.all()] == [
        ("3rd River Battalion", "official"), ("3 RB", "acronym"), ("3-й батальон", "official")
    ]  # fmt: skip
    address = reverse("unit-correct", args=[unit.pk])
    typed |= {"name": "Third River Battalion", "other_0": "3 RB", "kind_0": "acronym"}
    assert ruth.press(address, **typed).status_code == 400  # no reason
    ruth.then(ruth.press(address, **typed, reason="As it is written."))
    unit.refresh_from_db()
    assert (unit.name, unit.version, unit.names.count()) == ("Third River Battalion", 2, 2)


def test_a_person_is_recorded_with_a_birth_date_in_part(people: People, ruth: Browser) -> None:
    typed = {"country": "XA", "name": "Branko Olmerin", "date_of_birth_2": "1971", "date_of_birth_1": "6"}
    ruth.then(
        ruth.press("/individuals/new/", **typed, aliases="Бранко Олмерин\r\n", nationality="xa", do="record")
    )
    person = Individual.objects.get()
    assert (person.date_of_birth, person.nationality, person.names.count()) == ("1971-06", "XA", 2)
    address = reverse("individual-correct", args=[person.pk])
    stale = ruth.read(address).hidden("")
    ruth.then(
        ruth.press(address, name="Branko Olmerin", date_of_birth_2="1972", reason="Registry.", do="record")
    )
    again = ruth.client.post(address, {**stale, "name": "X Y", "reason": "Late.", "do": "record"})
    assert again.status_code == 412
    assert Individual.objects.get().date_of_birth == "1972"


def test_a_unit_above_is_found_chosen_dated_and_corrected(people: People, ruth: Browser) -> None:
    child, parent = a_unit(people["drl"], "Company"), a_unit(people["drl"], "Regiment")
    address = reverse("unit-link", args=[child.pk])
    assert str(parent.pk) in ruth.press(address, asked="regi", do="find").content.decode()
    wrong = ruth.press(address, kind="command", do="record")
    assert wrong.status_code == 400
    typed = {"chosen": str(parent.pk), "kind": "command", "do": "record", "certain_from_0": "1"}
    typed |= {"certain_from_1": "3", "certain_from_2": "2019"}
    ruth.then(ruth.press(address, **typed))
    link = CommandLink.objects.get()
    assert (link.certain.lower, link.possible.lower, link.certain.upper) == (
        DAY(2019, 3, 1),
        DAY(2019, 3, 1),
        None,
    )
    correct = reverse("link-correct", args=[link.pk])
    assert correct in ruth.read(unit_page(child)).links
    typed |= {"certain_from_2": "2018", "reason": "A later source."}
    typed.pop("chosen")
    ruth.then(ruth.press(correct, **typed))
    assert CommandLink.objects.current().get().certain.lower == DAY(2018, 3, 1)
    assert CommandLink.objects.count() == 2


def test_a_posting_is_recorded_from_either_end_and_corrected(people: People, ruth: Browser) -> None:
    unit, person = a_unit(people["drl"], "Company"), a_person(people["drl"], "Rashid Tumanil")
    typed = {"role": "commander", "rank": "Major", "possible_from_2": "2019", "do": "record"}
    wrong = ruth.press(reverse("unit-posting", args=[unit.pk]), **typed, chosen=str(person.pk))
    assert "Give day, month and year" in said(wrong)
    typed |= {"possible_from_0": "1", "possible_from_1": "1"}
    ruth.then(ruth.press(reverse("unit-posting", args=[unit.pk]), **typed, chosen=str(person.pk)))
    ruth.then(ruth.press(reverse("individual-posting", args=[person.pk]), **typed, chosen=str(unit.pk)))
    assert Posting.objects.count() == 2
    posting = Posting.objects.all()[0]
    assert posting.certain is None
    ruth.then(
        ruth.press(
            reverse("posting-correct", args=[posting.pk]), **typed | {"rank": "Colonel"}, reason="Promoted."
        )
    )
    assert Posting.objects.current().filter(rank="Colonel").count() == 1


def test_who_may_not_record_is_told_why(people: People) -> None:
    unit = a_unit(people["drl"], "Company")
    browser = Browser(people["section"])
    sentence = "Only the post coordinator or the human rights bureau"
    assert sentence in browser.read(unit_page(unit)).text
    for address in (
        "/units/new/",
        reverse("unit-correct", args=[unit.pk]),
        reverse("unit-link", args=[unit.pk]),
    ):
        assert "Only " in browser.read(address).text
    assert browser.client.post("/units/new/", {"name": "Mine", "country": "XA"}).status_code == 403
    assert Unit.objects.count() == 1


# --- search ---


def test_search_finds_by_kind_what_one_may_read(people: People) -> None:
    a_person(people["drl"], "Branko Olmerin", "Бранко Олмерин")
    a_unit(people["drl"], "Olmerin Company", country="XB")
    nomination = screened(1, by=people["nominator"])
    case = nomination.cases.get(kind="individual")
    section, jana = Browser(people["section"]), Browser(people["nominator"])
    by_name = said(section.press("/search/", "/search/", q="Бранко"))
    assert "Branko Olmerin" in by_name
    assert "Olmerin Company" not in said(section.press("/search/", "/search/", q="Olmerin"))
    assert case.reference in said(section.press("/search/", "/search/", q=case.reference))
    own = said(jana.press("/search/", "/search/", q=a_name(1)))
    assert nomination.reference in own
    assert case.reference not in own
    assert "Nothing that you may read" in said(jana.press("/search/", "/search/", q="Olmerin"))
    assert "Nothing that you may read" in said(
        Browser(people["nominator2"]).press("/search/", "/search/", q=a_name(1))
    )


def test_search_takes_any_text_and_puts_none_in_an_address(people: People, ruth: Browser) -> None:
    for asked in ("", "  ", "%", "a\x00b", "x" * 5000, "' OR 1=1 --"):
        response = ruth.press("/search/", "/search/", q=asked)
        assert response.status_code == 200
        assert response.request["QUERY_STRING"] == ""


def test_search_costs_no_more_for_more_that_is_found(people: People, ruth: Browser) -> None:
    def more(count: int) -> int:
        for number in range(count):
            a_person(people["drl"], f"Olmerin {number}a")
            a_unit(people["drl"], f"Olmerin {number}b")
        with CaptureQueriesContext(connection) as caught:
            ruth.client.post("/search/", {"q": "Olmerin"})
        return len(caught)

    ruth.read("/search/")
    assert more(2) == more(18)


def cost(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        browser.read(address)
    assert len(caught) <= 35, [each["sql"][:150] for each in caught]
    return len(caught)
