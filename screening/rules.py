"""Who may judge and screen. Writes nothing: raises or returns."""

from __future__ import annotations

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotYours
from screening.models import Match
from screening.permissions import ScreeningPerm


def check_can_judge(user: User, match: Match) -> None:
    if not reach.holds_in_country(user, ScreeningPerm.JUDGE, match.nominee.country):
        raise NotYours("Only those who check people and units of this country judge their matches.")


def check_can_screen(user: User) -> None:
    if not reach.holds_anywhere(user, ScreeningPerm.SCREEN, Country, Post):
        raise NotYours("Only vetting staff can screen names.")
