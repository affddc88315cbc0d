"""A role taken away is gone with the next request, on pages and in calls, for reading and for acting; and a
worker does not do later what was asked for before."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.doors.jobs import Job
from foundation.outbox import relay
from foundation.refused import NotYours
from tests.support.calls import Caller
from tests.support.classes import a_class
from tests.vetting.browsing import BACKEND
from vetting import imports
from vetting.actions import cases, checks
from vetting.models import Case, Check, Nomination
from vetting.rules import cases as rules

CSV = b"kind,role,name\r\nindividual,participant,Ada Marrow\r\n"


class Session:
    """One person who stays signed in, by call and by browser."""

    def __init__(self, caller: Caller) -> None:
        self.caller, self.client = caller, Client()
        self.client.force_login(caller.user, BACKEND)

    def asks(self, call: str, page: str) -> tuple[int, int]:
        return self.caller.get(call).status_code, self.client.get(page).status_code


def take_all(user: User, by: User) -> None:
    for group in user.groups.all():
        accounts.take_from_group(user=user, group=group, by=by)


@pytest.mark.parametrize("username", ["coordinator", "section", "drl", "approver", "desk", "nominator"])
def test_what_was_read_is_gone_with_the_role(
    routed: list[Case], people: dict[str, User], call: Callable[[str], Caller], username: str
) -> None:
    kind = "nominations" if username == "nominator" else "cases"
    one = f"{kind}/{routed[1].nomination_id if username == 'nominator' else routed[1].pk}/"
    session, etag = Session(call(username)), call(username).get(one)["ETag"]
    assert session.asks(one, f"/{one}") == session.asks(f"{kind}/", f"/{kind}/") == (200, 200)
    take_all(people[username], people["admin"])
    assert session.asks(one, f"/{one}") == session.asks(f"{kind}/", f"/{kind}/") == (404, 404)
    assert session.caller.get(one, If_None_Match=etag).status_code == 404
    assert session.caller.get("me/").json()["roles"] == []


def test_what_was_taken_up_can_no_longer_be_acted_on(
    routed: list[Case], people: dict[str, User], call: Callable[[str], Caller]
) -> None:
    section, drl = people["section"], people["drl"]
    check = checks.claim_next(by=section)
    case = cases.claim(case=Case.objects.get(pk=routed[1].pk), by=drl)
    assert check is not None
    of_check, of_case = f"checks/{check.pk}/", f"cases/{case.pk}/"
    read = {"check": call("section").get(of_check)["ETag"], "case": call("drl").get(of_case)["ETag"]}
    page = Client()
    page.force_login(drl, BACKEND)
    for user in (section, drl):
        take_all(user, people["admin"])
    body = {"finding": "nothing-found", "note": "", "searches": []}
    done = call("section").post(f"{of_check}complete/", body, If_Match=read["check"])
    suspended = call("drl").post(f"{of_case}suspend/", {"reason": "A report."}, If_Match=read["case"])
    typed = page.post(f"/{of_case}suspend/", {"reason": "A report.", "version": read["case"]})
    assert [done.status_code, suspended.status_code, typed.status_code] == [404, 404, 404]
    assert Check.objects.get(pk=check.pk).finding == ""
    assert Case.objects.get(pk=case.pk).status == "in-review"
    with pytest.raises(NotYours):
        cases.suspend(case=case, reason="A report.", by=User.objects.get(pk=drl.pk))


def test_a_person_switched_off_is_a_stranger(
    routed: list[Case], people: dict[str, User], call: Callable[[str], Caller]
) -> None:
    session = Session(call("coordinator"))
    assert session.asks("cases/", "/cases/") == (200, 200)
    User.objects.filter(pk=people["coordinator"].pk).update(is_active=False)
    assert session.asks("cases/", "/cases/") == (401, 302)


def test_one_country_is_taken_and_the_other_stays(
    routed: list[Case], people: dict[str, User], call: Callable[[str], Caller]
) -> None:
    """What is held elsewhere, or everywhere, is not touched: nor does it open what was taken."""
    drl2, here = people["drl2"], Session(call("drl2"))
    group = people["coordinator"].groups.get()
    accounts.put_in_group(user=drl2, group=group, by=people["admin"])
    address = (f"cases/{routed[1].pk}/", f"/cases/{routed[1].pk}/")
    assert here.asks(*address) == (200, 200)
    accounts.take_from_group(user=drl2, group=group, by=people["admin"])
    assert here.asks(*address) == (404, 404)
    assert here.asks("cases/", "/cases/") == (200, 200)
    with pytest.raises(NotYours):
        rules.check_can_suspend(User.objects.get(pk=drl2.pk), routed[1])


def test_a_check_taken_here_is_in_no_file_once_here_is_taken(
    routed: list[Case], people: dict[str, User], call: Callable[[str], Caller]
) -> None:
    """Who still works elsewhere has still a file of claimed checks: without those they no longer read, should
    anybody have taken the role without the action that gives them back."""
    section2 = people["section2"]
    group = people["section"].groups.get()
    accounts.put_in_group(user=section2, group=group, by=people["admin"])
    check = checks.claim_next(by=User.objects.get(pk=section2.pk))
    assert check is not None
    assert str(check.pk) in call("section2").get("checks/mine.csv").content.decode()
    section2.groups.remove(group)
    assert call("section2").get("checks/mine.csv").content.decode().count("\n") == 1


def test_a_file_sent_before_is_not_saved_after(people: dict[str, User]) -> None:
    """A worker asks again who may: the sender is no longer a nominator when the job runs."""
    jana = people["nominator"]
    form = {name: value for name, value in a_class(1, by=jana).items() if name not in ("event", "candidates")}
    form |= {f"event_{name}": value for name, value in a_class(1, by=jana)["event"].items()}
    asked: dict[str, Any] = {"form": form, "columns": None, "date_order": "ymd", "mode": "valid-rows"}
    job = imports.ask(content=CSV, filename="class.csv", dry_run=False, by=jana, **asked)
    take_all(jana, people["admin"])
    relay.drain()
    ended = Job.objects.get(pk=job.pk)
    assert ended.state == Job.State.REFUSED
    assert not Nomination.objects.exists()
    assert any(re.search("nominat", each["detail"]) for each in ended.errors)
