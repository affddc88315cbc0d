"""What somebody holds who may no longer work on it goes back to where it waits for others."""

from __future__ import annotations

from django.db import transaction

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.audit import actions as audit
from vetting.actions import ends
from vetting.models import Case, Check, CheckState
from vetting.permissions import CasePerm


@transaction.atomic
def empty(user: str) -> None:
    """Handles `accounts.role-taken`: in its transaction, so that a role and what was held end together."""
    person = User.objects.get(pk=user)
    may_own = reach.within(person, CasePerm.OWN, country=Country, post=Post)
    for pk in Case.objects.filter(owner=person).exclude(may_own).order_by("pk").values_list("pk", flat=True):
        _give_back_case(Case.objects.locked(pk), person)
    works = Check.objects.worked_by(person).values("pk")
    held = Check.objects.filter(claimed_by=person, state=CheckState.CLAIMED).exclude(pk__in=works)
    for pk in held.order_by("case_id", "pk").values_list("pk", flat=True):
        _give_back_check(Check.objects.locked(pk), person)


def empty_all() -> None:
    """By the clock, for what no act tells: an account closed, a role that is allowed less than it was."""
    holders = set(Case.objects.exclude(owner=None).values_list("owner_id", flat=True))
    holders |= set(Check.objects.filter(state=CheckState.CLAIMED).values_list("claimed_by_id", flat=True))
    for pk in sorted(holders, key=str):
        empty(str(pk))


def _give_back_case(case: Case, person: User) -> None:
    if case.owner_id == person.pk:
        case.owner = None
        ends.save(case)
        audit.record("vetting.released", by=None, target=case)


def _give_back_check(check: Check, person: User) -> None:
    if (check.state, check.claimed_by_id) == (CheckState.CLAIMED, person.pk):
        check.state, check.claimed_by, check.claimed_at = CheckState.OPEN, None, None
        check.version += 1
        check.save()
        audit.record("vetting.check-released", by=None, target=check)
