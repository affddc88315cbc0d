"""What every end of a case does: nothing of it is left open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from screening import actions as screening
from units.models import Subject
from vetting import facts
from vetting.actions import frozen
from vetting.models import (
    Case,
    Check,
    CheckState,
    InformationRequest,
    Met,
    Movement,
    Outcome,
    Status,
    Suspension,
)
from vetting.rules import burying
from vetting.rules.bars import Bar

BURYING = {Outcome.LAPSED: "earlier-lapsed", Outcome.WITHDRAWN: "earlier-withdrawn"}
HELD_AGAINST = "earlier-derogatory"


def save(case: Case) -> Case:
    """A moved case is a new version, and what was recommended of others in view of it may be overtaken."""
    case.version += 1
    case.save()
    overtake_later([case])
    return case


def overtake_later(cases: Sequence[Case]) -> None:
    """What waits on the same subjects, and rests on these cases being as they were."""
    signing.overtake_other_versions(
        kind=frozen.EARLIER,
        now={case.pk: frozen.weight(case) for case in cases},
        changed="Another case on the same subject has moved.",
        by=None,
    )


def close(*cases: Case) -> None:
    """Void what work is left, and close their intervals and questions."""
    now = timezone.now()
    left = Check.objects.filter(case__in=cases, state__in=(CheckState.OPEN, CheckState.CLAIMED))
    skips = [f"vetting.check:{pk}" for pk in left.values_list("pk", flat=True)]
    left.update(
        state=CheckState.VOID, claimed_by=None, claimed_at=None, version=F("version") + 1, updated_at=now
    )
    signing.overtake_open(targets=skips, changed="Its case has ended.", by=None)
    Movement.objects.filter(case__in=cases, left_at=None).update(left_at=now)
    InformationRequest.objects.filter(case__in=cases, closed_at=None).update(closed_at=now)
    end_suspension(*cases)
    for case in cases:
        case.owner = None


def end_suspension(*cases: Case) -> None:
    Suspension.objects.filter(case__in=cases, ended_at=None).update(ended_at=timezone.now())


def cancel(case: Case, *, outcome: Outcome, note: str, by: User | None) -> Case:
    """Cancel a locked case, whatever it was waiting for."""
    case.cancel(outcome)
    close(case)
    save(case)
    _cancelled([case], outcome=outcome, note=note, by=by)
    return case


def cancel_all(cases: Sequence[Case], *, outcome: Outcome, note: str, by: User | None) -> None:
    """Cancel locked cases that are as they were read, in a handful of statements."""
    for case in cases:
        case.cancel(outcome)
        case.version, case.updated_at = case.version + 1, timezone.now()
    close(*cases)
    moved = ["status", "outcome", "ended_at", "owner", "version", "updated_at"]
    Case.objects.bulk_update(cases, moved, batch_size=500)
    overtake_later(cases)
    _cancelled(cases, outcome=outcome, note=note, by=by)


def _cancelled(cases: Sequence[Case], *, outcome: Outcome, note: str, by: User | None) -> None:
    """What was recommended of them is overtaken; and whom a withdrawal could bury is remembered."""
    signing.overtake_open(
        targets=[target_of(case) for case in cases], changed="The case was cancelled.", by=by
    )
    audit.record_many(
        audit.entry("vetting.cancelled", by=by, target=case, outcome=outcome, note=note) for case in cases
    )
    if reason := BURYING.get(outcome):
        mark(cases, reason)
    elif found := burying.was_found(cases):
        mark([case for case in cases if case.pk in found], HELD_AGAINST)


def mark(cases: Sequence[Case], reason: str) -> None:
    """So that the next vetter is shown it, whoever nominates the subject or the unit's commander again."""
    pks = {pk for case in cases for pk in (case.subject_id, case.commander_id) if pk}
    screening.mark_all(subjects=Subject.objects.filter(pk__in=pks), reason=reason, adverse=True)


def bar(case: Case, bars: list[Bar], *, by: User | None) -> Case:
    """Bar a locked open case: with cause, date and link, never a silent block."""
    case.bar(bars[0].outcome)
    close(case)
    save(case)
    signing.overtake_open(
        targets=[target_of(case)], changed=f"The case was barred. {bars[0].sentence}", by=by
    )
    audit.record("vetting.barred", by=by, target=case, outcome=case.outcome, because=described(bars))
    outbox.tell(facts.BARRED, case=str(case.pk))
    return case


def recall(case: Case, *, because: str, by: User | None, **what: Any) -> Case:
    """A locked cleared case is no longer cleared."""
    case.recall()
    save(case)
    case.clearances.live().update(ended_at=timezone.now(), ended_because=because)
    people = case.people.filter(status=Status.CLEAR_RECOMMENDED)
    signing.overtake_open(
        targets=[target_of(each) for each in people], changed="Its unit is no longer cleared.", by=by
    )
    audit.record("vetting.recalled", by=by, target=case, because=because, **what)
    outbox.tell(facts.RECALLED, case=str(case.pk))
    return case


def meet(case: Case, bars: list[Bar], *, by: User | None) -> bool:
    """What bars a locked case ends it, or its clearance. Answers whether the case moved."""
    if not bars:
        return False
    if case.is_open:
        bar(case, bars, by=by)
    elif case.status == Status.CLEARED:
        recall(case, because="restricted", by=by, bars=described(bars))
    else:
        return False
    Met.objects.bulk_create(
        Met(case=case, restriction=each.restriction, through=each.through, at=timezone.now())
        for each in bars
        if each.restriction
    )
    return True


def described(bars: list[Bar]) -> list[dict[str, Any]]:
    return [
        {
            "through": each.through,
            **({"restriction": str(each.restriction.pk)} if each.restriction else {}),
            **({"lineage": [str(step.event.pk) for step in each.way]} if each.way else {}),
        }
        for each in bars
    ]


def target_of(case: Case) -> str:
    return f"vetting.case:{case.pk}"
