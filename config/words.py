"""The words of the desk: for every status of the contract, the word a reader sees and the mark beside it.

A mark is a `data-st` of static/desk.css, section 6: it carries shape and tone, and only repeats the word.
The one place where a status becomes a word on a page; nominators read the seven of `row` and no others.
"""

from __future__ import annotations

from typing import NamedTuple


class Status(NamedTuple):
    word: str
    mark: str


STATUSES: dict[str, dict[str, Status]] = {
    "case": {
        "received": Status("Received", "received"),
        "screening": Status("Screening", "screening"),
        "in-review": Status("In review", "in-review"),
        "rfi": Status("On hold: information asked for", "on-hold"),
        "suspended": Status("Suspended", "suspended"),
        "clear-recommended": Status("Clear recommended", "clear-recommended"),
        "withhold-recommended": Status("Withhold recommended", "withhold-recommended"),
        "cleared": Status("Cleared", "cleared"),
        "withheld": Status("Withheld", "withheld"),
        "barred": Status("Barred", "barred"),
        "returned": Status("Returned", "returned"),
        "recalled": Status("Recalled", "recalled"),
        "cancelled": Status("Cancelled", "cancelled"),
    },
    "row": {
        "received": Status("Received", "received"),
        "more-information-needed": Status("More information needed", "rfi"),
        "in-review": Status("In review", "in-review"),
        "cleared": Status("Cleared", "cleared"),
        "not-cleared": Status("Not cleared", "not-cleared"),
        "no-longer-cleared": Status("Clearance no longer valid", "no-longer-cleared"),
        "cancelled": Status("Cancelled", "cancelled"),
    },
    "check": {
        "open": Status("Open", "open"),
        "claimed": Status("Claimed", "claimed"),
        "done": Status("Recorded", "done"),
        "void": Status("Void: the case has ended", "cancelled"),
        "sealed": Status("Recorded, sealed", "sealed"),
        "not-open": Status("Not open yet", "not-open"),
        "conflict": Status("Findings conflict", "conflict"),
    },
    "finding": {
        "nothing-found": Status("Nothing found", "nothing-found"),
        "derogatory": Status("Derogatory", "derogatory"),
        "unable": Status("Unable", "unable"),
    },
    "verdict": {
        "same": Status("Same", "same"),
        "different": Status("Different", "different"),
        "unsure": Status("Unsure", "unsure"),
        "": Status("To judge", "open"),
    },
    "agreement": {
        "agrees": Status("Agrees", "agrees"),
        "near": Status("Near", "near"),
        "differs": Status("Differs", "differs"),
        "unknown": Status("Unknown", "unknown"),
    },
    "determination": {
        "recommended": Status("Waiting for an approver", "withhold-recommended"),
        "approved": Status("Approved", "done"),
        "returned": Status("Returned", "returned"),
        "withdrawn": Status("Withdrawn", "withdrawn"),
        "overtaken": Status("Overtaken", "overtaken"),
    },
    "opinion": {
        "concur": Status("Concurs", "agrees"),
        "object": Status("Objects", "differs"),
    },
    "restriction": {
        "restricted": Status("Restricted", "restricted"),
        "lifted": Status("Lifted", "not-needed"),
        "none": Status("None in force", "none"),
        "gap": Status("Gap in the record", "gap"),
    },
    "step": {
        "open": Status("Open", "open"),
        "done": Status("Done, not verified", "unverified"),
        "verified": Status("Verified", "verified"),
        "rejected": Status("Rejected", "relapsed"),
        "lapsed": Status("Lapsed", "lapsed"),
    },
    "notification": {
        "open": Status("To be drafted", "open"),
        "drafted": Status("Drafted", "claimed"),
        "delivered": Status("Delivered", "done"),
        "acknowledged": Status("Acknowledged", "done"),
        "answered": Status("Answered", "done"),
    },
    "publication": {
        "undecided": Status("To be decided", "open"),
        "published": Status("Published", "done"),
        "excepted": Status("Excepted by two people", "not-needed"),
    },
    "file": {
        "open": Status("Open", "restricted"),
        "closed": Status("Closed", "not-needed"),
    },
    "conclusion": {
        "unassessed": Status("Not assessed", "open"),
        "credible": Status("Credible", "derogatory"),
        "not-credible": Status("Not credible", "nothing-found"),
        "undetermined": Status("Undetermined", "unable"),
    },
    "overlap": {
        "named": Status("Named", "derogatory"),
        "unit-named": Status("In the unit named", "derogatory"),
        "superior": Status("Above the unit named", "near"),
        "subordinate": Status("Below the unit named", "near"),
        "unknown": Status("Unknown: a gap in the record", "gap"),
        "none": Status("Certainly elsewhere", "nothing-found"),
    },
    "element": {
        "met": Status("Met", "agrees"),
        "not-met": Status("Not met", "differs"),
        "unknown": Status("Unknown", "unknown"),
        "": Status("Not answered", "open"),
    },
    "claim": {
        "accepted": Status("Accepted", "done"),
        "in-conflict": Status("In conflict", "conflict"),
        "not-accepted": Status("Not accepted", "not-needed"),
    },
    "gate": {
        "barred": Status("Barred", "barred"),
        "in-conflict": Status("In conflict", "conflict"),
        "not-on-record": Status("Not on record", "not-on-record"),
        "unconfirmed": Status("Unconfirmed", "unconfirmed"),
        "open-under-waiver": Status("Open under a waiver", "under-waiver"),
        "open": Status("Open", "open-gate"),
        "not-covered": Status("Not covered", "not-covered"),
    },
    "milestone": {
        "open": Status("Open", "open"),
        "reported": Status("Reported, not verified", "unverified"),
        "verified": Status("Verified", "verified"),
    },
    "clearance": {
        "valid": Status("Valid", "cleared"),
        "ended": Status("Ended", "not-needed"),
        "recalled": Status("Recalled", "recalled"),
    },
    "job": {
        "queued": Status("Queued", "open"),
        "running": Status("Checking rows", "claimed"),
        "done": Status("Done", "done"),
        "refused": Status("Refused", "cancelled"),
        "failed": Status("Failed", "overdue"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "determination-kind": {
        "withhold": "Withhold",
        "clear": "Clear",
        "restrict": "Restrict",
        "lift": "Lift a restriction",
        "check-skip": "Skip a check",
        "publication-exception": "Except from publication",
        "cspa-waiver": "Waiver of a child-soldier listing",
        "cspa-reinstatement": "Reinstatement after a child-soldier listing",
        "cspa-list-year": "Child-soldier list confirmed complete",
        "cspa-correction": "Correction of a child-soldier record",
    },
    "outcome": {
        "cleared": "Cleared",
        "cleared-matched": "Cleared, with a match judged different",
        "withheld-gvhr": "Withheld: gross violation of human rights",
        "withheld-non-hr": "Withheld: other than human rights",
        "barred-subject": "Barred: the subject is restricted",
        "barred-unit": "Barred: the unit is restricted or withheld",
        "cancelled-data-incomplete": "Cancelled: data incomplete",
        "cancelled-event-cancelled": "Cancelled: event cancelled",
        "cancelled-lapsed": "Cancelled: lapsed",
        "cancelled-withdrawn": "Cancelled: withdrawn",
        "cancelled-duplicate": "Cancelled: duplicate",
    },
    "grounds": {
        "gvhr": "Gross violation of human rights",
        "non-hr": "Other than human rights",
        "effective-steps": "The government is taking effective steps",
        "all-corrective-steps": "The government has taken all necessary corrective steps",
        "not-credible": "Not credible on re-evaluation",
        "wrong-unit": "It was another unit or person",
        "disbanded-or-changed": "Disbanded or fundamentally different",
    },
    "through": {
        "subject": "Its subject",
        "unit": "Its unit",
        "commander": "Its unit’s commander",
        "unit-above": "A unit above",
        "unit-case": "Its unit’s case",
        "unit-before": "A unit before it",
    },
    "cancel-reason": {
        "data-incomplete": "Data incomplete",
        "event-cancelled": "Event cancelled",
        "lapsed": "Lapsed",
        "withdrawn": "Withdrawn",
        "duplicate": "Duplicate",
    },
    "law": {"state-leahy": "State law", "dod-leahy": "DoD law"},
    "citation": {"state-leahy": "22 U.S.C. 2378d", "dod-leahy": "10 U.S.C. 362"},
    "role": {"participant": "Participant", "alternate": "Alternate", "instructor": "Instructor"},
    "subject": {"individual": "Person", "unit": "Unit"},
    "gender": {"male": "male", "female": "female", "other": "other", "unknown": "unknown"},
    "force-listed": {
        "government": "The government’s own forces",
        "supported-group": "An armed group that it supports",
    },
    "force": {"air-force": "air force"},
    "unit-status": {"active": "active", "disbanded": "disbanded", "unknown": "unknown"},
    "field": {
        "name": "Name",
        "date_of_birth": "Date of birth",
        "place_of_birth": "Place of birth",
        "nationality": "Nationality",
        "gender": "Gender",
        "national_id": "National ID",
        "rank": "Rank",
        "job_title": "Job title",
        "unit": "Unit",
        "commander": "Commander",
        "commander_unknown_reason": "Why the commander is unknown",
        "is_commander": "Commands the unit",
        "starts_on": "Event starts on",
        "ends_on": "Event ends on",
        "needed_by": "Results needed by",
    },
}


def status(kind: str, code: str | None) -> Status:
    """The word and mark of a status; a code not in the table is shown as itself, at rest."""
    known = STATUSES.get(kind, {})
    return known.get(code or "") or Status(plain(code), "unknown")


def word(kind: str, code: str | None) -> str:
    """The word alone, of any table here."""
    if kind in STATUSES:
        return status(kind, code).word
    return WORDS.get(kind, {}).get(code or "") or plain(code)


def plain(code: str | None) -> str:
    """`air-force` → "Air force"; nothing on record is said, never left blank."""
    if not code:
        return "Not on record"
    return code.replace("-", " ").replace("_", " ").capitalize()
