"""Unit names: a number or a kind that differs is another unit, however alike the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core import Subject, compare, keys, read_unit, unit_name_score


def unit(*names, **facts):
    return Subject("unit", names, **facts)


def is_match(left, right, **facts):
    return compare(unit(left, **facts), unit(right)).is_match


@pytest.mark.parametrize(
    "name",
    [
        "14th Bn",
        "14 Battalion",
        "fourteenth battalion",
        "XIV Batallón",
        "14e bataillon",
        "No. 14 Bn",
        "كتيبة 14",
    ],
)
def test_one_number_and_kind_in_many_spellings(name):
    unit_name = read_unit(name)
    assert (unit_name.numbers, unit_name.echelons, unit_name.names) == ({"n14"}, {"battalion"}, ())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5 Batallón de Infantería", "5th Infantry Battalion"),
        ("2ème Bataillon d'infanterie", "2nd Inf. Bn."),
        ("35/a. ZONA MILITAR", "35 Zona Militar"),
        ("7/a Z.M.", "7 Zona Militar"),
        ("Twenty-third Armored Bde", "23 Armoured Brigade"),
        ("Velloro Police Division", "Velloro Divisional Police"),
        ("Presidential Guard Battalion", "Guard Battalion (Presidential)"),
        ("Joint Task Force Operation Calm Harbour", "JTF Op Calm Harbour"),
    ],
)
def test_one_unit_written_two_ways_is_a_match(left, right):
    assert is_match(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("14 Battalion", "15 Battalion"),
        ("14 Battalion", "41 Battalion"),
        ("14 Battalion", "14 Brigade"),
        ("5 Infantry Battalion", "5 Artillery Battalion"),
        ("Special Task Force", "Special Task Force Sector 8"),
        ("2 Company, 14 Battalion", "14 Battalion"),
        ("Velloro Police Division", "Merrindo Police Division"),
        ("Velloro 'A' Police Division", "Velloro 'B' Police Division"),
    ],
)
def test_units_that_only_look_alike_are_no_match(left, right):
    assert not is_match(left, right)


def test_the_same_number_in_another_country_is_another_unit():
    assert not compare(unit("14 Battalion", country="NG"), unit("14 Battalion", country="MX")).is_match


def test_parents_lean_and_never_decide():
    nominee = unit("14 Battalion", parents=("3 Brigade",))
    same, other = unit("14 Bn", parents=("3rd Bde", "North Command")), unit("14 Bn", parents=("9 Brigade",))
    assert (
        compare(nominee, same).score > compare(nominee, unit("14 Bn")).score > compare(nominee, other).score
    )
    assert compare(nominee, other).is_match
    assert not compare(nominee, unit("15 Bn", parents=("3 Brigade",))).is_match


def test_every_feature_of_a_unit_is_told():
    compared = compare(unit("14th Bn"), unit("15 Brigade"))
    assert {f.feature: f.says for f in compared.features} == {
        "name": "agrees",
        "numbers": "differs",
        "kind of unit": "differs",
        "parents": "unknown",
        "country": "unknown",
    }


def test_words_for_kinds_are_no_keys_of_their_own():
    assert not any(
        "battalion" in key and "+" not in key for key in keys(["14 Battalion", "Velloro Battalion"], "unit")
    )
    assert keys(["14th Bn"], "unit") == keys(["XIV Batallón"], "unit")
    assert keys(["Military Police"], "unit")


@settings(deadline=None)
@given(st.text(max_size=500), st.text(max_size=500))
def test_any_text_is_compared_the_same_from_both_sides(left, right):
    assert compare(unit(left), unit(right)).score == pytest.approx(compare(unit(right), unit(left)).score)
    assert all(0 < weight <= 1 for weight in keys([left], "unit").values())


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_unit_equals_itself(text):
    if not read_unit(text).is_empty:
        assert unit_name_score(text, text) == 1.0
