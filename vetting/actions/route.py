"""Screening and routing: what workers do with a case, and what each finished check sets going."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from screening import actions as screening
from screening.models import Match
from units.models import Subject
from vetting import facts
from vetting.actions import ends, rows
from vetting.days import add_working_days, today
from vetting.models import Case, Check, CheckState, Movement, PlanStep, Queue, RoutingRule, Status
from vetting.rules import bars

AFTER_SCREENING = (
    Status.IN_REVIEW,
    Status.RFI,
    Status.SUSPENDED,
    Status.CLEAR_RECOMMENDED,
    Status.WITHHOLD_RECOMMENDED,
)


@transaction.atomic
def screen_and_route(case: str) -> None:
    """Handles `vetting.case-received`. Twice is once: a case that has moved on is left alone."""
    found = Case.objects.locked(case)
    if found.status != Status.RECEIVED:
        return
    found.begin_screening()
    screened(found)
    if not ends.meet(found, bars.bars(found), by=None):
        route(found)
        audit.record(
            "vetting.routed",
            by=None,
            target=found,
            rule=str(found.rule),
            version=found.rule_version,
            stage=found.stage,
        )
    rows.refresh([found])


def received(case: Case) -> None:
    """A case is (again) as its nominator gave it: workers screen and route it."""
    outbox.tell(facts.CASE_RECEIVED, case=str(case.pk))


def screened(case: Case) -> list[Match]:
    """Screen the subject, and a unit's commander with it."""
    subjects = Subject.objects.filter(
        pk__in=[case.subject_id, *([case.commander_id] if case.commander_id else [])]
    )
    return [match for subject in subjects for match in screening.screen(nominee=subject)]


def route(case: Case) -> None:
    case.begin_review()
    pick_plan(case)
    ends.save(case)


def pick_plan(case: Case) -> None:
    """The plan of the first rule that fits, and its first stage."""
    rule = RoutingRule.objects.for_case(case)
    if rule is None:
        raise LookupError("No routing rule in force fits this case: add one that fits everything.")
    case.plan, case.rule, case.rule_version = rule.plan, rule.rule, rule.version
    _void_later_stages(case)
    open_stage(case, 1)


def open_stage(case: Case, stage: int) -> None:
    """Open the checks of the next stage that has any; past the last, the case awaits a decision."""
    assert case.plan is not None
    steps = [step for step in case.plan.steps.all() if step.stage >= stage]
    if not steps:
        case.stage = max((step.stage for step in case.plan.steps.all()), default=0) + 1
        return
    case.stage = steps[0].stage
    _open(case, [step for step in steps if step.stage == case.stage])


def _open(case: Case, steps: list[PlanStep]) -> None:
    """A check and a movement for each step; a check that was done or void is opened again."""
    now, queues = timezone.now(), queues_for(case, [step.check_type for step in steps])
    standing = {check.queue_id: check for check in case.checks.filter(stage=case.stage)}
    waits_in = set(case.movements.filter(left_at=None).values_list("queue_id", flat=True))
    fresh = []
    for step in steps:
        queue = queues[step.check_type]
        check = standing.get(queue.pk)
        if check is None:
            fresh.append(Check(case=case, queue=queue, stage=step.stage))
            _set_opened(fresh[-1], step)
        elif check.state in (CheckState.DONE, CheckState.VOID):
            check.state, check.finding, check.done_at = CheckState.OPEN, "", None
            check.claimed_by = check.claimed_at = None
            check.version += 1
            _set_opened(check, step)
            check.save()
    Check.objects.bulk_create(fresh)
    by_rule = {"rule": case.rule, "rule_version": case.rule_version}
    Movement.objects.bulk_create(
        Movement(case=case, queue=queue, stage=case.stage, entered_at=now, **by_rule)
        for queue in queues.values()
        if queue.pk not in waits_in
    )


def _set_opened(check: Check, step: PlanStep) -> None:
    check.needed_by = check.case.needed_by
    check.opened_at, check.due_on = timezone.now(), add_working_days(today(), step.days)


def queues_for(case: Case, check_types: list[str]) -> dict[str, Queue]:
    """For each type the nearest queue: the post's, else the country's, else the one for everywhere."""
    post, country, everywhere = (
        Q(post=case.post_id),
        Q(country=case.country_id, post=None),
        Q(country=None, post=None),
    )
    scopes = country | everywhere | (post if case.post_id else Q(pk=None))
    found: dict[str, Queue] = {}
    for queue in Queue.objects.filter(scopes, check_type__in=check_types):
        nearest = found.get(queue.check_type)
        if nearest is None or _nearness(queue) > _nearness(nearest):
            found[queue.check_type] = queue
    if missing := sorted(set(check_types) - found.keys()):
        raise LookupError(f"No queue takes {' and '.join(missing)} checks for this post: make one.")
    return found


def _nearness(queue: Queue) -> int:
    return 2 if queue.post_id else 1 if queue.country_id else 0


def advance(case: Case, queue: Queue) -> None:
    """A check is done: its movement ends, and the last of a stage opens the next."""
    case.movements.filter(queue=queue, left_at=None).update(left_at=timezone.now())
    left = case.checks.filter(stage=case.stage, state__in=(CheckState.OPEN, CheckState.CLAIMED))
    if case.status == Status.IN_REVIEW and not left.exists():
        open_stage(case, case.stage + 1)


def start_again(case: Case) -> None:
    """The identity has changed: screen again, and every check that is done is to be done again."""
    screened(case)
    if case.plan_id and not ends.meet(case, bars.bars(case), by=None):
        _void_later_stages(case)
        open_stage(case, 1)


def _void_later_stages(case: Case) -> None:
    """It goes through its plan anew."""
    now = timezone.now()
    case.checks.filter(stage__gt=1).exclude(state=CheckState.VOID).update(
        state=CheckState.VOID,
        finding="",
        done_at=None,
        claimed_by=None,
        claimed_at=None,
        version=F("version") + 1,
        updated_at=now,
    )
    case.movements.filter(stage__gt=1, left_at=None).update(left_at=now)


def touched_by(subject: str) -> None:
    """Handles `screening.registered`: open cases and live clearances that this known subject could touch."""
    nominees = screening.nominees_like(Subject.objects.get(pk=subject))
    cases = Case.objects.filter(status__in=(*AFTER_SCREENING, Status.CLEARED))
    reached = cases.filter(subject__in=nominees) | cases.filter(commander__in=nominees)
    outbox.tell_many(
        facts.CASE_TOUCHED, [{"case": str(pk)} for pk in reached.values_list("pk", flat=True).distinct()]
    )


@transaction.atomic
def screen_again(case: str) -> None:
    """Handles `vetting.case-touched`: a new match overtakes what was recommended without it."""
    found = Case.objects.locked(case)
    if found.status not in (*AFTER_SCREENING, Status.CLEARED) or not screened(found):
        return
    ends.save(found)
    audit.record("vetting.screened-again", by=None, target=found)
    signing.overtake(
        kind="vetting.case",
        ref=found.pk,
        changed="Screening found a possible match that was not known then.",
        by=None,
    )
    rows.refresh([found])
