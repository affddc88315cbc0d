"""What the clock says of a case: needed by when, expected when, in words and a mark.

A forecast is the plan's own days: what is left of the stage that is open, then the stages after it. Days
are working days at the post.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from vetting.days import add_working_days, today, working_days_between
from vetting.models import Case, Check, CheckState, Status

CLOSE = 2  # days to spare from which on one should look


@dataclass(frozen=True)
class Clock:
    """`state` is a mark of the desk: on-time due will-miss late paused none."""

    needed: dt.date
    forecast: dt.date | None
    word: str
    state: str

    @property
    def presses(self) -> bool:
        """Late, or will miss."""
        return self.state in ("late", "will-miss")


def of_case(case: Case, checks: list[Check], day: dt.date | None = None) -> Clock:
    """`checks`: the case's own. Its plan's steps are read through `case.plan`."""
    due = [each.due_on for each in checks if each.state in (CheckState.OPEN, CheckState.CLAIMED)]
    return of_due(case, max(due, default=None), day or today())


def of_due(case: Case, due: dt.date | None, day: dt.date) -> Clock:
    """`due`: of the last of its open checks, where it has any."""
    if not case.is_open:
        return Clock(case.needed_by, None, "Ended", "none")
    forecast = _forecast(case, due or day, day)
    return _read(case, forecast, day)


def of_check(check: Check, day: dt.date) -> Clock:
    """By one check's own due date: for lists."""
    return _read(check.case, _forecast(check.case, check.due_on, day), day)


def _read(case: Case, forecast: dt.date, day: dt.date) -> Clock:
    if case.status in (Status.RFI, Status.RETURNED) and case.needed_by >= day:
        return Clock(case.needed_by, forecast, "Paused: waits for the nominator", "paused")
    return _judged(case.needed_by, forecast, day)


def _forecast(case: Case, due: dt.date, day: dt.date) -> dt.date:
    days: dict[int, int] = defaultdict(int)
    for step in case.plan.steps.all() if case.plan else ():
        if step.stage > case.stage:
            days[step.stage] = max(days[step.stage], step.days)
    return add_working_days(max(due, day), sum(days.values()))


def _judged(needed: dt.date, forecast: dt.date, day: dt.date) -> Clock:
    if needed < day:
        return Clock(needed, forecast, f"Late by {_days(working_days_between(needed, day))}", "late")
    spare = working_days_between(forecast, needed)
    if spare < 0:
        return Clock(needed, forecast, f"Will miss by {_days(-spare)}", "will-miss")
    return Clock(needed, forecast, f"{_days(spare)} to spare", "due" if spare <= CLOSE else "on-time")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
