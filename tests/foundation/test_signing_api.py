"""determinations/ by REST: exactly what is signed, by whom, and by whom not, whoever asks and however."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from config import roles
from foundation.accounts.models import User
from foundation.signing.models import Determination
from tests.support.calls import Caller
from tests.support.evidence import named
from vetting.actions import checks
from vetting.models import Case, Check, Restriction

pytestmark = pytest.mark.django_db(transaction=True)

REASON = {"reason": "What was reported last week."}
WITHHOLD = {
    "grounds": "gvhr",
    "basis": "What the court found.",
    "includes_subunits": False,
}


def path(case: Case) -> str:
    return f"cases/{case.pk}/"


@pytest.fixture
def recommended(call: Any, routed: list[Case]) -> str:
    """The address of a recommended withhold of the first person's case."""
    answer = call("drl").act(
        path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user)
    )
    assert answer.status_code == 201, answer.content
    return f"determinations/{answer.json()['id']}/"


def test_a_recommendation_is_shown_as_it_will_be_signed(
    call: Any, routed: list[Case], recommended: str
) -> None:
    answer = call("approver").get(recommended)
    shown = answer.json()
    assert answer["ETag"] == f'"{shown["digest"]}"'
    assert (shown["kind"], shown["state"], shown["recommended_by"]) == ("withhold", "recommended", "drl")
    assert shown["payload"]["basis"] == WITHHOLD["basis"] and shown["payload"]["case"]["id"] == str(
        routed[1].pk
    )
    assert shown["subject"]["id"] == str(routed[1].subject_id)
    assert {each["kind"] for each in shown["covers"]} >= {"vetting.case", "units.subject", "sources.law-text"}
    assert [each["name"] for each in shown["actions"]] == ["approve", "return", "withdraw"]
    case = call("approver").get(path(routed[1])).json()
    assert case["status"] == "withhold-recommended"
    assert case["determination"] == {"id": shown["id"], "kind": "withhold", "state": "recommended"}
    assert call("section2").get(recommended).status_code == 404
    for query in ("?state=recommended", "?kind=withhold", ""):
        assert len(call("approver").get(f"determinations/{query}").json()["results"]) == 1
    assert call("approver").get("determinations/?state=approved").json()["results"] == []


def test_one_who_recommends_cannot_approve_even_as_an_approver(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    roles.hold(people["drl"], "approver", None)
    made = (
        call("drl")
        .act(path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user))
        .json()
    )
    refused = call("drl").act(f"determinations/{made['id']}/", "approve")
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "You recommended this: another person must approve it.")  # fmt: skip
    shown = call("drl").get(f"determinations/{made['id']}/").json()
    assert [each["allowed"] for each in shown["actions"]] == [False, False, True]
    determination = Determination.objects.get(pk=made["id"])
    signing_oneself = (
        "UPDATE signing_determination SET state = 'approved', decided_by_id = recommended_by_id,"
        " decided_at = now(), read_digest = digest WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="may not approve it|two_people"), transaction.atomic():
        _run(signing_oneself, determination.pk)
    another_text = (
        "UPDATE signing_determination SET state = 'approved', decided_by_id = %s, decided_at = now(),"
        " read_digest = 'another' WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="signing_two_people_same_text"), transaction.atomic():
        _run(another_text, people["approver"].pk, determination.pk)


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_whoever_wrote_what_it_rests_on_cannot_approve(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    roles.hold(people["legal"], "approver", None)
    call("legal").act(path(routed[1]), "opinion", {"view": "concur"})
    made = (
        call("drl")
        .act(path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user))
        .json()
    )
    assert [each["view"] for each in made["opinions"]] == ["concur"]
    refused = call("legal").act(f"determinations/{made['id']}/", "approve")
    assert (refused.status_code, "rests on" in refused.json()["detail"]) == (403, True)


def test_returned_or_withdrawn_it_is_recommended_anew(
    call: Any, routed: list[Case], recommended: str
) -> None:
    assert call("approver").act(recommended, "withdraw", REASON).status_code == 403
    returned = call("approver").act(recommended, "return", {"reason": "Say which court."})
    assert (returned.json()["state"], returned.json()["reason"]) == ("returned", "Say which court.")
    assert call("drl").get(path(routed[1])).json()["status"] == "in-review"
    assert call("approver").act(recommended, "approve").status_code == 409
    anew = (
        call("drl")
        .act(path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user))
        .json()
    )
    withdrawn = call("drl").act(f"determinations/{anew['id']}/", "withdraw", REASON)
    assert withdrawn.json()["state"] == "withdrawn"


def test_a_recommendation_is_overtaken_when_its_case_ends(
    call: Any, routed: list[Case], recommended: str
) -> None:
    assert (
        call("coordinator").act(path(routed[1]), "cancel", {"reason": "event-cancelled"}).status_code == 200
    )
    overtaken = call("approver").get(recommended).json()
    assert (overtaken["state"], overtaken["changed"]) == ("overtaken", ["The case was cancelled."])
    assert call("approver").act(recommended, "approve").status_code == 409
    assert call("coordinator").get(path(routed[1])).json()["outcome"] == "cancelled-event-cancelled"


def test_of_two_approvers_who_sign_at_once_one_is_told_that_it_was_done(
    call: Any, people: dict[str, User], recommended: str
) -> None:
    second = User.objects.create(username="second", name="Ada Marrow")
    roles.hold(second, "approver", None)
    tag = call("approver").get(recommended)["ETag"]

    def sign(caller: Caller) -> int:
        try:
            return int(caller.post(f"{recommended}approve/", If_Match=tag).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(sign, [call("approver"), Caller(second)]))
    assert answers == [200, 409]
    assert Restriction.objects.count() == 1


def test_lists_are_light_and_queries_do_not_grow(
    call: Any, routed: list[Case], django_assert_max_num_queries: Any
) -> None:
    for case in routed:
        call("drl").act(path(case), "recommend-withhold", WITHHOLD | named(case, call("drl").user))
    with django_assert_max_num_queries(100) as one:
        [row] = call("approver").get("determinations/?limit=1").json()["results"]
    assert "payload" not in row and row["subject"]["label"]
    with django_assert_max_num_queries(len(one)):
        assert len(call("approver").get("determinations/").json()["results"]) == 6


def test_the_section_that_owes_a_finding_does_not_read_the_others_in_a_recommendation(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    consular = Check.objects.get(case=routed[1], queue__check_type="consular")
    another = User.objects.create(username="consul", name="Ada Marrow")
    roles.hold(another, "section", consular.queue.post)
    checks.claim(check=consular, by=another)
    checks.complete(check=consular, finding="derogatory", note="A report.", by=another)
    made = (
        call("drl")
        .act(path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user))
        .json()
    )
    assert "A report." in str(made["payload"])
    sealed = call("section").get(f"determinations/{made['id']}/").json()
    assert (sealed["payload"], sealed["opinions"]) == (None, [])
