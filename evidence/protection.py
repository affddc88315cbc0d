"""Who reads what is protected in an incident: its narrative, who the victims are, and how it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evidence.models import Allegation, DerogatoryNote, Incident
from foundation.accounts.models import User
from foundation.signing.models import Cover, Determination
from foundation.sources import protection
from foundation.sources.models import Document

INCIDENT, ALLEGATION, NOTE, ASSESSMENT = (
    "evidence.incident", "evidence.allegation", "evidence.note", "evidence.assessment",
)  # fmt: skip
DOCUMENT = "sources.document"


def reads_incident(user: User, incident: Incident) -> bool:
    return protection.may_read(user, country=incident.country_id, compartment=incident.compartment_id)


def reads_allegation(user: User, allegation: Allegation) -> bool:
    return reads_incident(user, allegation.incident)


def reads_note(user: User, note: DerogatoryNote) -> bool:
    """Whoever finds it, reads it: it protects nobody."""
    return True


def sealed_among(user: User, determinations: Sequence[Determination]) -> set[Any]:
    """Ids of those that rest on something which this person may not read, and so may not sign."""
    resting = list(
        Cover.objects.filter(determination__in=determinations, kind__in=(INCIDENT, DOCUMENT)).values_list(
            "determination_id", "kind", "ref"
        )
    )
    if not resting:
        return set()
    incidents = _by_id(Incident.objects.all(), (ref for _, kind, ref in resting if kind == INCIDENT))
    documents = _by_id(
        Document.objects.select_related("source"), (ref for _, kind, ref in resting if kind == DOCUMENT)
    )
    hidden = {ref for ref, each in incidents.items() if not reads_incident(user, each)}
    hidden |= {ref for ref, each in documents.items() if not protection.reads_document(user, each)}
    return {determination for determination, _, ref in resting if ref in hidden}


def _by_id(things: Any, refs: Iterable[str]) -> dict[str, Any]:
    return {str(each.pk): each for each in things.filter(pk__in=list(refs))}
