"""The one thing to do next on a case, for this reader; where there is nothing, whom it waits for."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from foundation.accounts import reach
from vetting.models import Case, CheckState, Status
from vetting.pages.case_file import CaseFile
from vetting.permissions import CasePerm


def of(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    """{heading, url?, label?, key?, post?, version?, text?, steps?}; None for a case that has ended.

    `allowed`: names of the case's acts that this reader may do now.
    """
    case = file.case
    for step in (_sign, _check, _clear, _suspended, _waits):
        if found := step(file, allowed):
            return found
    return None if not case.is_open else {"heading": "Nothing waits for you here"}


def _sign(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    for each in file.open_determinations:
        url = reverse("determination", args=[each.pk])
        if reach.holds(file.user, CasePerm.APPROVE, file.case.places) and not each.wrote_for_it:
            return {
                "heading": "Next: read what waits for your signature",
                "url": url,
                "label": "Read and sign",
            }
        return {
            "heading": "Waits for an approver",
            "text": f"Recommended by {each.recommended_by}. Another person signs.",
            "url": url,
            "label": "Read what is recommended",
        }
    return None


def _check(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    if file.case.status != Status.IN_REVIEW or not file.mine:
        return None
    held = [check for check in file.mine if check.claimed_by_id == file.user.pk]
    if not held:
        return _claim(file)
    steps = _steps(file)
    if file.to_judge and file.judges:
        first = file.to_judge[0]
        return {
            "heading": f"Next: judge {len(file.to_judge)} of {len(file.matches)} possible matches",
            "url": reverse("match", args=[first.match.pk]),
            "label": f"Compare hit {first.number}",
            "key": "m",
            "steps": steps,
        }
    return {
        "heading": "Next: record your finding",
        "url": reverse("check-act", args=[held[0].pk, "complete"]),
        "label": "Record the finding",
        "key": "f",
        "steps": steps,
    }


def _claim(file: CaseFile) -> dict[str, Any] | None:
    free = [check for check in file.mine if check.state == CheckState.OPEN]
    if not free:
        return None
    check = free[0]
    return {
        "heading": f"Next: claim the check of {check.queue.name}",
        "url": reverse("check-act", args=[check.pk, "claim"]),
        "label": "Claim",
        "key": "c",
        "post": True,
        "version": check.version,
    }


def _steps(file: CaseFile) -> list[tuple[str, str]]:
    """(mark, words)"""
    judged = len(file.matches) - len(file.to_judge)
    matches = (
        ("done" if not file.to_judge else "claimed", f"Matches {judged} of {len(file.matches)}")
        if file.matches
        else ("none", "No possible matches")
    )
    return [matches, ("not-open", "Searches and finding")]


def _clear(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    if "clear" in allowed:
        return {
            "heading": "Next: clear",
            "text": "Every check is in and nothing stands against a clear by one person.",
            "url": reverse("case-act", args=[file.case.pk, "clear"]),
            "label": "Clear…",
        }
    if "recommend-clear" in allowed:
        return {
            "heading": "Next: decide what to recommend",
            "text": "Every check is in. A clear takes two people here, and so does a withhold.",
        }
    return None


def _suspended(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    case: Case = file.case
    if case.status != Status.SUSPENDED or not file.suspension:
        return None
    left = (file.suspension.decide_by - file.day).days
    said = f"{left} days are left of thirty" if left > 0 else "Its thirty days are over"
    who = (
        "Resume, recommend a withhold, or cancel."
        if "resume" in allowed
        else "The human rights bureau decides."
    )
    return {
        "heading": f"Suspended: {said}",
        "text": f"{who} Suspended by {file.suspension.by}: {file.suspension.reason}",
    }


def _waits(file: CaseFile, allowed: set[str]) -> dict[str, Any] | None:
    case = file.case
    if case.status in (Status.RECEIVED, Status.SCREENING):
        return {"heading": "Being screened", "text": "It is sent to its first queues when that is done."}
    if case.status in (Status.RFI, Status.RETURNED):
        asked = next((each for each in reversed(file.questions) if each.closed_at is None), None)
        text = f"{asked.asked_by} asked: {asked.question}" if asked else ""
        return {"heading": "Waits for the nominator", "text": text}
    left = [check for check in file.checks if check.state in (CheckState.OPEN, CheckState.CLAIMED)]
    if case.status == Status.IN_REVIEW and left:
        sections = ", ".join(check.queue.name for check in left)
        return {"heading": "Waits for its checks", "text": f"Still to come: {sections}."}
    if case.status == Status.IN_REVIEW and case.unit_case and case.unit_case.status != Status.CLEARED:
        return {"heading": "Waits for its unit", "text": "A person is not cleared before the unit is."}
    if case.status == Status.IN_REVIEW:
        return {"heading": "Waits for a decision", "text": "Every check is in."}
    return None
