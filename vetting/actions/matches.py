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

    Whatever either of the two reaches is locked before the match: the known one may be a nominee as well.
    `read`: the version on the screen.
    """
    touched = restrict.locked(bars.cases_touched(match.nominee_id) | bars.cases_touched(match.known_id))
    match = screening.judge(match=match, verdict=verdict, reason=reason, by=by, read=read)
    nominated = Q(subject=match.nominee_id) | Q(commander=match.nominee_id)
    for pk in [*Case.objects.filter(nominated).order_by("-kind", "pk").values_list("pk", flat=True)]:
        signing.overtake(kind="vetting.case", ref=pk, changed="A possible match was judged anew.", by=by)
        ends.save(Case.objects.get(pk=pk))
    rows.refresh(restrict.meet(touched, by=by))
    return match
