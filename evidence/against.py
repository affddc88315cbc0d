"""What is alleged against subjects, and how each allegation stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from evidence.models import UNASSESSED, Allegation, Assessment


@dataclass(frozen=True)
class Standing:
    """One allegation. `conclusion`: "unassessed", "credible", "not-credible" or "undetermined"; `subject`:
    the id of whom it is against; `assessment`: the one that speaks of it as it stands."""

    allegation: Allegation
    conclusion: str
    subject: Any
    assessment: Assessment | None = None


def standing(subjects: Iterable[Any]) -> list[Standing]:
    """Every allegation against these subjects, by their ids only: whoever asks says who else they are."""
    allegations = Allegation.objects.against(list(subjects)).order_by("created_at", "pk")
    return [conclude(each) for each in with_assessments(allegations)]


def with_assessments(allegations: QuerySet[Allegation]) -> QuerySet[Allegation]:
    """With all that `conclude` reads, in few queries."""
    return allegations.select_related("incident__country", "unit", "individual").prefetch_related(
        "assessments"
    )


def conclude(allegation: Allegation) -> Standing:
    """An allegation that was corrected since it was assessed, or whose incident was, is unassessed."""
    assessment = last_assessment(allegation)
    if assessment is not None and assessment.is_of(allegation):
        return Standing(allegation, assessment.conclusion, allegation.perpetrator_id, assessment)
    return Standing(allegation, UNASSESSED, allegation.perpetrator_id)


def last_assessment(allegation: Allegation) -> Assessment | None:
    return max(allegation.assessments.all(), key=lambda each: each.version, default=None)
