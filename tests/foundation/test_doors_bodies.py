"""Bodies and forms read by the same strict serializers: every layer's problems, at once, with pointers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateRange
from rest_framework import serializers

from foundation.doors import parsers
from foundation.doors.forms import body_of
from foundation.doors.serializers import Day, PartialDate, StrictSerializer, Text, When, read_body
from foundation.doors.text import NotText, cleaned
from foundation.refused import Invalid, Problem

REQUEST = SimpleNamespace(user=SimpleNamespace(pk=1))


class Name(StrictSerializer):
    full = Text(required=False)
    parts = serializers.ListField(child=Text(), min_length=1, max_length=5, required=False)

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if ("full" in found) == ("parts" in found) and not self.unread:
            yield Problem("one-of", "Give “full” or “parts”, one of them.", "")


class Candidate(StrictSerializer):
    kind = serializers.ChoiceField(["individual", "unit"])
    name = Name()
    date_of_birth = PartialDate()
    is_commander = serializers.BooleanField(required=False)


class Event(StrictSerializer):
    starts_on = Day()
    ends_on = Day()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if "starts_on" in found and "ends_on" in found and found["ends_on"] < found["starts_on"]:
            yield Problem("upside-down", "“ends_on” is before “starts_on”.", "/ends_on")


class Nomination(StrictSerializer):
    reference = Text()
    event = Event()
    tags = serializers.ListField(child=Text(), required=False)
    candidates = Candidate(many=True, allow_empty=False, max_length=3)


GOOD = {
    "reference": "R",
    "event": {"starts_on": "2026-01-01", "ends_on": "2026-01-02"},
    "candidates": [{"kind": "unit", "name": {"full": "A"}, "date_of_birth": "1980"}],
}


def wrong_with(body: Any, kind: type[StrictSerializer] = Nomination) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as refused:
        read_body(kind, body, REQUEST)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def test_a_good_body_is_read() -> None:
    read = read_body(Nomination, GOOD, REQUEST)
    assert read["event"]["starts_on"] == dt.date(2026, 1, 1)
    assert read["candidates"][0]["name"] == {"full": "A"}


def test_every_layer_of_every_depth_is_told_at_once() -> None:
    body = {
        "referense": "R",
        "event": {"starts_on": "2026-02-01", "ends_on": "2026-01-02", "a/b~c": 1},
        "tags": ["fine", 7],
        "candidates": [
            GOOD["candidates"][0],
            {"kind": "tank", "name": {}, "date_of_birth": "1980-13", "is_commander": "perhaps"},
            "not an object",
        ],
    }
    assert wrong_with(body) == [
        ("/referense", "unknown-field"),
        ("/reference", "required"),
        ("/event/a~1b~0c", "unknown-field"),
        ("/event/ends_on", "upside-down"),
        ("/tags/1", "not-text"),
        ("/candidates/1/kind", "invalid-choice"),
        ("/candidates/1/name", "one-of"),
        ("/candidates/1/date_of_birth", "no-such-day"),
        ("/candidates/1/is_commander", "invalid"),
        ("/candidates/2", "not-an-object"),
    ]


def test_sentences_name_the_field_and_say_what_to_do() -> None:
    with pytest.raises(Invalid) as refused:
        read_body(Nomination, {"reference": None, "event": [], "candidates": {}}, REQUEST)
    assert [problem.detail for problem in refused.value.problems] == [
        "“reference” may not be null. Give a value.",
        "This must be a JSON object: {…}.",
        "“candidates” must be a list: […].",
    ]


@pytest.mark.parametrize(
    ("candidates", "code"),
    [([], "empty"), ([GOOD["candidates"][0]] * 4, "max-length"), (None, "null"), ("x", "not-a-list")],
)
def test_lists_have_their_sizes(candidates: Any, code: str) -> None:
    assert wrong_with({**GOOD, "candidates": candidates}) == [("/candidates", code)]


@pytest.mark.parametrize("body", [None, [], "x", 1, True])
def test_a_body_that_is_no_object_is_one_clear_problem(body: Any) -> None:
    assert len(wrong_with(body)) == 1


# --- text ---


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  a ", "a"),
        ("e\u0301", "é"),
        ("a\r\nb", "a\nb"),
        ("\u200b\u2060", ""),
        ("‮abc", "‮abc"),
        ("محمد", "محمد"),
    ],
)
def test_text_is_kept_as_sent_but_for_its_form(sent: str, kept: str) -> None:
    assert cleaned(sent) == kept


@pytest.mark.parametrize("sent", ["a\x00b", "\x1b[0m", "\ud800", "a\x7f", "\x85"])
def test_characters_that_cannot_be_kept_are_named(sent: str) -> None:
    with pytest.raises(NotText, match=r"U\+00|U\+D8"):
        cleaned(sent)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_breaks_the_reader(sent: str) -> None:
    try:
        kept = cleaned(sent)
    except NotText:
        return
    assert cleaned(kept) == kept
    kept.encode("utf-8")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    try:
        parsers.loads(raw)
    except serializers.ValidationError as wrong:
        assert wrong.detail


# --- days ---


@pytest.mark.parametrize("sent", ["1980", "1980-02", "1980-02-29", " 1980 "])
def test_a_partial_date_is_as_exact_as_it_is(sent: str) -> None:
    assert PartialDate().run_validation(sent) == sent.strip()


@pytest.mark.parametrize(
    "sent", ["80", "1980-2", "1981-02-29", "1980-00", "1980-13", 1980, "0000", "١٩٨٠", "1980-02-", ""]
)
def test_a_date_that_is_none_is_refused(sent: Any) -> None:
    with pytest.raises(serializers.ValidationError):
        PartialDate().run_validation(sent)


class Claim(StrictSerializer):
    when = When()


def test_two_ranges_are_read_with_their_ends_included() -> None:
    sent = {
        "certain": {"from": "2020-01-05", "to": "2020-01-05"},
        "possible": {"from": "2020-01-01", "to": None},
    }
    assert read_body(Claim, {"when": sent}, REQUEST)["when"] == {
        "certain": DateRange(dt.date(2020, 1, 5), dt.date(2020, 1, 5), "[]"),
        "possible": DateRange(dt.date(2020, 1, 1), None, "[]"),
    }
    nothing = read_body(Claim, {"when": {"certain": None, "possible": None}}, REQUEST)["when"]
    assert nothing == {"certain": None, "possible": DateRange(None, None, "[]")}


@pytest.mark.parametrize(
    ("when", "wrong"),
    [
        ({"certain": {"from": "2020-02-01", "to": "2020-01-01"}}, [("/when/certain/to", "upside-down")]),
        (
            {"certain": {"from": "2020-01-01"}, "possible": {"from": "2020-01-01", "to": "2020-12-31"}},
            [("/when/certain", "certain-outside-possible")],
        ),
        ({"certain": {"from": "2020-02-30"}}, [("/when/certain/from", "invalid")]),
        ({"sure": None}, [("/when/sure", "unknown-field")]),
        ({"possible": {"from": "0001-01-01"}}, [("/when/possible/from", "too-far")]),
    ],
)
def test_ranges_that_cannot_be_are_refused(when: Any, wrong: list[tuple[str, str]]) -> None:
    assert wrong_with({"when": when}, Claim) == wrong


# --- forms ---


def test_a_form_is_the_body_it_stands_for() -> None:
    form = QueryDict(
        "csrfmiddlewaretoken=t&version=1&reference=R&event.starts_on=2026-01-01&event.ends_on=2026-01-02"
        "&tags=a&tags=&tags=b&candidates[0].kind=unit&candidates[0].name.full=A&candidates[0].date_of_birth=1980"
        "&candidates[2].kind=individual&candidates[2].name.parts=B&candidates[2].name.parts=C"
        "&candidates[2].date_of_birth=1981&candidates[2].is_commander=on&strange=1"
    )
    assert body_of(form, Nomination, {}) == {
        "reference": "R",
        "event": {"starts_on": "2026-01-01", "ends_on": "2026-01-02"},
        "tags": ["a", "b"],
        "candidates": [
            {"kind": "unit", "name": {"full": "A"}, "date_of_birth": "1980", "is_commander": False},
            {
                "kind": "individual",
                "name": {"parts": ["B", "C"]},
                "date_of_birth": "1981",
                "is_commander": True,
            },
        ],
        "strange": "1",
    }


def test_empty_boxes_are_not_given() -> None:
    assert body_of(QueryDict("reference=&event.starts_on=&event.ends_on="), Nomination, {}) == {}
