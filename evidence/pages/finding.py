"""Evidence within this person's reach; anything else is not there (404)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from evidence import against
from evidence.models import Allegation, DerogatoryNote, Incident
from evidence.permissions import EvidencePerm
from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from foundation.sources.models import Citation, Compartment, Conflict, Document, Source
from foundation.sources.permissions import SourcePerm
from units.models import Subject


def only_readers(request: HttpRequest) -> None:
    """Evidence is nothing to somebody who reads none anywhere: 404, as each piece of it would be."""
    if not reach.holds_anywhere(reader(request), EvidencePerm.VIEW, Country, Post):
        raise Http404


def find_incident(request: HttpRequest, pk: Any) -> Incident:
    found = Incident.objects.visible_to(reader(request)).select_related("country", "compartment")
    return get_object_or_404(found, pk=pk)


def find_allegation(request: HttpRequest, pk: Any) -> Allegation:
    found = against.with_assessments(Allegation.objects.visible_to(reader(request)))
    return get_object_or_404(found, pk=pk)


def find_note(request: HttpRequest, pk: Any) -> DerogatoryNote:
    found = DerogatoryNote.objects.visible_to(reader(request)).select_related("subject", "country")
    return get_object_or_404(found, pk=pk)


def find_subject(request: HttpRequest, pk: Any) -> Subject:
    return get_object_or_404(Subject.objects.visible_to(reader(request)).select_related("country"), pk=pk)


def find_source(request: HttpRequest, pk: Any) -> Source:
    found = Source.objects.visible_to(reader(request)).select_related("country", "compartment")
    return get_object_or_404(found, pk=pk)


def find_document(request: HttpRequest, pk: Any) -> Document:
    found = Document.objects.visible_to(reader(request))
    return get_object_or_404(
        found.select_related("source__country", "source__compartment", "compartment", "recorded_by"), pk=pk
    )


def find_citation(request: HttpRequest, pk: Any) -> Citation:
    found = Citation.objects.visible_to(reader(request)).select_related("document__source__country")
    return get_object_or_404(found, pk=pk)


def find_conflict(request: HttpRequest, pk: Any) -> Conflict:
    return get_object_or_404(Conflict.objects.visible_to(reader(request)), pk=pk)


def countries_read(request: HttpRequest) -> QuerySet[Country]:
    return Country.objects.filter(reach.in_country(reader(request), EvidencePerm.VIEW, "pk"))


def countries_recorded(request: HttpRequest) -> QuerySet[Country]:
    return Country.objects.filter(reach.in_country(reader(request), EvidencePerm.RECORD, "pk"))


def sources_recorded(request: HttpRequest) -> QuerySet[Country]:
    return Country.objects.filter(reach.in_country(reader(request), SourcePerm.RECORD, "pk"))


def compartments(request: HttpRequest) -> QuerySet[Compartment]:
    return Compartment.objects.visible_to(reader(request))
