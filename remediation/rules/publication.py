"""Who may publish a restriction, or recommend an exception from it, and when."""

from __future__ import annotations

import datetime as dt

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources.models import Law
from remediation.models import Publication, PublicationState
from remediation.permissions import PublicationPerm
from units.models import Kind
from vetting.days import today
from vetting.models import Restriction

ONLY_PUBLICATION = "Only a publication officer of this country decides on publication."


def is_published_at_all(restriction: Restriction) -> bool:
    """Units under the State law: 22 U.S.C. 2378d(d)(7). People, and the DoD law, never."""
    return restriction.subject.kind == Kind.UNIT and restriction.law == Law.STATE_LEAHY


def check_can_publish(user: User, publication: Publication) -> None:
    check_holds(user, publication)
    if publication.state == PublicationState.PUBLISHED:
        raise NotNow(f"It was published on {publication.published_on:%-d %B %Y}.")
    check_in_force(publication)


def check_can_recommend_exception(user: User, publication: Publication) -> None:
    """What the public has read is not taken back by an exception."""
    check_holds(user, publication)
    if publication.state == PublicationState.PUBLISHED:
        raise NotNow("It is published: what the public has read cannot be excepted.")
    if publication.state == PublicationState.EXCEPTED:
        raise NotNow("It is excepted already.")
    check_in_force(publication)


def check_reported(publication: Publication, reported_on: dt.date) -> None:
    if reported_on > today():
        raise Invalid(
            Problem(
                "in-the-future",
                "Reported on: this day is still to come. Give a day that was.",
                "/reported_on",
            )
        )
    if reported_on < publication.restriction.since:
        raise Invalid(
            Problem("too-early", "Reported on: this is before the restriction began.", "/reported_on")
        )


def check_in_force(publication: Publication) -> None:
    if publication.restriction.until is not None:
        raise NotNow("The restriction was lifted: there is nothing to publish.")


def check_holds(user: User, publication: Publication) -> None:
    if not reach.holds_in_country(user, PublicationPerm.PUBLISH, publication.country):
        raise NotYours(ONLY_PUBLICATION)
