"""Pages of nominators: their classes in seven words, a class typed in, what they do with it afterwards."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from tests.support.classes import a_class, a_name, a_person, a_unit, case_at, nominated, screened
from tests.vetting.browsing import Browser, said
from vetting.models import Candidate, Case, Nomination, Word

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
NEW = "/nominations/new/"


@pytest.fixture
def jana(people: People) -> Browser:
    return Browser(people["nominator"])


def page_of(nomination: Nomination) -> str:
    return reverse("nomination", args=[nomination.pk])


def act_on(row: Candidate, act: str) -> str:
    return reverse("row-act", args=[row.nomination_id, row.pk, act])


def boxes(body: dict[str, Any]) -> dict[str, str]:
    """A body of `POST nominations/` as a person types it into the form."""
    typed = {name: body[name] for name in ("reference", "organisation", "country", "program", "law")}
    typed |= {"event_title": body["event"]["title"], "event_location": body["event"]["location"]}
    typed |= days("event_starts_on", body["event"]["starts_on"])
    typed |= days("event_ends_on", body["event"]["ends_on"]) | days("needed_by", body["needed_by"])
    for at, row in enumerate(body["candidates"]):
        typed |= {f"row{at}-{name}": value for name, value in row_boxes(row).items()}
    return typed | {"rows": str(len(body["candidates"]))}


def row_boxes(row: dict[str, Any]) -> dict[str, str]:
    plain = ("kind", "role", "nationality", "gender", "national_id", "rank", "job_title")
    return {
        **{name: row[name] for name in plain if name in row},
        **days("date_of_birth", row.get("date_of_birth", "")),
        "name": row["name"]["full"],
        "birth_city": row["place_of_birth"]["city"],
        "birth_country": row["place_of_birth"]["country"],
        "unit_name": row["unit"]["name"],
        "commander": row["unit"]["commander"]["full"],
    }


def days(name: str, iso: str) -> dict[str, str]:
    year, month, day = (*iso.split("-"), "", "", "")[:3]
    return {f"{name}_0": day, f"{name}_1": month.lstrip("0"), f"{name}_2": year}


# --- reading ---


def test_a_nominator_lists_its_own_classes_and_nobody_elses(people: People, jana: Browser) -> None:
    mine, theirs = nominated(by=people["nominator"]), nominated(by=people["nominator2"], country="XB")
    page = jana.read("/nominations/")
    assert mine.reference in page.text
    assert theirs.reference not in page.text
    assert jana.status(page_of(theirs)) == 404
    assert Browser(people["admin"]).status("/nominations/") == 404


def test_the_list_is_narrowed_by_the_word_of_the_least_settled_row(people: People, jana: Browser) -> None:
    in_review = screened(by=people["nominator"])
    case_at("suspended", people)
    received = nominated(by=people["nominator"])
    found = jana.read("/nominations/?status=in-review").text
    assert in_review.reference in found
    assert received.reference not in found
    assert "No class fits" in jana.read("/nominations/?status=cancelled").text


@pytest.mark.parametrize("status", ["suspended", "withhold-recommended", "barred", "withheld", "recalled"])
def test_a_nominator_reads_no_word_but_the_seven(people: People, jana: Browser, status: str) -> None:
    case = case_at(status, people)
    row = Candidate.objects.get(case=case)
    for address in (page_of(case.nomination), reverse("nomination-row", args=[row.nomination_id, row.pk])):
        page = jana.read(address)
        assert Word(row.word).label in page.text
        hints = ("Suspended", "ithh", "arred", "erogatory", "estrict", "recall", case.reference, "/cases/")
        assert not [hint for hint in hints if hint in page.text or hint in " ".join(page.links)]


def test_staff_read_which_case_a_row_has(people: People) -> None:
    nomination = screened(by=people["nominator"])
    page = Browser(people["coordinator"]).read(page_of(nomination))
    row = nomination.candidates.select_related("case").first()
    assert row is not None
    assert reverse("case", args=[row.case_id]) in page.links
    assert reverse("case", args=[row.unit_case_id]) in page.links
    assert Browser(people["section2"]).status(page_of(nomination)) == 404


def test_no_title_has_a_name(people: People, jana: Browser) -> None:
    nomination = nominated(1, by=people["nominator"])
    row = nomination.candidates.get()
    for address in (page_of(nomination), reverse("nomination-row", args=[nomination.pk, row.pk])):
        page = jana.read(address)
        assert a_name(1) in page.text
        assert a_name(1) not in page.title


def test_what_is_masked_is_not_shown_to_those_who_gave_it(people: People, jana: Browser) -> None:
    row = nominated(1, by=people["nominator"]).candidates.get()
    page = jana.read(reverse("nomination-row", args=[row.nomination_id, row.pk])).text
    assert "Captain" in page
    assert "XA-000001" not in page
    assert "Corvasht" not in page


def test_rows_are_narrowed_by_word_and_results_are_a_file(people: People, jana: Browser) -> None:
    case = case_at("cleared", people)
    assert a_name(1) in jana.read(f"{page_of(case.nomination)}?word=cleared").text
    assert "No row has this word" in jana.read(f"{page_of(case.nomination)}?word=received").text
    response = jana.client.get(reverse("nomination-results", args=[case.nomination_id]))
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    clearance = case.clearances.get()
    assert [(row["status"], row["cleared_until"]) for row in rows] == [
        ("cleared", clearance.valid_until.isoformat())
    ]


@pytest.mark.parametrize("username", ["nominator", "coordinator"])
def test_queries_do_not_grow_with_rows(people: People, username: str) -> None:
    few, many = screened(2, by=people["nominator"]), screened(20, by=people["nominator"])
    browser = Browser(people[username])
    browser.read("/nominations/")
    assert cost(browser, page_of(few)) == cost(browser, page_of(many))
    before = cost(browser, "/nominations/")
    for _ in range(5):
        nominated(1, by=people["nominator"])
    assert cost(browser, "/nominations/") == before


def cost(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        browser.read(address)
    assert len(caught) <= 25, [each["sql"][:150] for each in caught]
    return len(caught)


# --- a class typed in ---


def test_a_class_typed_in_is_nominated(people: People, jana: Browser) -> None:
    body = a_class(2, by=people["nominator"])
    page = jana.then(jana.press(NEW, **boxes(body), do="send"))
    assert body["reference"] in page.text
    nomination = Nomination.objects.get()
    assert [row.subject.name for row in nomination.candidates.all()] == [a_name(1), a_name(2)]
    assert Case.objects.filter(kind="unit").count() == 1


def test_sent_twice_it_is_one_class(people: People, jana: Browser) -> None:
    hidden = jana.read(NEW).hidden("")
    typed = hidden | boxes(a_class(1, by=people["nominator"])) | {"do": "send"}
    first, second = jana.client.post(NEW, typed), jana.client.post(NEW, typed)
    assert first["Location"] == second["Location"]
    assert Nomination.objects.count() == 1


def test_everything_wrong_is_said_by_row_and_field_and_nothing_typed_is_lost(
    people: People, jana: Browser
) -> None:
    wrong = [a_person(1, gender=...), a_person(2, name={"full": "??? ???"}), a_person(3)]
    typed = boxes(a_class(wrong, by=people["nominator"])) | {"row2-date_of_birth_0": "31"}
    typed |= {"row2-date_of_birth_1": "6", "needed_by_2": "", "do": "send"}
    response = jana.press(NEW, **typed)
    assert response.status_code == 400
    page = said(response)
    assert "Row 1, gender : Missing." in page
    assert "Row 2, full name : Its letters were lost" in page
    assert "Row 3, date of birth : There is no such day." in page
    assert "Results needed by : Give the year" in page
    assert "problems in 3 of 3 rows" in page
    html = response.content.decode()
    assert 'value="??? ???"' in html
    assert f'value="{a_name(3)}"' in html
    assert Nomination.objects.count() == 0


def test_a_row_is_added_with_what_was_typed_and_the_unit_above(people: People, jana: Browser) -> None:
    typed = boxes(a_class(1, by=people["nominator"]))
    response = jana.press(NEW, **typed, do="add-1")
    html = response.content.decode()
    assert "Row 2" in said(response)
    assert f'value="{a_name(1)}"' in html
    second = row_boxes(a_person(2)) | {"unit_from": "above", "unit_name": "", "commander": ""}
    typed |= {f"row1-{name}": value for name, value in second.items()} | {"rows": "2"}
    jana.then(jana.press(NEW, **typed, do="send"))
    assert Candidate.objects.count() == 2
    assert Case.objects.filter(kind="unit").count() == 1


def test_a_row_that_goes_leaves_its_unit_to_the_one_below(people: People, jana: Browser) -> None:
    typed = boxes(a_class(2, by=people["nominator"]))
    typed |= {"row1-unit_from": "above", "row1-unit_name": "", "row1-commander": ""}
    response = jana.press(NEW, **typed, do="remove-0")
    html = response.content.decode()
    assert a_name(1) not in html
    assert f'value="{a_name(2)}"' in html
    assert f'value="{a_unit()["name"]}"' in html


def test_check_says_what_is_wrong_and_sends_nothing(people: People, jana: Browser) -> None:
    typed = boxes(a_class(1, by=people["nominator"]))
    assert "Every box reads well" in said(jana.press(NEW, **typed, do="check"))
    assert "Row 1, rank : Missing." in said(jana.press(NEW, **typed | {"row0-rank": ""}, do="check"))
    assert Nomination.objects.count() == 0


def test_a_country_is_typed_by_name_and_a_birth_date_in_part(people: People, jana: Browser) -> None:
    typed = boxes(a_class([a_person(1, date_of_birth="1980")], by=people["nominator"]))
    jana.then(jana.press(NEW, **typed | {"row0-nationality": "morvania"}, do="send"))
    person = Candidate.objects.get().subject.individual
    assert (person.nationality, person.date_of_birth) == ("XA", "1980")


def test_a_unit_of_an_earlier_class_is_chosen(people: People, jana: Browser) -> None:
    unit = nominated(1, by=people["nominator"]).cases.get(kind="unit").subject
    typed = boxes(a_class([a_person(2)], by=people["nominator"]))
    typed |= {"row0-unit_from": str(unit.pk), "row0-unit_name": "", "row0-commander": ""}
    jana.then(jana.press(NEW, **typed, do="send"))
    assert Candidate.objects.latest("moved_at").unit_case.subject_id == unit.pk


def test_another_organisations_units_are_not_offered(people: People, jana: Browser) -> None:
    other = nominated([a_person(9, unit=a_unit(77))], by=people["nominator2"], country="XB")
    assert str(other.cases.get(kind="unit").subject_id) not in jana.client.get(NEW).content.decode()


def test_only_nominators_have_the_form(people: People) -> None:
    for username in ("coordinator", "drl", "admin"):
        assert Browser(people[username]).status(NEW) == 404
        assert Browser(people[username]).status("/nominations/upload/") == 404


# --- what is done with a class ---


def test_a_class_is_withdrawn(people: People, jana: Browser) -> None:
    nomination = screened(by=people["nominator"])
    address = reverse("nomination-act", args=[nomination.pk, "withdraw"])
    jana.then(jana.press(address))
    assert set(nomination.candidates.values_list("word", flat=True)) == {"cancelled"}
    assert "This nomination was withdrawn already." in jana.read(address).text


def test_an_event_is_moved(people: People, jana: Browser) -> None:
    nomination = nominated(by=people["nominator"])
    address = reverse("nomination-act", args=[nomination.pk, "amend-event"])
    typed = {"event_title": "Moved", "event_location": "Corvasht", **days("needed_by", "2030-01-02")}
    typed |= days("event_starts_on", "2030-02-01")
    response = jana.press(address, **typed, **days("event_ends_on", "2030-01-31"))
    assert response.status_code == 400
    assert "before it starts" in said(response)
    jana.then(jana.press(address, **typed, **days("event_ends_on", "2030-02-05")))
    nomination.refresh_from_db()
    assert (nomination.event_title, nomination.event_ends_on.isoformat()) == ("Moved", "2030-02-05")


def test_a_class_that_moved_meanwhile_is_read_again_first(people: People, jana: Browser) -> None:
    nomination = nominated(by=people["nominator"])
    address = reverse("nomination-act", args=[nomination.pk, "withdraw"])
    hidden = jana.read(address).hidden("")
    row = nomination.candidates.first()
    assert row is not None
    jana.then(jana.press(act_on(row, "withdraw")))
    response = jana.client.post(address, hidden, headers={"Referer": f"http://testserver{address}"})
    assert response.status_code == 303
    assert "has changed since you read it" in jana.read(address).text
    nomination.refresh_from_db()
    assert nomination.withdrawn_at is None


# --- what is done with a row ---


def test_a_question_is_answered_with_the_corrected_field(people: People, jana: Browser) -> None:
    row = Candidate.objects.get(case=case_at("rfi", people))
    page = jana.read(act_on(row, "answer"))
    assert "Which company?" in page.text
    response = jana.press(act_on(row, "answer"), **shown_boxes(row), answer="")
    assert response.status_code == 400
    typed = shown_boxes(row) | {"unit_name": "8th Harbour Guard Company"}
    jana.then(jana.press(act_on(row, "answer"), **typed, answer="The eighth."))
    row = Candidate.objects.get(pk=row.pk)
    assert row.case.questions.get().answer == "The eighth."
    given = row.versions.latest("version").given
    assert given["unit"]["name"] == "8th Harbour Guard Company"
    assert given["national_id"] == "XA-000001"  # its box was empty, for it is masked
    assert given["place_of_birth"]["city"] == "Corvasht"


def test_an_answer_that_corrects_nothing_changes_nothing(people: People, jana: Browser) -> None:
    row = Candidate.objects.get(case=case_at("rfi", people))
    jana.then(jana.press(act_on(row, "answer"), **shown_boxes(row), answer="As it stands."))
    assert row.versions.count() == 1


def test_a_returned_row_is_given_anew(people: People, jana: Browser) -> None:
    row = Candidate.objects.get(case=case_at("returned", people))
    typed = shown_boxes(row) | days("date_of_birth", "1975-02")
    response = jana.press(act_on(row, "resubmit"), **typed | {"date_of_birth_2": "3000"})
    assert response.status_code == 400
    assert "in the future" in said(response)
    jana.then(jana.press(act_on(row, "resubmit"), **typed))
    row = Candidate.objects.get(pk=row.pk)
    assert row.subject.individual.date_of_birth == "1975-02"
    assert row.word == "received"


def test_a_reason_takes_the_place_of_a_value_that_is_masked(people: People, jana: Browser) -> None:
    row = Candidate.objects.get(case=case_at("returned", people))
    typed = shown_boxes(row) | {"unknown_national_id": "It was another person's."}
    jana.then(jana.press(act_on(row, "resubmit"), **typed))
    given = row.versions.latest("version").given
    assert given["national_id"] is None
    assert given["unknown"] == {"national_id": "It was another person's."}


def test_an_alternate_takes_a_place(people: People, jana: Browser) -> None:
    nomination = screened([a_person(1), a_person(2, role="alternate"), a_person(3)], by=people["nominator"])
    first, second, _third = nomination.candidates.all()
    address = act_on(first, "substitute")
    assert jana.press(address).status_code == 400
    jana.then(jana.press(address, alternate=str(second.pk)))
    second.refresh_from_db()
    assert (second.role, second.replaces_id) == ("participant", first.pk)


def test_acts_are_refused_in_the_rules_own_words(people: People, jana: Browser) -> None:
    row = nominated(1, by=people["nominator"]).candidates.get()
    assert "There is no question about this row to answer." in jana.read(act_on(row, "answer")).text
    assert (
        "Only the organisation that nominated"
        in Browser(people["coordinator"]).read(act_on(row, "withdraw")).text
    )
    assert jana.status(act_on(row, "approve")) == 404
    assert Browser(people["nominator2"]).status(act_on(row, "withdraw")) == 404


def shown_boxes(row: Candidate) -> dict[str, str]:
    """What stands in the boxes of a row's form when nothing is changed: all but what is masked."""
    given = row.versions.latest("version").given
    found = row_boxes(given | {"national_id": "", "place_of_birth": {"city": "", "country": ""}})
    return found | {"unit_from": ""}
