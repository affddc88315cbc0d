"""Sources, documents and citations in the browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from evidence.pages import finding, forms
from evidence.pages.asking import Asked, asked
from evidence.pages.offers import offer
from foundation.doors.asked import posted
from foundation.doors.fresh import fresh_to_read
from foundation.doors.paging import page_of
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.sources import actions, citing, files, protection, rules, versions
from foundation.sources.acts import (
    CITATION_ACTS,
    DOCUMENT_ACTS,
    RECORD_CITATION,
    RECORD_DOCUMENT,
    RECORD_SOURCE,
    SOURCE_ACTS,
)
from foundation.sources.models import Citation, Document, Source
from foundation.sources.offered import offered_to
from units.pages.forms import Reason

page = require_http_methods(["GET", "POST"])


# --- sources ---


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    finding.only_readers(request)
    user = reader(request)
    found = Source.objects.visible_to(user).select_related("country").order_by("-created_at", "pk")
    listed = page_of(request, found)
    lines = [{"source": each, "reads": protection.reads_source(user, each)} for each in listed.rows]
    protection.note_read(user, [line["source"] for line in lines if line["reads"]], what=actions.SOURCE)
    may = finding.sources_recorded(request).exists()
    return render(request, "evidence/sources.html", {"page": listed, "lines": lines, "may_record": may})


@require_GET
def source(request: HttpRequest, pk: Any) -> HttpResponse:
    found, user = finding.find_source(request, pk), reader(request)
    reads = protection.reads_source(user, found)
    documents = list(found.documents.select_related("source").order_by("-created_at"))
    if reads:
        protection.note_read(user, [found], what=actions.SOURCE)
    return render(
        request,
        "evidence/source.html",
        {
            "source": found,
            "reads": reads,
            "documents": [(each, protection.reads_document(user, each)) for each in documents],
            "versions": versions.of(actions.SOURCE, found.pk),
            "acts": [
                offer(user, "Add a document…", reverse("document-new", args=[found.pk]),
                      rules.check_can_add_to, found),
                offer(user, "Correct it…", reverse("source-correct", args=[found.pk]),
                      rules.check_can_correct_source, found),
            ],
        },
    )  # fmt: skip


@page
def new_source(request: HttpRequest) -> HttpResponse:
    finding.only_readers(request)
    form = forms.OfSource(
        posted(request),
        countries=finding.sources_recorded(request),
        compartments=finding.compartments(request),
    )
    return asked(
        request,
        Asked(
            RECORD_SOURCE, [form], form.body, lambda _, made: made.get_absolute_url(), reverse("sources"),
            "Record a source",
            who=lambda: protection.readers(country=form.the_country, compartments=[form.the_compartment]),
        ),
    )  # fmt: skip


@page
def correct_source(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_source(request, pk)
    reads = protection.reads_source(reader(request), found)
    form = forms.OfSource(
        posted(request),
        initial=forms.OfSource.of(found) if reads else {},
        countries=finding.sources_recorded(request),
        compartments=finding.compartments(request),
    )
    reason = Reason(posted(request))
    return asked(
        request,
        Asked(
            SOURCE_ACTS["correct"], [form, reason],
            lambda: {"changes": form.body(), "reason": reason.said("reason")},
            lambda *_: found.get_absolute_url(), found.get_absolute_url(), "Correct a source", thing=found,
            reads=[(actions.SOURCE, [found] if reads else [])],
            who=lambda: protection.readers(country=form.the_country, compartments=[form.the_compartment]),
        ),
    )  # fmt: skip


# --- documents ---


@page
def new_document(request: HttpRequest, pk: Any) -> HttpResponse:
    source = finding.find_source(request, pk)
    form = forms.OfDocument(
        posted(request), request.FILES or None, countries=(), compartments=finding.compartments(request)
    )
    return asked(
        request,
        Asked(
            RECORD_DOCUMENT, [form], lambda: {"source": str(source.pk), **form.body()},
            lambda _, made: made.get_absolute_url(), source.get_absolute_url(), "Add a document",
            check=rules.check_can_add_to, checked=source,
            who=lambda: protection.readers(
                country=source.country, compartments=[source.compartment, form.the_compartment]
            ),
            about={"files": True},
        ),
    )  # fmt: skip


@require_GET
def document(request: HttpRequest, pk: Any) -> HttpResponse:
    """With every citation of it, and what each supports."""
    found, user = finding.find_document(request, pk), reader(request)
    reads = protection.reads_document(user, found)
    citations = list(found.citations.select_related("recorded_by").order_by("created_at"))
    supports = citing.supports_of([each.pk for each in citations], user)
    if reads:
        protection.note_read(user, [found], what=actions.DOCUMENT)
    return render(
        request,
        "evidence/document.html",
        {
            "document": found,
            "reads": reads,
            "reads_source": protection.reads_source(user, found.source),
            "citations": [(each, supports[each.pk]) for each in citations],
            "may_open": found.has_file and reads,
            "acts": [
                offer(user, "Cite it…", reverse("document-cite", args=[found.pk]),
                      rules.check_can_cite, found),
                offer(user, "Correct it…", reverse("document-correct", args=[found.pk]),
                      rules.check_can_correct_document, found),
            ],
        },
    )  # fmt: skip


@page
def correct_document(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_document(request, pk)
    reads = protection.reads_document(reader(request), found)
    form = forms.CorrectedDocument(
        posted(request),
        initial=forms.CorrectedDocument.of(found) if reads else {},
        countries=(),
        compartments=finding.compartments(request),
    )
    reason = Reason(posted(request))
    return asked(
        request,
        Asked(
            DOCUMENT_ACTS["correct"], [form, reason],
            lambda: {"changes": form.body(), "reason": reason.said("reason")},
            lambda *_: found.get_absolute_url(), found.get_absolute_url(), "Correct a document", thing=found,
            reads=[(actions.DOCUMENT, [found] if reads else [])],
            who=lambda: protection.readers(
                country=found.source.country, compartments=[found.source.compartment, form.the_compartment]
            ),
        ),
    )  # fmt: skip


@never_cache
@require_GET
@fresh_to_read
def file(request: HttpRequest, pk: Any) -> HttpResponse:
    """The file as it was recorded, taken away and never shown in a page of ours."""
    found = finding.find_document(request, pk)
    attempt(request, "open", found)
    return files.answer(found, actions.open_file(document=found, by=reader(request)))


# --- citations ---


@page
def cite(request: HttpRequest, pk: Any) -> HttpResponse:
    document = finding.find_document(request, pk)
    form = forms.OfCitation(posted(request))
    home = document.get_absolute_url()
    return asked(
        request,
        Asked(
            RECORD_CITATION, [form], lambda: {"document": str(document.pk), **form.body()},
            lambda *_: home, home, "Cite a document", check=rules.check_can_cite, checked=document,
            who=lambda: _readers_of(document),
        ),
    )  # fmt: skip


@page
def correct_citation(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_citation(request, pk)
    reads = protection.reads_citation(reader(request), found)
    form = forms.OfCitation(posted(request), initial=forms.OfCitation.of(found) if reads else {})
    reason, home = Reason(posted(request)), found.document.get_absolute_url()
    return asked(
        request,
        Asked(
            CITATION_ACTS["correct"], [form, reason],
            lambda: {"changes": form.body(), "reason": reason.said("reason")},
            lambda *_: home, home, "Correct a citation", thing=found,
            reads=[(actions.CITATION, [found] if reads else [])],
            who=lambda: _readers_of(found.document),
        ),
    )  # fmt: skip


def _readers_of(document: Document) -> Any:
    source = document.source
    return protection.readers(country=source.country, compartments=[source.compartment, document.compartment])


def offered_citations(request: HttpRequest, chosen: list[Citation]) -> list[Citation]:
    return offered_to(reader(request), chosen)


def shown_to(request: HttpRequest, citations: list[Citation]) -> list[tuple[Citation, bool]]:
    """Each with whether this person reads it; that they do is recorded."""
    user = reader(request)
    lines = [(each, protection.reads_citation(user, each)) for each in citations]
    protection.note_read(user, [each for each, reads in lines if reads], what=actions.CITATION)
    return lines
