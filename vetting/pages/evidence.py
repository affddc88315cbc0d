"""What is alleged and noted, as a case's and a subject's page show it, and as a withhold names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from evidence import against, protection, worksheet
from evidence.against import Standing
from evidence.models import Allegation, Conclusion, DerogatoryNote
from evidence.pages.offers import offer
from evidence.rules.recording import check_can_note
from foundation.accounts.models import User
from foundation.doors.acts import why_not
from foundation.doors.reader import reader
from foundation.sources import protection as sources
from units.models import Subject
from vetting.models import Case
from vetting.rules import evidence

THROUGH = {
    "subject": "The subject",
    "unit": "Its unit",
    "commander": "The commander of its unit",
    "unit-before": "A unit that its unit came from",
}


@dataclass(frozen=True)
class Line:
    """One allegation as it reaches a case. `hidden`: on record, and outside this reader's reach."""

    whom: str
    standing: Standing
    hidden: bool


@dataclass(frozen=True)
class Panel:
    """Beside the checks: what a clear waits for, all of it."""

    lines: list[Line]
    notes: list[DerogatoryNote]
    missing: list[str]
    note_url: str  # where this reader records one of the subject; "" where it is not theirs to do


def panel(case: Case, user: User) -> Panel:
    reached = evidence.alleged(case)
    found = evidence.notes(case)
    seen = _visible(user, [each.standing.allegation.pk for each in reached])
    notes = DerogatoryNote.objects.visible_to(user).filter(pk__in=[each.pk for each in found])
    return Panel(
        [
            Line(THROUGH[each.through], each.standing, each.standing.allegation.pk not in seen)
            for each in reached
        ],
        list(notes.select_related("subject")) if found else [],
        evidence.stands_open(case),
        "" if why_not(check_can_note, user, case.subject) else reverse("note-new", args=[case.subject_id]),
    )


def _visible(user: User, allegations: list[Any]) -> set[Any]:
    found = Allegation.objects.visible_to(user).filter(pk__in=allegations)
    return set(found.values_list("pk", flat=True)) if allegations else set()


def of_subject(request: HttpRequest, subject: Subject, same: Iterable[Any]) -> dict[str, Any]:
    """For a unit's or a person's page."""
    user, same = reader(request), list(same)
    allegations = Allegation.objects.visible_to(user).against(same).order_by("created_at", "pk")
    notes = DerogatoryNote.objects.visible_to(user).filter(subject__in=same).order_by("created_at", "pk")
    return {
        "alleged": [against.conclude(each) for each in against.with_assessments(allegations)],
        "notes": list(notes),
        "note_act": offer(
            user, "Record a derogatory note…", reverse("note-new", args=[subject.pk]), check_can_note, subject
        ),
    }


# --- what a withhold names ---


def choices(request: HttpRequest, case: Case) -> dict[str, list[tuple[str, str]]]:
    """What may be named in a withhold of this case, each with how it stands."""
    user = reader(request)
    reached = evidence.alleged(case)
    seen = _visible(user, [each.standing.allegation.pk for each in reached])
    notes = DerogatoryNote.objects.visible_to(user).filter(pk__in=[each.pk for each in evidence.notes(case)])
    return {
        "allegations": [
            (str(each.standing.allegation.pk), _called(each))
            for each in reached
            if each.standing.allegation.pk in seen
        ],
        "notes": [(str(each.pk), f"{each.get_kind_display()}: {each.note[:80]}") for each in notes],
    }


def _called(reached: evidence.Reached) -> str:
    allegation = reached.standing.allegation
    return (
        f"{allegation.get_violation_display()}, {allegation.incident.title}"
        f" ({THROUGH[reached.through].lower()}; {reached.standing.conclusion.replace('-', ' ')})"
    )


def draft(request: HttpRequest, case: Case) -> str:
    """A basis to begin with, out of the worksheets of the credible allegations that this person reads."""
    user = reader(request)
    read = [
        each.standing
        for each in evidence.alleged(case)
        if each.standing.conclusion == Conclusion.CREDIBLE
        and protection.reads_allegation(user, each.standing.allegation)
    ]
    sources.note_read(user, [each.allegation for each in read], what=protection.ALLEGATION)
    return "\n\n".join(worksheet.draft(each.allegation, each.assessment) for each in read if each.assessment)
