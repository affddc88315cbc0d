"""Keeping the register, screening a nominee against it, and judging what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Stale
from screening import core, facts, register, rules
from screening.models import Answer, Mark, Match, Screening, Verdict
from units import actions as units
from units.models import Subject

AT_ONCE = 500  # subjects whose keys are made in one go


def register_if_known(subject: str) -> None:
    """A name, birth date or parent is new: keys at once, in the transaction that changed it."""
    changed = Subject.objects.get(pk=subject)
    register.write_keys(changed)
    if not changed.provisional or changed.marks.filter(ended_at=None).exists():
        outbox.tell(facts.REGISTERED, subject=subject)


def register_all(subjects: Sequence[str]) -> None:
    """The same for an import's many, in few statements."""
    for at in range(0, len(subjects), AT_ONCE):
        register.write_keys(*Subject.objects.filter(pk__in=subjects[at : at + AT_ONCE]))
    outbox.tell_many(facts.REGISTERED, [{"subject": subject} for subject in subjects])


@transaction.atomic
def mark(*, subject: Subject, reason: str, adverse: bool) -> None:
    """Another room says why a subject matters to whoever matches it. A marked nominee joins the register."""
    mark_all(subjects=[subject], reason=reason, adverse=adverse)


@transaction.atomic
def mark_all(*, subjects: Iterable[Subject], reason: str, adverse: bool) -> None:
    """The same for many, in a handful of statements."""
    wanted = {subject.pk: subject for subject in subjects}
    marked = Mark.objects.filter(subject__in=wanted, reason=reason, ended_at=None)
    fresh = [wanted[pk] for pk in sorted(wanted.keys() - set(marked.values_list("subject_id", flat=True)))]
    if not fresh:
        return
    now = timezone.now()
    Mark.objects.bulk_create(
        (Mark(subject=subject, reason=reason, adverse=adverse, since=now) for subject in fresh),
        ignore_conflicts=True,  # somebody else said the same a moment ago
    )
    register.write_keys(*fresh)
    outbox.tell_many(facts.REGISTERED, [{"subject": str(subject.pk)} for subject in fresh])


def mark_alleged(subjects: Iterable[str], **of: Any) -> None:
    """Handles `evidence.alleged`, in its transaction. What it is judged later takes no mark away."""
    mark_all(subjects=Subject.objects.filter(pk__in=list(subjects)), reason="alleged", adverse=True)


def mark_noted(subjects: Iterable[str], **of: Any) -> None:
    """Handles `evidence.noted`, in its transaction."""
    mark_all(subjects=Subject.objects.filter(pk__in=list(subjects)), reason="derogatory-note", adverse=True)


@transaction.atomic
def unmark(*, subject: Subject, reason: str) -> None:
    if Mark.objects.filter(subject=subject, reason=reason, ended_at=None).update(ended_at=timezone.now()):
        register.write_keys(subject)


@transaction.atomic
def screen(*, nominee: Subject) -> list[Match]:
    """Search the register for a nominee. Answers what is new, or no longer as it was judged."""
    asked = register.write_keys(nominee)[nominee.pk]
    found = register.search(asked, but=[nominee.pk])
    standing = {match.known_id: match for match in Match.objects.filter(nominee=nominee)}
    fresh = [
        match
        for match in (_keep(nominee, each, standing.pop(each.subject.pk, None)) for each in found)
        if match
    ]
    gone = [match.pk for match in standing.values() if match.gone_at is None and not match.verdict]
    Match.objects.filter(pk__in=gone).update(gone_at=timezone.now())
    Screening.objects.create(
        subject=nominee,
        at=timezone.now(),
        algorithm=core.ALGORITHM,
        register_size=register.size(),
        found=len(found),
    )
    return fresh


def _keep(nominee: Subject, found: register.Found, match: Match | None) -> Match | None:
    """Save a match as found now. None when nothing a person judged has changed."""
    explanation = [asdict(feature) for feature in found.comparison.features]
    score = found.comparison.score
    if (
        match
        and match.gone_at is None
        and (match.explanation, match.algorithm) == (explanation, core.ALGORITHM)
    ):
        return None
    match = match or Match(nominee=nominee, known=found.subject, version=0)
    match.score, match.explanation = score, explanation
    match.algorithm, match.thresholds = core.ALGORITHM, register.THRESHOLDS.as_dict()
    match.verdict, match.gone_at = "", None
    match.version += 1
    match.save()
    return match


@transaction.atomic
def judge(*, match: Match, verdict: str, reason: str, by: User, read: str | None = None) -> Match:
    """A verdict by a person. *Same* links the nominee to the known subject; any other ends such a link.

    `read`: the version that was judged, where the caller says it. Raises Refused, Stale.
    """
    match = Match.objects.select_related("nominee__country", "known").locked(match.pk)
    rules.check_can_judge(by, match)
    if read is not None and read != str(match.version):
        raise Stale("This match is not as you read it: something has changed since. Compare the two again.")
    Verdict.objects.create(
        match=match, verdict=verdict, reason=reason, by=by, at=timezone.now(),
        judged={"score": match.score, "algorithm": match.algorithm, "explanation": match.explanation},
    )  # fmt: skip
    match.verdict = verdict
    match.version += 1
    match.save(update_fields=["verdict", "version", "updated_at"])
    audit.record("screening.judged", by=by, target=match, verdict=verdict, reason=reason, match=str(match.pk))
    change = units.judge_same if verdict == Answer.SAME else units.judge_not_same
    change(nominee=match.nominee, known=match.known, by=by)
    outbox.tell(facts.JUDGED, match=str(match.pk), nominee=str(match.nominee_id))
    return match


@transaction.atomic
def screen_names(*, asked: Sequence[core.Subject], by: User) -> list[list[register.Found]]:
    """Screen names that nobody nominated. Only the searches are recorded."""
    rules.check_can_screen(by)
    found = [register.search(each) for each in asked]
    now, size = timezone.now(), register.size()
    Screening.objects.bulk_create(
        Screening(
            asked=asdict(each), by=by, at=now, algorithm=core.ALGORITHM, register_size=size, found=len(hits)
        )
        for each, hits in zip(asked, found, strict=True)
    )
    audit.record("screening.screened", by=by, searches=len(asked))
    return found


def nominees_like(subject: Subject) -> list[UUID]:
    """Nominees that a new or changed known subject could be."""
    asked = register.describe([subject.pk], subject.kind)[subject.pk]
    return [found.subject.pk for found in register.search(asked, registered=False, but=[subject.pk])]


def adverse(subjects: Iterable[Any]) -> set[Any]:
    """Which of these known subjects carry adverse information or a restriction."""
    return set(
        Mark.objects.filter(subject__in=list(subjects), adverse=True, ended_at=None).values_list(
            "subject_id", flat=True
        )
    )
