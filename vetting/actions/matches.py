"""A verdict on a match, with what it means for the cases of the nominee."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from foundation.accounts.models import User
from foundation.signing import actions as signing
from screening import actions as screening
from screening.models import Match
from vetting.actions import ends, restrict, rows
from vetting.models import Case
from vetting.rules import bars


@transaction.atomic
def judge(*, match: Match, verdict: str, reason: str, by: User, read: str | None = None) -> Match:
    """Judge a match. *Same* with a restricted subject bars the nominee's cases at once.

    The nominee's cases are locked before the match, as everywhere. `read`: the version on the screen.
    """
    cases = _cases_locked(match)
    match = screening.judge(match=match, verdict=verdict, reason=reason, by=by, read=read)
    moved = []
    for case in cases:
        signing.overtake(kind="vetting.case", ref=case.pk, changed="A possible match was judged anew.", by=by)
        case.refresh_from_db()
        if ends.meet(case, bars.bars(case), by=by):
            moved += [case, *restrict.meet_people_of(case, by=by)]
        else:
            ends.save(case)
    rows.refresh(moved)
    return match


def _cases_locked(match: Match) -> list[Case]:
    """The nominee's cases, locked; the cases of their units before them."""
    nominated = Q(subject=match.nominee_id) | Q(commander=match.nominee_id)
    own = dict(Case.objects.filter(nominated).values_list("pk", "unit_case_id"))
    locked = Case.objects.filter(pk__in={*own, *own.values()} - {None}).all_locked()
    return [case for case in locked if case.pk in own]
