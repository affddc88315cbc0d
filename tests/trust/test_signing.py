"""A kind is a registration in its own room; and one list says what waits for whom.

Who may not sign what, through which interface: test_self_approval.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from config import roles
from foundation.accounts.models import User
from foundation.refused import Refused
from foundation.signing import actions as signing
from foundation.signing import kinds, rules, waiting
from foundation.signing.actions import Covered
from foundation.signing.models import Determination, State
from tests.foundation.test_signing_rows import Naming
from tests.support.calls import Caller
from tests.support.classes import a_person, screened
from tests.support.people import person
from tests.trust.signing_things import skip_of, withhold
from tests.vetting.browsing import Browser
from vetting import mail
from vetting.actions import cases, checks
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


# --- a kind is a registration in its own room ---


@pytest.fixture
def naming() -> Iterator[Naming]:
    kind = Naming()
    kinds.register(kind)
    yield kind
    kinds._kinds.pop(kind.name)


def name_it(case: Case, by: User) -> Determination:
    return signing.recommend(
        kind=Naming.name,
        target=str(case.pk),
        subject=case.subject,
        payload={"name": "Ordinary"},
        covers=[Covered("a-note", 7, 1)],
        by=by,
        country=case.country,
    )


def test_a_kind_that_only_tests_know_takes_every_way_through_every_door(
    naming: Naming, call: Any, people: People, routed: list[Case]
) -> None:
    """Signing, its calls, its pages, the lists and the mail know nothing of it but its registration."""
    browser, approver = Browser(people["approver"]), call("approver")
    ends = {"approve": State.APPROVED, "return": State.RETURNED, "withdraw": State.WITHDRAWN}
    for case, (act, state) in zip(routed, ends.items(), strict=False):
        made = name_it(case, people["drl"])
        address = f"determinations/{made.pk}/"
        assert approver.get(address).json()["payload"] == {"name": "Ordinary"}
        assert [each["id"] for each in approver.get("determinations/?waiting=me").json()["results"]] == [
            str(made.pk)
        ]
        assert str(made.pk) in str(browser.read("/signatures/").links)
        assert "Ordinary" in browser.read(reverse("determination", args=[made.pk])).text
        assert list(waiting.for_signature_of(people["approver"])) == [made]
        who = call("drl") if act == "withdraw" else approver
        answer = who.act(address, act, {} if act == "approve" else {"reason": "Said so."})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    overtaken = name_it(routed[3], people["drl"])
    signing.overtake(kind="a-note", ref=7, changed="The note was corrected.", by=None)
    assert approver.get(f"determinations/{overtaken.pk}/").json()["changed"] == ["The note was corrected."]
    by_form = name_it(routed[3], people["drl"])
    page = reverse("determination", args=[by_form.pk])
    browser.then(browser.press(page, reverse("determination-act", args=[by_form.pk, "approve"])))
    assert naming.signed == [routed[0].pk, routed[3].pk]
    assert naming.closed == [State.RETURNED, State.WITHDRAWN, State.OVERTAKEN]


# --- one list of what waits ---


def test_one_list_of_what_waits_and_it_is_what_one_may_sign(people: People, mailoutbox: list[Any]) -> None:
    """Pages, REST and mail name the same: those that the rules let this person sign."""
    nomination = screened([a_person(n) for n in range(1, 8)], by=people["nominator"])
    rows = list(nomination.cases.filter(kind="individual").order_by("reference"))
    sealed = person("approver", username="sealed")  # owes a finding in the consular section
    roles.hold(sealed, "section", rows[0].post)
    roles.hold(people["legal"], "approver", None)
    roles.hold(people["drl"], "approver", None)
    political = rows[0].checks.get(queue__check_type="political")
    checks.claim(check=political, by=people["section"])
    checks.complete(check=political, finding="derogatory", note="A report.", by=people["section"])
    cases.opinion(case=rows[1], view="concur", note="", by=people["legal"])
    for case in rows[:3]:
        withhold(case, people)
    for case in rows[3:6]:
        skip_of(case, people)
    cases.suspend(case=rows[4], reason="A report.", by=people["drl"])
    cases.request_information(case=rows[5], question="Which?", fields=[], by=people["section"])
    seen: dict[str, int] = {}
    for user in (*people.values(), sealed):
        user = User.objects.get(pk=user.pk)
        may = {each.pk for each in Determination.objects.visible_to(user) if may_sign(user, each)}
        assert {each.pk for each in waiting.for_signature_of(user)} == may, user.username
        seen[user.username] = len(may)
        if may:
            assert_listed(user, may)
            mail.tell_approver(str(user.pk))
            assert {str(pk) for pk in may} == set(
                re.findall(r"/determinations/([0-9a-f-]+)/", mailoutbox[-1].body)
            )
    assert (seen["approver"], seen["legal"], seen["drl"]) == (4, 3, 1)
    assert seen["sealed"] == 3
    assert (seen["approver2"], seen["admin"], seen["coordinator"]) == (0, 0, 0)


def may_sign(user: User, determination: Determination) -> bool:
    try:
        rules.check_can_approve(user, determination)
    except Refused:
        return False
    return True


def assert_listed(user: User, may: set[Any]) -> None:
    called = Caller(user).get("determinations/?waiting=me").json()["results"]
    assert {each["id"] for each in called} == {str(pk) for pk in may}
    page = Browser(user).client.get("/signatures/")
    assert {each.pk for each in page.context["to_sign"]} == may
    other = {each.pk for each in page.context["others"]}
    assert not other & may
