"""Who may do what to inform a government, and when. Each raises, or returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from remediation.models import HostNotification, NotificationState
from remediation.permissions import RemediationPerm
from vetting.days import today

State = NotificationState
ONLY_REMEDIATION = "Only a remediation officer of this country informs its government."
TOLD = (State.DELIVERED, State.ACKNOWLEDGED, State.ANSWERED)


def check_can_take(user: User, notification: HostNotification) -> None:
    check_holds(user, notification)
    if notification.owner_id == user.pk:
        raise NotNow("This is yours already.")


def check_can_draft(user: User, notification: HostNotification) -> None:
    _check(user, notification, (State.OPEN, State.DRAFTED), "drafted")


def check_can_deliver(user: User, notification: HostNotification) -> None:
    check_holds(user, notification)
    if notification.state == State.OPEN:
        raise NotNow("Nothing is written for the government yet: draft it first.")
    _check(user, notification, (State.DRAFTED,), "delivered")


def check_can_acknowledge(user: User, notification: HostNotification) -> None:
    _check_told(user, notification)
    _check(user, notification, (State.DELIVERED,), "acknowledged")


def check_can_answer(user: User, notification: HostNotification) -> None:
    _check_told(user, notification)
    _check(user, notification, (State.DELIVERED, State.ACKNOWLEDGED), "answered")


def check_can_offer_assistance(user: User, notification: HostNotification) -> None:
    _check_told(user, notification)
    if notification.assistance_on:
        raise NotNow(f"Assistance was offered on {notification.assistance_on:%-d %B %Y}.")


def check_day(notification: HostNotification, on: dt.date) -> None:
    """A day that was: neither to come, nor before the government was told, nor before the withhold."""
    if on > today():
        raise Invalid(Problem("in-the-future", "On: this day is still to come. Give a day that was.", "/on"))
    begun = notification.delivered_on or notification.restriction.since
    if on < begun:
        raise Invalid(Problem("too-early", f"On: this cannot have been before {begun:%-d %B %Y}.", "/on"))


def check_holds(user: User, notification: HostNotification) -> None:
    if not reach.holds_in_country(user, RemediationPerm.REMEDIATE, notification.country):
        raise NotYours(ONLY_REMEDIATION)


def _check_told(user: User, notification: HostNotification) -> None:
    check_holds(user, notification)
    if notification.state not in TOLD:
        raise NotNow("The government has not been told yet.")


def _check(user: User, notification: HostNotification, states: Container[str], done: str) -> None:
    check_holds(user, notification)
    if notification.state not in states:
        raise NotNow(
            f"This notification is {notification.get_state_display().lower()}: it cannot be {done} now."
        )
