"""What waits for a person's signature, of every kind: one list for pages, count, REST and mail."""

from __future__ import annotations

from collections import defaultdict

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.signing import kinds
from foundation.signing.models import Determination, DeterminationQuerySet


def at_their_places(user: User) -> DeterminationQuerySet:
    """Open determinations at places where this person signs, the oldest first."""
    found = Determination.objects.none()
    for kind in kinds.all_kinds():
        here = reach.within(user, kind.sign_perm, country=Country, post=Post)
        found |= Determination.objects.open().filter(here, kind=kind.name)
    return found.select_related("recommended_by", "country").order_by("recommended_at", "pk")


def for_signature_of(user: User) -> DeterminationQuerySet:
    """Those this person may sign now: what rules.check_can_approve lets through, asked of a whole list.

    Not one's own, nor any that rests on something one wrote; none that is sealed, or that must wait.
    """
    found = at_their_places(user).exclude(recommended_by=user).exclude(contributors__user=user)
    by_kind: dict[str, list[Determination]] = defaultdict(list)
    for each in found.only("pk", "kind", "target", "recommended_at").select_related(None):
        by_kind[each.kind].append(each)
    not_now = {
        pk
        for kind in kinds.all_kinds()
        if by_kind[kind.name]
        for pk in kind.not_for(user, by_kind[kind.name])
    }
    return found.exclude(pk__in=not_now)
