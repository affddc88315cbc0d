"""A nomination's body: every problem at once, by pointer, in words."""

from __future__ import annotations

import pytest

from tests.vetting.intake.builders import LOOKUPS, TODAY, event, nomination, person, said, unit
from vetting.intake.check import check_event, check_nomination


def problems_of(body):
    draft, problems = check_nomination(body, LOOKUPS, TODAY)
    assert (draft is None) == bool(problems)
    return problems


def draft_of(body):
    draft, problems = check_nomination(body, LOOKUPS, TODAY)
    assert problems == []
    return draft


def test_a_sound_nomination_becomes_a_draft():
    draft = draft_of(nomination(person(), {"kind": "unit", "unit": {"id": "unit-1"}}))
    assert [c.row for c in draft.candidates] == [1, 2]
    assert draft.candidates[0].name.text == "Alena Dorvich"
    assert draft.candidates[1].unit.id == "unit-1"


def test_text_is_kept_in_nfc_without_the_space_around_it():
    draft = draft_of(nomination(person(rank="  Cafe\u0301 ")))
    assert draft.candidates[0].rank == "Café"


def test_a_name_in_parts_keeps_its_parts():
    draft = draft_of(nomination(person(name={"parts": ["Ala", "3", "bin Dor"]})))
    assert draft.candidates[0].name.parts == ("Ala", "3", "bin Dor")


def test_role_is_participant_where_none_is_given():
    assert draft_of(nomination(person(role=...))).candidates[0].role == "participant"


def test_everything_wrong_is_told_at_once():
    body = nomination(
        person(date_of_birth="1980-02-30", gender="f"), person(unit=...), law="XYZ", needed_by=..., extra=1
    )
    assert {
        ("/candidates/0/date_of_birth", "bad-date"),
        ("/candidates/0/gender", "unknown-code"),
        ("/candidates/1/unit", "missing"),
        ("/law", "unknown-code"),
        ("/needed_by", "missing"),
        ("/extra", "unknown-field"),
    } <= said(problems_of(body))


def test_an_unknown_field_is_named_with_what_was_probably_meant():
    (problem,) = problems_of(nomination(person(date_of_brith="1980")))
    assert problem.pointer == "/candidates/0/date_of_brith"
    assert problem.detail == "Unknown field “date_of_brith”. Did you mean “date_of_birth”?"


def test_a_pointer_escapes_slash_and_tilde():
    (problem,) = problems_of(nomination(**{"a/b~c": 1}))
    assert problem.pointer == "/a~1b~0c"


@pytest.mark.parametrize("field", ["name", "date_of_birth", "nationality", "gender", "unit"])
@pytest.mark.parametrize("value", [..., None, "", "  "])
def test_what_a_person_must_have(field, value):
    assert (f"/candidates/0/{field}", "missing") in said(problems_of(nomination(person(**{field: value}))))


@pytest.mark.parametrize("field", ["place_of_birth", "national_id", "rank", "job_title"])
def test_four_fields_may_be_unknown_with_a_reason(field):
    without = person(**{field: ...})
    (problem,) = problems_of(nomination(without))
    assert (problem.pointer, problem.code) == (f"/candidates/0/{field}", "missing")
    draft = draft_of(nomination(without | {"unknown": {field: "never issued"}}))
    assert draft.candidates[0].unknown == {field: "never issued"}


def test_a_birth_date_may_not_be_unknown():
    body = nomination(person(date_of_birth=..., unknown={"date_of_birth": "lost"}))
    assert ("/candidates/0/unknown/date_of_birth", "unknown-field") in said(problems_of(body))


def test_a_reason_is_in_words_and_not_beside_a_value():
    bodies = [person(rank=..., unknown={"rank": "?"}), person(unknown={"rank": "not told"})]
    found = said(problems_of(nomination(*bodies)))
    assert ("/candidates/0/unknown/rank", "no-letter") in found
    assert ("/candidates/1/rank", "one-or-the-other") in found


def test_part_of_a_birthplace_is_taken_beside_a_reason():
    place = {"place_of_birth": {"country": "XA"}}
    assert said(problems_of(nomination(person(**place)))) == {
        ("/candidates/0/place_of_birth/city", "missing")
    }
    draft_of(nomination(person(**place, unknown={"place_of_birth": "city not told"})))


@pytest.mark.parametrize(
    ("born", "code"),
    [
        ("1980-02-30", "bad-date"),
        ("1980-13", "bad-date"),
        ("5/3/1980", "bad-date"),
        ("80", "bad-date"),
        ("0000", "bad-date"),
        ("١٩٨٠", "bad-date"),
        ("1980-3-5", "bad-date"),
        (19800305, "wrong-type"),
        (True, "wrong-type"),
        ("2027", "in-the-future"),
        ("2026-11-25", "in-the-future"),
        ("1899-12-31", "too-early"),
        ("1402", "too-early"),
        ("2523", "in-the-future"),
        ("2011-11-25", "too-young"),
        ("2012", "too-young"),
    ],
)
def test_birth_dates_that_cannot_be(born, code):
    assert ("/candidates/0/date_of_birth", code) in said(problems_of(nomination(person(date_of_birth=born))))


@pytest.mark.parametrize("born", ["1980", "1980-03", "1980-02-29", "1900", "2011", "2011-11-24", "2011-11"])
def test_birth_dates_that_can_be(born):
    draft = draft_of(nomination(person(date_of_birth=born)))
    assert draft.candidates[0].date_of_birth.text == born


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ({"full": "1234"}, "no-letter"),
        ({"full": "…!"}, "no-letter"),
        ({"full": "🙂"}, "no-letter"),
        ({"full": "?? ?????"}, "letters-lost"),
        ({"full": "J\ufffdrn"}, "letters-lost"),
        ({"full": "a" * 501}, "too-long"),
        ({"full": "A\0b"}, "control-character"),
        ({"full": "A\ud800b"}, "control-character"),
        ({"full": "A\u202eb"}, "control-character"),
        ({"full": "A\nb"}, "control-character"),
        ({"full": 7}, "wrong-type"),
        ({"full": "Ana", "parts": ["Ana"]}, "one-or-the-other"),
        ({"parts": list("abcdef")}, "too-many"),
        ({"parts": ["Ana", ""]}, "missing"),
        ({"parts": ["a" * 300, "b" * 300]}, "too-long"),
        ({"parts": "Ana"}, "wrong-type"),
        ({"first": "Ana"}, "unknown-field"),
        ("Ana", "wrong-type"),
    ],
)
def test_names_that_cannot_be(name, code):
    assert code in {problem.code for problem in problems_of(nomination(person(name=name)))}


@pytest.mark.parametrize("name", ["U", "علی", "Ніна", "李", "नीला", "O'Dorvich-Ä", "a" * 500, "Ro\u200dma"])
def test_names_that_can_be(name):
    assert draft_of(nomination(person(name={"full": name}))).candidates[0].name.full == name


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("nationality", "Morvania", "Did you mean XA?"),
        ("nationality", "xa", "Did you mean XA?"),
        ("nationality", "Morvanja", "Did you mean XA?"),
        ("nationality", "QQ", "two-letter ISO 3166"),
        ("gender", "Femal", "Did you mean “female”?"),
        ("role", "student", "Use one of: participant, alternate, instructor."),
    ],
)
def test_a_wrong_code_is_told_what_is_right(field, value, words):
    (problem,) = problems_of(nomination(person(**{field: value})))
    assert problem.code == "unknown-code"
    assert words in problem.detail


def test_a_person_needs_a_unit_and_a_unit_its_commander_or_a_reason():
    found = said(problems_of(nomination(person(unit=...), person(unit=unit(commander=None)))))
    assert ("/candidates/0/unit", "missing") in found
    assert ("/candidates/1/unit/commander", "missing") in found
    draft_of(nomination(person(unit=unit(commander=None, commander_unknown_reason="post vacant"))))


def test_a_commander_may_stand_under_name():
    draft = draft_of(nomination(person(unit=unit(commander={"name": {"parts": ["Ivo", "S"]}}))))
    assert draft.candidates[0].unit.commander.text == "Ivo S"


def test_a_unit_by_id_is_one_of_their_own_and_not_described_too():
    found = said(
        problems_of(nomination(person(unit={"id": "unit-9"}), person(unit={"id": "unit-1", "name": "X"})))
    )
    assert found >= {("/candidates/0/unit/id", "not-found"), ("/candidates/1/unit/name", "one-or-the-other")}


def test_a_whole_service_is_no_unit():
    for name in ("Army", "Morvanian Police", "Ministry of Defence"):
        found = said(problems_of(nomination({"kind": "unit", "unit": unit(name=name)})))
        assert found == {("/candidates/0/unit/name", "whole-service")}


def test_a_unit_has_no_personal_fields():
    body = {"kind": "unit", "unit": unit(), "gender": "male", "name": {"full": "x"}, "unknown": {"rank": "x"}}
    found = said(problems_of(nomination(body)))
    assert found == {(f"/candidates/0/{field}", "not-for-units") for field in ("gender", "name", "unknown")}
    draft_of(nomination({"kind": "unit", "unit": unit(), "aliases": [], "is_commander": False, "rank": None}))


def test_event_and_needed_by_in_their_order():
    cases = [
        ({"event": event(ends_on="2027-03-01")}, "/event/ends_on", "upside-down"),
        ({"event": event(starts_on="2026-01-01", ends_on="2026-02-01")}, "/event/ends_on", "event-over"),
        ({"event": event(starts_on="2027-02-29")}, "/event/starts_on", "bad-date"),
        ({"event": event(starts_on="2027-03")}, "/event/starts_on", "bad-date"),
        ({"needed_by": "2027-03-09"}, "/needed_by", "after-the-start"),
        ({"needed_by": "2026-11-23"}, "/needed_by", "in-the-past"),
        ({"event": event(location=...)}, "/event/location", "missing"),
        ({"event": "x"}, "/event", "wrong-type"),
    ]
    for changes, pointer, code in cases:
        assert (pointer, code) in said(problems_of(nomination(**changes)))
    draft_of(nomination(needed_by="2027-03-08"))
    draft_of(nomination(event=event(location="")))


def test_reach_and_reference():
    found = said(problems_of(nomination(organisation="org-2", country="XB")))
    assert found == {("/organisation", "not-found"), ("/country", "not-allowed")}
    assert said(problems_of(nomination(reference="TAKEN"))) == {("/reference", "taken")}


def test_program_law_and_label():
    assert said(problems_of(nomination(law="DOD"))) == {("/law", "law-not-allowed")}
    assert said(problems_of(nomination(program="OTHER", law="DOD"))) == {("/program_label", "missing")}
    draft = draft_of(nomination(program="OTHER", law="DOD", program_label="Counter-drug flights"))
    assert draft.program_label == "Counter-drug flights"


@pytest.mark.parametrize("value", [..., None, []])
def test_a_nomination_has_candidates(value):
    assert said(problems_of(nomination(candidates=value))) == {("/candidates", "missing")}


def test_one_person_twice_is_told_on_the_later_row():
    (problem,) = problems_of(nomination(person(), person(name={"full": "DORVICH, Alena"}, national_id="7")))
    assert (problem.pointer, problem.code) == ("/candidates/1/name", "same-person")
    assert problem.detail == "Rows 1 and 2 have one name, birth date and unit. Leave one out."


def test_two_people_of_one_name_and_year_are_told_apart_by_their_ids():
    draft_of(nomination(person(date_of_birth="1988"), person(date_of_birth="1988", national_id="7")))
    assert problems_of(nomination(person(date_of_birth="1988"), person(date_of_birth="1988")))


def test_one_id_for_two_people_is_told_without_the_id():
    (problem,) = problems_of(nomination(person(), person(name={"full": "Nela Ostrikany"})))
    assert (problem.pointer, problem.code) == ("/candidates/1/national_id", "id-repeated")
    assert "0042" not in problem.detail


def test_one_unit_has_one_commander():
    other = person(name={"full": "Nela O"}, national_id="7", unit=unit(commander={"full": "Petar Lomnik"}))
    (problem,) = problems_of(nomination(person(), other))
    assert (problem.pointer, problem.code) == ("/candidates/1/unit/commander", "unit-conflict")
    other["unit"]["parents"] = ["Western Regiment"]
    draft_of(nomination(person(), other))


def test_rows_with_other_problems_are_compared_too():
    found = said(problems_of(nomination(person(gender="f"), person())))
    assert found == {("/candidates/0/gender", "unknown-code"), ("/candidates/1/name", "same-person")}


def test_an_amended_event_is_checked_alone():
    checked, needed, problems = check_event(event(title="Moved"), "2027-02-01", TODAY)
    assert (checked.title, needed.isoformat(), problems) == ("Moved", "2027-02-01", [])
    assert said(check_event(event(starts_on="x"), "2027-05-01", TODAY)[2]) == {
        ("/event/starts_on", "bad-date")
    }
    assert said(check_event(None, None, TODAY)[2]) == {("/event", "missing"), ("/needed_by", "missing")}
