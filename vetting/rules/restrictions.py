"""Who may recommend that a subject be restricted, and when. Each raises, or returns."""

from __future__ import annotations

from collections.abc import Sequence

from evidence import against
from evidence.against import Standing
from evidence.models import Allegation, Conclusion
from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources.models import Law
from units.models import Subject, same_subjects
from vetting.models import Restriction
from vetting.permissions import RestrictionPerm

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
    """It takes credible information, and that of this very subject. Answers how each stands."""
    same = same_subjects([subject.pk])
    wrong = [
        Problem("of-another", "Allegations: this one is not against this subject.", f"/allegations/{at}")
        for at, each in enumerate(allegations)
        if each.perpetrator_id not in same
    ]
    if not allegations:
        wrong.append(Problem("required", "Allegations: name at least one.", "/allegations"))
    if wrong:
        raise Invalid(*wrong)
    found = [against.conclude(each) for each in allegations]
    if not all(each.conclusion == Conclusion.CREDIBLE for each in found):
        raise NotNow(
            "Every allegation that it is recommended on must be concluded credible: assess it first."
        )
    return found


def check_in_force(restriction: Restriction) -> None:
    if restriction.until is not None:
        raise NotNow(f"This restriction was lifted on {restriction.until:%-d %B %Y}.")
