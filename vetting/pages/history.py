"""A case's history in plain words, from its subject's chain of events. The seal holds here too.

Events carry ids, codes and reasons; names are looked up for whoever may read the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from foundation.accounts.models import User
from foundation.audit.models import Event
from vetting.models import Check

YOU = "You"
SEALED = "sealed until your own finding is in"
FINDINGS = {
    "nothing-found": "nothing found",
    "derogatory": "derogatory information",
    "unable": "unable to check",
}
KINDS = {
    "clear": "a clear",
    "withhold": "a withhold",
    "check-skip": "skipping a check",
    "restrict": "a restriction",
    "lift": "a lift",
    "publication-exception": "an exception from publication",
}
LAWS = {"state-leahy": "State law", "dod-leahy": "DoD law"}
GROUNDS = {"gvhr": "gross violation of human rights", "non-hr": "other than human rights"}
OUTCOMES = {
    "barred-subject": "the subject is restricted",
    "barred-unit": "its unit or commander is restricted, or its unit was withheld",
}
BECAUSE = {
    "restricted": "a restriction reaches it",
    "recalled": "",
    "gate": "a gate no longer lets it through",
}
ACTS = {"return": "return", "request-information": "ask the nominator", "opinion": "give an opinion"}


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    what: str
    note: str = ""


Told = Callable[[Mapping[str, Any]], str]
WHAT: dict[str, str | Told] = {
    "vetting.routed": lambda body: f"Screened and sent to stage {body.get('stage', 1)}",
    "vetting.claimed": "Case taken",
    "vetting.released": "Case given back",
    "vetting.returned": "Returned for data owed",
    "vetting.resubmitted": "Resubmitted by the nominator",
    "vetting.asked": "Information asked for; clock stopped",
    "vetting.answered": "Nominator answered; clock restarted",
    "vetting.suspended": "Suspended",
    "vetting.resumed": "Resumed",
    "vetting.opinion-given": lambda body: (
        "Opinion given: concurs" if body.get("view") == "concur" else "Opinion given: objects"
    ),
    "vetting.cancelled": lambda body: (
        f"Cancelled: {_words(str(body.get('outcome', '')).removeprefix('cancelled-'))}"
    ),
    "vetting.barred": lambda body: (
        f"Barred: {OUTCOMES.get(str(body.get('outcome')), 'a restriction reaches it')}"
    ),
    "vetting.recalled": lambda body: "Clearance recalled" + _after(BECAUSE.get(str(body.get("because")), "")),
    "vetting.reopened": "Reopened",
    "vetting.cleared": "Cleared",
    "vetting.withheld": lambda body: f"Withheld: {GROUNDS.get(str(body.get('grounds')), '')}",
    "vetting.screened-again": "Screened again: a possible match is new or has changed",
    "vetting.restricted": lambda body: f"Restricted under the {LAWS.get(str(body.get('law')), 'law')}",
    "vetting.restriction-backed": "Another signature stands behind its restriction",
    "vetting.lifted": lambda body: f"Restriction under the {LAWS.get(str(body.get('law')), 'law')} lifted",
    "screening.judged": lambda body: f"Possible match judged: {body.get('verdict')}",
    "units.judged-same": "Linked to a known subject",
    "units.judged-not-same": "Link to a known subject ended",
    "units.unmasked": lambda body: f"Masked field shown: {_words(str(body.get('field')))}",
    "units.corrected": "Identity corrected",
}


def read(events: QuerySet[Event]) -> QuerySet[Event]:
    """The latest first, each with the name of whoever acted."""
    named = User.objects.filter(username=OuterRef("actor")).values("name")[:1]
    return events.annotate(by_name=Subquery(named)).reverse()


def of_case(
    events: Iterable[Event], *, checks: Mapping[str, Check], sealed: set[int], user: User
) -> list[Entry]:
    """The latest first. `checks` by id; `sealed`: stages whose findings this reader may not see yet."""
    told = (_entry(event, checks.get(event.object_id), sealed, user) for event in events)
    return [entry for entry in told if entry]


def _entry(event: Any, check: Check | None, sealed: set[int], user: User) -> Entry | None:
    body, by = event.details, _by(event, user)
    if event.action.startswith("vetting.check-"):
        return _of_check(event, check, body, by, sealed)
    if event.action.startswith("signing."):
        return Entry(event.at, _of_signing(event.action, body), _note(by, body.get("reason")))
    if event.action.endswith(".refused"):
        return Entry(event.at, f"Refused: {_words(ACTS.get(str(body.get('act')), str(body.get('act'))))}",
                     _note(by, " ".join(map(str, body.get("reasons", [])))))  # fmt: skip
    what = WHAT.get(event.action)
    if what is None:
        return None
    said = what if isinstance(what, str) else what(body)
    return Entry(event.at, said, _note(by, body.get("reason") or body.get("note")))


def _of_check(
    event: Event, check: Check | None, body: Mapping[str, Any], by: str, sealed: set[int]
) -> Entry | None:
    if check is None:
        return None
    queue = check.queue.name
    if event.action == "vetting.check-completed":
        if check.stage in sealed and by != YOU:
            return Entry(event.at, f"{queue}: finding recorded", f"{by}; {SEALED}")
        finding = FINDINGS.get(str(body.get("finding")), str(body.get("finding")))
        count = body.get("searches", 0)
        return Entry(
            event.at, f"{queue}: {finding}", f"{by}; {count} {'search' if count == 1 else 'searches'}"
        )
    words = {"claimed": "claimed", "released": "released", "skipped": "skipped, by two people"}
    return Entry(event.at, f"{queue}: {words.get(event.action.rpartition('-')[2], 'moved')}", by)


def _of_signing(action: str, body: Mapping[str, Any]) -> str:
    kind = KINDS.get(str(body.get("kind")), str(body.get("kind")))
    verb = {
        "recommended": f"Recommended: {kind}",
        "approved": f"Approved and signed: {kind}",
        "returned": f"Returned unsigned: {kind}",
        "withdrawn": f"Recommendation withdrawn: {kind}",
        "overtaken": f"Overtaken: {kind}; what it rests on has changed",
    }
    return verb.get(action.partition(".")[2], kind)


def _by(event: Any, user: User) -> str:
    if event.actor == user.username:
        return YOU
    return "Probity" if event.actor == "system" else event.by_name or event.actor


def _note(by: str, reason: Any) -> str:
    return f"{by}: {reason}" if reason else by


def _words(code: str) -> str:
    return code.replace("-", " ").replace("_", " ")


def _after(reason: str) -> str:
    return f": {reason}" if reason else ""
