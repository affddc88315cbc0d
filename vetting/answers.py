"""What a class is answered: its rows in the seven safe words, what is asked of them, when clearances end.

A nominator's every surface (calls, pages, files) shows this of a case and nothing else. All of it moves with
the nomination's version, and nothing of it without.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as FirstOf
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from vetting.days import add_working_days
from vetting.models import Candidate, Clearance, InformationRequest, Nomination, Word

USUAL_DAYS = 10  # working days: sections at the post, then the human rights bureau, five each


@dataclass(frozen=True)
class Answered:
    """One row. `until` is the last day on which both its clearance and its unit's stand."""

    candidate: Candidate
    question: InformationRequest | None
    clearance: tuple[dt.date, dt.date] | None


def rows_of(nomination: Nomination, some: Sequence[Candidate] | None = None) -> list[Answered]:
    """In the order they were nominated in, or `some` of them; three queries, however many they are."""
    rows = nomination.candidates.select_related("subject", "unit_case__subject").order_by("row")
    candidates = list(rows) if some is None else some
    questions = _open_questions(nomination, candidates)
    clearances = _live_clearances(nomination, candidates)
    return [Answered(row, _question(row, questions), _clearance(row, clearances)) for row in candidates]


def answered(candidate: Candidate) -> Answered:
    """One row alone."""
    questions = _open_questions(candidate.nomination, [candidate])
    clearances = _live_clearances(candidate.nomination, [candidate])
    return Answered(candidate, _question(candidate, questions), _clearance(candidate, clearances))


def with_words(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Each with its `least`: the word of its least settled row, as `Nomination.word` has it."""
    order = FirstOf(
        *(When(word=word, then=Value(place)) for place, word in enumerate(Word)), output_field=IntegerField()
    )
    rows = Candidate.objects.filter(nomination=OuterRef("pk")).exclude(word=Word.CANCELLED)
    least = rows.annotate(place=order).order_by("place").values("word")[:1]
    return nominations.annotate(least=Coalesce(Subquery(least), Value(Word.CANCELLED.value)))


def forecast(nomination: Nomination) -> dt.date | None:
    """When answers may be expected: by the day they are needed, or when the usual time has run, if that is
    later. Reckoned from what the nominator said and did alone, so that nothing can be read from it."""
    if nomination.withdrawn_at:
        return None
    return max(nomination.needed_by, add_working_days(nomination.submitted_at.date(), USUAL_DAYS))


def _open_questions(nomination: Nomination, rows: Iterable[Candidate]) -> dict[Any, InformationRequest]:
    """By case; there is at most one at a time."""
    if not any(row.word == Word.MORE for row in rows):
        return {}
    asked = InformationRequest.objects.filter(case__nomination=nomination, closed_at=None)
    return {each.case_id: each for each in asked}


def _live_clearances(nomination: Nomination, rows: Iterable[Candidate]) -> dict[Any, Clearance]:
    if not any(row.word == Word.CLEARED for row in rows):
        return {}
    return {each.case_id: each for each in Clearance.objects.live().filter(case__nomination=nomination)}


def _question(row: Candidate, questions: dict[Any, InformationRequest]) -> InformationRequest | None:
    """Its own or its unit's, the older first, as in rules.nominations.question_of."""
    if row.word != Word.MORE:
        return None
    found = [questions[pk] for pk in (row.case_id, row.unit_case_id) if pk in questions]
    return min(found, key=lambda each: each.asked_at, default=None)


def _clearance(row: Candidate, clearances: dict[Any, Clearance]) -> tuple[dt.date, dt.date] | None:
    found = [clearances[pk] for pk in {row.case_id, row.unit_case_id} if pk in clearances]
    if row.word != Word.CLEARED or not found:
        return None
    return max(each.valid_from for each in found), min(each.valid_until for each in found)
