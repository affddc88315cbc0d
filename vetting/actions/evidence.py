"""What evidence changes of what was recommended: whoever signs in view of it reads it first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from foundation.signing import actions as signing
from vetting.actions import ends, restrict
from vetting.models import Case
from vetting.models.cases import RECOMMENDED
from vetting.rules import bars


def weigh_again(subjects: Iterable[str], **of: Any) -> None:
    """Handles `evidence.alleged`, `assessed` and `noted`, at once. `subjects`: whom it is against.

    What was recommended before is put forward anew, in view of what is known now.
    """
    touched = {pk for subject in subjects for pk in bars.cases_touched(UUID(subject))}
    waiting = Case.objects.filter(pk__in=touched, status__in=RECOMMENDED).values_list("pk", flat=True)
    for pk in restrict.locked(waiting):
        case = Case.objects.get(pk=pk)
        signing.overtake_open(
            targets=[ends.target_of(case)],
            changed="What is alleged or noted of those whom it is about is new, or judged anew.",
            by=None,
        )
