"""The pages in a real browser: nothing to stumble over with a screen reader, nothing sideways."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from foundation.accounts.models import User
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.evidence import credible
from tests.support.world import SEARCH
from tests.vetting.browsing import Browser
from vetting.actions import cases, checks, decide
from vetting.models import Case, Check, Queue

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def busy(people: People, restricted: list[Case]) -> Case:
    """Something of everything: a finding, a match, an opinion, a question, a recommendation."""
    section, case = people["section"], Case.objects.get(candidates__row=3)
    for check in case.checks.all():
        checks.claim(check=check, by=section)
        checks.complete(check=check, finding="derogatory", note="Named.", searches=[SEARCH], by=section)
    for check in Check.objects.filter(state="open", queue__check_type="political"):
        checks.claim(check=check, by=section)
    cases.suspend(case=Case.objects.get(candidates__row=1), reason="To weigh.", by=people["drl"])
    cases.request_information(
        case=Case.objects.get(candidates__row=2), question="Which company?", by=people["coordinator"]
    )
    cases.opinion(case=Case.objects.get(pk=case.pk), view="object", note="One witness.", by=people["legal"])
    case = Case.objects.get(pk=case.pk)
    decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="Two reports.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    return case


def addresses(case: Case) -> dict[str, list[str]]:
    page, other = reverse("case", args=[case.pk]), Case.objects.get(candidates__row=4)
    check = Check.objects.filter(case=other, state="claimed")[0]
    queue = Queue.objects.get(check_type="political", post__country="XA")
    return {
        "section": [
            "/", "/queues/", reverse("queue", args=[queue.pk]), "/cases/", page,
            reverse("case", args=[other.pk]), reverse("check-act", args=[check.pk, "complete"]),
            reverse("match", args=[Match.objects.get(nominee=case.subject).pk]),
            reverse("case-show", args=[other.pk, "national-id"]),
        ],
        "coordinator": ["/", page, reverse("case-act", args=[other.pk, "request-information"])],
        "drl": ["/", reverse("case", args=[Case.objects.get(candidates__row=1).pk])],
        "legal": ["/"],
        "approver": ["/", "/signatures/", reverse("determination", args=[Determination.objects.get().pk])],
    }  # fmt: skip


@pytest.mark.parametrize("username", ["section", "coordinator", "drl", "legal", "approver"])
@pytest.mark.parametrize("width", [1440, 320])
def test_every_page_can_be_read_by_everybody(
    username: str, width: int, people: People, busy: Case, page: Page, live_server: Any, axe: Any
) -> None:
    signed_in(page, people[username], live_server.url)
    page.set_viewport_size({"width": width, "height": 900})
    for url in addresses(busy)[username]:
        page.goto(live_server.url + url)
        assert page.url == live_server.url + url
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), url


def test_what_was_ticked_is_seen_before_it_is_recorded(
    people: People, busy: Case, page: Page, live_server: Any, axe: Any
) -> None:
    signed_in(page, people["section"], live_server.url)
    page.goto(live_server.url)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Nothing found…").click()
    page.get_by_role("heading", name="Nothing found, for 1 check").wait_for()
    axe(page)
    page.get_by_role("textbox", name="Source").first.fill("Embassy files")
    page.get_by_role("button", name="Record nothing found").click()
    page.get_by_text("Search 1, asked for").wait_for()
    axe(page)


def signed_in(page: Page, user: User, url: str) -> None:
    session = Browser(user).client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
