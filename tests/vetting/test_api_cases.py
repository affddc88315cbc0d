"""cases/ and determinations/ by REST: each act done, refused, out of reach, stale and unconditional."""

from __future__ import annotations

from typing import Any

import pytest

from config import demo
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.calls import offer, sentences
from tests.support.evidence import named
from tests.support.world import found_nothing
from vetting.actions import checks, nominate
from vetting.days import today
from vetting.intake.check import check_nomination
from vetting.lookups import for_nominator
from vetting.models import Case, Check, Status

pytestmark = pytest.mark.django_db(transaction=True)

REASON = {"reason": "What was reported last week."}
WITHHOLD = {
    "grounds": "gvhr",
    "basis": "What the court found.",
    "includes_subunits": False,
}
SHOWN = {
    "id", "reference", "kind", "status", "outcome", "nomination", "subject", "commander", "unit_case", "rows",
    "law", "program", "checks", "gates", "restrictions", "earlier", "clock", "determination", "clearance",
    "movements", "actions",
}  # fmt: skip


@pytest.fixture
def checked(people: dict[str, User], routed: list[Case]) -> list[Case]:
    """Every check done, nothing found: the unit's case first."""
    found_nothing("section", "drl", people=people)
    return routed


def path(case: Case | dict[str, Any]) -> str:
    return f"cases/{case['id'] if isinstance(case, dict) else case.pk}/"


def nominated_again(people: dict[str, User], reference: str) -> list[Case]:
    body = demo.border_class(str(people["nominator"].organisation_id), today()) | {"reference": reference}
    draft, problems = check_nomination(body, for_nominator(people["nominator"]), today())
    assert draft is not None, problems
    nomination = nominate.nominate(draft=draft, by=people["nominator"])
    relay.drain()
    return list(Case.objects.filter(nomination=nomination).order_by("reference"))


# --- reading ---


def test_a_case_is_shown_with_all_there_is_to_know_of_it(call: Any, routed: list[Case]) -> None:
    unit, person = routed[0], routed[1]
    answer = call("coordinator").get(path(person))
    shown = answer.json()
    assert (answer.status_code, answer["ETag"]) == (200, f'"{Case.objects.get(pk=person.pk).version}"')
    assert set(shown) >= SHOWN
    assert (shown["kind"], shown["status"], shown["unit_case"]) == ("individual", "in-review", str(unit.pk))
    assert shown["subject"] == {
        "kind": "individual",
        "id": str(person.subject_id),
        "name": person.subject.name,
    }
    assert [(each["check_type"], each["state"], each["finding"]) for each in shown["checks"]] == [
        ("consular", "open", None),
        ("political", "open", None),
    ]
    assert shown["restrictions"] == shown["earlier"] == []
    [gate] = shown["gates"]
    assert (gate["name"], gate["state"], gate["conditions"]) == ("cspa", "not-covered", [])
    assert gate["reasons"][0]["text"] == "The Act does not reach INCLE."
    assert shown["clock"]["due"] == person.needed_by.isoformat() and not shown["clock"]["paused"]
    assert shown["clock"]["forecast"] > today().isoformat()
    assert [each["status"] for each in shown["rows"]] == ["in-review"]
    assert {each["left_at"] for each in shown["movements"]} == {None}
    commander = call("coordinator").get(path(unit)).json()
    assert commander["commander"]["name"] == "Oleg Vantsoy" and len(commander["rows"]) == 5


def test_to_staff_every_act_is_named_in_every_state(call: Any, routed: list[Case]) -> None:
    names = ["claim", "release", "return", "request-information", "suspend", "resume", "opinion", "clear",
             "recommend-clear", "recommend-withhold", "recall", "reopen", "cancel"]  # fmt: skip
    for who in ("section", "auditor", "drl"):
        assert [each["name"] for each in call(who).get(path(routed[1])).json()["actions"]] == names
    allowed = [
        each["name"] for each in call("legal").get(path(routed[1])).json()["actions"] if each["allowed"]
    ]
    assert allowed == ["opinion"]
    assert call("drl").act(path(routed[1]), "suspend", REASON).status_code == 200
    shown = call("drl").get(path(routed[1])).json()
    assert offer(shown, "resume") == {"name": "resume", "allowed": True, "why_not": None}
    assert "suspended" in offer(shown, "suspend")["why_not"]


def test_lists_are_narrowed_and_end_at_ones_reach(call: Any, routed: list[Case]) -> None:
    def found(who: str, query: str = "") -> set[str]:
        answer = call(who).get(f"cases/{query}")
        assert answer.status_code == 200, answer.content
        return {each["id"] for each in answer.json()["results"]}

    everyone = {str(case.pk) for case in routed}
    political = Check.objects.filter(queue__check_type="political").first()
    consular = Check.objects.filter(queue__check_type="consular").first()
    assert found("coordinator") == everyone
    assert found("section2") == set()
    assert found("section", "?kind=unit") == {str(routed[0].pk)}
    assert found("section", "?status=cleared") == set()
    assert found("section", f"?nomination={routed[0].nomination_id}&country=XA") == everyone
    assert found("section", f"?queue={political.queue_id}") == everyone
    assert found("section", f"?queue={consular.queue_id}") == everyone - {str(routed[0].pk)}
    assert found("section", f"?q={routed[2].reference}") == {str(routed[2].pk)}
    assert call("section").get("cases/?subject=x").status_code == 400


@pytest.mark.parametrize("address", ["cases/", "checks/", "matches/", "determinations/", "restrictions/",
                                     "queues/", "routing-rules/", "units/", "individuals/", "postings/",
                                     "command-links/", "audit/events/", "checks/mine.csv"])  # fmt: skip
def test_the_staffs_side_is_not_there_for_nominators(call: Any, routed: list[Case], address: str) -> None:
    answer, missing = call("nominator").get(address), call("nominator").get("no-such-thing/")
    assert (answer.status_code, answer.content) == (404, missing.content)


def test_queries_do_not_grow_with_cases(
    call: Any, people: dict[str, User], routed: list[Case], django_assert_max_num_queries: Any
) -> None:
    caller = call("drl")
    caller.get("cases/?limit=2")
    with django_assert_max_num_queries(100) as two:
        assert len(caller.get("cases/?limit=2").json()["results"]) == 2
    for number in range(3):
        nominated_again(people, f"AGAIN-{number}")
    with django_assert_max_num_queries(len(two)):
        assert len(caller.get("cases/?limit=24").json()["results"]) == 24


# --- acts ---


Act = tuple[str, dict[str, Any], str, str]
ON_ROUTED: list[Act] = [  # act, body, who may, who may not
    ("claim", {}, "coordinator", "legal"),
    ("return", {"fields": ["date_of_birth"], "note": "The day is missing."}, "coordinator", "drl"),
    ("request-information", {"question": "Which battalion?", "fields": ["unit"]}, "drl", "approver"),
    ("suspend", REASON, "drl", "coordinator"),
    ("opinion", {"view": "object", "note": "Wait for the court."}, "legal", "drl"),
    ("cancel", {"reason": "duplicate", "note": "Nominated twice."}, "coordinator", "desk"),
]
AFTER = {
    "claim": "in-review",
    "return": "returned",
    "request-information": "rfi",
    "suspend": "suspended",
    "opinion": "in-review",
    "cancel": "cancelled",
}


@pytest.mark.parametrize(("act", "body", "who", "not_who"), ON_ROUTED, ids=lambda value: str(value)[:24])
def test_an_act_at_its_door(
    call: Any, routed: list[Case], act: str, body: dict[str, Any], who: str, not_who: str
) -> None:
    case = path(routed[1])
    tag = call(who).get(case)["ETag"]

    hidden = call("section2").post(f"{case}{act}/", body, If_Match=tag)
    assert hidden.status_code == 404
    refused = call(not_who).post(f"{case}{act}/", body, If_Match=tag)
    assert refused.status_code == 403
    assert refused.json()["detail"] == offer(call(not_who).get(case).json(), act)["why_not"]
    assert call(who).post(f"{case}{act}/", {**body, "colour": "red"}, If_Match=tag).status_code == 400
    assert call(who).post(f"{case}{act}/", body).status_code == 428
    assert call(who).post(f"{case}{act}/", body, If_Match='"999"').status_code == 412
    assert call(who).post(f"{case}{act}/", body, If_Match="*").status_code == 412

    done = call(who).post(f"{case}{act}/", body, If_Match=tag)
    assert (done.status_code, done.json()["status"]) == (200, AFTER[act]), done.content
    assert done["ETag"] != tag
    assert Event.objects.filter(action="vetting.refused", actor=not_who).count() == 1


def test_what_was_done_is_shown(call: Any, routed: list[Case]) -> None:
    case = path(routed[1])
    assert call("drl").act(case, "claim").json()["owner"] == "drl"
    taken = call("coordinator").act(case, "claim")
    assert (taken.status_code, taken.json()["detail"]) == (409, "Ruth Osterby-Kane has this case.")
    assert call("drl").act(case, "release").json()["owner"] is None
    given = call("desk").act(case, "opinion", {"view": "concur"}).json()
    assert [(each["view"], each["by"]) for each in given["opinions"]] == [("concur", "desk")]
    asked = call("coordinator").act(case, "request-information", {"question": "Which battalion?"}).json()
    assert asked["clock"]["paused"] and asked["questions"][0]["question"] == "Which battalion?"
    assert asked["rows"][0]["status"] == "more-information-needed"


def test_a_suspended_case_is_resumed_or_recommended(call: Any, routed: list[Case]) -> None:
    case = path(routed[1])
    suspended = call("drl").act(case, "suspend", REASON).json()
    assert suspended["suspensions"][0]["ended_at"] is None
    assert call("drl").act(case, "request-information", {"question": "Who?"}).status_code == 409
    assert call("drl").act(case, "resume", REASON).json()["status"] == "in-review"
    call("drl").act(case, "suspend", REASON)
    assert (
        call("drl").act(case, "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user)).status_code
        == 201
    )


def test_what_is_wrong_with_a_body_is_said_at_once(call: Any, routed: list[Case]) -> None:
    case = path(routed[1])
    wrong = call("drl").act(case, "recommend-withhold", {"grounds": "rumour", "allegations": ["x"], "why": 1})
    assert wrong.status_code == 400
    assert {each["pointer"] for each in wrong.json()["errors"]} == {
        "/grounds",
        "/basis",
        "/allegations/0",
        "/why",
    }
    wrong = call("coordinator").act(case, "return", {"fields": ["shoe_size"], "note": " "})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/fields/0", "/note"}
    wrong = call("legal").act(case, "opinion", {"view": "object"})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/note"]


# --- clearing ---


def test_a_clear_says_all_that_stands_against_it(call: Any, routed: list[Case]) -> None:
    refused = call("coordinator").act(path(routed[1]), "clear", {"basis": "Nothing was found."})
    assert refused.status_code == 409
    assert sentences(refused) == [
        "2 of its checks are still to be done.",
        "Its unit is not cleared: an individual is not cleared before the unit is.",
    ]
    assert (
        offer(call("coordinator").get(path(routed[1])).json(), "clear")["why_not"] == refused.json()["detail"]
    )


def test_one_person_clears_in_the_fast_lane(call: Any, checked: list[Case]) -> None:
    done = call("coordinator").act(path(checked[0]), "clear", {"basis": "Nothing was found."}).json()
    assert (done["status"], done["outcome"]) == ("cleared", "cleared")
    assert done["clearance"]["from"] == today().isoformat() < done["clearance"]["until"]
    recalled = call("drl").act(path(checked[0]), "recall", REASON).json()
    assert (recalled["status"], recalled["clearance"]) == ("recalled", None)
    assert call("drl").act(path(checked[0]), "reopen", REASON).json()["status"] == "in-review"


def test_many_are_cleared_each_for_itself(call: Any, checked: list[Case]) -> None:
    hidden = "7b8e7d6c-0000-4000-8000-000000000000"
    ids = [str(case.pk) for case in checked] + [hidden]
    call("drl").act(path(checked[2]), "suspend", REASON)
    answer = call("coordinator").post("cases/clear/", {"ids": ids, "basis": "Nothing was found."})
    results = {each["id"]: each for each in answer.json()["results"]}
    assert [results[pk]["status"] for pk in ids] == [200, 200, 409, 200, 200, 200, 404]
    assert results[ids[0]]["etag"].startswith('"') and "suspended" in results[ids[2]]["detail"]
    refused = call("legal").post("cases/clear/", {"ids": ids[:1], "basis": "Nothing was found."}).json()
    assert refused["results"][0]["status"] == 403
    assert Case.objects.filter(status=Status.CLEARED).count() == 5


def test_a_derogatory_finding_takes_two_to_clear(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    check = checks.claim_next(by=people["section"])
    assert check is not None
    checks.complete(check=check, finding="derogatory", note="A report.", by=people["section"])
    found_nothing("section", "drl", people=people)
    unit = path(routed[0])
    case = unit if check.case_id == routed[0].pk else path(check.case)
    if case != unit:
        assert call("coordinator").act(unit, "clear", {"basis": "Nothing."}).status_code == 200
    refused = call("coordinator").act(case, "clear", {"basis": "It was a mistake."})
    assert sentences(refused) == ["A check found derogatory information, so a clear takes two people."]
    recommended = call("drl").act(case, "recommend-clear", {"basis": "It was a mistake."})
    assert (recommended.status_code, recommended.json()["kind"]) == (201, "clear")
    determination = f"determinations/{recommended.json()['id']}/"
    assert call("approver").act(determination, "approve").json()["state"] == "approved"
    assert call("coordinator").get(case).json()["status"] == "cleared"


# --- withholding, by two ---


@pytest.fixture
def recommended(call: Any, routed: list[Case]) -> str:
    """The address of a recommended withhold of the first person's case."""
    answer = call("drl").act(
        path(routed[1]), "recommend-withhold", WITHHOLD | named(routed[1], call("drl").user)
    )
    assert answer.status_code == 201, answer.content
    return f"determinations/{answer.json()['id']}/"


def test_another_person_signs_what_was_read(call: Any, routed: list[Case], recommended: str) -> None:
    tag = call("approver").get(recommended)["ETag"]
    assert call("drl").post(f"{recommended}approve/", If_Match=tag).status_code == 403
    assert call("approver2").post(f"{recommended}approve/", If_Match=tag).status_code == 404
    assert call("approver").post(f"{recommended}approve/").status_code == 428
    assert call("approver").post(f"{recommended}approve/", If_Match='"0000"').status_code == 412
    assert call("approver").post(f"{recommended}approve/", If_Match="*").status_code == 412
    signed = call("approver").post(f"{recommended}approve/", If_Match=tag)
    assert (signed.status_code, signed.json()["state"], signed.json()["decided_by"]) == (
        200, "approved", "approver")  # fmt: skip
    again = call("approver").post(f"{recommended}approve/", If_Match=tag)
    assert (again.status_code, again.json()["detail"]) == (409, "This was approved already.")

    case = call("coordinator").get(path(routed[1])).json()
    assert (case["status"], case["outcome"]) == ("withheld", "withheld-gvhr")
    [restriction] = call("coordinator").get(f"restrictions/?subject={routed[1].subject_id}").json()["results"]
    assert (restriction["law"], restriction["cause"]) == ("state-leahy", signed.json()["id"])
    assert (restriction["from"], restriction["until"]) == (today().isoformat(), None)
    assert [each["through"] for each in case["restrictions"]] == ["subject"]
    assert "restricted" in offer(call("drl").get(path(routed[1])).json(), "reopen")["why_not"]


def test_a_withheld_unit_bars_its_people_and_recalls_what_was_cleared(
    call: Any, people: dict[str, User], checked: list[Case]
) -> None:
    call("coordinator").act(path(checked[0]), "clear", {"basis": "Nothing was found."})
    call("coordinator").act(path(checked[1]), "clear", {"basis": "Nothing was found."})
    call("drl").act(path(checked[0]), "recall", REASON)
    call("drl").act(path(checked[0]), "reopen", REASON)
    made = call("drl").act(
        path(checked[0]),
        "recommend-withhold",
        WITHHOLD | named(checked[0], call("drl").user) | {"includes_subunits": True},
    )
    open_one = (
        call("drl")
        .act(path(checked[2]), "recommend-withhold", WITHHOLD | named(checked[2], call("drl").user))
        .json()
    )
    assert call("approver").act(f"determinations/{made.json()['id']}/", "approve").status_code == 200

    standing = {str(case.pk): call("coordinator").get(path(case)).json() for case in checked}
    assert [each["status"] for each in standing.values()] == ["withheld", "recalled", *["barred"] * 4]
    assert standing[str(checked[3].pk)]["outcome"] == "barred-unit"
    overtaken = call("drl").get(f"determinations/{open_one['id']}/").json()
    assert overtaken["state"] == "overtaken" and "barred" in overtaken["changed"][0]
    later = nominated_again(people, "LATER")
    assert later[0].status == Status.IN_REVIEW  # the same name is a match to be judged, never a bar by itself


def test_a_new_verdict_overtakes_what_was_recommended_without_it(call: Any, restricted: list[Case]) -> None:
    match = Match.objects.get(known__marks__adverse=True)
    case = Case.objects.get(subject=match.nominee)
    made = call("drl").act(path(case), "recommend-withhold", WITHHOLD | named(case, call("drl").user)).json()
    judged = call("section").act(f"matches/{match.pk}/", "verdict", {"verdict": "different"} | REASON)
    assert judged.status_code == 200, judged.content
    determination = call("approver").get(f"determinations/{made['id']}/").json()
    assert determination["state"] == "overtaken"
    assert call("drl").get(path(case)).json()["status"] == "in-review"


def test_replays_and_recommendations_are_told_once(call: Any, routed: list[Case]) -> None:
    tag = call("drl").get(path(routed[1]))["ETag"]
    key = {"If_Match": tag, "Idempotency_Key": "once-and-no-more"}
    body = WITHHOLD | named(routed[1], call("drl").user)
    first = call("drl").post(f"{path(routed[1])}recommend-withhold/", body, **key)
    second = call("drl").post(f"{path(routed[1])}recommend-withhold/", body, **key)
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert Determination.objects.count() == 1


def test_earlier_cases_on_the_same_subject_are_shown(
    call: Any, people: dict[str, User], restricted: list[Case]
) -> None:
    """Forty people's cases are shown theirs through judged sameness, within reach."""
    units_case = restricted[0]
    known = Match.objects.get(nominee=units_case.subject)
    call("section").act(f"matches/{known.pk}/", "verdict", {"verdict": "same"} | REASON)
    again = nominated_again(people, "LATER")[0]
    [match] = [
        each for each in Match.objects.filter(nominee=again.subject) if each.known_id == known.known_id
    ]
    call("section").act(f"matches/{match.pk}/", "verdict", {"verdict": "same"} | REASON)
    earlier = call("coordinator").get(path(again)).json()["earlier"]
    assert [each["case"] for each in earlier] == [str(units_case.pk)]


def test_events_are_for_auditors(call: Any, routed: list[Case]) -> None:
    call("drl").act(path(routed[1]), "claim")
    events = call("auditor").get(f"audit/events/?object={routed[1].pk}").json()["results"]
    assert [each["action"] for each in events] == ["vetting.received", "vetting.routed", "vetting.claimed"]
    assert events[-1]["actor"] == "drl" and events[-1]["hash"]
    assert call("auditor").get(f"audit/events/{events[-1]['id']}/")["ETag"] == f'"{events[-1]["hash"]}"'
    assert call("drl").get("audit/events/").status_code == 404
