"""Incidents, allegations and how they were judged, recorded by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evidence.actions import allegations, incidents, notes
from evidence.models import Allegation, DerogatoryNote, Element, Factor, Incident
from foundation.accounts.models import Country, User
from foundation.sources import actions as sources
from foundation.sources.dated import days
from foundation.sources.models import Citation, Document, Source
from units.models import Kind, Subject

DAYS = {"certain": None, "possible": days(dt.date(2019, 3, 1), dt.date(2019, 3, 31))}
FACTORS = {
    each.value: {"finding": "Unknown, because nobody asked.", "for": [], "against": []} for each in Factor
}
ELEMENTS = {each.value: {"status": "unknown", "note": "Nobody asked."} for each in Element}
ANSWERED = {
    "factors": FACTORS,
    "elements": ELEMENTS,
    "source_credibility": "medium",
    "content_credibility": "medium",
    "basis": "Two accounts that agree.",
}


def an_incident(by: User, country: str = "XA", **said: Any) -> Incident:
    body = {"title": "A night at the harbour", "when": DAYS} | said
    return incidents.record_incident(by=by, country=Country.objects.get(pk=country), **body)


def perpetrator(subject: Subject | None) -> dict[str, Any]:
    """As an allegation has it."""
    kind = subject.kind if subject else "unidentified"
    return {
        "perpetrator_kind": kind,
        "unit": subject.unit if subject and kind == Kind.UNIT else None,
        "individual": subject.individual if subject and kind == Kind.INDIVIDUAL else None,
    }


def an_allegation(
    subject: Subject | None, by: User, incident: Incident | None = None, **said: Any
) -> Allegation:
    """Not assessed yet."""
    country = subject.country_id if subject else "XA"
    body = {"violation": "torture", "involvement": "direct"} | said
    incident = incident or an_incident(by, country)
    whom = perpetrator(Subject.objects.get(pk=subject.pk) if subject else None)
    return allegations.record_allegation(by=by, incident=incident, perpetrator=whom, **body)


def assessed(allegation: Allegation, by: User, conclusion: str = "credible", **said: Any) -> Allegation:
    return allegations.assess(allegation=allegation, by=by, conclusion=conclusion, **ANSWERED | said)


def credible(subject: Subject, by: User) -> list[Allegation]:
    """What a *gvhr* withhold of this subject may rest on: one allegation, its whole worksheet answered."""
    return [assessed(an_allegation(subject, by), by)]


def a_note(subject: Subject, by: User, **said: Any) -> DerogatoryNote:
    body = {"kind": "corruption", "note": "Took money at the gate."} | said
    return notes.record_note(by=by, subject=subject, **body)


def a_source(by: User, **said: Any) -> Source:
    return sources.record_source(by=by, **{"name": "Harbour Watch", "kind": "ngo"} | said)


def a_document(by: User, source: Source | None = None, **said: Any) -> Document:
    body = {"title": "Report on the night", "accessed_on": dt.date(2020, 1, 5)} | said
    if not {"file", "url", "held_elsewhere"} & set(body):
        body["url"] = "https://harbour.example/report"
    return sources.record_document(by=by, source=source or a_source(by), **body)


def a_citation(by: User, document: Document | None = None, **said: Any) -> Citation:
    body = {"place": "page 4", "quote": "They were taken at night."} | said
    return sources.record_citation(by=by, document=document or a_document(by), **body)


def named(case: Any, by: User) -> dict[str, Any]:
    """That part of a body which names what a *gvhr* withhold of this case rests on."""
    return {"allegations": [str(each.pk) for each in credible(case.subject, by)]}
