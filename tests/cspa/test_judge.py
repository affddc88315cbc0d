"""The gate, judged: every state of the contract, and what is true whatever is on record."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspa import fiscal, glance, judge
from cspa.on_record import ACT, Lifts, Listed, Part, Reach, Records, Year

DAY = dt.date
JANUARY = (DAY(2014, 1, 15), DAY(2014, 1, 20))  # in fiscal year 2014, which the list of 2013 bites
REACH = (
    Reach("1", "FMF", True),
    Reach("2", "PKO", True, frozenset({"peacekeeping-preparation"})),
    Reach("3", "INCLE", False),
)


def waiver(*parts: Part, year: int = 2014, sure: bool = True, **days: DAY) -> Lifts:
    span = {"first": fiscal.first_day(year), "last": fiscal.last_day(year)} | days
    return Lifts("w", "waiver", sure, parts=tuple(parts) or None, citation="Memorandum 1", **span)


def reinstatement(*parts: Part, sure: bool = True) -> Lifts:
    return replace(waiver(*parts, sure=sure), id="r", kind="reinstatement")


def listed(*lifts: Lifts, sure: bool = True, pk: str = "l") -> Listed:
    return Listed(pk, sure, "List of 2013", tuple(lifts))


def of_2013(*listings: Listed, confirmed: bool = False) -> Records:
    return Records({2013: Year(2013, confirmed, "Report of 2013", tuple(listings))}, REACH)


def state(records: Records, program: str = "FMF", purpose: str = "", days: Any = JANUARY) -> str:
    return judge.answer(records, days, program, purpose).state


IN_PART = (Part("IMET"), Part("PKO", limit="Logistics only"))

CASES = [
    ("listed, and nothing lifts it", of_2013(listed()), "FMF", "", "barred"),
    ("waived in full", of_2013(listed(waiver())), "FMF", "", "open-under-waiver"),
    ("waived, but not this program", of_2013(listed(waiver(*IN_PART))), "FMF", "", "barred"),
    ("waived for this program", of_2013(listed(waiver(*IN_PART))), "IMET", "", "open-under-waiver"),
    ("reinstated", of_2013(listed(reinstatement())), "FMF", "", "open"),
    ("reinstated for another program", of_2013(listed(reinstatement(Part("IMET")))), "FMF", "", "barred"),
    ("both lift it: what is reinstated needs no waiver",
     of_2013(listed(waiver(), reinstatement())), "FMF", "", "open"),
    ("absent from a confirmed list", of_2013(confirmed=True), "FMF", "", "open"),
    ("absent from a list that nobody confirmed", of_2013(), "FMF", "", "unconfirmed"),
    ("no list of that year", Records({}, REACH), "FMF", "", "not-on-record"),
    ("listed with low confidence", of_2013(listed(sure=False)), "FMF", "", "unconfirmed"),
    ("waived with low confidence", of_2013(listed(waiver(sure=False))), "FMF", "", "unconfirmed"),
    ("listed with low confidence, surely waived", of_2013(listed(waiver(), sure=False)), "FMF", "",
     "unconfirmed"),
    ("two tellings that disagree", of_2013(listed(sure=False), listed(waiver(sure=False), pk="m")), "FMF", "",
     "in-conflict"),
    ("two that disagree, though one is sure", of_2013(listed(), listed(waiver(), pk="m")), "FMF", "",
     "in-conflict"),
    ("two that agree, one of them surely", of_2013(listed(waiver()), listed(waiver(sure=False), pk="m")),
     "FMF", "", "open-under-waiver"),
    ("two that disagree only about other programs",
     of_2013(listed(waiver(Part("IMET"))), listed(waiver(Part("PKO")), pk="m")), "FMF", "", "barred"),
    ("a partial waiver whose programs are not named", of_2013(listed(waiver(Part(None)))), "FMF", "",
     "unconfirmed"),
    ("a part that is only a limit", of_2013(listed(waiver(Part("IMET"), Part(None, limit="nonlethal")))),
     "FMF", "", "unconfirmed"),
    ("and what the rest of it names", of_2013(listed(waiver(Part("IMET"), Part(None, limit="nonlethal")))),
     "IMET", "", "open-under-waiver"),
    ("a program that the Act does not reach", of_2013(listed()), "INCLE", "", "not-covered"),
    ("a purpose that it spares", of_2013(listed()), "PKO", "Peacekeeping preparation", "not-covered"),
    ("another purpose", of_2013(listed()), "PKO", "logistics", "barred"),
    ("no purpose said", of_2013(listed()), "PKO", "", "barred"),
    ("a program that nothing is on record of", of_2013(listed()), "OTHER", "", "barred"),
    ("a waiver for one purpose, asked for it", of_2013(listed(waiver(Part("FMF", "border security")))), "FMF",
     "Border Security", "open-under-waiver"),
    ("asked for another", of_2013(listed(waiver(Part("FMF", "border security")))), "FMF", "artillery",
     "barred"),
    ("asked for none", of_2013(listed(waiver(Part("FMF", "border security")))), "FMF", "", "barred"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "program", "purpose", "said"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_each_state(records: Records, program: str, purpose: str, said: str) -> None:
    assert state(records, program, purpose) == said


def test_before_the_first_list_it_is_open() -> None:
    assert state(Records({}, REACH), days=(DAY(2010, 9, 30), DAY(2010, 9, 30))) == "open"
    assert state(Records({}, REACH), days=(DAY(2010, 10, 1), DAY(2010, 10, 1))) == "not-on-record"


def test_a_waivers_limits_are_its_conditions() -> None:
    answer = judge.answer(of_2013(listed(waiver(*IN_PART))), JANUARY, "PKO")
    assert (answer.state, answer.conditions) == ("open-under-waiver", ("Logistics only",))
    assert judge.answer(of_2013(listed(waiver(*IN_PART))), JANUARY, "IMET").conditions == ()


def test_every_reason_says_what_it_rests_on_and_where_to_read_it() -> None:
    reasons = judge.answer(of_2013(listed(waiver(*IN_PART))), JANUARY, "FMF").reasons
    assert [(each.record, each.citation) for each in reasons] == [
        (("listing", "l"), "List of 2013"), (("waiver", "w"), "Memorandum 1")]  # fmt: skip
    assert "covers IMET, PKO, not FMF" in reasons[1].text
    [spared] = judge.answer(of_2013(listed()), JANUARY, "INCLE").reasons
    assert (spared.record, spared.citation) == (("coverage", "3"), ACT)


def test_a_change_in_mid_year_counts_from_its_day() -> None:
    part = waiver(Part("IMET"), last=DAY(2014, 6, 27))
    full = replace(waiver(first=DAY(2014, 6, 28)), id="v")
    records = of_2013(listed(part, full))
    assert state(records, days=(DAY(2014, 6, 27), DAY(2014, 6, 27))) == "barred"
    assert state(records, days=(DAY(2014, 6, 28), DAY(2014, 6, 28))) == "open-under-waiver"
    assert state(records, days=(DAY(2014, 6, 27), DAY(2014, 6, 28))) == "barred"
    assert glance.glance(records, 2014) == glance.Glance("open-under-waiver", ("part", "full"))


def test_every_fiscal_year_is_asked_and_the_worst_stands() -> None:
    records = Records({2013: Year(2013, True), 2014: Year(2014, False, "", (listed(),))}, REACH)
    answer = judge.answer(records, (DAY(2014, 9, 1), DAY(2015, 11, 1)), "FMF")
    assert [(each.fiscal_year, each.state) for each in answer.years] == [
        (2014, "open"), (2015, "barred"), (2016, "not-on-record")]  # fmt: skip
    assert answer.state == "barred" and "list of 2014" in answer.reasons[0].text


def test_days_that_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        judge.answer(of_2013(), (DAY(2014, 2, 1), DAY(2014, 1, 1)), "FMF")


# --- what is always true ---

PROGRAMS = ["FMF", "IMET", "PKO", "INCLE", "OTHER"]
PURPOSES = ["", "border security", "peacekeeping-preparation"]
YEARS = range(2010, 2016)
days_of_years = st.dates(DAY(2009, 1, 1), DAY(2018, 12, 31))


@st.composite
def lifting(draw: Any, year: int) -> Lifts:
    """A relief somewhere; mostly in its year, though nothing here makes it so."""
    first = draw(st.dates(DAY(year - 2, 1, 1), DAY(year + 2, 12, 31)))
    last = draw(st.dates(first, DAY(year + 3, 12, 31)))
    parts = draw(st.none() | st.lists(
        st.builds(Part, st.sampled_from([None, *PROGRAMS]), st.sampled_from(PURPOSES),
                  st.sampled_from(["", "nonlethal"])), min_size=1, max_size=3).map(tuple))  # fmt: skip
    kind = draw(st.sampled_from(["waiver", "reinstatement"]))
    pk = draw(st.uuids().map(str))
    return Lifts(pk, kind, draw(st.booleans()), first, last, parts)


@st.composite
def on_record(draw: Any) -> Records:
    years = {}
    for list_year in draw(st.sets(st.sampled_from(list(YEARS)))):
        listings = draw(st.lists(st.builds(
            Listed, st.uuids().map(str), st.booleans(), st.just(""),
            st.lists(lifting(list_year + 1), max_size=3).map(tuple)), max_size=3))  # fmt: skip
        years[list_year] = Year(list_year, draw(st.booleans()), "", tuple(listings))
    return Records(years, REACH)


asked = st.tuples(st.sampled_from(PROGRAMS), st.sampled_from(PURPOSES))


@given(on_record(), days_of_years, days_of_years, asked)
def test_it_answers_always_with_a_reason(records: Records, one: DAY, other: DAY, asks: Any) -> None:
    answer = judge.answer(records, (min(one, other), max(one, other)), *asks)
    assert answer.state in judge.STATES and answer.reasons
    assert answer.state == min((each.state for each in answer.years), key=judge.badness)
    assert [each.fiscal_year for each in answer.years] == fiscal.touched(min(one, other), max(one, other))


@given(on_record(), days_of_years, days_of_years, asked)
def test_the_day_counts_only_by_its_fiscal_year_and_what_is_in_force(
    records: Records, one: DAY, other: DAY, asks: Any
) -> None:
    def seen(day: DAY) -> Any:
        of_year = records.years.get(fiscal.fiscal_year(day) - 1)
        lifts = [each for listing in of_year.listings for each in listing.lifts] if of_year else []
        return fiscal.fiscal_year(day), [each.in_force(day) for each in lifts]

    if seen(one) == seen(other):
        assert judge.answer(records, (one, one), *asks) == judge.answer(records, (other, other), *asks)


@given(on_record(), days_of_years, days_of_years, asked)
def test_a_stretch_of_days_is_as_bad_as_its_worst_day(
    records: Records, one: DAY, other: DAY, asks: Any
) -> None:
    first, last = min(one, other), max(one, other)
    last = min(last, first + dt.timedelta(days=120))
    whole = judge.answer(records, (first, last), *asks).state
    every = [judge.answer(records, (day, day), *asks).state
             for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1))]  # fmt: skip
    assert whole == min(every, key=judge.badness)


def stripped(listing: Listed) -> Listed:
    return replace(listing, lifts=())


@given(on_record(), days_of_years, asked)
def test_nothing_outlives_its_listing(records: Records, day: DAY, asks: Any) -> None:
    """What hangs on the listings of other years changes nothing on this day, whatever its dates say."""
    own = fiscal.fiscal_year(day) - 1
    bare = {
        year: found if year == own else replace(found, listings=tuple(map(stripped, found.listings)))
        for year, found in records.years.items()
    }
    assert judge.answer(records, (day, day), *asks) == judge.answer(
        replace(records, years=bare), (day, day), *asks
    )


@given(on_record(), days_of_years, asked)
def test_open_is_said_only_where_a_record_says_so(records: Records, day: DAY, asks: Any) -> None:
    """Not covered, before the first list, absent from a confirmed list, or surely lifted that day."""
    program, purpose = asks
    answer = judge.answer(records, (day, day), program, purpose)
    if answer.state in ("open", "open-under-waiver"):
        of_year = records.years.get(fiscal.fiscal_year(day) - 1)
        if fiscal.fiscal_year(day) > 2010:
            assert of_year is not None
            assert (of_year.confirmed and not of_year.listings) or any(
                listing.confident and each.confident and each.in_force(day)
                and judge.covering(each, program, purpose) is not None
                for listing in of_year.listings for each in listing.lifts
            )  # fmt: skip


@given(on_record(), st.integers(2009, 2017))
def test_a_glance_is_total(records: Records, year: int) -> None:
    assert glance.glance(records, year).state in judge.STATES


@given(on_record(), days_of_years, asked)
def test_taking_a_record_away_never_opens_what_was_not_known(records: Records, day: DAY, asks: Any) -> None:
    """Without the year's row at all, nothing is open but what the Act spares."""
    gone = {year: found for year, found in records.years.items() if year != fiscal.fiscal_year(day) - 1}
    without = judge.answer(replace(records, years=gone), (day, day), *asks).state
    assert without in ("not-on-record", "not-covered") or fiscal.fiscal_year(day) <= 2010
