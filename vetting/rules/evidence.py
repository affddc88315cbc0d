"""What is alleged against those whom a case is about, and what it asks of a decision.

A clear waits for every allegation against the subject, its unit or its commander: judged, and where it is
credible, answered by a lift under this law. A withhold on *gvhr* grounds rests on credible allegations that
name the subject. Sentences hold no names: they stand in the record of refusals for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from evidence import against, worksheet
from evidence.against import Standing
from evidence.models import UNASSESSED, Allegation, Conclusion, DerogatoryNote
from foundation.refused import Invalid, NotNow, Problem
from units.models import same_subjects
from vetting.days import today
from vetting.models import Answered, Case
from vetting.rules import bars

GVHR = "gvhr"
WHOM = {
    "subject": "the subject",
    "unit": "its unit",
    "commander": "the commander of its unit",
    "unit-before": "a unit that its unit came from",
}


class Reached(NamedTuple):
    """An allegation as it reaches a case. `through`: subject, unit, commander or unit-before."""

    through: str
    standing: Standing

    @property
    def words(self) -> str:
        allegation = self.standing.allegation
        return f"An allegation of {allegation.get_violation_display().lower()} against {WHOM[self.through]}"


def subjects_of(case: Case) -> dict[str, set[Any]]:
    """Ids of those whom a case is about, by the way they stand to it, with what its unit came from."""
    return bars.once(case, "evidence of", lambda: _subjects_of(case))


def _subjects_of(case: Case) -> dict[str, set[Any]]:
    reach = bars.reach_of(case)
    before = set(bars.before_of(case, today()))
    return {**reach, "unit-before": before - set().union(*reach.values())}


def alleged(case: Case) -> list[Reached]:
    """Every allegation that reaches it."""
    return bars.once(case, "alleged", lambda: _alleged(case))


def _alleged(case: Case) -> list[Reached]:
    ways = subjects_of(case)
    through = {pk: way for way, pks in ways.items() for pk in pks}
    return [Reached(through[each.subject], each) for each in against.standing(through)]


def notes(case: Case) -> list[DerogatoryNote]:
    """Derogatory notes on those whom it is about."""
    return bars.once(case, "notes", lambda: _notes(case))


def _notes(case: Case) -> list[DerogatoryNote]:
    pks = set().union(*subjects_of(case).values())
    return list(DerogatoryNote.objects.filter(subject__in=pks).order_by("created_at", "pk"))


def stands_open(case: Case) -> list[str]:
    """What a clear, by one person or by two, waits for."""
    reached = alleged(case)
    if not reached:
        return []
    answered = _answered(reached, case.restriction_law)
    reasons = []
    for each in reached:
        if each.standing.conclusion == UNASSESSED:
            reasons.append(f"{each.words} is not assessed as it stands.")
        elif each.standing.conclusion == Conclusion.CREDIBLE and not answered(each.standing):
            reasons.append(f"{each.words} is credible, and no lift under this law has answered it.")
    return reasons


def _answered(reached: Sequence[Reached], law: str) -> Any:
    """By a lift under this law, in view of the judgement that stands: one made later is new information."""
    rows = Answered.objects.filter(
        restriction__law=law,
        restriction__until__isnull=False,
        allegation__in=[each.standing.allegation.pk for each in reached],
    )
    pairs = set(rows.values_list("allegation", "assessment"))

    def has_answered(standing: Standing) -> bool:
        assert standing.assessment is not None
        return (standing.allegation.pk, standing.assessment.version) in pairs

    return has_answered


def takes_two(case: Case) -> list[str]:
    """Whatever it was judged, one person alone does not pass over it."""
    reasons = []
    if alleged(case):
        reasons.append("There is an allegation against those whom it is about, so a clear takes two people.")
    if notes(case):
        reasons.append(
            "There is a derogatory note on one of those whom it is about, so a clear takes two people."
        )
    return reasons


# --- what a withhold rests on ---


def check_withhold(
    case: Case, *, grounds: str, allegations: Sequence[Allegation], notes: Sequence[DerogatoryNote]
) -> list[Standing]:
    """Answers the allegations named, as they stand. Raises Invalid, NotNow with all that is missing."""
    about = set().union(*subjects_of(case).values())
    check_notes(notes, about=about)
    standing = named(allegations)
    if grounds == GVHR:
        check_named(standing, subject=case.subject_id, about=about)
    elif standing:
        raise Invalid(
            Problem(
                "not-these-grounds",
                "Allegations: they are gross violations of human rights, and these grounds are none.",
                "/allegations",
            )
        )
    return standing


def named(allegations: Iterable[Allegation]) -> list[Standing]:
    """The allegations that were named, as they stand, in one order."""
    found = Allegation.objects.filter(pk__in=[each.pk for each in allegations]).order_by("created_at", "pk")
    return [against.conclude(each) for each in against.with_assessments(found)]


def check_named(
    named: Sequence[Standing], *, subject: Any, about: Iterable[Any], pointer: str = "/allegations"
) -> None:
    """Credible information against the subject, with every factor and element answered. All that is missing
    is said. `about`: ids of all whom an allegation named here may be against. Raises Invalid, NotNow."""
    if not named:
        raise Invalid(Problem("required", "Allegations: name at least one on which it rests.", pointer))
    reach = set(about)
    if any(each.subject not in reach for each in named):
        raise Invalid(
            Problem("not-about-it", "Allegations: one is against none of those whom it is about.", pointer)
        )
    own = same_subjects([subject])
    reasons = [
        sentence
        for at, each in enumerate(named, 1)
        for sentence in worksheet.not_enough(each, _called(at, each))
    ]
    if not any(each.subject in own for each in named):
        reasons.append("None of the allegations is against the subject itself.")
    if reasons:
        raise NotNow(*reasons)


def _called(number: int, standing: Standing) -> str:
    return f"Allegation {number} ({standing.allegation.get_violation_display().lower()})"


def check_notes(found: Iterable[DerogatoryNote], *, about: Iterable[Any]) -> None:
    reach = set(about)
    if any(each.subject_id not in reach for each in found):
        raise Invalid(Problem("not-about-it", "Notes: one is on none of those whom it is about.", "/notes"))
