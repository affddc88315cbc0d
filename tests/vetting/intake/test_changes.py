"""Corrections to one candidate."""

from __future__ import annotations

import pytest

from tests.vetting.intake.builders import LOOKUPS, TODAY, nomination, person, said, unit
from vetting.intake.changes import as_body, check_candidate_changes
from vetting.intake.check import check_nomination


def candidate(body=None):
    draft, problems = check_nomination(nomination(body or person()), LOOKUPS, TODAY)
    assert problems == []
    return draft.candidates[0]


def changed(current, changes):
    return check_candidate_changes(changes, current, LOOKUPS, TODAY, country="XA")


def test_a_candidate_survives_being_written_out_and_read_again():
    for body in (
        person(unknown={"rank": "not told"}, rank=...),
        {"kind": "unit", "unit": unit(level="post")},
    ):
        current = candidate(body)
        assert candidate(as_body(current)) == current
        assert changed(current, {}) == (current, [])


def test_a_field_replaces_what_stood_there():
    draft, problems = changed(candidate(), {"rank": "Major", "name": {"parts": ["Alena", "D"]}})
    assert problems == []
    assert (draft.rank, draft.name.parts, draft.national_id) == ("Major", ("Alena", "D"), "0042")


def test_problems_point_into_the_changes():
    draft, problems = changed(candidate(), {"date_of_birth": "1980-02-30", "colour": "red", "gender": None})
    assert draft is None
    assert said(problems) == {
        ("/changes/date_of_birth", "bad-date"),
        ("/changes/colour", "unknown-field"),
        ("/changes/gender", "missing"),
    }


def test_a_value_ends_its_reason_and_a_reason_its_value():
    unknown = candidate(person(rank=..., unknown={"rank": "not told"}))
    draft, _ = changed(unknown, {"rank": "Major"})
    assert (draft.rank, draft.unknown) == ("Major", {})
    draft, _ = changed(candidate(), {"unknown": {"rank": "withheld by them"}})
    assert (draft.rank, draft.unknown) == (None, {"rank": "withheld by them"})


def test_a_unit_named_anew_is_another_unit_and_a_commander_alone_is_not():
    draft, _ = changed(candidate(), {"unit": {"commander": {"full": "Petar Lomnik"}}})
    assert (draft.unit.name, draft.unit.commander.text) == ("14th Border Battalion", "Petar Lomnik")
    draft, problems = changed(candidate(), {"unit": {"name": "11th Border Battalion"}})
    assert said(problems) == {("/changes/unit/commander", "missing")}
    draft, _ = changed(candidate(), {"unit": {"id": "unit-1"}})
    assert draft.unit.id == "unit-1"
    draft, _ = changed(candidate(), {"unit": {"commander_unknown_reason": "post vacant"}})
    assert (draft.unit.commander, draft.unit.commander_unknown_reason) == (None, "post vacant")


def test_a_person_does_not_become_a_unit():
    assert said(changed(candidate(), {"kind": "unit"})[1]) == {("/changes/kind", "not-changeable")}


def test_the_unit_it_has_needs_no_looking_up():
    current = candidate(person(unit={"id": "unit-1"}))
    nobody = LOOKUPS.__class__(LOOKUPS.countries, LOOKUPS.programs, set(), set())
    assert check_candidate_changes({"rank": "Major"}, current, nobody, TODAY)[1] == []


@pytest.mark.parametrize("value", [None, 1, "x", []])
def test_changes_are_an_object(value):
    assert said(changed(candidate(), value)[1]) == {("/changes", "wrong-type")}
