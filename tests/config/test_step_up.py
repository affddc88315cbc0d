"""Signing, unmasking and exporting in a browser: the password again, five minutes after the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config.api import ROUTES
from config.demo import PASSWORD
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.bulk import Bulk
from foundation.doors.models import IdempotencyKey
from foundation.doors.stepup import AGAIN, WAIT, WRONG
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination, State
from tests.support.calls import Caller
from tests.support.classes import case_at, screened
from tests.support.people import codes
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser, Page, said
from vetting.actions import checks
from vetting.models import Case, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
BOX = 'name="password"'
LATER = dt.timedelta(seconds=house.PASSWORD_AGAIN_SECONDS + 1)
NOT_QUITE = dt.timedelta(seconds=house.PASSWORD_AGAIN_SECONDS - 5)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller


@pytest.fixture
def waiting(people: People) -> Determination:
    """A withhold that waits for its signature."""
    case = case_at(Status.WITHHOLD_RECOMMENDED, people)
    return Determination.objects.get(target=f"vetting.case:{case.pk}")


def state_of(determination: Determination) -> str:
    return Determination.objects.get(pk=determination.pk).state


def sign(browser: Browser, determination: Determination, **typed: str) -> Any:
    page = reverse("determination", args=[determination.pk])
    action = reverse("determination-act", args=[determination.pk, "approve"])
    return browser.client.post(action, {**browser.read(page).hidden(action), **typed})


# --- signing ---


def test_within_five_minutes_nobody_is_asked(people: People, waiting: Determination, clock: Any) -> None:
    approver = Browser(people["approver"])
    clock.shift(NOT_QUITE)
    page = approver.client.get(reverse("determination", args=[waiting.pk]))
    assert BOX not in page.content.decode()
    assert sign(approver, waiting).status_code == 303
    assert state_of(waiting) == State.APPROVED


@pytest.mark.parametrize(
    ("given", "words"), [({}, AGAIN), ({"password": "not-it"}, WRONG), ({"password": PASSWORD + " "}, WRONG)]
)
def test_later_nothing_is_signed_without_the_password(
    people: People, waiting: Determination, clock: Any, given: dict[str, str], words: str
) -> None:
    approver = Browser(people["approver"])
    clock.shift(LATER)
    page = approver.client.get(reverse("determination", args=[waiting.pk]))
    assert BOX in page.content.decode()
    answer = sign(approver, waiting, **given)
    assert answer.status_code == 400
    assert words in said(answer)
    assert BOX in answer.content.decode()
    assert "not-it" not in answer.content.decode()
    assert state_of(waiting) == State.RECOMMENDED


def test_a_form_read_in_time_and_sent_too_late_is_asked_as_well(
    people: People, waiting: Determination, clock: Any
) -> None:
    approver = Browser(people["approver"])
    action = reverse("determination-act", args=[waiting.pk, "approve"])
    read = approver.read(reverse("determination", args=[waiting.pk])).hidden(action)
    clock.shift(LATER)
    assert approver.client.post(action, read).status_code == 400
    assert state_of(waiting) == State.RECOMMENDED


def test_with_the_password_it_is_signed_and_the_next_five_minutes_are_free(
    people: People, waiting: Determination, clock: Any
) -> None:
    approver = Browser(people["approver"])
    case = case_at(Status.WITHHOLD_RECOMMENDED, people)
    next_one = Determination.objects.get(target=f"vetting.case:{case.pk}")
    clock.shift(LATER)
    assert sign(approver, waiting, password=PASSWORD).status_code == 303
    assert state_of(waiting) == State.APPROVED
    assert Event.objects.filter(action="accounts.password-given", actor="approver").count() == 1
    clock.shift(NOT_QUITE)
    assert sign(approver, next_one).status_code == 303


def test_what_was_typed_is_kept_while_the_password_is_asked(
    people: People, routed: list[Case], clock: Any
) -> None:
    drl, act = Browser(people["drl"]), reverse("case-act", args=[routed[1].pk, "recommend-withhold"])
    page = drl.read(act)
    clock.shift(LATER)
    typed = {"grounds": "non-hr", "basis": "Two reports of the same night."}
    answer = drl.client.post(act, {**page.hidden(""), **typed})
    assert answer.status_code == 400
    assert "Two reports of the same night." in answer.content.decode()
    assert not Determination.objects.exists()
    again = Page(answer.content.decode()).hidden("")
    assert drl.client.post(act, {**again, **typed, "password": PASSWORD}).status_code == 303
    assert Determination.objects.get().recommended_by == people["drl"]


def test_the_clean_ones_never_ask(people: People, clock: Any) -> None:
    nomination = screened(1, by=people["nominator"])
    found_nothing("section", "drl", people=people)
    coordinator, case = Browser(people["coordinator"]), nomination.cases.get(kind="unit")
    clock.shift(LATER)
    act = reverse("case-act", args=[case.pk, "clear"])
    assert coordinator.press(act, basis="Clean.").status_code == 303
    assert Case.objects.get(pk=case.pk).status == Status.CLEARED


# --- by REST ---


def test_a_session_that_calls_is_asked_and_a_token_is_not(
    people: People, waiting: Determination, clock: Any
) -> None:
    approver = Browser(people["approver"])
    clock.shift(LATER)
    address, tag = f"/api/v1/determinations/{waiting.pk}/approve/", f'"{waiting.digest}"'
    answer = approver.client.post(address, "{}", "application/json", headers={"If-Match": tag})
    assert (answer.status_code, codes(answer)) == (403, ["password-again"])
    assert state_of(waiting) == State.RECOMMENDED
    assert Caller(people["approver"]).post(address, If_Match=tag).status_code == 200


def test_nothing_a_call_can_send_stands_for_the_password(
    people: People, waiting: Determination, clock: Any
) -> None:
    approver = Browser(people["approver"])
    clock.shift(LATER)
    address, tag = f"/api/v1/determinations/{waiting.pk}/approve/", f'"{waiting.digest}"'
    body = f'{{"password": "{PASSWORD}", "password-given-at": 99999999999}}'
    answer = approver.client.post(address, body, "application/json", headers={"If-Match": tag})
    assert answer.status_code == 403
    assert state_of(waiting) == State.RECOMMENDED


# --- showing what is masked ---


@pytest.mark.parametrize("where", ["case-show", "unmask"])
def test_a_masked_field_asks(people: People, routed: list[Case], clock: Any, where: str) -> None:
    case = next(each for each in routed if each.kind == "individual")
    number = case.subject.individual.national_id
    address = (
        reverse("case-show", args=[case.pk, "national-id"])
        if where == "case-show"
        else reverse("unmask", args=[case.subject_id])
    )
    drl, typed = Browser(people["drl"]), {"field": "national_id", "reason": "To ask the registry."}
    clock.shift(LATER)
    assert BOX in drl.client.get(address).content.decode()
    refused = drl.client.post(address, typed)
    assert refused.status_code == 400
    assert AGAIN in said(refused)
    assert number not in refused.content.decode()
    assert not Event.objects.filter(action="units.unmasked").exists()
    shown = drl.client.post(address, {**typed, "password": PASSWORD})
    assert (shown.status_code, number in shown.content.decode()) == (200, True)


# --- exporting ---


def exports(people: People) -> list[tuple[User, str, str]]:
    """(who, a page's address, the call's) of each file with people in it."""
    nomination = screened(2, by=people["nominator"])
    checks.claim_next(by=people["section"])
    return [
        (
            people["nominator"],
            reverse("nomination-results", args=[nomination.pk]),
            f"/api/v1/nominations/{nomination.pk}/results.csv",
        ),
        (people["section"], "", reverse("api:checks-mine")),
    ]


def test_a_file_with_people_in_it_asks(people: People, clock: Any) -> None:
    for who, page, call in exports(people):
        browser = Browser(who)
        assert browser.client.get(call).status_code == 200
        clock.shift(LATER)
        answer = browser.client.get(call)
        assert (answer.status_code, codes(answer)) == (403, ["password-again"])
        assert Caller(who).get(call).status_code == 200
        asked = f"/password/?next={page or call}"
        if page:
            away = browser.client.get(page)
            assert (away.status_code, away.headers["Location"].replace("%2F", "/")) == (302, asked)
        assert browser.press(asked, password="not-it").status_code == 400
        on = browser.press(asked, password=PASSWORD)
        assert (on.status_code, on.headers["Location"]) == (303, page or call)
        file = browser.client.get(on.headers["Location"])
        assert (file.status_code, file.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_the_passwords_page_leads_to_pages_of_ours_alone(people: People, to: str) -> None:
    answer = Browser(people["drl"]).client.get("/password/", {"next": to})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


# --- what is remembered ---


def test_guessing_ends(people: People, waiting: Determination, clock: Any) -> None:
    approver = Browser(people["approver"])
    clock.shift(LATER)
    answers = [said(sign(approver, waiting, password=f"guess-{n}")) for n in range(12)]
    assert WAIT in answers[-1]
    assert sign(approver, waiting, password=PASSWORD).status_code == 400
    assert state_of(waiting) == State.RECOMMENDED


def test_the_password_is_kept_nowhere(people: People, waiting: Determination, clock: Any) -> None:
    approver = Browser(people["approver"])
    clock.shift(LATER)
    sign(approver, waiting, password="mistyped-for-demo", once="once-1")
    case = case_at(Status.WITHHOLD_RECOMMENDED, people)
    next_one = Determination.objects.get(target=f"vetting.case:{case.pk}")
    answer = sign(approver, next_one, password=PASSWORD, once="once-2")
    assert answer.status_code == 303, said(answer)
    assert IdempotencyKey.objects.filter(key="once-2").exists()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(table)} t"
                " WHERE t::text LIKE %s OR t::text LIKE %s",
                [f"%{PASSWORD}%", "%mistyped-for-demo%"],
            )
            assert cursor.fetchone()[0] == 0, table
    assert not any(PASSWORD in str(each.get_decoded()) for each in Session.objects.all())


def test_what_asks_for_the_password_is_not_done_in_bulk() -> None:
    with pytest.raises(ValueError, match="one by one"):
        Bulk(DETERMINATION_ACTS["approve"])


def test_both_signatures_ask_and_so_does_showing() -> None:
    """Whatever makes or signs a determination, and whatever shows a masked field, of every room."""
    acts = {name: act.fresh for _, view in ROUTES for name, act in getattr(view, "acts", {}).items()}
    assert {name for name, fresh in acts.items() if fresh} == {
        "approve",
        "unmask",
        *(name for name in acts if name.startswith("recommend-")),
    }
