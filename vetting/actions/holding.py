"""What a person holds, a claimed check or a case of their own, they hold only while they may.

Nobody else can put back what they hold, so without this it would lie there for ever.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import NotYours
from vetting.actions import cases, checks
from vetting.models import Case, Check, CheckState
from vetting.permissions import CasePerm
from vetting.rules import checks as rules

WHY = "role-taken"


def give_back(person: str) -> None:
    """Handles `accounts.role-taken`, in its transaction: what they may no longer hold goes back.

    Whoever claims holds the person's row meanwhile (accounts.as_they_stand), so none is overlooked.
    """
    user = User.objects.get(pk=person)
    claimed = Check.objects.filter(claimed_by=user, state=CheckState.CLAIMED)
    own = Case.objects.open().filter(owner=user)
    touched = Case.objects.filter(Q(checks__in=claimed) | Q(people__checks__in=claimed) | Q(pk__in=own))
    for case in Case.objects.filter(pk__in=touched.values("pk")).all_locked():
        if case.owner_id == user.pk and case.is_open and not reach.holds(user, CasePerm.OWN, case.places):
            cases.put_back(case, by=None, why=WHY)
    for check in claimed.select_related("case", "queue").order_by("pk"):
        if not _works(user, check):
            checks.put_back(check, by=None, why=WHY)


def give_back_all() -> None:
    """By the clock, for what no act tells: an account closed, a role that is allowed less than it was."""
    holders = set(Case.objects.exclude(owner=None).values_list("owner_id", flat=True))
    holders |= set(Check.objects.filter(state=CheckState.CLAIMED).values_list("claimed_by_id", flat=True))
    for pk in sorted(holders, key=str):
        with transaction.atomic():
            give_back(str(pk))


def _works(user: User, check: Check) -> bool:
    try:
        rules.check_works(user, check)
    except NotYours:
        return False
    return True
