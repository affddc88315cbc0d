"""New information: what is alleged, or judged anew, against a subject that has a remediation file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from evidence import against
from evidence.models import Allegation, Conclusion
from foundation.audit import actions as audit
from remediation.actions import files
from remediation.models import Remediation
from units.models import Subject, same_subjects
from vetting.models import Answered


@transaction.atomic
def weigh_again(allegation: str, subjects: Iterable[str]) -> None:
    """Handles `evidence.alleged` and `evidence.assessed`: what was recommended of an open file is overtaken;
    a closed one is opened anew where the allegation is credible and no lift has answered it as it stands."""
    found = against.with_assessments(Allegation.objects.filter(pk=allegation)).get()
    standing = against.conclude(found)
    named = Subject.objects.filter(pk__in=list(subjects)).values_list("pk", flat=True)
    for subject in sorted(same_subjects(named)):
        _weigh(subject, standing)


def _weigh(subject: Any, standing: against.Standing) -> None:
    files_of = Remediation.objects.filter(subject=subject).order_by("-created_at", "-pk")
    last = files_of.select_related("subject__country").first()
    if last is None:
        return
    if last.closed_at is None:
        file = Remediation.objects.locked(last.pk)
    elif _is_new(standing):
        file = files.open_file(last.subject, by=None)
        audit.record("remediation.reopened", by=None, target=last, file=str(file.pk))
    else:
        return
    if standing.conclusion == Conclusion.CREDIBLE:
        files.add_incidents(file, [standing.allegation.incident], by=None)
    files.touch(file, "What is alleged against it has changed.", by=None)


def _is_new(standing: against.Standing) -> bool:
    """Credible, and no lift has read this assessment of it."""
    if standing.conclusion != Conclusion.CREDIBLE or standing.assessment is None:
        return False
    answered = Answered.objects.filter(
        allegation=standing.allegation.pk, assessment__gte=standing.assessment.version
    )
    return not answered.exists()
