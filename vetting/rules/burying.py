"""What has happened before that one person alone may not pass over: burying takes two, as withholding does.

It counts for ever, whatever was done since: a check made anew, a verdict turned round, a case taken up again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from foundation.accounts.models import User
from foundation.signing.models import Determination, State
from screening.models import Answer, Mark, Match, Verdict
from vetting.models import Case, Clearance, Finding, FindingKind, Opinion, Outcome, Status, View
from vetting.rules import bars

BURIED = (Outcome.LAPSED, Outcome.WITHDRAWN)
TOLD_ANEW = "told-anew"  # a mark: something stood against the commander or the unit that was told first
RECALLED = ("recalled", "restricted")  # not the clearance that only ran out before its event


def on_this_case(case: Case, sealed: Container[int] = ()) -> list[str]:
    """`sealed`: stages whose findings the asker may not read yet."""
    reasons = []
    if any(
        check.stage not in sealed and found_something(check.findings.all()) for check in case.checks.all()
    ):
        reasons.append("A check found derogatory information, so a clear takes two people.")
    if case.ever_suspended:
        reasons.append("This case was suspended before, so a clear takes two people.")
    [was] = bars.once(case, "history", lambda: _history([case]))
    if was.held:
        reasons.append("A withhold of this case was recommended before, so a clear takes two people.")
    if was.clear_returned:
        reasons.append("An approver has returned a clear of this case, so a clear takes two people.")
    if was.recalled:
        reasons.append("A clearance of this case was recalled, so a clear takes two people.")
    if was.told_anew:
        reasons.append(
            "Its unit or commander was told anew while something stood against the one told before,"
            " so a clear takes two people."
        )
    if was.objected:
        reasons.append("Legal or the desk objects, so a clear takes two people.")
    return reasons


def on_earlier_cases(case: Case, earlier: Sequence[Case]) -> list[str]:
    """`earlier`: the other cases on its subject."""
    if not earlier:
        return []
    reasons = []
    if any(other.ever_suspended or other.outcome in BURIED for other in earlier):
        reasons.append(
            "An earlier case on this subject was suspended, lapsed or withdrawn, so a clear takes two people."
        )
    were = bars.once(case, "earlier history", lambda: _history(earlier))
    if any(was.held for was in were):
        reasons.append(
            "A withhold was recommended on an earlier case on this subject, so a clear takes two people."
        )
    if any(was.recalled for was in were):
        reasons.append("An earlier clearance of this subject was recalled, so a clear takes two people.")
    if any(was.status == Status.CANCELLED and was.found for was in were):
        reasons.append(
            "An earlier case on this subject was cancelled after a check had found derogatory information,"
            " so a clear takes two people."
        )
    return reasons


def in_matches(adverse: Iterable[Match], user: User) -> list[str]:
    """`adverse`: every match there ever was with a subject that carries adverse information."""
    adverse = list(adverse)
    reasons = []
    if any(match.gone_at is not None for match in adverse):
        reasons.append(
            "A match with a subject that carries adverse information went away before anybody judged it,"
            " so a clear takes two people."
        )
    if any(match.was_same for match in adverse):  # type: ignore[attr-defined]
        reasons.append(
            "A match with a subject that carries adverse information was judged the same before,"
            " so a clear takes two people."
        )
    if any(match.judge == user.pk for match in adverse):  # type: ignore[attr-defined]
        reasons.append(
            "You judged a match with a subject that carries adverse information: another person must clear."
        )
    return reasons


def with_verdicts(matches: QuerySet[Match]) -> QuerySet[Match]:
    """`was_same`: somebody once judged it so. `judge`: who gave its last verdict."""
    verdicts = Verdict.objects.filter(match=OuterRef("pk"))
    return matches.annotate(
        was_same=Exists(verdicts.filter(verdict=Answer.SAME)),
        judge=Subquery(verdicts.order_by("-at", "-id").values("by")[:1]),
    )


def was_found(cases: Iterable[Case]) -> set[Any]:
    """Ids of those on which something was found or held against the subject, though nobody suspended them."""
    return {was.pk for was in _history(cases) if was.found or was.held}


def found_something(findings: Iterable[Finding]) -> bool:
    return any(each.finding == FindingKind.DEROGATORY for each in findings)


def _history(cases: Iterable[Case]) -> list[Any]:
    """What ever happened on these cases, in one query."""
    of_case, on_it = (
        {"case": OuterRef("pk")},
        Concat(Value("vetting.case:"), Cast(OuterRef("pk"), CharField())),
    )
    determinations = Determination.objects.filter(target=on_it)
    derogatory = Finding.objects.filter(check_done__case=OuterRef("pk"), finding=FindingKind.DEROGATORY)
    told_anew = Mark.objects.filter(subject=OuterRef("subject"), reason=TOLD_ANEW, ended_at=None)
    history = Case.objects.filter(pk__in=[case.pk for case in cases]).annotate(
        held=Exists(determinations.filter(kind="withhold")),
        clear_returned=Exists(determinations.filter(kind="clear", state=State.RETURNED)),
        recalled=Exists(Clearance.objects.filter(**of_case, ended_because__in=RECALLED)),
        objected=Exists(Opinion.objects.filter(**of_case, view=View.OBJECT)),
        told_anew=Exists(told_anew),
        found=Exists(derogatory),
    )
    names = ("pk", "status", "held", "clear_returned", "recalled", "objected", "told_anew", "found")
    return list(history.values_list(*names, named=True))
