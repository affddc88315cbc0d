"""What every end of a case does: nothing of it is left open."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from screening import actions as screening
from vetting import facts
from vetting.models import Case, CheckState, Outcome, Status, Suspension
from vetting.rules.bars import Bar

BURYING = {Outcome.LAPSED: "earlier-lapsed", Outcome.WITHDRAWN: "earlier-withdrawn"}


def save(case: Case) -> Case:
    """A moved case is a new version."""
    case.version += 1
    case.save()
    return case


def close(case: Case) -> None:
    """Void what work is left, and close its intervals and questions."""
    now = timezone.now()
    left = case.checks.filter(state__in=(CheckState.OPEN, CheckState.CLAIMED))
    left.update(state=CheckState.VOID, claimed_by=None, claimed_at=None, updated_at=now)
    case.movements.filter(left_at=None).update(left_at=now)
    case.questions.filter(closed_at=None).update(closed_at=now)
    end_suspension(case)
    case.owner = None


def end_suspension(case: Case) -> None:
    Suspension.objects.filter(case=case, ended_at=None).update(ended_at=timezone.now())


def cancel(case: Case, *, outcome: Outcome, note: str, by: User | None) -> Case:
    """Cancel a locked case, whatever it was waiting for."""
    case.cancel(outcome)
    close(case)
    save(case)
    signing.overtake_open(target=target_of(case), changed="The case was cancelled.", by=by)
    audit.record("vetting.cancelled", by=by, target=case, outcome=outcome, note=note)
    if reason := BURYING.get(outcome):
        screening.mark(subject=case.subject, reason=reason, adverse=True)
    return case


def bar(case: Case, bars: list[Bar], *, by: User | None) -> Case:
    """Bar a locked open case: with cause, date and link, never a silent block."""
    case.bar(bars[0].outcome)
    close(case)
    save(case)
    signing.overtake_open(target=target_of(case), changed=f"The case was barred. {bars[0].sentence}", by=by)
    audit.record("vetting.barred", by=by, target=case, outcome=case.outcome, because=described(bars))
    outbox.tell(facts.BARRED, case=str(case.pk))
    return case


def recall(case: Case, *, because: str, by: User | None, **what: Any) -> Case:
    """A locked cleared case is no longer cleared."""
    case.recall()
    save(case)
    case.clearances.live().update(ended_at=timezone.now(), ended_because=because)
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
    return True


def described(bars: list[Bar]) -> list[dict[str, str]]:
    return [
        {"through": each.through, **({"restriction": str(each.restriction.pk)} if each.restriction else {})}
        for each in bars
    ]


def target_of(case: Case) -> str:
    return f"vetting.case:{case.pk}"
