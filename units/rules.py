"""Who may record what is known. Writes nothing: raises or returns."""

from __future__ import annotations

from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotNow, NotYours
from units.models import CommandLink, Posting, Subject
from units.permissions import UnitPerm


def check_can_record(user: User, country: Any) -> None:
    if not reach.holds_in_country(user, UnitPerm.CHANGE, country):
        raise NotYours(
            "Only the post coordinator or the human rights bureau records units and people of this country."
        )


def check_can_record_somewhere(user: User) -> None:
    """Before it is said of which country: whether there is any."""
    if not reach.holds_anywhere(user, UnitPerm.CHANGE, Country, Post):
        raise NotYours("Only the post coordinator or the human rights bureau records units and people.")


def check_can_correct_claim(user: User, claim: CommandLink | Posting) -> None:
    check_can_record(user, claim.linked[0].country)
    if claim.superseded_by_id:
        raise NotNow("This has been corrected since: correct the version that stands.")


def check_can_correct(user: User, subject: Subject) -> None:
    check_can_record(user, subject.country)
    if subject.provisional:
        raise NotNow(
            "This is a nominee, kept as nominated: its nominator corrects it by answering or resubmitting."
        )


def check_can_unmask(user: User, subject: Subject) -> None:
    if not reach.holds_in_country(user, UnitPerm.UNMASK, subject.country):
        raise NotYours("Only those who check people of this country can have a masked field shown.")
