"""Steps: set with an owner and a day, completed, and judged by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.models import Incident
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.refused import Invalid, Problem
from foundation.sources import citing
from foundation.sources.models import Citation
from remediation.actions import files, versions
from remediation.models import Remediation, Responsible, Step, StepEntry, StepState
from remediation.rules import files as file_rules
from remediation.rules import steps as rules

STEP = "remediation.step"
SAID = ("outcome", "impartial", "impartial_reasons", "sentence", "proportionality")


@transaction.atomic
def set_step(
    *,
    file: Remediation,
    incident: Incident,
    responsible: Responsible,
    kind: str,
    owner: User,
    due: dt.date,
    by: User,
) -> Step:
    """What one person's share in an incident still takes. Set again, it answers the one before."""
    file = Remediation.objects.locked(file.pk)
    file_rules.check_can_change(by, file)
    of = file_rules.find_in_it(file, incident)
    if responsible.of_id != of.pk:
        raise Invalid(
            Problem("not-of-incident", "Responsible: not named in this incident of the file.", "/responsible")
        )
    rules.check_owner(file, owner)
    step = Step.objects.create(
        remediation=file, responsible=responsible, kind=kind, owner=owner, due_on=due, set_by=by
    )
    _enter(step, "set", by)
    audit.record("remediation.step-set", by=by, target=step, kind=kind, owner=owner.username)
    files.touch(file, "A further step was set.", by=by)
    return step


@transaction.atomic
def complete(*, step: Step, outcome: str, by: User, citations: Sequence[Citation] = (), **said: Any) -> Step:
    """Say what came of it. `said`: impartial, impartial_reasons, sentence, proportionality."""
    step = Step.objects.select_related("remediation").locked(step.pk)
    rules.check_can_complete(by, step)
    rules.check_completed(step, said)
    for name in SAID:
        setattr(step, name, said.get(name, None if name == "impartial" else ""))
    step.outcome = outcome
    step.state, step.completed_by, step.completed_at = StepState.DONE, by, timezone.now()
    _moved(step, "completed", "A step was completed.", by)
    citing.cite(STEP, step.pk, step.version, citations, by)
    return step


@transaction.atomic
def verify(*, step: Step, reason: str, by: User) -> Step:
    """Somebody who neither owns nor completed it has seen that it is so."""
    step = Step.objects.select_related("remediation").locked(step.pk)
    rules.check_can_verify(by, step)
    step.state, step.verified_by, step.verified_at = StepState.VERIFIED, by, timezone.now()
    return _moved(step, "verified", "A step was verified.", by, reason=reason)


@transaction.atomic
def reject(*, step: Step, reason: str, by: User) -> Step:
    """It is not done, or was not: it is to be completed anew."""
    step = Step.objects.select_related("remediation").locked(step.pk)
    rules.check_can_reject(by, step)
    step.state, step.verified_by, step.verified_at = StepState.REJECTED, None, None
    return _moved(step, "rejected", "A step was rejected.", by, reason=reason)


@transaction.atomic
def lapse(*, step: Step, reason: str, by: User) -> Step:
    """What was done is so no longer. It bars again until it is completed anew, or another is set."""
    step = Step.objects.select_related("remediation").locked(step.pk)
    rules.check_can_lapse(by, step)
    step.state, step.verified_by, step.verified_at = StepState.LAPSED, None, None
    return _moved(step, "lapsed", "A step has lapsed.", by, reason=reason)


def _moved(step: Step, act: str, changed: str, by: User, reason: str = "") -> Step:
    versions.save(step)
    _enter(step, act, by, reason=reason)
    said = {"reason": reason} if reason else {}
    audit.record(f"remediation.step-{act}", by=by, target=step, kind=step.kind, **said)
    files.touch(Remediation.objects.locked(step.remediation_id), changed, by=by)
    return step


def _enter(step: Step, act: str, by: User, reason: str = "") -> None:
    said = {name: getattr(step, name) for name in SAID} if act == "completed" else {}
    StepEntry.objects.create(step=step, act=act, by=by, at=timezone.now(), reason=reason, **said)
