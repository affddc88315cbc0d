"""Approve, return, withdraw: the acts on a determination of any kind. Each names the digest that was read."""

from __future__ import annotations

from foundation.doors.acts import Act, Acts
from foundation.doors.serializers import StrictSerializer, Text
from foundation.signing import actions, rules


class ReasonBody(StrictSerializer):
    reason = Text(multiline=True, label="Reason")


DETERMINATION_ACTS = Acts(
    Act(
        "approve",
        rules.check_can_approve,
        actions.approve,
        "determination",
        reads=True,
        fresh=True,
        label="Approve",
    ),
    Act(
        "return",
        rules.check_can_return,
        actions.return_,
        "determination",
        ReasonBody,
        reads=True,
        label="Return",
    ),
    Act(
        "withdraw",
        rules.check_can_withdraw,
        actions.withdraw,
        "determination",
        ReasonBody,
        reads=True,
        label="Withdraw",
    ),
)
