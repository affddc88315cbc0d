"""Recording units and people; judging that two are the same; showing what is masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, Problem
from units import facts, rules
from units.insert import insert_subjects
from units.models import Individual, Kind, Name, NameKind, SameAs, Subject, Unit

S = TypeVar("S", Individual, Unit)

MASKED = ("national_id", "birth_city", "birth_state", "birth_country")
BIRTHPLACE = "place_of_birth"  # the last three at once, as {city, state, country}


@dataclass(frozen=True)
class Called:
    """A name to record: its text, and the one to five parts it was given in, if it was given in parts."""

    text: str
    parts: tuple[str, ...] = ()
    kind: str = NameKind.OFFICIAL
    language: str = ""
    script: str = ""


@dataclass
class Recorded:
    """A subject to save, with its names: the first is the one shown in lists."""

    subject: Individual | Unit
    names: list[Called] = field(default_factory=list)

    def name_rows(self) -> list[Name]:
        return [
            Name(
                subject_id=self.subject.pk,
                text=called.text,
                parts=list(called.parts),
                kind=called.kind,
                language=called.language,
                script=called.script,
                order=order,
            )
            for order, called in enumerate(self.names)
        ]


@transaction.atomic
def record(*, subject: S, names: Sequence[Called], by: User) -> S:
    """Record a known individual or unit. The first name is the one shown in lists."""
    rules.check_can_record(by, subject.country)
    subject.name = names[0].text
    subject.save(force_insert=True)
    Name.objects.bulk_create(Recorded(subject, list(names)).name_rows())
    audit.record("units.recorded", by=by, target=subject)
    outbox.tell(facts.SUBJECT_CHANGED, subject=str(subject.pk))
    return subject


@transaction.atomic
def correct(
    *, subject: S, changes: dict[str, Any], names: Sequence[Called] | None, reason: str, by: User
) -> S:
    """A new version of a known subject. `changes`: field → value; `names` replaces all names, if given."""
    subject = type(subject).objects.locked(subject.pk)
    rules.check_can_correct(by, subject)
    return _change(subject=subject, changes=changes, names=names, by=by, reason=reason)


@transaction.atomic
def change_nominee(*, subject: S, changes: dict[str, Any], names: Sequence[Called] | None, by: User) -> S:
    """A nominee as its nominator gives it anew. Its former names stay: it is still found by them."""
    subject = type(subject).objects.locked(subject.pk)
    given = {each.text for each in names or ()}
    former: list[Called] = [
        Called(each.text, tuple(each.parts), NameKind.FORMER, each.language, each.script)
        for each in subject.names.all()
        if each.text not in given
    ]
    now = [*names, *former] if names else None
    return _change(subject=subject, changes=changes, names=now, by=by, reason="")


def _change(
    *, subject: S, changes: dict[str, Any], names: Sequence[Called] | None, by: User, reason: str
) -> S:
    for name, value in changes.items():
        setattr(subject, name, value)
    if names:
        subject.name = names[0].text
        subject.names.all().delete()
        Name.objects.bulk_create(Recorded(subject, list(names)).name_rows())
    subject.version += 1
    subject.save()
    changed = sorted({*changes, *(["names"] if names else [])})
    audit.record(
        "units.corrected", by=by, target=subject, fields=changed, version=subject.version, reason=reason
    )
    outbox.tell(facts.SUBJECT_CHANGED, subject=str(subject.pk))
    return subject


def record_nominees(recorded: Iterable[Recorded]) -> None:
    """Save provisional subjects, as nominated; inside the caller's transaction, which records the event."""
    recorded = list(recorded)
    for each in recorded:
        each.subject.provisional = True
        each.subject.name = each.names[0].text
        each.subject.kind = Kind.UNIT if isinstance(each.subject, Unit) else Kind.INDIVIDUAL
    insert_subjects([each.subject for each in recorded])
    Name.objects.bulk_create(row for each in recorded for row in each.name_rows())


@transaction.atomic
def judge_same(*, nominee: Subject, known: Subject, by: User) -> None:
    """Link a nominee to the known subject it turned out to be. Reversible: nothing is merged."""
    _, made = SameAs.objects.get_or_create(
        nominee=nominee, known=known, ended_at=None, defaults={"made_by": by, "made_at": timezone.now()}
    )
    if made:
        audit.record("units.judged-same", by=by, target=nominee, known=str(known.pk))
        outbox.tell(facts.IDENTITY_CHANGED, subject=str(nominee.pk))


@transaction.atomic
def judge_not_same(*, nominee: Subject, known: Subject, by: User) -> None:
    """End such a link, if one stands."""
    standing = SameAs.objects.standing().filter(nominee=nominee, known=known)
    if standing.update(ended_by=by, ended_at=timezone.now()):
        audit.record("units.judged-not-same", by=by, target=nominee, known=str(known.pk))
        outbox.tell(facts.IDENTITY_CHANGED, subject=str(nominee.pk))


@transaction.atomic
def unmask(*, individual: Individual, field: str, reason: str, by: User) -> Any:
    """The value of a masked field. Looking is recorded, with the reason, before anything is shown."""
    rules.check_can_unmask(by, individual)
    known = (*MASKED, BIRTHPLACE)
    if field not in known:
        raise Invalid(Problem("unknown-field", f"`field` must be one of {', '.join(known)}.", "/field"))
    audit.record("units.unmasked", by=by, target=individual, field=field, reason=reason)
    if field == BIRTHPLACE:
        return {part: getattr(individual, f"birth_{part}") or None for part in ("city", "state", "country")}
    return getattr(individual, field) or None
