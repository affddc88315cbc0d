"""Who may record, recommend and verify, and where. Writes nothing: raises or returns."""

from __future__ import annotations

from typing import Any

from cspa.models import ActionPlan, Listing, ListYear, Milestone, MilestoneState, Relief
from cspa.permissions import CspaPerm
from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotNow, NotYours

RECORDS = "Only the child soldiers officer for this country records and recommends here."


def check_can_record(user: User, country: Any) -> None:
    if not reach.holds_in_country(user, CspaPerm.RECORD, country):
        raise NotYours(RECORDS)


def check_can_record_somewhere(user: User, nothing: None = None) -> None:
    """Before it is said of which country: whether there is any."""
    if not reach.holds_anywhere(user, CspaPerm.RECORD, Country, Post):
        raise NotYours("Only the child soldiers officer records and recommends here.")


def check_can_confirm(user: User, year: ListYear) -> None:
    """A list is of every country, so is the word that it is complete."""
    if not reach.holds(user, CspaPerm.RECORD, ()):
        raise NotYours("Only a child soldiers officer for every country can say that a list is complete.")
    if year.is_future:
        raise NotNow(f"There is no list of {year.list_year} yet: it lies in the future.")
    if year.confirmed:
        raise NotNow(f"The list of {year.list_year} is confirmed already.")


def check_can_correct(user: User, thing: Listing | Relief) -> None:
    check_can_record(user, thing.country)
    if thing.ended:
        raise NotNow("This was taken off as recorded in error: record it anew.")


def check_can_change_plan(user: User, plan: ActionPlan) -> None:
    check_can_record(user, plan.country)


def check_can_report(user: User, milestone: Milestone) -> None:
    check_can_record(user, milestone.plan.country)
    if milestone.state == MilestoneState.VERIFIED:
        raise NotNow("This milestone is verified.")


def check_can_verify(user: User, milestone: Milestone) -> None:
    if not reach.holds_in_country(user, CspaPerm.VERIFY, milestone.plan.country):
        raise NotYours("Only those who verify milestones of this country can judge this.")
    if user.pk in _writers(milestone):
        raise NotYours("You wrote the plan, the milestone or its evidence: another person must verify it.")
    if milestone.state == MilestoneState.OPEN:
        raise NotNow("Nothing has been reported of this milestone yet.")
    if milestone.state == MilestoneState.VERIFIED:
        raise NotNow("This milestone is verified already.")


def _writers(milestone: Milestone) -> set[Any]:
    evidence = {each.by_id for each in milestone.evidence.all()}
    return evidence | {milestone.recorded_by_id, milestone.plan.recorded_by_id}
