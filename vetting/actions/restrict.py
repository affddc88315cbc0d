"""Restrictions: imposed by a signature, and met at once by every case they reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.models import LawText
from screening import actions as screening
from units.models import Subject
from vetting import facts
from vetting.actions import ends, rows
from vetting.days import today
from vetting.models import Case, Restriction
from vetting.models.cases import RECOMMENDED
from vetting.rules import bars


@transaction.atomic
def impose(
    *, subject: Subject, law: str, includes_subunits: bool, cause: Determination | None, by: User | None
) -> Restriction:
    """Bar a subject under one law from today. One that stands already is kept, and answered."""
    standing = Restriction.objects.filter(subject=subject, law=law, until=None).first()
    if standing:
        return standing
    restriction = Restriction.objects.create(
        subject=subject,
        country=subject.country,
        law=law,
        since=today(),
        includes_subunits=includes_subunits,
        citation=LawText.objects.in_force(law, today()).citation,
        cause=cause,
    )
    screening.mark(subject=subject, reason=f"restricted:{law}", adverse=True)
    audit.record("vetting.restricted", by=by, target=restriction, law=law, restriction=str(restriction.pk))
    outbox.tell(facts.RESTRICTED, restriction=str(restriction.pk))
    return restriction


@transaction.atomic
def meet_everywhere(*, subject: Subject, by: User | None) -> list[Case]:
    """Every open case and live clearance that something about this subject reaches is barred or recalled.

    A unit's case ends before its people's, so that they meet its end in the same pass.
    """
    moved = meet(locked(bars.cases_touched(subject.pk)), by=by)
    rows.refresh(moved)
    return moved


def meet_again(subject: str) -> None:
    """Handles `units.linked`, and the days that go by: another may command, or stand above, by then."""
    meet_everywhere(subject=Subject.objects.get(pk=subject), by=None)


def locked(pks: Iterable[Any]) -> list[Any]:
    """These cases, locked, with their units' before them. Answers their ids in that order."""
    wanted = set(pks)
    units = Case.objects.filter(pk__in=wanted).exclude(unit_case=None).values_list("unit_case_id", flat=True)
    found = Case.objects.filter(pk__in=wanted | set(units)).all_locked()
    return [case.pk for case in found if case.pk in wanted]


def meet(cases: Iterable[Any], *, by: User | None) -> list[Case]:
    """Each of these, locked, meets what bars it; answers those that moved. Read one by one: a unit's end has
    ended its people's cases before their own turn comes."""
    moved = []
    for pk in cases:
        case = Case.objects.get(pk=pk)
        if ends.meet(case, bars.bars(case), by=by):
            moved += [case, *meet_people_of(case, by=by)]
        elif case.status in RECOMMENDED and bars.restricting(case, today()):
            signing.overtake_open(
                targets=[ends.target_of(case)], changed="A restriction reaches it that did not then.", by=by
            )
    return moved


def meet_people_of(unit_case: Case, *, by: User | None) -> list[Case]:
    """A unit's case has ended: its people's cases meet that."""
    people = Case.objects.filter(unit_case=unit_case).all_locked()
    return [case for case in people if ends.meet(case, bars.bars(case), by=by)]
