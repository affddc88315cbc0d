"""What one act may change, and what it must leave behind: the invariants of a step (docs/invariants.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from tests.trust.steps import Row, Step

ENDED = ("cleared", "recalled", "withheld", "barred", "cancelled")
STAFF = ("coordinator", "section", "drl", "desk", "legal", "approver")
DAY_THIRTY = ("resume", "recommend-withhold", "cancel")


def only_along_edges(step: Step, allowed: set[tuple[str, str, str]]) -> Iterator[str]:
    for case, source, target, by in step.edges:
        if (source, target, by) not in allowed:
            yield f"{case}: {source} → {target} by {by}"
    for pk, row in step.after["vetting_case"].items():
        at = step.before["vetting_case"][pk]["status"] if pk in step.before["vetting_case"] else "received"
        for case, source, target, _by in step.edges:
            if case == pk:
                if source != at:
                    yield f"{pk}: moved on from {source} while it was {at}"
                at = target
        if row["status"] != at:
            yield f"{pk}: {row['status']}, and no transition led there from {at}"


# What each transition leaves behind: its event (on the case, unless another is named), its fact.
LEAVES = {
    "begin_review": ("vetting.routed", ""),
    "return_for_data": ("vetting.returned", ""),
    "ask": ("vetting.asked", ""),
    "suspend": ("vetting.suspended", "vetting.suspended"),
    "resume": ("vetting.resumed", ""),
    "clear": ("vetting.cleared", "vetting.cleared"),
    "withhold": ("vetting.withheld", "vetting.withheld"),
    "bar": ("vetting.barred", "vetting.barred"),
    "cancel": ("vetting.cancelled", ""),
    "recall": ("vetting.recalled", "vetting.recalled"),
    "reopen": ("vetting.reopened", ""),
}


def one_event_each(step: Step) -> Iterator[str]:
    moves = Counter((case, by) for case, _from, _to, by in step.edges)
    events = Counter((row["id"], row["action"]) for row in step.events if row["kind"] == "vetting.case")
    facts = Counter((row.get("case", ""), row["kind"]) for row in step.facts)
    for case in {case for case, *_ in step.edges} | {pk for pk, _ in events}:
        for by, (event, fact) in LEAVES.items():
            if events[case, event] != moves[case, by]:
                yield f"{case}: {moves[case, by]} × {by}, {events[case, event]} × {event}"
            if fact and facts[case, fact] != moves[case, by]:
                yield f"{case}: {moves[case, by]} × {by}, fact {fact} told {facts[case, fact]} times"
    signed = Counter(row["action"] for row in step.events if row["action"].startswith("signing."))
    recommended = sum(by.startswith("recommend") for *_, by in step.edges)
    if recommended > signed["signing.recommended"]:
        yield f"{recommended} recommended, {signed['signing.recommended']} events say so"
    changed = [row["state"] for row in step.fresh("signing_determination")]
    changed += [
        new["state"] for _, old, new in step.pairs("signing_determination") if old["state"] != new["state"]
    ]
    if Counter(f"signing.{state}" for state in changed) != signed:
        yield f"determinations {sorted(changed)}, events {dict(signed)}"


def a_change_is_a_version(step: Step) -> Iterator[str]:
    for table in ("vetting_case", "vetting_check", "screening_match", "units_subject"):
        for pk, old, new in step.pairs(table):
            if new["version"] < old["version"]:
                yield f"{table} {pk}: from version {old['version']} back to {new['version']}"
            if new["version"] == old["version"] and _substance(old) != _substance(new):
                yield f"{table} {pk}: {_differs(old, new)} under version {old['version']}"


def _substance(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("version", "updated_at", "gone_at")}


def _differs(old: Row, new: Row) -> str:
    return ", ".join(f"{name} {old[name]} → {new[name]}" for name in old if old[name] != new[name])


def refused_is_nothing(step: Step) -> Iterator[str]:
    if step.refused:
        for table in step.after.tables.keys() | step.before.tables.keys():
            if step.before[table] != step.after[table]:
                yield f"{step.act} was refused, and {table} is not as it was"


def ended_stays(step: Step) -> Iterator[str]:
    reopened = {case for case, *_, by in step.edges if by in ("reopen", "recall")}
    quiet = {
        pk for pk, old in step.before["vetting_case"].items() if old["status"] in ENDED and pk not in reopened
    }
    for pk, old, new in step.pairs("vetting_case"):
        if pk in quiet and _substance(old) != _substance(new):
            yield f"{pk}: {_differs(old, new)}"
    for table in ("vetting_check", "vetting_movement", "vetting_suspension", "vetting_informationrequest"):
        for pk, old, new in step.pairs(table):
            if old["case_id"] in quiet:
                yield f"{table} {pk} of an ended case: {_differs(old, new)}"


def signed_by_who_may(step: Step) -> Iterator[str]:
    """The roles as they are now: nobody's change within the act that signs."""
    for pk, old, new in step.pairs("signing_determination"):
        if old["state"] != "approved" == new["state"] and not _holds(
            new["decided_by_id"], ("approver",), new["country_id"], new["post_id"]
        ):
            yield f"{pk}: signed by {new['decided_by_id']}, who is no approver there"


def one_person_clears_only_in_the_fast_lane(step: Step) -> Iterator[str]:
    for record in step.fresh("vetting_clearrecord"):
        case = step.before["vetting_case"][record["case_id"]]
        if not _holds(record["by_id"], ("coordinator", "drl"), case["country_id"], case["post_id"]):
            yield f"{case['reference']}: cleared by {record['by_id']}, who holds no role that clears there"
        if slow := _slow(case):
            yield f"{case['reference']}: cleared by one person, though {slow}"


def cleared_when_ready(step: Step) -> Iterator[str]:
    cases = step.after["vetting_case"]
    for pk in (case for case, *_, by in step.edges if by == "clear"):
        case = cases[pk]
        if case["unit_case_id"] and cases[case["unit_case_id"]]["status"] != "cleared":
            yield f"{case['reference']}: cleared before its unit"
        checks = [row for row in step.after["vetting_check"].values() if row["case_id"] == pk]
        if not checks or any(row["state"] not in ("done", "void") for row in checks):
            yield f"{case['reference']}: cleared with checks to be done"


def _holds(person: str, roles: tuple[str, ...], country: str, post: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM accounts_user u JOIN accounts_user_groups g ON g.user_id = u.id
                 JOIN accounts_roleatplace r ON r.group_id = g.group_id
               WHERE u.is_active AND u.id = %s AND r.role = ANY(%s) AND r.organisation_id IS NULL
                 AND (r.country_id = %s OR r.post_id = %s OR r.country_id IS NULL AND r.post_id IS NULL))""",
            [person, list(roles), country, post],
        )
        return bool(cursor.fetchone()[0])


def _slow(case: Row) -> str:
    """What takes a case out of the fast lane, found without the rule book."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT concat_ws(', ',
                 CASE WHEN EXISTS (SELECT FROM vetting_check k JOIN LATERAL (
                     SELECT f.finding, f.id FROM vetting_finding f WHERE f.check_done_id = k.id
                     ORDER BY f.at DESC LIMIT 1) f ON true WHERE k.case_id = %(case)s AND k.state = 'done'
                     AND (f.finding IN ('derogatory', 'unable') OR f.finding = 'nothing-found'
                          AND NOT EXISTS (SELECT FROM vetting_search s WHERE s.found_id = f.id)))
                   THEN 'its findings say otherwise' END,
                 CASE WHEN EXISTS (SELECT FROM screening_match m JOIN screening_mark a
                     ON a.subject_id = m.known_id AND a.adverse AND a.ended_at IS NULL
                     WHERE m.nominee_id = ANY(%(subjects)s::uuid[]) AND m.gone_at IS NULL
                       AND m.verdict <> 'different') THEN 'a match is not judged different' END,
                 CASE WHEN EXISTS (SELECT FROM vetting_case o WHERE o.subject_id = %(subject)s
                     AND (o.ever_suspended OR o.id <> %(case)s AND o.outcome IN
                          ('cancelled-lapsed', 'cancelled-withdrawn'))) THEN 'an earlier case was buried' END,
                 CASE WHEN EXISTS (SELECT FROM vetting_restriction r
                     WHERE r.subject_id = ANY(%(subjects)s::uuid[])) THEN 'it is restricted' END)""",
            {
                "case": case["id"],
                "subject": case["subject_id"],
                "subjects": [each for each in (case["subject_id"], case["commander_id"]) if each],
            },
        )
        return str(cursor.fetchone()[0])


def acts_where_they_hold_a_role(step: Step) -> Iterator[str]:
    """Whatever they may there: nobody acts from outside, though they hold what would let them in."""
    if step.refused or not step.by or step.case not in step.after["vetting_case"]:
        return
    case = step.after["vetting_case"][step.case]
    if step.on in ("case", "check", "determination") and not _holds(
        step.by, STAFF, case["country_id"], case["post_id"]
    ):
        yield f"{step.act} on {case['reference']} by {step.by}, who holds no role there"


def deadlines_stand(step: Step) -> Iterator[str]:
    for pk, old, new in step.pairs("vetting_suspension"):
        if old["decide_by"] != new["decide_by"] or old["since"] != new["since"]:
            yield f"suspension {pk}: {_differs(old, new)}"
    for pk, old, new in step.pairs("vetting_check"):
        if new["due_on"] < old["due_on"] or (
            new["due_on"] != old["due_on"] and new["opened_at"] == old["opened_at"]
        ):
            yield f"check {pk}: {_differs(old, new)}"
    for pk, old, new in step.pairs("vetting_case"):
        if old["needed_by"] != new["needed_by"] and step.act not in ("amend-event", "reopen"):
            yield f"case {pk}: {_differs(old, new)}"


def outcomes_stand(step: Step) -> Iterator[str]:
    for pk, old, new in step.pairs("vetting_clearance"):
        if old["ended_at"] or {"ended_at", "ended_because"} < {n for n in old if old[n] != new[n]}:
            yield f"clearance {pk}: {_differs(old, new)}"
    for pk, old, new in step.pairs("vetting_restriction"):  # it may widen, and end once
        moved = {name for name in old if old[name] != new[name]} - {"version", "updated_at"}
        if (
            moved - {"includes_subunits", "until", "lifted_by_id"}
            or old["until"]
            or (old["includes_subunits"] and not new["includes_subunits"])
        ):
            yield f"restriction {pk}: {_differs(old, new)}"
    for table in ("vetting_finding", "vetting_opinion", "vetting_clearrecord", "screening_verdict"):
        if changed := [pk for pk, *_ in step.pairs(table)] or step.before[table].keys() - step.after[table]:
            yield f"{table}: {changed}"


def day_thirty_decides(step: Step) -> Iterator[str]:
    if step.refused or step.on != "case" or step.act in DAY_THIRTY or not step.case:
        return
    if step.before["vetting_case"][step.case]["status"] == "suspended" and any(
        row["case_id"] == step.case and row["ended_at"] is None and row["decide_by"] <= step.day.isoformat()
        for row in step.before["vetting_suspension"].values()
    ):
        yield f"{step.act} on a case suspended for thirty days"


@dataclass(frozen=True)
class Moved:
    number: int
    says: str
    find: Callable[..., Iterator[str]]


MOVED = (
    Moved(
        21,
        "A case moves along the edges of the diagram (architecture.md) and no others.",
        only_along_edges,
    ),
    Moved(
        22,
        "Each move has one event, and the facts that follow from it are told once.",
        one_event_each,
    ),
    Moved(
        23,
        "What changes is a new version: nothing changes under the version that was read.",
        a_change_is_a_version,
    ),
    Moved(
        24,
        "What was refused has changed nothing.",
        refused_is_nothing,
    ),
    Moved(
        25,
        "What has ended does not change but by a reopening or a recall.",
        ended_stays,
    ),
    Moved(
        26,
        "Whoever signs is an approver of that place at that moment.",
        signed_by_who_may,
    ),
    Moved(
        27,
        "One person alone clears only in the fast lane, and only who may clear there.",
        one_person_clears_only_in_the_fast_lane,
    ),
    Moved(
        28,
        "Nobody is cleared before their unit, nor with a check left to be done.",
        cleared_when_ready,
    ),
    Moved(
        29,
        "A deadline once set stands; a check that is opened anew is due no earlier than before.",
        deadlines_stand,
    ),
    Moved(
        30,
        "Findings, verdicts, opinions and records stay as written; restrictions and clearances are"
        " never stretched.",
        outcomes_stand,
    ),
    Moved(
        31,
        "From day thirty a suspended case is resumed, recommended or cancelled, and nothing else.",
        day_thirty_decides,
    ),
    Moved(
        32,
        "Whoever acts on a case, its checks or what is recommended of it holds a role at its place.",
        acts_where_they_hold_a_role,
    ),
)
SHRINKS = "33. What somebody sees only shrinks when a role is taken away."


def broken(step: Step, edges: set[tuple[str, str, str]]) -> list[str]:
    found = []
    for each in MOVED:
        told = each.find(step, edges) if each.find is only_along_edges else each.find(step)
        found += [f"{each.number}. {each.says}  ({what})" for what in told]
    return found
