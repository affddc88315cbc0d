"""Informing the host government: drafted, delivered, acknowledged, answered; assistance offered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing.models import Determination
from remediation import clocks, facts, owners
from remediation.actions import versions
from remediation.models import HostNotification, NotificationEntry, NotificationState
from remediation.permissions import RemediationPerm
from remediation.rules import informing as rules
from vetting.models import Restriction

State = NotificationState


def open_notification(restriction: Restriction, cause: Determination) -> HostNotification:
    """One for every withhold and restrict: the caller runs where it is signed."""
    unanswered = HostNotification.objects.exclude(state=State.ANSWERED)
    notification = HostNotification.objects.create(
        restriction=restriction,
        cause=cause,
        country=restriction.country,
        owner=owners.least_busy(
            RemediationPerm.REMEDIATE, restriction.country, unanswered.values_list("owner", flat=True)
        ),
        due_on=clocks.inform_by(),
    )
    audit.record(
        "remediation.notification-opened", by=None, target=notification, restriction=str(restriction.pk)
    )
    outbox.tell(facts.NOTIFICATION_OPENED, notification=str(notification.pk))
    return notification


@transaction.atomic
def take(*, notification: HostNotification, by: User) -> HostNotification:
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_take(by, notification)
    notification.owner = by
    return _save(notification, "notification-taken", by)


@transaction.atomic
def draft(
    *, notification: HostNotification, on: dt.date, text: str, by: User, to: str = "", note: str = ""
) -> HostNotification:
    """Write what the government may read. Until it is delivered it may be written anew."""
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_draft(by, notification)
    rules.check_day(notification, on)
    notification.state, notification.releasable_text = State.DRAFTED, text
    _enter(notification, "draft", by, on=on, to=to, text=text, note=note)
    return _save(notification, "notification-drafted", by)


@transaction.atomic
def deliver(
    *, notification: HostNotification, on: dt.date, to: str, by: User, text: str = "", note: str = ""
) -> HostNotification:
    """The government has it: when, and to whom it was given. `text`: as it was given, if not as drafted."""
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_deliver(by, notification)
    rules.check_day(notification, on)
    notification.state = State.DELIVERED
    notification.releasable_text = text or notification.releasable_text
    notification.delivered_on, notification.delivered_to = on, to
    _enter(notification, "deliver", by, on=on, to=to, text=notification.releasable_text, note=note)
    return _save(notification, "notification-delivered", by)


@transaction.atomic
def acknowledge(
    *, notification: HostNotification, on: dt.date, by: User, to: str = "", text: str = "", note: str = ""
) -> HostNotification:
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_acknowledge(by, notification)
    rules.check_day(notification, on)
    notification.state, notification.acknowledged_on = State.ACKNOWLEDGED, on
    _enter(notification, "acknowledge", by, on=on, to=to, text=text, note=note)
    return _save(notification, "notification-acknowledged", by)


@transaction.atomic
def answer(
    *, notification: HostNotification, on: dt.date, text: str, by: User, to: str = "", note: str = ""
) -> HostNotification:
    """What the government said to it."""
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_answer(by, notification)
    rules.check_day(notification, on)
    notification.state = State.ANSWERED
    notification.answered_on, notification.answer = on, text
    _enter(notification, "answer", by, on=on, to=to, text=text, note=note)
    return _save(notification, "notification-answered", by)


@transaction.atomic
def offer_assistance(
    *, notification: HostNotification, on: dt.date, by: User, to: str = "", text: str = "", note: str = ""
) -> HostNotification:
    """Help in bringing those responsible to justice was offered."""
    notification = HostNotification.objects.locked(notification.pk)
    rules.check_can_offer_assistance(by, notification)
    rules.check_day(notification, on)
    notification.assistance_on = on
    _enter(notification, "offer-assistance", by, on=on, to=to, text=text, note=note)
    return _save(notification, "assistance-offered", by)


def _enter(notification: HostNotification, act: str, by: User, **said: Any) -> None:
    NotificationEntry.objects.create(notification=notification, act=act, by=by, at=timezone.now(), **said)


def _save(notification: HostNotification, done: str, by: User) -> HostNotification:
    versions.save(notification)
    audit.record(f"remediation.{done}", by=by, target=notification, notification=str(notification.pk))
    return notification
