"""The pages of those who vet and decide, read: who sees them, what they say, and what they keep sealed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from foundation.accounts.models import User
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.classes import a_person, case_at, screened
from tests.support.evidence import credible
from tests.support.world import SEARCH
from tests.vetting.browsing import Browser
from vetting.actions import cases, checks, decide, matches
from vetting.days import add_working_days, today
from vetting.models import Case, Check, Queue, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
READERS = ("section", "coordinator", "drl", "desk", "legal", "approver", "remediation", "auditor")
ENDED = {Status.CLEARED, Status.RECALLED, Status.WITHHELD, Status.BARRED, Status.CANCELLED}


def page_of(case: Case) -> str:
    return reverse("case", args=[case.pk])


def addresses(case: Case) -> list[str]:
    """Every page there is around a case."""
    check = case.checks.first()
    assert check is not None
    return [
        page_of(case),
        reverse("case-act", args=[case.pk, "suspend"]),
        reverse("check-act", args=[check.pk, "complete"]),
        *(reverse("match", args=[match.pk]) for match in Match.objects.all()),
        *(reverse("determination", args=[each.pk]) for each in Determination.objects.all()),
    ]


LISTS = ("/", "/cases/", "/queues/", "/signatures/")


@pytest.fixture
def withhold(people: People, restricted: list[Case]) -> Case:
    """The one who nearly bears a restricted name: recommended to be withheld."""
    case = Case.objects.get(candidates__row=3)
    decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="Two reports.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    return case


# --- who sees them ---


@pytest.mark.parametrize("username", READERS)
def test_staff_of_the_country_read_every_list_and_case(username: str, people: People, withhold: Case) -> None:
    browser = Browser(people[username])
    for url in (*LISTS, page_of(withhold), *addresses(withhold)[3:]):
        assert browser.status(url) == 200, url


@pytest.mark.parametrize("username", ["nominator", "nominator2", "admin", "section2"])
def test_to_everybody_else_a_case_is_not_there(username: str, people: People, withhold: Case) -> None:
    browser = Browser(people[username])
    assert {browser.status(url) for url in addresses(withhold)} == {404}


def test_to_a_nominator_no_list_of_staff_is_there_and_its_work_is_its_nominations(
    people: People, routed: list[Case]
) -> None:
    browser = Browser(people["nominator"])
    assert {browser.status(url) for url in LISTS[1:]} == {404}
    assert browser.status(reverse("queue", args=[Queue.objects.all()[0].pk])) == 404
    assert browser.client.get("/").headers["Location"] == reverse("nominations")


def test_a_stranger_is_asked_to_sign_in(client: Any, routed: list[Case]) -> None:
    for url in (*LISTS, *addresses(routed[0])):
        response = client.get(url)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("sign-in")), url


def test_no_title_and_no_address_holds_a_name(people: People, withhold: Case) -> None:
    names = {part.lower() for case in Case.objects.all() for part in case.subject.name.split()}
    for username in ("section", "approver"):
        browser = Browser(people[username])
        for url in (*LISTS, page_of(withhold), *addresses(withhold)[3:]):
            page = browser.read(url)
            assert not names & set(page.title.lower().split()), (url, page.title)
            assert not any(name in link.lower() for name in names for link in page.links), url


# --- in every state ---


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.RETURNED, Status.RFI, Status.SUSPENDED,
    Status.WITHHOLD_RECOMMENDED, *sorted(ENDED)])  # fmt: skip
@pytest.mark.parametrize("kind", ["individual", "unit"])
def test_a_case_is_read_in_every_state(status: str, kind: str, people: People) -> None:
    if status == Status.BARRED and kind == "unit":
        pytest.skip("A unit is barred by a restriction only.")
    case = case_at(status, people, kind=kind)
    for username in ("section", "coordinator", "drl", "legal", "approver"):
        page = Browser(people[username]).read(page_of(case))
        assert case.reference in page.title
        assert "What you can do" in page.text


def test_whoever_may_not_reads_why_not(people: People, routed: list[Case]) -> None:
    text = Browser(people["section"]).read(page_of(routed[1])).text
    assert "Only the human rights bureau can suspend, resume, recommend or recall." in text
    assert "Only the coordinator or the human rights bureau can clear." in text
    asked = Browser(people["section"]).read(reverse("case-act", args=[routed[1].pk, "suspend"]))
    assert "Only the human rights bureau can suspend" in asked.text
    assert len(asked.forms) == 2  # searching and signing out; none that acts


def test_all_reasons_against_a_clear_are_said_at_once(people: People, routed: list[Case]) -> None:
    text = Browser(people["coordinator"]).read(page_of(routed[1])).text
    assert "2 of its checks are still to be done." in text
    assert "an individual is not cleared before the unit is" in text


def test_a_gap_is_a_gap(people: People) -> None:
    unit = {"name": "3rd Harbour Guard Company", "commander": None, "commander_unknown_reason": "Vacant"}
    nomination = screened([a_person(1, unit=unit)], by=people["nominator"])
    text = Browser(people["section"]).read(page_of(nomination.cases.get(kind="unit"))).text
    assert "Commander unknown" in text
    assert "Unknown: gap in the record" in text


# --- the seal ---


def test_a_section_reads_the_others_findings_once_its_own_is_in(people: People, routed: list[Case]) -> None:
    case, section = routed[1], people["section"]
    political, consular = case.checks.order_by("-queue__name")
    checks.claim(check=political, by=section)
    checks.complete(
        check=political, finding="derogatory", note="Named in a letter.", searches=[SEARCH], by=section
    )
    other = person_of_the_same_section(people)

    sealed = Browser(other).read(page_of(case)).text
    assert "Recorded, sealed" in sealed
    assert "sealed until your own finding is in" in sealed
    for word in ("Derogatory", "derogatory information", "Named in a letter", "Embassy files"):
        assert word not in sealed, word

    checks.claim(check=consular, by=other)
    checks.complete(check=consular, finding="nothing-found", searches=[SEARCH], by=other)
    opened = Browser(other).read(page_of(case)).text
    assert "Named in a letter." in opened
    assert "Political section, Embassy Corvasht: derogatory information" in opened


def test_the_seal_holds_on_the_page_to_sign_as_well(people: People, routed: list[Case]) -> None:
    case, section = routed[1], people["section"]
    political = case.checks.order_by("-queue__name")[0]
    checks.claim(check=political, by=section)
    checks.complete(check=political, finding="derogatory", note="Named in a letter.", by=section)
    found = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="See the file.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )

    url = reverse("determination", args=[found.pk])
    sealed = Browser(person_of_the_same_section(people)).read(url).text
    assert "Recorded, sealed" in sealed
    assert "Named in a letter." not in sealed
    assert Browser(people["approver"]).read(url).text.count("Named in a letter.") == 3


def person_of_the_same_section(people: People) -> User:
    other = User.objects.create(username="section-b", name="Bela Storm")
    other.groups.set(people["section"].groups.all())
    return User.objects.get(pk=other.pk)


# --- history ---


def test_history_tells_in_plain_words_and_of_this_case_only(people: People, routed: list[Case]) -> None:
    case = routed[1]
    cases.suspend(case=case, reason="A press report.", by=people["drl"])
    cases.resume(case=Case.objects.get(pk=case.pk), reason="Another man.", by=people["drl"])
    text = Browser(people["legal"]).read(page_of(case)).text
    assert "Screened and sent to stage 1" in text
    assert "Ruth Osterby-Kane: A press report." in text
    assert "vetting." not in text
    assert "A press report." not in Browser(people["legal"]).read(page_of(routed[2])).text


def test_a_masked_field_is_not_on_the_page(people: People, routed: list[Case]) -> None:
    text = Browser(people["section"]).client.get(page_of(routed[1])).content.decode()
    assert "XA-4400-0001" not in text
    assert "Corvasht, Corvasht" not in text
    assert "On record, not shown to your role" in Browser(people["legal"]).read(page_of(routed[1])).text


# --- my work ---


def test_my_work_sorts_by_what_is_needed(people: People, restricted: list[Case]) -> None:
    section = people["section"]
    for check in Check.objects.filter(queue__check_type="political"):
        checks.claim(check=check, by=section)
    text = Browser(section).read("/").text
    assert "Late, or will miss" not in text
    assert "Needs your judgement (2)" in text  # the unit we know, and the one who nearly bears his name
    assert "Nothing matched: ready to finish together (4)" in text
    Check.objects.update(due_on=Check.objects.all()[0].needed_by)
    assert "Late, or will miss (6)" in Browser(section).read("/").text


def test_an_approver_finds_first_what_waits_for_a_signature(people: People, withhold: Case) -> None:
    text = Browser(people["approver"]).read("/").text
    assert f"Withhold: {withhold.subject.name}" in text
    assert f"Withhold: {withhold.subject.name}" in Browser(people["approver"]).read("/signatures/").text
    own = Browser(people["drl"]).read("/signatures/").text
    assert "What you recommended" in own


def test_legal_finds_where_an_opinion_may_be_given(people: People, routed: list[Case]) -> None:
    cases.suspend(case=routed[1], reason="To weigh.", by=people["drl"])
    text = Browser(people["legal"]).read("/").text
    assert routed[1].reference in text
    assert routed[2].reference not in text
    cases.opinion(case=Case.objects.get(pk=routed[1].pk), view="concur", note="", by=people["legal"])
    assert routed[1].reference not in Browser(people["legal"]).read("/").text


# --- lists ---


def test_the_list_of_cases_is_narrowed_and_turned(people: People) -> None:
    nomination = screened(60, by=people["nominator"])
    browser = Browser(people["drl"])
    assert "No case fits" in browser.read("/cases/?status=suspended").text
    only = browser.read("/cases/?kind=unit")
    assert f"{nomination.cases.get(kind='unit').reference}" in only.text
    seen: set[str] = set()
    url = "/cases/?kind=individual"
    while url:
        page = browser.read(url)
        seen |= {link for link in page.links if link.startswith("/cases/") and "?" not in link}
        url = next((link for link in page.links if "cursor=" in link and "More" in page.text), "")
        if len(seen) >= 61 or "Earlier rows" in page.text:
            break
    assert len(seen - {"/cases/"}) == 60
    assert browser.status("/cases/?cursor=made-up") == 400


def test_a_queue_is_narrowed(people: People, routed: list[Case]) -> None:
    queue = Queue.objects.get(check_type="political", post__country="XA")
    checks.claim(check=queue.checks.all()[0], by=people["section"])
    url = reverse("queue", args=[queue.pk])
    browser = Browser(people["section"])
    assert browser.read(url).text.count("Claimed by you") == 1
    assert "Claimed by you" not in browser.read(f"{url}?view=open").text
    assert "Nothing waits here" in browser.read(f"{url}?view=late").text
    assert "Claim XA-26" not in Browser(people["coordinator"]).read(url).text


def test_a_verdict_shows_both_sides_and_what_each_feature_adds(
    people: People, restricted: list[Case]
) -> None:
    match = Match.objects.get(nominee__kind="individual")
    text = Browser(people["section"]).read(reverse("match", args=[match.pk])).text
    for each in match.explanation:
        assert each["says"].capitalize() in text
    assert "Бранко Олмерин" in text
    assert "Restricted under the State law" in text
    matches.judge(match=match, verdict="different", reason="Another year.", by=people["section"])
    assert "Another year." in Browser(people["legal"]).read(reverse("match", args=[match.pk])).text


def test_a_long_queue_is_read_in_parts_each_check_once_by_date_needed_then_age(people: People) -> None:
    sooner = add_working_days(today(), 20).isoformat()
    for needed_by in ({}, {}, {"needed_by": sooner}):
        screened(28, by=people["nominator"], **needed_by)
    queue = Queue.objects.get(check_type="political", post__country="XA")
    order = queue.checks.order_by("needed_by", "opened_at", "id").values_list("case_id", flat=True)
    browser, url = Browser(people["section"]), reverse("queue", args=[queue.pk])
    seen: list[str] = []
    for _ in range(2):  # fifty at a time
        links = browser.read(url).links
        seen += dict.fromkeys(link for link in links if re.fullmatch(r"/cases/[0-9a-f-]{36}/", link))
        url = next(link for link in links if "cursor=" in link)
    assert seen == [reverse("case", args=[case]) for case in order]
