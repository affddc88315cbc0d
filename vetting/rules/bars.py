"""What bars a case: restrictions under its law that reach it, and its unit's own end.

Through judged sameness, dated links and lineage only, never by name text. One definition: whoever asks which
cases a new restriction reaches makes a list of what it could touch, and asks this of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q

from units.lineage import Path, paths_before, successors
from units.models import CommandLink, Kind, Posting, same_groups, same_subjects, units_above
from units.spans import in_words
from vetting.days import today
from vetting.models import Case, Outcome, Restriction, Status

T = TypeVar("T")
REMEMBERED = "remembered"


@dataclass(frozen=True)
class Bar:
    """Why a case is barred. `through`: subject, unit, commander, unit-above, unit-before or unit-case.

    `way`: where lineage leads from the restricted unit to the case's, or to one above it, its events, the
    oldest first.
    """

    through: str
    restriction: Restriction | None = None
    way: Path = ()

    @property
    def outcome(self) -> Outcome:
        return Outcome.BARRED_SUBJECT if self.through == "subject" else Outcome.BARRED_UNIT

    @property
    def sentence(self) -> str:
        what = {
            "subject": "The subject of this case is",
            "unit": "Its unit is",
            "commander": "The commander of its unit is",
            "unit-above": "A unit above its unit is, with all its sub-units,",
            "unit-before": "Its unit came from one that is",
            "unit-case": "Its unit was withheld or barred in this nomination.",
        }[self.through]
        if self.restriction is None:
            return what
        law, since = self.restriction.get_law_display(), f"{self.restriction.since:%-d %B %Y}"
        lineage = f" Lineage: {_said(self.way)}." if self.way else ""
        return f"{what} restricted under the {law} since {since}.{lineage}"


def bars(case: Case, *, law: str | None = None, day: dt.date | None = None) -> list[Bar]:
    """All that bars this case today, under its own law unless another is asked about."""
    law = law or case.restriction_law
    restrictions = [
        each for each in restricting(case, day or today()) if each.restriction and each.restriction.law == law
    ]
    unit_case = case.unit_case
    if law == case.restriction_law and unit_case and unit_case.status in (Status.WITHHELD, Status.BARRED):
        return [*restrictions, Bar("unit-case")]
    return restrictions


def restricting(case: Case, day: dt.date) -> list[Bar]:
    """Restrictions in force that reach this case, under any law."""
    return once(case, ("restricting", day), lambda: _restricting(case, day))


def remember(case: Case) -> None:
    """To read with: of this very object the database is asked once, however many acts ask the same of it.

    Actions lock a case, and that is another object, read anew.
    """
    setattr(case, REMEMBERED, {})


def once(case: Case, question: Hashable, ask: Callable[[], T]) -> T:
    """The answer, remembered where the case was read with `remember`."""
    remembered: dict[Hashable, Any] | None = getattr(case, REMEMBERED, None)
    if remembered is None:
        return ask()
    if question not in remembered:
        remembered[question] = ask()
    return remembered[question]


def _restricting(case: Case, day: dt.date) -> list[Bar]:
    """The nearest way first: by itself, its unit or commander; by lineage; by a unit above."""
    reach = reach_of(case)
    units = _units_of(case, reach)
    before = before_of(case, day)
    above = units_above(units | set(before), day, judged=True)
    above_before = paths_before(above, day, judged=True)
    near = set().union(*reach.values())
    wide = above | set(above_before)
    found = (
        Restriction.objects.in_force(day)
        .filter(Q(subject__in=near | set(before)) | Q(subject__in=wide, includes_subunits=True))
        .select_related("subject")
        .order_by("since", "pk")
    )
    restrictions = list(found)
    return [
        *(
            Bar(through, each)
            for each in restrictions
            for through, subjects in reach.items()
            if each.subject_id in subjects
        ),
        *(
            Bar("unit-before", each, before[each.subject_id])
            for each in restrictions
            if each.subject_id in before and each.subject_id not in near
        ),
        *(
            Bar("unit-above", each, above_before.get(each.subject_id, ()))
            for each in restrictions
            if each.includes_subunits and each.subject_id in wide
        ),
    ]


def before_of(case: Case, day: dt.date) -> dict[Any, Path]:
    """The units that its unit came from by that day, each with the events on the way."""
    return once(
        case, ("before", day), lambda: paths_before(_units_of(case, reach_of(case)), day, judged=True)
    )


def _units_of(case: Case, reach: dict[str, set[Any]]) -> set[Any]:
    return reach["subject"] if case.kind == Kind.UNIT else reach["unit"]


def _said(way: Path) -> str:
    """Its events in words, without a name: "renamed on 3 March 2019"."""
    return ", ".join(f"{step.event.get_kind_display().lower()} {in_words(step.event)}" for step in way)


def cases_touched(subject: Any) -> set[Any]:
    """Ids of cases that something about this subject could reach: to be asked one by one."""
    subjects = same_subjects([subject])
    became = successors(subjects) - subjects
    below = _units_below(subjects | became)
    below |= successors(below)
    commanded = same_subjects(_commanded_by(subjects))
    units = became | below | commanded
    touched = Case.objects.filter(
        Q(subject__in=subjects | units)
        | Q(commander__in=subjects)
        | Q(unit_case__subject__in=subjects | units)
        | Q(unit_case__commander__in=subjects)
    )
    return set(touched.values_list("pk", flat=True))


def reach_of(case: Case) -> dict[str, set[Any]]:
    """Ids of those whom a case is about, with all judged the same: subject, unit and commander."""
    return once(case, "reach", lambda: _reach(case))


def _reach(case: Case) -> dict[str, set[Any]]:
    """Subject ids by the way they stand to the case; a subject is named once, by the nearest way."""
    unit_case = case if case.kind == Kind.UNIT else case.unit_case
    named = unit_case.commander_id if unit_case else None
    same = same_groups(pk for pk in (case.subject_id, unit_case and unit_case.subject_id, named) if pk)
    subject = same[case.subject_id]
    unit = same[unit_case.subject_id] - subject if unit_case else set()
    posted = _commanders_of(
        unit | (subject if case.kind == Kind.UNIT else set()), case.nomination.event_starts_on
    )
    commanders = same.get(named, set()) | same_subjects(posted - same.get(named, set()))
    return {"subject": subject, "unit": unit, "commander": commanders - subject - unit}


def _commanders_of(units: set[Any], day: dt.date) -> set[Any]:
    """Who possibly commands these units on that day, by the postings on record."""
    postings = Posting.objects.current().possibly_on(day).filter(unit__in=units, role=Posting.COMMANDER)
    return set(postings.values_list("individual_id", flat=True))


def _commanded_by(people: set[Any]) -> set[Any]:
    postings = Posting.objects.current().filter(individual__in=people, role=Posting.COMMANDER)
    return set(postings.values_list("unit_id", flat=True))


def _units_below(units: set[Any]) -> set[Any]:
    found: set[Any] = set()
    fresh = set(units)
    while fresh:
        links = CommandLink.objects.current().filter(parent__in=fresh)
        fresh = same_subjects(links.values_list("child_id", flat=True)) - found - units
        found |= fresh
    return found
