"""Classes to nominate, as bodies and as rows in the database; and cases in any state, reached by doing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.signing import actions as signing
from tests.support.evidence import credible
from tests.support.world import found_nothing
from vetting.actions import cases, decide, nominate, nominator
from vetting.days import add_working_days, today
from vetting.intake.check import check_nomination
from vetting.lookups import for_nominator
from vetting.models import Case, Nomination, Status

_numbers = itertools.count(1)
SYLLABLES = ("ka", "lo", "mi", "ra", "su", "te", "vo", "na", "pi", "de", "zu", "shi")


def a_name(number: int) -> str:
    """An invented name; no two numbers share one."""
    digits = [number // len(SYLLABLES) ** place % len(SYLLABLES) for place in range(5)]
    word = "".join(SYLLABLES[digit] for digit in digits).capitalize()
    return f"{word} {word[::-1].capitalize()}ov"


def a_unit(number: int = 1, **changes: Any) -> dict[str, Any]:
    unit = {
        "name": f"{number}th Harbour Guard Company",
        "commander": {"full": f"Ivo {a_name(number + 70_000)}"},
    }
    return _changed(unit, changes)


def a_person(number: int, **changes: Any) -> dict[str, Any]:
    """A valid candidate; a change to ... takes a field out."""
    body = {
        "kind": "individual",
        "role": "participant",
        "name": {"full": a_name(number)},
        "date_of_birth": f"{1970 + number % 30}-03-{1 + number % 28:02}",
        "place_of_birth": {"city": "Corvasht", "country": "XA"},
        "nationality": "XA",
        "gender": "unknown",
        "national_id": f"XA-{number:06}",
        "rank": "Captain",
        "job_title": "Examiner",
        "unit": a_unit(),
    }
    return _changed(body, changes)


def a_class(
    rows: int | Iterable[dict[str, Any]] = 3, *, by: User, country: str = "XA", **changes: Any
) -> dict[str, Any]:
    """A valid body of `POST nominations/`: so many people of one unit, or the candidates given."""
    starts = add_working_days(today(), 45)
    candidates = [a_person(n) for n in range(1, rows + 1)] if isinstance(rows, int) else list(rows)
    body = {
        "reference": f"REF-{next(_numbers)}",
        "organisation": str(by.organisation_id),
        "country": country,
        "event": {
            "title": "Travel document examination",
            "location": "Velin",
            "starts_on": starts.isoformat(),
            "ends_on": (starts + dt.timedelta(days=11)).isoformat(),
        },
        "program": "INCLE",
        "law": "FAA",
        "needed_by": add_working_days(today(), 25).isoformat(),
        "candidates": candidates,
    }
    return _changed(body, changes)


def nominated(rows: int | Iterable[dict[str, Any]] = 3, *, by: User, **changes: Any) -> Nomination:
    draft, problems = check_nomination(a_class(rows, by=by, **changes), for_nominator(by), today())
    assert draft is not None, problems
    return nominate.nominate(draft=draft, by=by)


def screened(rows: int | Iterable[dict[str, Any]] = 3, *, by: User, **changes: Any) -> Nomination:
    """Nominated, and what waits in the outbox delivered: screened and routed."""
    nomination = nominated(rows, by=by, **changes)
    relay.drain()
    return nomination


def case_at(status: str, people: dict[str, User], *, kind: str = "individual") -> Case:
    """A fresh case of a fresh class, brought to this state by real actions of the demo's people. Whatever
    its unit needs (a person is not cleared before its unit) is done as well."""
    nomination = nominated(1, by=people["nominator"])
    if status != Status.RECEIVED:
        relay.drain()
        found_nothing("section", "drl", people=people)
        if kind == "individual" and status in (Status.CLEARED, Status.RECALLED):
            decide.clear(case=nomination.cases.get(kind="unit"), basis="Clean.", by=people["coordinator"])
    case = nomination.cases.get(kind=kind)
    for step in STEPS[Status(status)]:
        step(Case.objects.get(pk=case.pk), people)
    return Case.objects.get(pk=case.pk)


def _withhold(case: Case, people: dict[str, User]) -> None:
    determination = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    signing.approve(determination, read=determination.digest, by=people["approver"])


def _clear(case: Case, people: dict[str, User]) -> None:
    decide.clear(case=case, basis="Nothing found.", by=people["coordinator"])


def _withhold_the_unit(case: Case, people: dict[str, User]) -> None:
    _withhold(case.unit_case or case, people)


Step = Callable[[Case, dict[str, User]], object]
# SCREENING is never seen from outside: one transaction takes a case through it.
STEPS: dict[Status, tuple[Step, ...]] = {
    Status.RECEIVED: (),
    Status.IN_REVIEW: (),
    Status.RETURNED: (
        lambda case, people: cases.return_(
            case=case, note="Give the birth date.", fields=["date_of_birth"], by=people["coordinator"]
        ),
    ),
    Status.RFI: (
        lambda case, people: cases.request_information(
            case=case, question="Which company?", fields=["unit.name"], by=people["section"]
        ),
    ),
    Status.SUSPENDED: (lambda case, people: cases.suspend(case=case, reason="To weigh.", by=people["drl"]),),
    Status.WITHHOLD_RECOMMENDED: (
        lambda case, people: decide.recommend_withhold(
            case=case,
            grounds="gvhr",
            basis="As read.",
            allegations=credible(case.subject, people["drl"]),
            by=people["drl"],
        ),
    ),
    Status.CLEARED: (_clear,),
    Status.RECALLED: (
        _clear,
        lambda case, people: cases.recall(case=case, reason="Later report.", by=people["drl"]),
    ),
    Status.WITHHELD: (_withhold,),
    Status.BARRED: (_withhold_the_unit,),
    Status.CANCELLED: (
        lambda case, people: nominator.withdraw(nomination=case.nomination, by=people["nominator"]),
    ),
}


def _changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (body | changes).items() if value is not ...}
