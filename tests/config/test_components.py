"""The parts of the desk: each shows the word and state it was handed, ties its label, and decides nothing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from config import bar, context, drawings, pages, says, tables, words
from config.specimens import Specimen
from foundation.doors.boxes import DayField, PartialDateField
from foundation.refused import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CONTRACT = {
    "case": "received screening in-review rfi suspended clear-recommended withhold-recommended cleared "
    "withheld barred returned recalled cancelled",
    "row": "received more-information-needed in-review cleared not-cleared no-longer-cleared cancelled",
    "check": "open claimed done void",
    "finding": "nothing-found derogatory unable",
    "verdict": "same different unsure",
    "determination": "recommended approved returned withdrawn overtaken",
    "job": "queued running done refused failed",
}


def shown(template: str, **context: Any) -> str:
    return Template("{% load desk %}" + template).render(Context(context))


# --- words ---


@pytest.mark.parametrize("kind", CONTRACT)
def test_every_status_of_the_contract_has_a_word(kind: str) -> None:
    assert set(CONTRACT[kind].split()) <= set(words.STATUSES[kind])


def test_every_mark_is_drawn_by_the_stylesheet() -> None:
    drawn = set(re.findall(r"\[data-st=([a-z-]+)\]", (ROOT / "static/desk.css").read_text(encoding="utf-8")))
    marks = {status.mark for known in words.STATUSES.values() for status in known.values()}
    assert marks <= drawn


def test_the_seven_words_never_hint_at_what_was_found() -> None:
    said = " ".join(status.word for status in words.STATUSES["row"].values()).lower()
    assert not re.search("suspend|withh|bar|derog|restrict|return", said)
    assert len(words.STATUSES["row"]) == 7


def test_a_status_is_its_word_and_a_mark() -> None:
    assert shown('{% status "case" "withheld" %}') == '<span class="st" data-st="withheld">Withheld</span>'
    assert ">Claimed by you<" in shown('{% status "check" "claimed" word="Claimed by you" %}')
    assert ">To judge<" in shown('{% status "verdict" none %}', none=None)


def test_an_unknown_status_is_still_said() -> None:
    assert ">Half baked<" in shown('{% status "case" "half-baked" %}')


def test_the_law_always_comes_with_its_citation() -> None:
    assert "10 U.S.C. 362" in shown('{% law "dod-leahy" %}')


# --- days and names ---


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1979", "1979, day and month unknown"),
        ("1980-03", "March 1980, day unknown"),
        ("1980-03-05", "5 March 1980"),
        ("", "not on record"),
        (None, "not on record"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(value: str | None, said: str) -> None:
    assert says.partial(value) == said


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Brankov", ""),
        ("Бранков", "und-Cyrl"),
        ("إدريس", "und-Arab"),
        ("林若溪", "und-Hani"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_says_its_script(name: str | None, tag: str) -> None:
    assert says.script(name) == tag


def test_a_name_keeps_its_own_direction_and_its_letters_are_text() -> None:
    html = render_to_string("components/name.html", {"name": "<b>Ivo</b>", "alt": "Иво"})
    assert "&lt;b&gt;Ivo" in html
    assert '<bdi class="alt" lang="und-Cyrl">Иво</bdi>' in html


# --- rows ---


def test_rows_spell_out_roles_and_labels() -> None:
    html = shown(
        '{% rows "Hits" "Select:pick" "Name" "Score:num" %}'
        "<tr><td>x</td><th scope='row'>A</th><td>1</td></tr>{% endrows %}"
    )
    assert '<td class="pick" role="cell">' in html
    assert '<td class="num" role="cell" data-label="Score">' in html
    assert html.count('role="rowgroup"') == 2
    assert html.count('role="columnheader"') == 3


def test_a_group_row_spans_and_carries_no_label() -> None:
    columns = [tables.heading("A"), tables.heading("B")]
    html = tables.spell_out('<tr><td colspan="2">all</td></tr><tr><td>1</td><td>2</td></tr>', columns)
    assert '<td colspan="2" role="cell">' in html
    assert 'data-label="B">2' in html


def test_what_people_typed_cannot_add_a_cell() -> None:
    html = shown('{% rows "X" "A" %}<tr><td>{{ typed }}</td></tr>{% endrows %}', typed="<td onclick=x>")
    assert "<td onclick" not in html
    assert html.count("<td") == 1


def test_a_heading_that_sorts_is_a_link_and_says_so() -> None:
    head = {"label": "Age", "url": "?sort=age", "sort": "descending"}
    html = shown('{% rows "X" head %}{% endrows %}', head=head)
    assert 'aria-sort="descending"' in html
    assert '<a href="?sort=age">Age' in html


# --- actions ---


def test_what_is_not_allowed_is_text_with_every_reason_and_no_button() -> None:
    items = [
        {"label": "Clear", "allowed": False, "why_not": ["The unit is not cleared.", "A match is open."]}
    ]
    html = shown("{% actions items %}", items=items)
    assert "The unit is not cleared." in html
    assert "A match is open." in html
    assert "<button" not in html
    assert "<a " not in html


def test_an_allowed_change_is_a_form_with_its_token() -> None:
    items = [{"label": "Claim", "allowed": True, "url": "/claim/", "post": True}]
    html = shown("{% actions items %}", items=items, csrf_token="t0ken")
    assert '<form method="post" action="/claim/">' in html
    assert 'value="t0ken"' in html


def test_no_verdict_is_chosen_beforehand() -> None:
    assert "checked" not in shown("{% verdict %}")
    assert shown('{% verdict chosen="unsure" %}').count(" checked") == 1


# --- forms ---


def test_every_field_is_tied_to_its_label_hint_and_error() -> None:
    form = Specimen({})
    for bound in form:
        html = shown("{% field bound %}", bound=bound)
        ids = set(re.findall(r' id="([^"]+)"', html))
        assert set(re.findall(r' for="([^"]+)"', html)) <= ids, bound.name
        for described in re.findall(r'aria-describedby="([^"]+)"', html):
            assert set(described.split()) <= ids, bound.name


def test_problems_name_every_field_and_lead_to_it() -> None:
    form = Specimen({})
    listed = shown("{% problems form %}", form=form)
    drawn = "".join(shown("{% field bound %}", bound=bound) for bound in form)
    targets = re.findall(r'href="#([^"]+)"', listed)
    assert len(targets) == len(form.errors)
    assert all(f'id="{target}"' in drawn for target in targets)


def test_nothing_wrong_is_no_list() -> None:
    assert shown("{% problems form %}", form=Specimen()) == ""


def test_a_problem_of_a_row_says_which_row_and_field() -> None:
    problems = [
        Problem("x", "June has 30 days.", row=4, column="Date of birth"),
        Problem("x", "Name it.", pointer="/candidates/8/unit"),
    ]
    html = shown("{% problems problems %}", problems=problems)
    assert "<b>Row 4, date of birth</b>: June has 30 days." in html
    assert "<b>Row 9, unit</b>: Name it." in html


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (["", "", "1980"], "1980"),
        (["", "3", "1980"], "1980-03"),
        (["5", "3", "1980"], "1980-03-05"),
        (["", "", ""], ""),
    ],
)
def test_a_partial_date_is_kept_as_far_as_it_is_given(typed: list[str], value: str) -> None:
    assert PartialDateField(required=False).clean(typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        ["31", "6", "1988"],
        ["", "6", ""],
        ["5", "", "1988"],
        ["x", "6", "1988"],
        ["1", "6", "88"],
        ["٥", "6", "1988"],
    ],
)
def test_an_impossible_date_is_refused(typed: list[str]) -> None:
    with pytest.raises(forms.ValidationError):
        PartialDateField(label="Date of birth").clean(typed)


def test_a_whole_day_needs_all_three_boxes() -> None:
    assert DayField().clean(["5", "3", "1980"]) == date(1980, 3, 5)
    with pytest.raises(forms.ValidationError, match="day, month and year"):
        DayField(label="Event starts on").clean(["", "3", "1980"])


# --- drawings ---


def test_a_clock_draws_what_runs_over() -> None:
    drawn = drawings.track(date(2026, 11, 1), date(2026, 11, 5), date(2026, 11, 10), date(2026, 11, 14))
    assert drawn is not None
    assert drawn.now < drawn.needed
    assert drawn.over is not None
    assert drawn.over[0] == drawn.needed
    assert drawings.track(date(2026, 11, 1), date(2026, 11, 5), None) is None


# --- the bar ---


class Someone:
    is_authenticated = True


def test_the_bar_shows_the_places_that_exist_and_that_one_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [
        bar.Entry("Mine", "mine", lambda user: True, lambda user: 3),
        bar.Entry("Not built", "nowhere", lambda user: True),
        bar.Entry("Not for me", "mine", lambda user: False),
    ]
    monkeypatch.setattr(bar, "ENTRIES", places)
    monkeypatch.setattr(context, "_address", lambda name: {"mine": "/mine/"}.get(name, ""))
    request = RequestFactory().get("/mine/next/")
    request.user = Someone()
    assert context.nav(request) == [{"url": "/mine/", "label": "Mine", "count": 3, "current": True}]


def test_a_stranger_has_no_bar_and_asks_the_database_nothing() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert context.nav(request) == []
    assert context.places(request.user) == ""


# --- pages ---


def test_every_part_in_every_state_is_shown() -> None:
    request = RequestFactory().get("/components/")
    request.user = AnonymousUser()
    page = pages.components(request).content.decode()
    for known in words.STATUSES.values():
        assert all(f">{status.word}<" in page for status in known.values())


@pytest.mark.parametrize("code", ["403", "404", "409", "500"])
def test_an_error_page_stands_without_a_request(code: str) -> None:
    assert "<h1>" in render_to_string(f"errors/{code}.html")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("name", ["name", "status", "law", "weight"])
def test_a_part_that_stands_in_a_line_ends_without_a_break(name: str) -> None:
    assert not (ROOT / f"templates/components/{name}.html").read_text(encoding="utf-8").endswith("\n")
