"""Whatever JSON is sent: never an exception, always a draft or a problem that can be stored and shown."""

from __future__ import annotations

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vetting.intake.builders import LOOKUPS, TODAY, nomination, person, unit
from vetting.intake.changes import check_candidate_changes
from vetting.intake.check import check_event, check_nomination

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
FULL = nomination(
    person(unknown={}, aliases=["Lena"], is_commander=False),
    {"kind": "unit", "unit": unit(level="post", parents=["Regiment"], aliases=["x"], location="Velin")},
)


def places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def put(body, path, value):
    if not path:
        return value
    body = copy.deepcopy(body)
    at = body
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return body


def check(draft, problems):
    assert (draft is None) == bool(problems)
    for problem in problems:
        json.dumps(problem.as_dict()).encode()
        problem.detail.encode()
        (problem.pointer or "").encode()
        assert problem.detail and problem.code and problem.pointer is not None


@settings(deadline=None)
@given(JSON)
def test_any_value_as_a_body(body):
    check(*check_nomination(body, LOOKUPS, TODAY))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(places(FULL))), JSON)
def test_any_value_in_any_place_of_a_sound_body(path, value):
    check(*check_nomination(put(FULL, path, value), LOOKUPS, TODAY))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(FULL["candidates"][0])), JSON, max_size=4) | JSON)
def test_any_value_as_changes(changes):
    draft, _ = check_nomination(FULL, LOOKUPS, TODAY)
    for current in draft.candidates:
        check(*check_candidate_changes(changes, current, LOOKUPS, TODAY, country="XA"))


@settings(deadline=None)
@given(JSON, JSON)
def test_any_value_as_an_event(event, needed_by):
    checked, _needed, problems = check_event(event, needed_by, TODAY)
    assert (checked is None) == bool(problems)
