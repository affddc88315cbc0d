"""Checks and cases as lines of a list, with everything a line says read for all of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, prefetch_related_objects

from screening.models import Answer, Mark, Match
from units.models import Kind, Subject
from vetting.days import today, working_days_between
from vetting.models import Candidate, Case, Check, CheckState, Finding, Suspension
from vetting.pages import clocks, names


@dataclass
class Matches:
    """What stands of a subject's possible matches."""

    all: int = 0
    judged: int = 0
    same: int = 0
    unsure: int = 0
    adverse: bool = False  # one of them, with a subject that carries adverse information, is not *different*

    @property
    def to_judge(self) -> int:
        return self.all - self.judged

    def __add__(self, other: Matches) -> Matches:
        return Matches(
            self.all + other.all,
            self.judged + other.judged,
            self.same + other.same,
            self.unsure + other.unsure,
            self.adverse or other.adverse,
        )


@dataclass
class Line:
    """One case in a list; one check of it, where the list is of checks."""

    case: Case
    clock: clocks.Clock
    alt: str
    rank: str
    matches: Matches
    check: Check | None = None
    reopened: bool = False
    days: int = 0  # working days since it came here
    decide_by: dt.date | None = None  # of a suspended case

    @property
    def unit(self) -> Subject:
        return self.case.unit_case.subject if self.case.unit_case else self.case.subject

    @property
    def above(self) -> str:
        return names.unit_above(self.unit)

    @property
    def is_person(self) -> bool:
        return self.case.kind == Kind.INDIVIDUAL


CASE_PARTS = ("subject__unit", "unit_case__subject__unit", "nomination", "commander", "country", "owner")


def checks_read(checks: QuerySet[Check]) -> QuerySet[Check]:
    """With all that a line says of a check; `reopened` where it was done before."""
    return checks.select_related(
        "queue", "claimed_by", "case__plan", *(f"case__{part}" for part in CASE_PARTS)
    ).annotate(
        reopened=Exists(Finding.objects.filter(check_done=OuterRef("pk"))),
        rank=Subquery(Candidate.objects.filter(case=OuterRef("case")).values("rank")[:1]),
    )


def cases_read(cases: QuerySet[Case]) -> QuerySet[Case]:
    """`due`: of the last of its open checks; `decide_by`: of the suspension that stands."""
    waiting = Check.objects.filter(case=OuterRef("pk"), state__in=(CheckState.OPEN, CheckState.CLAIMED))
    standing = Suspension.objects.filter(case=OuterRef("pk"), ended_at=None)
    return cases.select_related(*CASE_PARTS, "plan").annotate(
        rank=Subquery(Candidate.objects.filter(case=OuterRef("pk")).values("rank")[:1]),
        due=Subquery(waiting.order_by("-due_on").values("due_on")[:1]),
        decide_by=Subquery(standing.values("decide_by")[:1]),
    )


def of_checks(checks: Sequence[Any]) -> list[Line]:
    return of_both(checks, [])[0]


def of_cases(cases: Sequence[Any]) -> list[Line]:
    return of_both([], cases)[1]


def of_both(checks: Sequence[Any], cases: Sequence[Any]) -> tuple[list[Line], list[Line]]:
    """Lines of checks (`checks_read`) and of cases (`cases_read`): a query for each kind of thing said."""
    day = today()
    matches = _around([*(check.case for check in checks), *cases])
    return (
        [_line_of_check(check, matches, day) for check in checks],
        [_line_of_case(case, matches, day) for case in cases],
    )


def _line_of_check(check: Any, matches: dict[Any, Matches], day: dt.date) -> Line:
    line = _line(check.case, clocks.of_check(check, day), matches, check.rank)
    line.check, line.reopened = check, check.reopened
    line.days = working_days_between(check.opened_at.date(), day)
    return line


def _line_of_case(case: Any, matches: dict[Any, Matches], day: dt.date) -> Line:
    line = _line(case, clocks.of_due(case, case.due, day), matches, case.rank)
    line.decide_by = case.decide_by
    line.days = working_days_between(case.opened_at.date(), day)
    return line


def _line(case: Case, clock: clocks.Clock, matches: dict[Any, Matches], rank: str | None) -> Line:
    found = [matches[pk] for pk in (case.subject_id, case.commander_id) if pk in matches]
    return Line(
        case=case,
        clock=clock,
        alt=names.alternative(case.subject),
        rank=rank or "",
        matches=sum(found, Matches()),
    )


def _around(cases: list[Case]) -> dict[Any, Matches]:
    """Names, plans and matches of these cases: one query for each kind, however many cases."""
    prefetch_related_objects(cases, "subject__names", "plan__steps")
    return matches_of({pk for case in cases for pk in (case.subject_id, case.commander_id) if pk})


def matches_of(subjects: Iterable[Any]) -> dict[Any, Matches]:
    adverse = Mark.objects.filter(subject=OuterRef("known"), adverse=True, ended_at=None)
    standing = Match.objects.standing().filter(nominee__in=list(subjects))
    found: dict[Any, Matches] = {}
    for nominee, verdict, is_adverse in standing.annotate(adverse=Exists(adverse)).values_list(
        "nominee_id", "verdict", "adverse"
    ):
        of = found.setdefault(nominee, Matches())
        of.all += 1
        of.judged += bool(verdict)
        of.same += verdict == Answer.SAME
        of.unsure += verdict == Answer.UNSURE
        of.adverse |= is_adverse and verdict != Answer.DIFFERENT
    return found
