"""What bars a case: restrictions under its law that reach it, and its unit's own end.

Through judged sameness and dated links only, never by name text. One definition: whoever asks which cases
a new restriction reaches makes a list of what it could touch, and asks this of each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from units.models import CommandLink, Kind, Posting, same_subjects, units_above
from vetting.days import today
from vetting.models import Case, Outcome, Restriction, Status


@dataclass(frozen=True)
class Bar:
    """Why a case is barred. `through`: subject, unit, commander, unit-above or unit-case."""

    through: str
    restriction: Restriction | None = None

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
            "unit-case": "Its unit was withheld or barred in this nomination.",
        }[self.through]
        if self.restriction is None:
            return what
        law, since = self.restriction.get_law_display(), f"{self.restriction.since:%-d %B %Y}"
        return f"{what} restricted under the {law} since {since}."


def bars(case: Case, *, law: str | None = None, day: dt.date | None = None) -> list[Bar]:
    """All that bars this case today, under its own law unless another is asked about."""
    day = day or today()
    law = law or case.restriction_law
    reach = _reach(case)
    in_force = Restriction.objects.in_force(day).filter(law=law)
    found = [
        Bar(through, restriction)
        for restriction in in_force.filter(subject__in=set().union(*reach.values())).order_by("since", "pk")
        for through, subjects in reach.items()
        if restriction.subject_id in subjects
    ]
    above = units_above(reach["subject"] if case.kind == Kind.UNIT else reach["unit"], day)
    found += [Bar("unit-above", each) for each in in_force.filter(subject__in=above, includes_subunits=True)]
    unit_case = case.unit_case
    if law == case.restriction_law and unit_case and unit_case.status in (Status.WITHHELD, Status.BARRED):
        found.append(Bar("unit-case"))
    return found


def cases_touched(subject: Any) -> set[Any]:
    """Ids of cases that something about this subject could reach: to be asked one by one."""
    subjects = same_subjects([subject])
    below = _units_below(subjects)
    commanded = same_subjects(_commanded_by(subjects))
    units = below | commanded
    touched = Case.objects.filter(
        Q(subject__in=subjects | units)
        | Q(commander__in=subjects)
        | Q(unit_case__subject__in=subjects | units)
        | Q(unit_case__commander__in=subjects)
    )
    return set(touched.values_list("pk", flat=True))


def _reach(case: Case) -> dict[str, set[Any]]:
    """Subject ids by the way they stand to the case; a subject is named once, by the nearest way."""
    unit_case = case if case.kind == Kind.UNIT else case.unit_case
    subject = same_subjects([case.subject_id])
    unit = same_subjects([unit_case.subject_id]) - subject if unit_case else set()
    commanders = {unit_case.commander_id} if unit_case and unit_case.commander_id else set()
    commanders |= _commanders_of(
        unit | (subject if case.kind == Kind.UNIT else set()), case.nomination.event_starts_on
    )
    return {"subject": subject, "unit": unit, "commander": same_subjects(commanders) - subject - unit}


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
