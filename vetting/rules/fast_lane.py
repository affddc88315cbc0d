"""The fast lane: when one authorised person may clear. Otherwise a clear takes two, as burying would."""

from __future__ import annotations

from collections.abc import Container

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.accounts.models import User
from foundation.sources.models import Law
from screening.models import Answer, Mark, Match
from units.models import same_subjects
from vetting.days import today
from vetting.models import Case, Check, CheckState, FindingKind, Status
from vetting.models.cases import CaseQuerySet
from vetting.models.outcomes import a_year_after
from vetting.rules import bars, burying, evidence, gates


def not_ready(case: Case) -> list[str]:
    """What every clear needs, by one person or by two."""
    reasons = [f"{each.sentence} Nothing here lifts that." for each in bars.bars(case)]
    reasons += gates.against(case)
    undone = [check for check in checks_of(case) if check.state != CheckState.DONE]
    if undone or case.plan_id is None:
        reasons.append(f"{len(undone) or 'All'} of its checks are still to be done.")
    elif not _past_last_stage(case):
        reasons.append("A later stage of its checks has not opened yet.")
    if case.unit_case and case.unit_case.status != Status.CLEARED:
        reasons.append("Its unit is not cleared: an individual is not cleared before the unit is.")
    if case.nomination.event_starts_on >= a_year_after(today()):
        reasons.append(
            "A clearance lasts a year, and the event begins later than that: clear it nearer the day."
        )
    if any(match.verdict == "" for match in adverse_matches(case)):
        reasons.append("A possible match with a subject that carries adverse information is not judged yet.")
    return [*reasons, *evidence.stands_open(case)]


def takes_two(case: Case, user: User, sealed: Container[int] = ()) -> list[str]:
    """Why this clear is not this one person's to make; empty in the fast lane.

    `sealed`: stages whose findings the asker may not read yet; a check of theirs is still to be done there.
    """
    return [
        *burying.on_this_case(case, sealed),
        *_findings([check for check in checks_of(case) if check.stage not in sealed]),
        *_matches(case),
        *burying.in_matches(_ever_adverse(case), user),
        *burying.on_earlier_cases(case, bars.once(case, "earlier", lambda: list(earlier_cases(case)))),
        *_other_law(case),
        *evidence.takes_two(case),
    ]


def stands_against(case: Case) -> bool:
    """Whether anything was found, held or matched that only two people pass over."""
    return bool(burying.on_this_case(case) or _matches(case))


def checks_of(case: Case) -> list[Check]:
    return [check for check in case.checks.all() if check.state != CheckState.VOID]


def subjects_of(case: Case) -> list[object]:
    return [case.subject_id, *([case.commander_id] if case.commander_id else [])]


def adverse_matches(case: Case) -> list[Match]:
    """Possible matches with subjects that carry adverse information or a restriction."""
    return [match for match in _ever_adverse(case) if match.gone_at is None]


def _ever_adverse(case: Case) -> list[Match]:
    """Those that a later screening no longer finds as well."""
    return bars.once(case, "adverse", lambda: list(_adverse_matches(case)))


def _adverse_matches(case: Case) -> QuerySet[Match]:
    adverse = Mark.objects.filter(subject=OuterRef("known"), adverse=True, ended_at=None)
    return burying.with_verdicts(Match.objects.filter(Exists(adverse), nominee__in=subjects_of(case)))


def earlier_cases(case: Case) -> CaseQuerySet:
    """Other cases on the same subject, by id or by judged sameness, the latest first.

    A unit's case is on its commander too.
    """
    same = bars.once(case, "same", lambda: same_subjects(subjects_of(case)))
    others = Case.objects.filter(Q(subject__in=same) | Q(commander__in=same)).exclude(pk=case.pk)
    return others.order_by("-opened_at")


def _findings(checks: list[Check]) -> list[str]:
    reasons = []
    if any(check.finding == FindingKind.UNABLE for check in checks):
        reasons.append("A section was unable to check, so a clear takes two people.")
    if any(check.finding == FindingKind.SKIPPED for check in checks):
        reasons.append("A check was skipped, so no search of it is recorded: a clear takes two people.")
    nothing_found = [check for check in checks if check.finding == FindingKind.NOTHING_FOUND]
    if any(not _searches(check) for check in nothing_found):
        reasons.append("A check that found nothing records no search, so a clear takes two people.")
    return reasons


def _searches(check: Check) -> bool:
    last = max(check.findings.all(), key=lambda finding: finding.at, default=None)
    return bool(last and last.searches.all())


def _matches(case: Case) -> list[str]:
    if all(match.verdict == Answer.DIFFERENT for match in adverse_matches(case)):
        return []
    return [
        "A match with a subject that carries adverse information is not judged different,"
        " so a clear takes two people."
    ]


def _other_law(case: Case) -> list[str]:
    other = Law.STATE_LEAHY if case.restriction_law == Law.DOD_LEAHY else Law.DOD_LEAHY
    if bars.bars(case, law=other):
        return [f"There is a restriction under the {other.label}, so a clear takes two people."]
    return []


def _past_last_stage(case: Case) -> bool:
    assert case.plan is not None
    return case.stage > max((step.stage for step in case.plan.steps.all()), default=0)
