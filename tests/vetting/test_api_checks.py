"""checks/, matches/ and queues/ by REST: a section's morning."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from config import demo, roles
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from screening.models import Match
from tests.support.calls import Caller, offer
from units.models import Individual
from vetting.actions import checks
from vetting.models import Case, Check

pytestmark = pytest.mark.django_db(transaction=True)

SEARCHES = [{"source": "Embassy files", "query": "as nominated", "script": "Latin", "results": 0}]
NOTHING = {"finding": "nothing-found", "note": "", "searches": SEARCHES}
DEROGATORY = {"finding": "derogatory", "note": "A report of 2019.", "searches": SEARCHES}


def of_type(case: Case, check_type: str) -> Check:
    return Check.objects.get(case=case, queue__check_type=check_type)


def path(case: Case) -> str:
    return f"cases/{case.pk}/"


def at(check: Check) -> str:
    return f"checks/{check.pk}/"


# --- one check ---


def test_a_check_is_claimed_completed_and_the_next_stage_opens(call: Any, routed: list[Case]) -> None:
    section, check = call("section"), of_type(routed[0], "political")
    shown = section.get(at(check)).json()
    assert (shown["state"], shown["finding"], shown["case"]) == ("open", None, str(routed[0].pk))
    assert shown["subject"]["name"] == "14th Border Battalion"
    assert offer(shown, "complete")["why_not"] == "Nobody has claimed this: claim it first."
    claimed = section.act(at(check), "claim")
    assert (claimed.status_code, claimed.json()["claimed_by"]) == (200, "section")
    assert section.act(at(check), "claim").json()["detail"] == "You have claimed this already."
    assert section.act(at(check), "release").json()["state"] == "open"
    section.act(at(check), "claim")
    done = section.act(at(check), "complete", DEROGATORY).json()
    assert (done["state"], done["finding"]) == ("done", "derogatory")
    assert done["found"]["note"] == DEROGATORY["note"] and done["found"]["searches"] == SEARCHES
    case = section.get(path(routed[0])).json()
    assert [(each["check_type"], each["state"]) for each in case["checks"]] == [
        ("political", "done"), ("drl", "open")]  # fmt: skip
    assert Event.objects.filter(action="vetting.check-completed", actor="section").count() == 1


ACTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("claim", {}, "section", "drl"),
    ("recommend-skip", {"reason": "The office is closed."}, "coordinator", "section"),
]


@pytest.mark.parametrize(("act", "body", "who", "not_who"), ACTS, ids=lambda value: str(value)[:20])
def test_an_act_at_its_door(
    call: Any, routed: list[Case], act: str, body: dict[str, Any], who: str, not_who: str
) -> None:
    check = at(of_type(routed[1], "political"))
    tag = call(who).get(check)["ETag"]
    assert call("section2").post(f"{check}{act}/", body, If_Match=tag).status_code == 404
    refused = call(not_who).post(f"{check}{act}/", body, If_Match=tag)
    assert (refused.status_code, refused.json()["detail"]) == (
        403, offer(call(not_who).get(check).json(), act)["why_not"])  # fmt: skip
    assert call(who).post(f"{check}{act}/", body).status_code == 428
    assert call(who).post(f"{check}{act}/", body, If_Match='"99"').status_code == 412
    assert call(who).post(f"{check}{act}/", body, If_Match=tag).status_code in (200, 201)


def test_claiming_anothers_check_is_refused_with_their_name(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    check = of_type(routed[1], "political")
    colleague = User.objects.create(username="colleague", name="Ada Marrow")
    roles.hold(colleague, "section", check.queue.post)
    Caller(colleague).act(at(check), "claim")
    for act, body in (("claim", {}), ("release", {}), ("complete", NOTHING)):
        refused = call("section").act(at(check), act, body)
        assert (refused.status_code, refused.json()["detail"]) == (409, "Ada Marrow has claimed this."), act


def test_work_stops_with_its_case(call: Any, routed: list[Case]) -> None:
    check = of_type(routed[1], "political")
    call("section").act(at(check), "claim")
    call("drl").act(path(routed[1]), "suspend", {"reason": "A report."})
    refused = call("section").act(at(check), "complete", NOTHING)
    assert (refused.status_code, "suspended" in refused.json()["detail"]) == (409, True)
    call("coordinator").act(path(routed[1]), "cancel", {"reason": "lapsed"})
    assert call("section").get(at(check)).json()["state"] == "void"


def test_what_is_wrong_with_a_finding_is_said_at_once(call: Any, routed: list[Case]) -> None:
    check = of_type(routed[1], "political")
    call("section").act(at(check), "claim")
    wrong = call("section").act(
        at(check),
        "complete",
        {"finding": "derogatory", "searches": [{"source": "", "results": -1}, {"query": 7}], "mood": "bad"},
    )
    pointers = {each["pointer"] for each in wrong.json()["errors"]}
    assert wrong.status_code == 400
    assert pointers >= {"/note", "/mood", "/searches/0/source", "/searches/0/results", "/searches/1/query"}
    skipped = call("section").act(at(check), "complete", NOTHING | {"finding": "skipped"})
    assert skipped.status_code == 400


def test_the_others_findings_are_sealed_until_ones_own_is_in(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    political, consular = of_type(routed[1], "political"), of_type(routed[1], "consular")
    colleague = User.objects.create(username="colleague", name="Ada Marrow")
    roles.hold(colleague, "section", consular.queue.post)
    checks.claim(check=consular, by=colleague)
    checks.complete(check=consular, finding="derogatory", note="A report.", by=colleague)

    def findings(who: str) -> list[Any]:
        case = call(who).get(path(routed[1])).json()
        return [each["finding"] for each in case["checks"] if each["stage"] == 1]

    assert findings("section") == [None, None]
    hidden = call("section").get(at(consular)).json()
    assert (hidden["state"], hidden["finding"], hidden["found"]) == ("done", None, None)
    listed = call("section").get(f"checks/?case={routed[1].pk}").json()["results"]
    assert {each["finding"] for each in listed} == {None} and "A report." not in str(listed)
    assert findings("coordinator") == ["derogatory", None]
    assert Caller(colleague).get(at(consular)).json()["finding"] == "derogatory"

    call("section").act(at(political), "claim")
    assert call("section").act(at(political), "complete", NOTHING).status_code == 200
    assert findings("section") == ["derogatory", "nothing-found"]
    assert call("section").get(at(consular)).json()["found"]["note"] == "A report."


def test_the_fast_lanes_reasons_do_not_break_the_seal(
    call: Any, people: dict[str, User], routed: list[Case]
) -> None:
    """A coordinator who also checks is told what is undone, not what the others found."""
    consular = of_type(routed[1], "consular")
    checks.claim(check=consular, by=people["section"])
    checks.complete(check=consular, finding="derogatory", note="A report.", by=people["section"])
    roles.hold(people["coordinator"], "section", consular.queue.post)
    why_not = offer(call("coordinator").get(path(routed[1])).json(), "clear")["why_not"]
    assert "derogatory" not in why_not and "still to be done" in why_not


# --- next, many, the file ---


def test_next_claims_the_most_urgent_until_none_is_left(call: Any, routed: list[Case]) -> None:
    queue = of_type(routed[1], "consular").queue_id
    Check.objects.filter(case=routed[3]).update(needed_by="2026-01-01")
    first = call("section").post("checks/next/", {"queue": str(queue)})
    assert (first.status_code, first.json()["case"]) == (200, str(routed[3].pk))
    assert first["ETag"] == '"2"' and first.json()["claimed_by"] == "section"
    for _ in range(10):
        assert call("section").post("checks/next/", {}).status_code == 200
    assert call("section").post("checks/next/", {}).status_code == 204
    assert call("legal").post("checks/next/", {}).status_code == 403
    assert call("nominator").post("checks/next/", {}).status_code == 404
    assert call("coordinator").post("checks/next/", {"queue": str(queue)}).status_code == 403
    assert call("section2").post("checks/next/", {"queue": str(queue)}).status_code == 400


def test_nothing_found_for_many_each_for_itself(call: Any, routed: list[Case]) -> None:
    claimed = [call("section").post("checks/next/", {}).json()["id"] for _ in range(3)]
    unclaimed = str(Check.objects.filter(state="open").first().pk)  # type: ignore[union-attr]
    body = {"ids": [*claimed, unclaimed, "no-id"], "note": "", "searches": SEARCHES}
    results = call("section").post("checks/complete/", body).json()["results"]
    assert [each["status"] for each in results] == [200, 200, 200, 409, 404]
    assert {each.finding for each in Check.objects.filter(pk__in=claimed)} == {"nothing-found"}
    assert results[0]["etag"] == f'"{Check.objects.get(pk=claimed[0]).version}"'
    asked = call("section").post("checks/complete/", body | {"finding": "derogatory"})
    assert [each["pointer"] for each in asked.json()["errors"]] == ["/finding"]


def test_my_checks_as_a_file_that_no_spreadsheet_runs(call: Any, routed: list[Case]) -> None:
    Individual.objects.filter(pk=routed[1].subject_id).update(name="=HYPERLINK(1)")
    for check_type in ("political", "consular"):
        call("section").act(at(of_type(routed[1], check_type)), "claim")
    answer = call("section").get("checks/mine.csv")
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["case"] for row in rows} == {routed[1].reference} and len(rows) == 2
    assert rows[0]["name"] == "'=HYPERLINK(1)" and rows[0]["unit"] == "14th Border Battalion"
    assert call("section").get("checks/mine.csv?x=1").status_code == 400
    empty = call("drl").get("checks/mine.csv").content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(empty)))) == 0


def test_lists_are_narrowed_and_queries_do_not_grow(
    call: Any, routed: list[Case], django_assert_max_num_queries: Any
) -> None:
    political = of_type(routed[1], "political")
    found = call("section").get(f"checks/?queue={political.queue_id}&state=open").json()["results"]
    assert len(found) == 6 and {each["check_type"] for each in found} == {"political"}
    assert call("section2").get(f"checks/?queue={political.queue_id}").json()["results"] == []
    assert call("section").get("checks/?state=lost").status_code == 400
    with django_assert_max_num_queries(100) as one:
        assert len(call("section").get("checks/?limit=1").json()["results"]) == 1
    with django_assert_max_num_queries(len(one)):
        assert len(call("section").get("checks/").json()["results"]) == 11


# --- a skip takes two ---


def test_a_skip_is_recommended_and_signed(call: Any, routed: list[Case]) -> None:
    check = of_type(routed[0], "political")
    made = call("coordinator").act(at(check), "recommend-skip", {"reason": "The office is closed."})
    assert (made.status_code, made.json()["kind"]) == (201, "check-skip")
    determination = f"determinations/{made.json()['id']}/"
    again = call("coordinator").act(at(check), "recommend-skip", {"reason": "It is still closed."})
    assert again.status_code == 409
    assert call("coordinator").act(determination, "approve").status_code == 403
    assert call("approver").act(determination, "approve").json()["state"] == "approved"
    assert call("coordinator").get(at(check)).json()["finding"] == "skipped"


def test_a_skip_is_overtaken_when_the_check_is_made_after_all(call: Any, routed: list[Case]) -> None:
    check = of_type(routed[0], "political")
    made = call("coordinator").act(at(check), "recommend-skip", {"reason": "The office is closed."})
    call("section").act(at(check), "claim")
    call("section").act(at(check), "complete", NOTHING)
    determination = call("approver").get(f"determinations/{made.json()['id']}/").json()
    assert (determination["state"], determination["changed"]) == ("overtaken", ["The check was completed."])


def test_a_skip_is_overtaken_when_its_case_ends(call: Any, routed: list[Case]) -> None:
    check = of_type(routed[1], "political")
    made = call("coordinator").act(at(check), "recommend-skip", {"reason": "The office is closed."})
    call("coordinator").act(path(routed[1]), "cancel", {"reason": "withdrawn"})
    determination = call("approver").get(f"determinations/{made.json()['id']}/").json()
    assert (determination["state"], determination["changed"]) == ("overtaken", ["Its case has ended."])


# --- matches ---


def test_a_match_is_shown_with_its_reasons_and_judged(call: Any, restricted: list[Case]) -> None:
    adverse = Match.objects.get(known__marks__adverse=True)
    case = Case.objects.get(subject=adverse.nominee)
    [shown] = call("section").get(f"matches/?case={case.pk}").json()["results"]
    assert (shown["case"], shown["reasons"], shown["verdict"]) == (
        str(case.pk),
        ["restricted:state-leahy"],
        None,
    )
    assert {each["feature"] for each in shown["explanation"]} >= {"name", "birth date"}
    assert {"feature", "score", "nominee", "known"} <= set(shown["explanation"][0])
    assert shown["algorithm"] and shown["known"]["kind"] == "individual"

    match, body = f"matches/{adverse.pk}/", {"verdict": "different", "reason": "Eight years younger."}
    tag = call("section").get(match)["ETag"]
    assert call("section2").post(f"{match}verdict/", body, If_Match=tag).status_code == 404
    assert call("approver").post(f"{match}verdict/", body, If_Match=tag).status_code == 403
    assert call("section").post(f"{match}verdict/", body).status_code == 428
    assert call("section").post(f"{match}verdict/", body, If_Match='"77"').status_code == 412
    assert call("section").act(match, "verdict", {"verdict": "maybe"}).status_code == 400
    judged = call("section").post(f"{match}verdict/", body, If_Match=tag)
    assert (judged.status_code, judged.json()["verdict"]) == (200, "different")
    assert judged.json()["verdicts"][0]["by"] == "section" and judged["ETag"] != tag
    assert call("section2").get("matches/").json()["results"] == []
    assert call("section").get(f"matches/?case={restricted[1].pk}").json()["results"] == []


def test_the_same_as_somebody_restricted_bars_at_once(call: Any, restricted: list[Case]) -> None:
    adverse = Match.objects.get(known__marks__adverse=True)
    case = Case.objects.get(subject=adverse.nominee)
    call("section").act(f"matches/{adverse.pk}/", "verdict", {"verdict": "same", "reason": "He said so."})
    shown = call("coordinator").get(path(case)).json()
    assert (shown["status"], shown["outcome"]) == ("barred", "barred-subject")
    assert shown["rows"][0]["status"] == "not-cleared"
    nominee = call("coordinator").get(f"individuals/{adverse.nominee_id}/").json()
    assert nominee["provisional"] and [each["id"] for each in nominee["same_as"]] == [str(adverse.known_id)]


def test_queries_do_not_grow_with_matches(
    call: Any, people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    demo.load_register(people["drl"])
    demo.load_class(people["nominator"])
    relay.drain()
    with django_assert_max_num_queries(100) as one:
        assert len(call("section").get("matches/?limit=1").json()["results"]) == 1
    with django_assert_max_num_queries(len(one)):
        assert len(call("section").get("matches/").json()["results"]) > 1


# --- queues and rules ---


def test_queues_say_what_one_may_do_in_them(call: Any, routed: list[Case]) -> None:
    mine = call("section").get("queues/").json()["results"]
    assert {(each["check_type"], tuple(each["rights"])) for each in mine} == {
        ("political", ("see", "work")), ("consular", ("see", "work"))}  # fmt: skip
    one = call("section").get(f"queues/{mine[0]['id']}/")
    assert one.status_code == 200 and one["ETag"]
    assert call("section2").get(f"queues/{mine[0]['id']}/").status_code == 404
    rules = call("admin").get("routing-rules/").json()["results"]
    assert {each["name"] for each in rules} == {"Every individual", "Every unit"}
    assert rules[0]["plan"]["steps"][0]["stage"] == 1
    movement = call("drl").get(path(routed[1])).json()["movements"][0]
    assert movement["rule"] in {each["rule"] for each in rules}
