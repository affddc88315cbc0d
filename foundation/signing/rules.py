"""Who may approve, return and withdraw. Writes nothing: raises or returns."""

from __future__ import annotations

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from foundation.signing import kinds
from foundation.signing.models import Determination, State

ENDED = {
    State.APPROVED: "This was approved already.",
    State.RETURNED: "This was returned; it must be recommended anew.",
    State.WITHDRAWN: "This was withdrawn; it must be recommended anew.",
    State.OVERTAKEN: "What this rests on has changed since it was recommended; it must be recommended anew.",
}


def check_can_approve(user: User, determination: Determination) -> None:
    kind = kinds.of(determination)
    if user.pk == determination.recommended_by_id:
        raise NotYours("You recommended this: another person must approve it.")
    check_signs_here(user, determination, "approve")
    if determination.contributors.filter(user=user).exists():
        raise NotYours("You wrote something this rests on: somebody who did not must approve it.")
    if kind.is_sealed(user, determination):
        raise NotYours("Something this rests on is sealed to you: somebody who can read it must approve it.")
    check_open(determination)
    kind.check_may_sign(user, kind.find(determination))


def check_can_return(user: User, determination: Determination) -> None:
    check_signs_here(user, determination, "return")
    if user.pk == determination.recommended_by_id:
        raise NotYours("You recommended this: you can withdraw it, not return it.")
    check_open(determination)


def check_can_withdraw(user: User, determination: Determination) -> None:
    if user.pk != determination.recommended_by_id:
        raise NotYours("Only the person who recommended this can withdraw it.")
    if not reach.holds(user, kinds.of(determination).view_perm, determination.places):
        raise NotYours("Only those who read this can withdraw it, and you no longer do.")
    check_open(determination)


def check_signs_here(user: User, determination: Determination, verb: str) -> None:
    kind = kinds.of(determination)
    if not reach.holds(user, kind.sign_perm, determination.places):
        raise NotYours(f"Only an approver for this country can {verb} this.")


def check_open(determination: Determination) -> None:
    if determination.state != State.RECOMMENDED:
        raise NotNow(ENDED[State(determination.state)])
