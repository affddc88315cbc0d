"""sources/, documents/, citations/, compartments/: what claims rest on, and what rests on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.accounts.models import Country
from foundation.doors.filters import FilterSet
from foundation.doors.finding import found_among
from foundation.doors.fresh import check_fresh
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.parsers import StrictJSON, Upload
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.doors.schema import READ, Described, a_file
from foundation.doors.views import CreateMixin, ReachViewSet, json_answer
from foundation.refused import Invalid, Problem
from foundation.sources import actions, citing, files, protection
from foundation.sources.acts import (
    CITATION_ACTS,
    CONFLICT_ACTS,
    DOCUMENT_ACTS,
    RECORD_CITATION,
    RECORD_CONFLICT,
    RECORD_DOCUMENT,
    RECORD_SOURCE,
    SOURCE_ACTS,
)
from foundation.sources.models import (
    Citation,
    Compartment,
    Conflict,
    Document,
    DocumentKind,
    Reliability,
    Source,
)
from foundation.sources.models import SourceKind as Kind
from foundation.sources.permissions import SourcePerm
from foundation.sources.reading import ProtectedMixin
from foundation.sources.serializers import (
    CitationOut,
    CompartmentRow,
    ConflictOut,
    DocumentOut,
    ReadersOut,
    SourceOut,
    SupportsOut,
)

HELD = {SourcePerm.VIEW: AT_COUNTRIES}
COUNTRY = OpenApiParameter("country", str, description="Of the source.")
COMPARTMENT = OpenApiParameter("compartment", str, description="One that the caller reads.")


def asked_for(request: Request, name: str, queryset: QuerySet[Any]) -> Any:
    """The thing that a query parameter names, None where it is left out; nobody learns what is hidden."""
    sent = request.query_params.get(name)
    if sent is None:
        return None
    found = found_among(queryset, [sent], by="pk")
    if sent not in found:
        raise Invalid(Problem("invalid-parameter", f"?{name}= names nothing that you can see."))
    return found[sent]


class SourceFilter(FilterSet):
    kind = ChoiceFilter(choices=Kind.choices)
    reliability = ChoiceFilter(choices=Reliability.choices)
    country = CharFilter(field_name="country_id")


class SourceViewSet(Held, ProtectedMixin, CreateMixin, ReachViewSet):
    model = Source
    serializer_class = SourceOut
    filterset_class = SourceFilter
    held = HELD
    creates = RECORD_SOURCE
    acts = SOURCE_ACTS
    KIND, PROTECTED = actions.SOURCE, SourceOut.PROTECTED
    reads = staticmethod(protection.reads_source)
    parameters = {"readers": ("country", "compartment")}
    described = {"readers": Described(answer=ReadersOut, parameters=(COUNTRY, COMPARTMENT))}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("recorded_by", "country")

    @action(detail=False, url_path="readers")
    def readers(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who could see what is protected of a source recorded so."""
        self.check_parameters()
        country = asked_for(request, "country", Country.objects.all())
        compartment = asked_for(request, "compartment", Compartment.objects.visible_to(reader(request)))
        people = protection.readers(
            country=country, compartments=[compartment], and_perm=SourcePerm.VIEW if country else ""
        )
        return json_answer(ReadersOut({"people": [each.username for each in people]}).data)


class DocumentFilter(FilterSet):
    source = UUIDFilter(field_name="source_id")
    kind = ChoiceFilter(choices=DocumentKind.choices)


class DocumentViewSet(Held, ProtectedMixin, CreateMixin, ReachViewSet):
    model = Document
    serializer_class = DocumentOut
    filterset_class = DocumentFilter
    parser_classes = [StrictJSON, Upload]
    held = HELD
    creates = RECORD_DOCUMENT
    acts = DOCUMENT_ACTS
    KIND, PROTECTED = (
        actions.DOCUMENT,
        ("title", "url", "archived_url", "holder", "reference", "filename"),
    )
    reads = staticmethod(protection.reads_document)
    parameters = {"readers": ("source", "compartment")}
    described = {
        "file": a_file(*files.MEDIA_TYPES, problems=(*READ, 403, 409)),
        "readers": Described(
            answer=ReadersOut,
            parameters=(OpenApiParameter("source", str, required=True), COMPARTMENT),
        ),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("recorded_by", "source__country")

    @action(detail=True, url_path="file")
    def file(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file as it was recorded, to take away. An event."""
        document = self.get_object()
        self.check_parameters()
        attempt(request, "open", document)
        check_fresh(request)
        content = actions.open_file(document=document, by=reader(request))
        return files.answer(document, content)

    @action(detail=False, url_path="readers")
    def readers(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who could see what is protected of a document of this source, recorded so."""
        self.check_parameters()
        user = reader(request)
        source = asked_for(request, "source", Source.objects.visible_to(user).select_related("country"))
        compartment = asked_for(request, "compartment", Compartment.objects.visible_to(user))
        if source is None:
            raise Invalid(Problem("invalid-parameter", "?source= is missing: name the source."))
        people = protection.readers(country=source.country, compartments=[source.compartment, compartment])
        return json_answer(ReadersOut({"people": [each.username for each in people]}).data)


class CitationFilter(FilterSet):
    document = UUIDFilter(field_name="document_id")
    source = UUIDFilter(field_name="document__source_id")


class CitationViewSet(Held, ProtectedMixin, CreateMixin, ReachViewSet):
    model = Citation
    serializer_class = CitationOut
    filterset_class = CitationFilter
    held = HELD
    creates = RECORD_CITATION
    acts = CITATION_ACTS
    KIND, PROTECTED = actions.CITATION, CitationOut.PROTECTED
    reads = staticmethod(protection.reads_citation)
    described = {"supports": Described(answer=SupportsOut)}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("recorded_by", "document__source__country")

    @action(detail=True, url_path="supports")
    def supports(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The claims that rest on it, or once did, as far as this caller reads them."""
        citation = self.get_object()
        self.check_parameters()
        found = citing.supports_of([citation.pk], reader(request))[citation.pk]
        results = [
            {
                "kind": support.kind,
                "id": support.ref,
                "label": claim.label,
                "version": support.version,
                "until_version": support.until_version,
                "citation": support.citation_id,
            }
            for support, _, claim in found
        ]
        return json_answer(SupportsOut({"results": results}).data)


class ConflictFilter(FilterSet):
    kind = CharFilter()
    claim = UUIDFilter(method="of_claim", label="Those of this claim.")

    def of_claim(self, found: Any, name: str, claim: Any) -> QuerySet[Any]:
        return found.filter(Q(one=claim) | Q(other=claim))


class ConflictViewSet(Held, CreateMixin, ReachViewSet):
    """Claims that contradict one another, as far as the caller reads both."""

    model = Conflict
    serializer_class = ConflictOut
    filterset_class = ConflictFilter
    held = HELD
    creates = RECORD_CONFLICT
    acts = CONFLICT_ACTS
    created_field = "at"

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("by", "settled_by")
        return found.annotate(updated_at=Coalesce("settled_at", "at"))


class CompartmentViewSet(Held, ReachViewSet):
    """Those whose contents the caller reads."""

    model = Compartment
    serializer_class = CompartmentRow
    held = HELD


routes = [
    ("sources", SourceViewSet),
    ("documents", DocumentViewSet),
    ("citations", CitationViewSet),
    ("compartments", CompartmentViewSet),
    ("conflicts", ConflictViewSet),
]
