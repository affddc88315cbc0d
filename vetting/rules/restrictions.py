"""Who may recommend that a subject be restricted, and when. Each raises, or returns."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.against import Standing
from evidence.models import Allegation
from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotNow, NotYours
from foundation.sources.models import Law
from units.models import Subject, same_subjects
from vetting.models import Restriction
from vetting.permissions import RestrictionPerm
from vetting.rules import evidence

ONLY_DRL = "Only the human rights bureau recommends that a subject be restricted."


def check_can_recommend_somewhere(user: User, nothing: None = None) -> None:
    """Before it is said of whom: whether there is any country where they may."""
    if not reach.holds_anywhere(user, RestrictionPerm.RESTRICT, Country, Post):
        raise NotYours(ONLY_DRL)


def check_can_recommend(user: User, subject: Subject) -> None:
    if not reach.holds_in_country(user, RestrictionPerm.RESTRICT, subject.country):
        raise NotYours(ONLY_DRL)


def check_adds_something(subject: Subject, law: str, includes_subunits: bool) -> None:
    """A restriction that stands already may only be widened to sub-units."""
    standing = Restriction.objects.filter(subject=subject, law=law, until=None).first()
    if standing and (standing.includes_subunits or not includes_subunits):
        wide = ", with its sub-units" if standing.includes_subunits else ""
        raise NotNow(
            f"It is restricted under the {Law(law).label} since {standing.since:%-d %B %Y} already{wide}."
        )


def check_credible(subject: Subject, allegations: Sequence[Allegation]) -> list[Standing]:
    """It takes credible information against this very subject. Answers how each allegation stands."""
    named = evidence.named(allegations)
    evidence.check_named(named, subject=subject.pk, about=same_subjects([subject.pk]))
    return named


def check_in_force(restriction: Restriction) -> None:
    if restriction.until is not None:
        raise NotNow(f"This restriction was lifted on {restriction.until:%-d %B %Y}.")
