"""What waits for a person's signature, of every kind: one list for the page, the count and the daily mail."""

from __future__ import annotations

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import Refused
from foundation.signing import kinds, rules
from foundation.signing.models import Determination, DeterminationQuerySet


def at_their_places(user: User) -> DeterminationQuerySet:
    """Open determinations at places where this person signs, the oldest first."""
    found = Determination.objects.none()
    for kind in kinds.all_kinds():
        here = reach.within(user, kind.sign_perm, country=Country, post=Post)
        found |= Determination.objects.open().filter(here, kind=kind.name)
    return found.select_related("recommended_by", "country").order_by("recommended_at", "pk")


def for_signature_of(user: User) -> list[Determination]:
    """Those this person may sign: not one's own, nor any that rests on something one wrote."""
    return [each for each in at_their_places(user) if may_sign(user, each)]


def may_sign(user: User, determination: Determination) -> bool:
    try:
        rules.check_can_approve(user, determination)
    except Refused:
        return False
    return True
