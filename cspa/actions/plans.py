"""Action plans: recorded, corrected, gone through step by step, and verified by somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cspa.actions import words
from cspa.models import ActionPlan, Evidence, Milestone, MilestoneState, Verdict
from cspa.rules import who
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit


@transaction.atomic
def record(*, country: Country, by: User, milestones: Any = (), **said: Any) -> ActionPlan:
    """A plan that a government agreed to, with its milestones as far as they are known."""
    who.check_can_record(by, country)
    plan = ActionPlan.objects.create(country=country, recorded_by=by, **said)
    words.keep(plan, by=by)
    for each in milestones:
        _add(plan, by=by, **each)
    audit.record("cspa.plan-recorded", by=by, target=plan, milestones=len(milestones))
    return plan


@transaction.atomic
def correct(*, plan: ActionPlan, changes: dict[str, Any], reason: str, by: User) -> ActionPlan:
    plan = ActionPlan.objects.locked(plan.pk)
    who.check_can_change_plan(by, plan)
    words.put(plan, words.plain(changes))
    plan.version += 1
    words.rewrite(plan)
    words.keep(plan, by=by, reason=reason)
    audit.record(
        "cspa.plan-corrected",
        by=by,
        target=plan,
        changed=sorted(changes),
        version=plan.version,
        reason=reason,
    )
    return plan


@transaction.atomic
def add_milestone(*, plan: ActionPlan, title: str, by: User, due: dt.date | None = None) -> Milestone:
    plan = ActionPlan.objects.locked(plan.pk)
    who.check_can_change_plan(by, plan)
    milestone = _add(plan, title=title, due=due, by=by)
    plan.version += 1
    words.rewrite(plan)
    words.keep(plan, by=by)
    audit.record("cspa.milestone-added", by=by, target=milestone)
    return milestone


def _add(plan: ActionPlan, *, title: str, by: User, due: dt.date | None = None) -> Milestone:
    last = plan.milestones.aggregate(last=Max("number"))["last"] or 0
    return Milestone.objects.create(plan=plan, number=last + 1, title=title, due=due, recorded_by=by)


@transaction.atomic
def report(*, milestone: Milestone, text: str, citation: str, done_on: dt.date, by: User) -> Milestone:
    """Say that a milestone was reached, and what shows it; somebody else verifies it."""
    milestone = Milestone.objects.locked(milestone.pk)
    who.check_can_report(by, milestone)
    Evidence.objects.create(
        milestone=milestone, text=text, citation=citation, done_on=done_on, by=by, at=timezone.now()
    )
    _move(milestone, MilestoneState.REPORTED, done_on)
    audit.record("cspa.milestone-reported", by=by, target=milestone, done_on=done_on.isoformat())
    return milestone


@transaction.atomic
def verify(*, milestone: Milestone, reason: str, by: User) -> Milestone:
    return _judge(milestone, reason, by, verified=True)


@transaction.atomic
def reject(*, milestone: Milestone, reason: str, by: User) -> Milestone:
    """Send it back: what was reported does not show it."""
    return _judge(milestone, reason, by, verified=False)


def _judge(milestone: Milestone, reason: str, by: User, *, verified: bool) -> Milestone:
    milestone = Milestone.objects.locked(milestone.pk)
    who.check_can_verify(by, milestone)
    Verdict.objects.create(milestone=milestone, verified=verified, reason=reason, by=by, at=timezone.now())
    state = MilestoneState.VERIFIED if verified else MilestoneState.OPEN
    _move(milestone, state, milestone.done_on if verified else None)
    done = "verified" if verified else "rejected"
    audit.record(f"cspa.milestone-{done}", by=by, target=milestone, reason=reason)
    return milestone


def _move(milestone: Milestone, state: MilestoneState, done_on: dt.date | None) -> None:
    milestone.state, milestone.done_on = state, done_on
    milestone.version += 1
    milestone.save(update_fields=["state", "done_on", "version", "updated_at"])
