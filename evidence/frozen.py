"""Evidence as it stands in the text of a decision: by id, version and answer, never in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evidence.against import Standing
from evidence.models import DerogatoryNote
from evidence.protection import ALLEGATION, ASSESSMENT, INCIDENT, NOTE
from foundation.signing.actions import Covered
from foundation.sources.citing import citations_of
from foundation.sources.models import Citation, Written

CITATION, DOCUMENT, SOURCE = "sources.citation", "sources.document", "sources.source"


def allegations(standing: Sequence[Standing]) -> list[dict[str, Any]]:
    cited = citations_of(ALLEGATION, [each.allegation.pk for each in standing])
    return [_allegation(each, cited[each.allegation.pk]) for each in standing]


def _allegation(standing: Standing, cited: Iterable[Citation]) -> dict[str, Any]:
    of, judged = standing.allegation, standing.assessment
    return {
        "id": str(of.pk),
        "version": of.version,
        "incident": {"id": str(of.incident_id), "version": of.incident.version},
        "perpetrator": {"kind": of.perpetrator_kind, "id": str(of.perpetrator_id)},
        "violation": of.violation,
        "involvement": of.involvement,
        "when": of.when,
        "conclusion": standing.conclusion,
        "assessment": {
            "version": judged.version,
            "by": judged.by.username,
            "at": judged.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "factors": sorted(judged.factors),
            "elements": {name: each["status"] for name, each in sorted(judged.elements.items())},
            "source_credibility": judged.source_credibility,
            "content_credibility": judged.content_credibility,
        }
        if judged
        else None,
        "citations": [_citation(each) for each in cited],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    document = citation.document
    return {
        "id": str(citation.pk),
        "version": citation.version,
        "document": {
            "id": str(document.pk),
            "version": document.version,
            "source": str(document.source_id),
            "sha256": document.sha256 or None,
            "accessed_on": document.accessed_on.isoformat(),
        },
    }


def notes(found: Iterable[DerogatoryNote]) -> list[dict[str, Any]]:
    return [
        {"id": str(each.pk), "version": each.version, "kind": each.kind, "subject": str(each.subject_id)}
        for each in found
    ]


def covers(standing: Sequence[Standing], found: Sequence[DerogatoryNote]) -> list[Covered]:
    """What a decision in view of these rests on; whoever wrote any version of it does not sign."""
    asked = {
        ALLEGATION: {each.allegation.pk for each in standing},
        INCIDENT: {each.allegation.incident_id for each in standing},
        NOTE: {each.pk for each in found},
    }
    cited = [
        *(c for each in citations_of(ALLEGATION, asked[ALLEGATION]).values() for c in each),
        *(c for each in citations_of(ASSESSMENT, asked[ALLEGATION]).values() for c in each),
        *(c for each in citations_of(NOTE, asked[NOTE]).values() for c in each),
    ]
    asked |= {
        CITATION: {each.pk for each in cited},
        DOCUMENT: {each.document_id for each in cited},
        SOURCE: {each.document.source_id for each in cited},
    }
    judged = [
        Covered(ASSESSMENT, each.allegation.pk, each.assessment.version, each.assessment.by)
        for each in standing
        if each.assessment
    ]
    return [*judged, *(each for kind, refs in asked.items() for each in _written(kind, refs))]


def _written(kind: str, refs: Iterable[Any]) -> list[Covered]:
    """Each version as it was written, and by whom."""
    found = Written.objects.filter(kind=kind, ref__in=list(refs)).select_related("by")
    return [Covered(kind, each.ref, each.version, each.by) for each in found.order_by("ref", "version")]
