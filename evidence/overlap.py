"""Who stood where when something happened: people × incidents, graded from the dated record.

Nothing here finds anybody guilty. The nearest link that the record allows is shown with its path and its
dates, so that a person can judge it. What is only possible counts as a link; what clears has to be certain:
*none* needs certain postings elsewhere for every day on which the incident possibly happened, and whatever
the record does not say is *unknown*. To take away a record that is no part of a link never makes it *none*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from evidence import chain
from evidence.models import Allegation, Incident
from foundation.accounts.models import User
from foundation.sources.dated import days as days_between
from units.models import Posting, same_groups, same_subjects
from units.spans import ONE_DAY, Span, span


class Grade(TextChoices):
    """From the nearest link to none; *unknown* stands before *none*, which is the only one that clears."""

    NAMED = "named", "Named"
    UNIT_NAMED = "unit-named", "Served in the unit named"
    SUPERIOR = "superior", "Served in a unit above the one named"
    SUBORDINATE = "subordinate", "Served in a unit below the one named"
    UNKNOWN = "unknown", "Unknown: a gap in the record"
    NONE = "none", "Served elsewhere, for certain, all of that time"


UNREAD = ("incident__narrative", "incident__victim_identities")  # protected, and not needed here
RANK = {grade: at for at, grade in enumerate(Grade.values)}
LINKED = (Grade.NAMED, Grade.UNIT_NAMED, Grade.SUPERIOR, Grade.SUBORDINATE)
BY_SIDE = {0: Grade.UNIT_NAMED, -1: Grade.SUPERIOR, 1: Grade.SUBORDINATE}  # where the unit named stood

NOBODY_NAMED = "No unit and nobody is named."
THEIRS_UNKNOWN = "Where the person named served on each of those days is not certain on record."


@dataclass(frozen=True)
class Overlap:
    """One incident, and one allegation of it if there is any. `gap`: what the record does not say."""

    incident: Incident
    allegation: Allegation | None
    grade: str
    steps: tuple[chain.Step, ...] = ()
    gap: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        last = span(self.incident.possible)[1]
        allegation = str(self.allegation.pk) if self.allegation else ""
        return (RANK[self.grade], -last.toordinal(), str(self.incident.pk), allegation)


def overlaps(
    people: Iterable[Any], user: User, *, incident: Any = None, country: Any = None
) -> list[Overlap]:
    """The nearest link first.

    people     ids of individuals: one person, under all that is judged the same
    user       only incidents and allegations that this person reads are answered
    incident   that one alone; else every incident of the country, and any elsewhere that there is a link to
    """
    same = same_subjects(people)
    allegations = _allegations(user, incident)
    bare = _without(user, allegations, incident, country)
    found = _graded(same, allegations) + [
        Overlap(each, None, Grade.UNKNOWN, gap=NOBODY_NAMED) for each in bare
    ]
    if incident is None:
        found = [each for each in found if each.grade in LINKED or each.incident.country_id == country]
    return sorted(found, key=lambda each: each.order)


def _allegations(user: User, incident: Any) -> list[Allegation]:
    visible = Allegation.objects.visible_to(user).select_related("incident").defer(*UNREAD)
    return list(visible.filter(incident=incident) if incident is not None else visible)


def _without(user: User, allegations: Sequence[Allegation], incident: Any, country: Any) -> list[Incident]:
    """Incidents of which this person reads no allegation."""
    incidents = Incident.objects.visible_to(user).defer("narrative", "victim_identities")
    asked = incidents.filter(pk=incident) if incident is not None else incidents.filter(country=country)
    return list(asked.exclude(pk__in={each.incident_id for each in allegations}))


# --- grading ---


@dataclass(frozen=True)
class Record:
    """What is certain of where people were: individual id → the stretches of their certain postings."""

    certain: dict[Any, list[Span]]
    groups: dict[Any, set[Any]] = field(default_factory=dict)

    def uncovered(self, people: Iterable[Any], days: Span) -> list[Span]:
        return uncovered(days, [each for pk in people for each in self.certain.get(pk, ())])


def _graded(people: set[Any], allegations: Sequence[Allegation]) -> list[Overlap]:
    named = {each.individual_id for each in allegations if each.individual_id} - people
    groups = same_groups(named) if named else {}
    record = Record(_certain(people.union(*groups.values())), groups)
    asked = [each for each in allegations if each.perpetrator_id and each.individual_id not in people]
    found = chain.nearest(people, [each.pk for each in asked], groups, _window(asked)) if asked else {}
    return [_grade(each, people, found.get(str(each.pk)), record) for each in allegations]


def _grade(allegation: Allegation, people: set[Any], way: chain.Way | None, record: Record) -> Overlap:
    incident = allegation.incident
    if allegation.individual_id in people:
        return Overlap(incident, allegation, Grade.NAMED)
    if way is not None:
        return Overlap(incident, allegation, BY_SIDE[way.side], way.steps)
    gap = _gap(allegation, people, record)
    return Overlap(incident, allegation, Grade.UNKNOWN if gap else Grade.NONE, gap=gap)


def _gap(allegation: Allegation, people: set[Any], record: Record) -> str:
    """What the record does not say, without which nothing is ruled out."""
    days = whole_time(allegation)
    if allegation.perpetrator_id is None:
        return NOBODY_NAMED
    if missing := record.uncovered(people, days):
        return f"No certain posting on record {_said(missing)}."
    if allegation.individual_id and record.uncovered(record.groups[allegation.individual_id], days):
        return THEIRS_UNKNOWN
    return ""


def whole_time(allegation: Allegation) -> Span:
    """Every day on which it possibly happened, by the incident or by the allegation's own days."""
    of_incident, own = span(allegation.incident.possible), span(allegation.possible)
    return min(of_incident[0], own[0]), max(of_incident[1], own[1])


def uncovered(days: Span, stretches: Iterable[Span]) -> list[Span]:
    """The parts of these days that no stretch holds, in order."""
    first, last = days
    found = []
    for start, end in sorted(stretches):
        if end < first:
            continue
        if start > last:
            break
        if start > first:
            found.append((first, start - ONE_DAY))
        if end >= last:
            return found
        first = end + ONE_DAY
    return [*found, (first, last)]


def _certain(people: Iterable[Any]) -> dict[Any, list[Span]]:
    found: dict[Any, list[Span]] = {}
    postings = Posting.objects.current().filter(individual__in=list(people)).exclude(certain=None)
    for individual, certain in postings.values_list("individual_id", "certain"):
        found.setdefault(individual, []).append(span(certain))
    return found


def _window(allegations: Iterable[Allegation]) -> Any:
    times = [whole_time(each) for each in allegations]
    first, last = min(each[0] for each in times), max(each[1] for each in times)
    return days_between(None if first == dt.date.min else first, None if last == dt.date.max else last)


def _said(missing: list[Span]) -> str:
    """ "from 3 May 2014 to 6 June 2014 and 2 more stretches" """
    first, last = missing[0]
    since = "" if first == dt.date.min else f"from {_day(first)}"
    until = "" if last == dt.date.max else f"to {_day(last)}"
    words = f"on {_day(first)}" if first == last else " ".join(filter(None, (since, until))) or "at all"
    more = len(missing) - 1
    return words + (f", nor of {more} more stretch{'es' if more > 1 else ''}" if more else "")


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
