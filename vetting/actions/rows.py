"""A row's answer, derived from its cases, in the seven safe words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from vetting.models import Candidate, Case, InformationRequest, Nomination, Status, Word

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

LOST = (Word.CANCELLED, Word.NOT_CLEARED, Word.NO_LONGER)  # of its own case: whatever its unit's says
IN_ORDER = (Word.MORE, Word.RECEIVED, Word.IN_REVIEW, *LOST, Word.CLEARED)  # of two words, the first stands


def word_of(candidate: Candidate) -> Word:
    """Its own case's word where that is lost; else the less settled of that and its unit's."""
    own = WORDS[Status(candidate.case.status)]
    if candidate.withdrawn_at:
        return Word.CANCELLED
    if own in LOST:
        return own
    return min(own, WORDS[Status(candidate.unit_case.status)], key=IN_ORDER.index)


def refresh(cases: Iterable[Case]) -> None:
    """After cases have moved: their rows' words, and with them what the nominator may see has changed.

    The last thing an action does: it locks the nominations, which come after the cases.
    """
    pks = [case.pk for case in cases]
    rows = list(
        Candidate.objects.filter(Q(case__in=pks) | Q(unit_case__in=pks)).select_related("case", "unit_case")
    )
    moved = [row for row in rows if row.word != word_of(row)]
    asked = [row for row in rows if row.word == word_of(row) == Word.MORE]
    for row in moved:
        row.word, row.moved_at = word_of(row), timezone.now()
    Candidate.objects.bulk_update(moved, ["word", "moved_at"], batch_size=500)
    touch({row.nomination_id for row in moved} | _asked_otherwise(asked))


def _asked_otherwise(rows: list[Candidate]) -> set[Any]:
    """Nominations where a question that was shown is gone unanswered, and another stands in its place."""
    if not rows:
        return set()
    told = dict(Nomination.objects.filter(candidates__in=rows).values_list("pk", "updated_at"))
    asked = defaultdict(list)
    for each in InformationRequest.objects.filter(case__nomination__in=told):
        asked[each.case_id].append(each)

    def is_other(row: Candidate) -> bool:
        since = told[row.nomination_id]
        own = [*asked[row.case_id], *(asked[row.unit_case_id] if row.unit_case_id != row.case_id else ())]
        shown = [each for each in own if each.closed_at is None or each.closed_at > since]
        return bool(shown) and min(shown, key=lambda each: each.asked_at).closed_at is not None

    return {row.nomination_id for row in rows if is_other(row)}


def touch(nominations: Iterable[Any]) -> None:
    """What a nominator may read of these has changed: their version and time move."""
    for pk in sorted(nominations, key=str):
        Nomination.objects.filter(pk=pk).update(version=F("version") + 1, updated_at=timezone.now())
