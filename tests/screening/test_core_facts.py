"""Birth dates and countries beside the name: they lean, they never decide."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core import Subject, Thresholds, birth_keys, compare, compare_births, why_not

NEAR_NAME, BEST_NAME = "Amina Tolveren", "Amina Tolvaren"
dates = st.dates(date(1900, 1, 1), date(2020, 1, 1)).map(str)
partial = st.one_of(
    st.none(), st.text(max_size=12), dates, dates.map(lambda d: d[:7]), dates.map(lambda d: d[:4])
)


def person(name=BEST_NAME, **facts):
    return Subject("individual", (name,), **facts)


def score(left, right):
    return compare(left, right).score


@pytest.mark.parametrize(
    ("left", "right", "agreement", "says"),
    [
        ("1980-03-04", "1980-03-04", 1.0, "agrees"),
        ("1980-03-04", "1980-04-03", 0.8, "near"),
        ("1980-03-04", "1980-03-05", 0.7, "near"),
        ("1979-12-31", "1980-01-01", 0.7, "near"),
        ("1980-03-04", "1981-03-04", 0.7, "near"),
        ("1980-03-04", "1980-03", 0.8, "agrees"),
        ("1980-03-04", "1980", 0.6, "agrees"),
        ("1980", "1980", 0.6, "agrees"),
        ("1980", "1981", 0.4, "near"),
        ("1980-03-04", "1980-11-29", 0.4, "near"),
        ("1980-03-04", "1955-11-29", 0.0, "differs"),
        ("1980-03-04", None, None, "unknown"),
        ("1980-02-31", "1980-02-28", None, "unknown"),
        ("about 1980", "1980", None, "unknown"),
    ],
)
def test_birth_dates_agree_as_far_as_they_go(left, right, agreement, says):
    assert compare_births(left, right) == compare_births(right, left) == (agreement, says)


@settings(deadline=None)
@given(partial, partial)
def test_birth_dates_are_compared_the_same_from_both_sides(left, right):
    assert compare_births(left, right) == compare_births(right, left)


@settings(deadline=None)
@given(partial)
def test_any_text_for_a_date_makes_keys_or_none(born):
    assert all(0 < weight <= 1 for weight in birth_keys(born).values())


def test_a_fuller_date_makes_more_keys_and_the_swapped_day_is_one():
    assert len(birth_keys("1980")) < len(birth_keys("1980-03")) < len(birth_keys("1980-03-14"))
    assert "D:1980-04-03" in birth_keys("1980-03-04") and "D:1980-02-29" in birth_keys("1980-03-01")


@settings(deadline=None)
@given(dates, st.sampled_from(["NG", "MX"]))
def test_a_date_and_a_country_alone_never_make_a_match(born, country):
    stranger = person("Boris Quelltham", born=born, country=country)
    assert score(person(born=born, country=country), stranger) < Thresholds().match / 2


@settings(deadline=None)
@given(partial, partial)
def test_what_is_missing_is_never_worse_than_what_differs(nominee, known):
    whole = score(person(NEAR_NAME, born=nominee), person(born=known))
    dropped = score(person(NEAR_NAME, born=nominee), person())
    says = compare_births(nominee, known)[1]
    assert whole < dropped if says == "differs" else whole >= dropped


def test_equal_dates_do_not_outrank_a_better_name():
    nominee = person(born="1980-03-04")
    assert score(nominee, person("Amina Tolvar", born="1980-03-04")) < score(nominee, person(BEST_NAME))


def test_the_same_name_with_another_date_is_still_shown():
    assert compare(person(born="1980-03-04"), person(born="1955-11-29")).is_match


def test_of_two_equal_names_the_one_with_the_date_comes_first():
    nominee = person(born="1980-03-04")
    assert score(nominee, person(born="1980-03-04")) > score(nominee, person())


@settings(deadline=None)
@given(partial, partial, st.sampled_from([None, "NG", "MX"]))
def test_the_features_add_up_to_the_score(nominee, known, country):
    compared = compare(person(NEAR_NAME, born=nominee, country="NG"), person(born=known, country=country))
    assert compared.score == pytest.approx(
        min(max(sum(f.contribution for f in compared.features), 0), 1), abs=1e-3
    )
    assert [feature.feature for feature in compared.features] == ["name", "birth date", "country"]


def test_why_not_names_what_sank_it():
    wanted = Thresholds(match=0.9)
    other = person(born="1955-11-29")
    assert why_not(compare(person(born="1980-03-04"), other, wanted)).feature == "birth date"
    assert why_not(compare(person(), person("Boris Quelltham"))).feature == "name"
    assert why_not(compare(person(), person())) is None


def test_thresholds_can_be_frozen_with_a_decision():
    assert json.loads(json.dumps(Thresholds().as_dict()))["match"] == Thresholds().match
