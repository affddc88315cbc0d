"""Restrictions: imposed by a signature, met at once by every case they reach, ended by a signed lift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from evidence.models import Allegation
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, Problem
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.models import LawText
from screening import actions as screening
from units.models import Kind, Subject
from vetting import facts
from vetting.actions import ends, frozen_restriction, rows
from vetting.days import today
from vetting.models import Answered, Case, Cause, Restriction, Status
from vetting.models.cases import RECOMMENDED, CaseQuerySet
from vetting.rules import bars
from vetting.rules import restrictions as rules

RESTRICTION = "vetting.restriction"


@transaction.atomic
def recommend(
    *,
    subject: Subject,
    law: str,
    basis: str,
    by: User,
    allegations: Sequence[Allegation],
    includes_subunits: bool = False,
) -> Determination:
    """Recommend that a subject be restricted that nobody nominated, or under another law. Another signs."""
    subject = Subject.objects.select_related("country").locked(subject.pk)
    rules.check_can_recommend(by, subject)
    check_sub_units(subject, includes_subunits)
    rules.check_adds_something(subject, law, includes_subunits)
    standing = rules.check_credible(subject, allegations)
    own = {"basis": basis, "includes_subunits": includes_subunits}
    return signing.recommend(
        kind="restrict",
        target=target_of(subject, law),
        subject=subject,
        payload=frozen_restriction.restriction(subject, law, by, standing, **own),
        covers=frozen_restriction.covers(subject, law, standing),
        by=by,
        law=law,
        country=subject.country,
    )


def target_of(subject: Subject, law: str) -> str:
    return f"vetting.restriction:{subject.pk}:{law}"


def check_sub_units(subject: Subject, includes_subunits: bool) -> None:
    if includes_subunits and subject.kind != Kind.UNIT:
        raise Invalid(
            Problem("no-sub-units", "A person has no sub-units: leave this out.", "/includes_subunits")
        )


def restricted(subject: Subject, *, determination: Determination, by: User) -> None:
    """What a signed restrict leaves behind: a restriction, met at once wherever it reaches."""
    impose(
        subject=subject,
        law=determination.law,
        includes_subunits=determination.payload["includes_subunits"],
        cause=determination,
        by=by,
    )
    meet_everywhere(subject=subject, by=by)


@transaction.atomic
def impose(
    *, subject: Subject, law: str, includes_subunits: bool, cause: Determination | None, by: User | None
) -> Restriction:
    """Bar a subject under one law from today. One that stands already is kept, widened where this is wider,
    and has this cause behind it too."""
    list(Subject.objects.select_for_update(no_key=True).filter(pk=subject.pk).values("pk"))  # one at a time
    standing = Restriction.objects.filter(subject=subject, law=law, until=None).first()
    if standing is None:
        restriction = _begin(subject, law, includes_subunits, cause, by)
    elif cause is None:
        return standing
    else:
        restriction = _back(standing, includes_subunits, by)
    if cause:
        Cause.objects.create(restriction=restriction, determination=cause, at=timezone.now())
    outbox.tell(facts.RESTRICTED, restriction=str(restriction.pk), cause=str(cause.pk) if cause else None)
    return restriction


def _begin(
    subject: Subject, law: str, includes_subunits: bool, cause: Determination | None, by: User | None
) -> Restriction:
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
    return restriction


def _back(restriction: Restriction, includes_subunits: bool, by: User | None) -> Restriction:
    """Another signature stands behind a restriction that was there."""
    widened = includes_subunits and not restriction.includes_subunits
    restriction.includes_subunits = restriction.includes_subunits or includes_subunits
    _save(restriction, "includes_subunits")
    audit.record(
        "vetting.restriction-backed",
        by=by,
        target=restriction,
        law=restriction.law,
        restriction=str(restriction.pk),
        widened=widened,
    )
    signing.overtake(
        kind=RESTRICTION, ref=restriction.pk, changed="A restriction it rests on has another cause.", by=by
    )
    return restriction


@transaction.atomic
def lift(
    *,
    restriction: Restriction,
    on: dt.date,
    cause: Determination,
    by: User,
    answers: Mapping[Any, int] | None = None,
) -> Restriction:
    """End a restriction from this day on, by a signed lift. Postgres asks for the signature as well.

    `answers`: allegation → the version of its assessment (0: none) that the lift answers under this law.
    No other restriction is touched: neither the subject's under another law, nor anybody else's.
    """
    restriction = Restriction.objects.select_related("subject").locked(restriction.pk)
    rules.check_in_force(restriction)
    restriction.until, restriction.lifted_by = on, cause
    _save(restriction, "until", "lifted_by")
    Answered.objects.bulk_create(
        Answered(restriction=restriction, allegation=allegation, assessment=version)
        for allegation, version in (answers or {}).items()
    )
    subject, law = restriction.subject, restriction.law
    screening.unmark(subject=subject, reason=f"restricted:{law}")
    screening.mark(subject=subject, reason=f"lifted:{law}", adverse=True)  # so that a clear still takes two
    audit.record(
        "vetting.lifted", by=by, target=restriction, law=law, restriction=str(restriction.pk),
        digest=cause.digest,
    )  # fmt: skip
    signing.overtake(
        kind=RESTRICTION, ref=restriction.pk, changed="A restriction it rests on was lifted.", by=by
    )
    outbox.tell(facts.LIFTED, restriction=str(restriction.pk))
    return restriction


def _save(restriction: Restriction, *fields: str) -> None:
    restriction.version += 1
    restriction.save(update_fields=[*fields, "version", "updated_at"])


def freed_by(restriction: Restriction) -> CaseQuerySet:
    """Cases that this restriction ended, or that ended in it: to be reopened once nothing bars them."""
    signed = (each.determination.target for each in restriction.causes.select_related("determination"))
    own = [target.partition(":")[2] for target in signed if target.startswith("vetting.case:")]
    ended = Case.objects.filter(status__in=(Status.BARRED, Status.WITHHELD, Status.RECALLED))
    return ended.filter(Q(met__restriction=restriction) | Q(pk__in=own)).distinct()


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


def meet_all_again(subjects: Sequence[str]) -> None:
    """Handles `units.imported`: so much is new that every restriction in force is asked whom it reaches."""
    restricted = Restriction.objects.in_force(today()).values_list("subject_id", flat=True)
    touched = set().union(*(bars.cases_touched(pk) for pk in set(restricted)))
    rows.refresh(meet(locked(touched), by=None))


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
