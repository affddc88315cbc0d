"""How much waits for somebody, for the bar: their own open duties. To others a nought would mislead."""

from __future__ import annotations

from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from remediation.models import (
    HostNotification,
    NotificationState,
    Publication,
    PublicationState,
    Step,
    StepState,
)
from remediation.permissions import PublicationPerm, RemediationPerm


def of_files(user: Any) -> int | None:
    """Steps that they own and have still to complete."""
    if not _holds(user, RemediationPerm.REMEDIATE):
        return None
    owed = (StepState.OPEN, StepState.REJECTED, StepState.LAPSED)
    return (
        Step.objects.visible_to(user).filter(owner=user, state__in=owed, remediation__closed_at=None).count()
    )


def of_notifications(user: Any) -> int | None:
    if not _holds(user, RemediationPerm.REMEDIATE):
        return None
    untold = (NotificationState.OPEN, NotificationState.DRAFTED)
    return HostNotification.objects.visible_to(user).filter(owner=user, state__in=untold).count()


def of_publications(user: Any) -> int | None:
    if not _holds(user, PublicationPerm.PUBLISH):
        return None
    undecided = Publication.objects.visible_to(user).filter(owner=user, restriction__until=None)
    return undecided.filter(state=PublicationState.UNDECIDED).count()


def _holds(user: Any, perm: str) -> bool:
    return reach.holds_anywhere(user, perm, Country, Post)
