"""A row's answer, derived from its cases, in the seven safe words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from vetting.models import Candidate, Case, Nomination, Status, Word

WORDS = {
    Status.RECEIVED: Word.RECEIVED,
    Status.SCREENING: Word.RECEIVED,
    Status.RETURNED: Word.MORE,
    Status.IN_REVIEW: Word.IN_REVIEW,
    Status.RFI: Word.MORE,
    Status.SUSPENDED: Word.IN_REVIEW,
    Status.CLEAR_RECOMMENDED: Word.IN_REVIEW,
    Status.WITHHOLD_RECOMMENDED: Word.IN_REVIEW,
    Status.CLEARED: Word.CLEARED,
    Status.RECALLED: Word.NO_LONGER,
    Status.WITHHELD: Word.NOT_CLEARED,
    Status.BARRED: Word.NOT_CLEARED,
    Status.CANCELLED: Word.CANCELLED,
}

UNSETTLED = (Word.MORE, Word.RECEIVED, Word.IN_REVIEW)  # in the order they win over each other
SETTLED = (Word.CANCELLED, Word.NOT_CLEARED, Word.NO_LONGER, Word.CLEARED)


def word_of(candidate: Candidate) -> Word:
    """The least settled of its cases; of two settled ones, the one that keeps the candidate out."""
    own = WORDS[Status(candidate.case.status)]
    if candidate.withdrawn_at or own == Word.CANCELLED:
        return Word.CANCELLED
    words = {own, WORDS[Status(candidate.unit_case.status)]}
    return next(word for word in (*UNSETTLED, *SETTLED) if word in words)


def refresh(cases: Iterable[Case]) -> None:
    """After cases have moved: their rows' words, and with them what the nominator may see has changed.

    The last thing an action does: it locks the nominations, which come after the cases.
    """
    pks = [case.pk for case in cases]
    rows = Candidate.objects.filter(Q(case__in=pks) | Q(unit_case__in=pks)).select_related(
        "case", "unit_case"
    )
    moved = [row for row in rows if row.word != word_of(row)]
    for row in moved:
        row.word, row.moved_at = word_of(row), timezone.now()
    Candidate.objects.bulk_update(moved, ["word", "moved_at"])
    touch({row.nomination_id for row in moved})


def touch(nominations: Iterable[Any]) -> None:
    """What a nominator may read of these has changed: their version and time move."""
    for pk in sorted(nominations, key=str):
        Nomination.objects.filter(pk=pk).update(version=F("version") + 1, updated_at=timezone.now())
