"""Who may record what is known. Writes nothing: raises or returns."""

from __future__ import annotations

from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from units.models import Subject
from units.permissions import UnitPerm


def check_can_record(user: User, country: Any) -> None:
    if not reach.holds_in_country(user, UnitPerm.CHANGE, country):
        raise NotYours(
            "Only the post coordinator or the human rights bureau records units and people of this country."
        )


def check_can_correct(user: User, subject: Subject) -> None:
    check_can_record(user, subject.country)
    if subject.provisional:
        raise NotNow(
            "This is a nominee, kept as nominated: its nominator corrects it by answering or resubmitting."
        )


def check_can_unmask(user: User, subject: Subject) -> None:
    if not reach.holds_in_country(user, UnitPerm.UNMASK, subject.country):
        raise NotYours("Only those who check people of this country can have a masked field shown.")
