"""Dates of mixed precision as pairs of ranges."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.research.dates import NoDate, cited, happened, partial

D = dt.date


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends", "certain", "possible"),
    [
        ("2007-08-31", "2013-07-14", False, False, (D(2007, 8, 31), D(2013, 7, 14)), (None, None)),
        (
            "2007-08-31",
            "2013-07-14",
            True,
            True,
            (D(2007, 8, 31), D(2013, 7, 14)),
            (D(2007, 8, 31), D(2013, 7, 14)),
        ),
        ("2007", "2013-07", True, True, (D(2007, 12, 31), D(2013, 7, 1)), (D(2007, 1, 1), D(2013, 7, 31))),
        ("2007", "2007", False, False, None, (None, None)),
        ("2007", "2007", True, True, None, (D(2007, 1, 1), D(2007, 12, 31))),
        ("2007-08-31", "", False, False, (D(2007, 8, 31), D(2007, 8, 31)), (None, None)),
        ("2007-08-31", "", True, False, (D(2007, 8, 31), D(2007, 8, 31)), (D(2007, 8, 31), None)),
        ("2008-02", "", True, False, None, (D(2008, 2, 1), None)),
        ("", "2008-02", False, True, None, (None, D(2008, 2, 29))),
        ("", "2008-02-03", False, True, (D(2008, 2, 3), D(2008, 2, 3)), (None, D(2008, 2, 3))),
        ("", "", True, True, None, (None, None)),
    ],
)
def test_first_cited_is_not_founded_unless_it_is_flagged(
    first: str, last: str, begins: bool, ends: bool, certain: Any, possible: Any
) -> None:
    found = cited(partial(first), partial(last), begins=begins, ends=ends)
    assert (found.certain, found.possible) == (certain, possible)


@pytest.mark.parametrize(
    "text", ["2007-13", "2009-02-30", "May 2007", "7/1/2007", "0999", "20070101", "２００７"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NoDate):
        partial(text)


def test_the_last_does_not_lie_before_the_first() -> None:
    with pytest.raises(NoDate, match="before the first"):
        cited(partial("2008"), partial("2007-12"), begins=False, ends=False)
    with pytest.raises(NoDate, match="before the start"):
        happened((D(2008, 1, 1), D(2008, 1, 1)), (D(2007, 1, 1), D(2007, 1, 1)), lasted=False)


dates = st.one_of(
    st.none(),
    st.builds(
        lambda day, long: (day, day + dt.timedelta(long)),
        st.dates(D(2000, 1, 1), D(2010, 1, 1)),
        st.integers(0, 400),
    ),
)


@given(first=dates, last=dates, begins=st.booleans(), ends=st.booleans())
def test_what_is_certain_is_possible(first: Any, last: Any, begins: bool, ends: bool) -> None:
    try:
        found = cited(first, last, begins=begins, ends=ends)
    except NoDate:
        return
    since, until = found.possible
    assert since is None or until is None or since <= until
    if found.certain:
        assert found.certain[0] and found.certain[1] and found.certain[0] <= found.certain[1]
        assert since is None or since <= found.certain[0]
        assert until is None or found.certain[1] <= until
