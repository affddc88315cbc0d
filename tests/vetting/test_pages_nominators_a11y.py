"""Nominators' pages and the register's in a real browser: nothing to stumble over, nothing sideways."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from foundation.accounts.models import User
from foundation.doors.jobs import Job
from foundation.outbox import relay
from tests.support.classes import case_at
from tests.vetting.browsing import Browser
from tests.vetting.test_imports import line
from tests.vetting.test_pages_upload import file, form
from units.models import Individual, Posting, Unit
from vetting import imports, kept_files
from vetting.models import Candidate, Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def asked(people: People, restricted: list[Case]) -> Candidate:
    """A register, a class with a question in it, and two files: one to match, one with mistakes."""
    row = Candidate.objects.get(case=case_at("rfi", people))
    jana = Browser(people["nominator"])
    for rows in ([line(1, rank="")], [{"DOB": "1980", **line(2)}]):
        jana.press("/nominations/upload/", "/nominations/upload/", **form(jana.user), file=file(*rows))
    relay.drain()
    return row


def addresses(row: Candidate) -> dict[str, list[str]]:
    of_class, of_row = [row.nomination_id], [row.nomination_id, row.pk]
    unit, person = Unit.objects.known().get(level="battalion"), Individual.objects.known().get()
    kept = Job.objects.filter(kind=kept_files.KIND).latest("created_at")
    about_people = [
        "/nominations/", reverse("nomination", args=of_class), reverse("nomination-row", args=of_row),
        "/units/", "/individuals/", "/search/",
        *(reverse("unit", args=[pk]) for pk in (unit.pk, row.unit_case.subject_id)),
        *(reverse("individual", args=[pk]) for pk in (person.pk, row.subject_id)),
    ]  # fmt: skip
    return {
        "nominator": [
            "/nominations/", "/nominations/new/", "/nominations/upload/", "/search/",
            reverse("nomination", args=of_class), reverse("nomination-row", args=of_row),
            *(reverse("row-act", args=[*of_row, act]) for act in ("answer", "withdraw", "resubmit")),
            reverse("nomination-act", args=[*of_class, "amend-event"]),
            reverse("import", args=[Job.objects.get(kind=imports.KIND).pk]),
            reverse("upload-columns", args=[kept.pk]),
        ],
        "auditor": about_people,
        "drl": [
            *about_people, "/units/new/", "/individuals/new/", reverse("unmask", args=[row.subject_id]),
            *(reverse(name, args=[unit.pk]) for name in ("unit-correct", "unit-link", "unit-posting")),
            reverse("individual-correct", args=[person.pk]),
            reverse("posting-correct", args=[Posting.objects.get().pk]),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("username", ["nominator", "auditor", "drl"])
@pytest.mark.parametrize("width", [1440, 320])
def test_every_page_can_be_read_by_everybody(
    username: str, width: int, people: People, asked: Candidate, page: Page, live_server: Any, axe: Any
) -> None:
    session = Browser(people[username]).client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    for url in addresses(asked)[username]:
        page.goto(live_server.url + url)
        assert page.url == live_server.url + url
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), url


def test_a_form_with_mistakes_can_be_read_and_leads_to_its_boxes(
    people: People, page: Page, live_server: Any, axe: Any
) -> None:
    session = Browser(people["nominator"]).client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + "/nominations/new/")
    page.fill("[name=row0-rank]", "Captain")
    page.click("button[value=add-1]")
    page.click("button[value=send]")
    axe(page)
    assert page.input_value("[name=row0-rank]") == "Captain"
    lines = page.locator(".problems__list a").all()
    boxes = [line.get_attribute("href") or "" for line in lines]
    missing = [box for box in boxes if not page.locator(f"[id={json.dumps(box[1:])}]").count()]
    assert lines
    assert missing == []
