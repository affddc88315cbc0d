"""incidents/, allegations/, derogatory-notes/: what is said of units and people, and how it was judged."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from evidence import protection
from evidence.acts import (
    ALLEGATION_ACTS,
    INCIDENT_ACTS,
    NOTE_ACTS,
    RECORD_ALLEGATION,
    RECORD_INCIDENT,
    RECORD_NOTE,
)
from evidence.models import (
    Allegation,
    DerogatoryNote,
    Incident,
    Involvement,
    NoteKind,
    PerpetratorKind,
    Violation,
)
from evidence.permissions import EvidencePerm
from evidence.serializers import AllegationOut, AssessmentOut, IncidentOut, IncidentRow, NoteOut
from foundation.accounts.models import Country
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.views import CreateMixin, ReachViewSet, json_answer
from foundation.refused import Invalid, Problem
from foundation.sources import protection as sources
from foundation.sources.api import COMPARTMENT, asked_for
from foundation.sources.citing import citations_of
from foundation.sources.conflicts import standing_of
from foundation.sources.models import Citation, Compartment
from foundation.sources.reading import ProtectedMixin
from foundation.sources.serializers import ReadersOut

HELD = {EvidencePerm.VIEW: AT_COUNTRIES}


class EvidenceViewSet(Held, ProtectedMixin, CreateMixin, ReachViewSet):
    held = HELD
    listed_in_clear = False

    def cited(self, kind: str, claim: Any) -> list[Citation]:
        """What a claim rests on; for the rows of a list asked once for all of them."""
        known: dict[Any, list[Citation]] = getattr(self, "_cited", {})
        if claim.pk not in known:
            known |= citations_of(kind, [claim.pk])
        return known[claim.pk]

    def paginate_queryset(self, queryset: QuerySet[Any]) -> Any:
        page = super().paginate_queryset(queryset)
        if self.KIND != protection.INCIDENT:
            self._cited = citations_of(self.KIND, [each.pk for each in page or []])
        return page


class IncidentFilter(FilterSet):
    country = CharFilter(field_name="country_id")
    unit_unknown = BooleanFilter(label="Those whose unit is still to be found.")


class IncidentViewSet(EvidenceViewSet):
    model = Incident
    serializer_class = IncidentOut
    list_serializer_class = IncidentRow
    filterset_class = IncidentFilter
    creates = RECORD_INCIDENT
    acts = INCIDENT_ACTS
    KIND, PROTECTED = protection.INCIDENT, IncidentOut.PROTECTED
    reads = staticmethod(protection.reads_incident)
    parameters = {"readers": ("country", "compartment")}
    described = {
        "readers": Described(
            answer=ReadersOut, parameters=(OpenApiParameter("country", str, required=True), COMPARTMENT)
        )
    }

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("recorded_by", "country")
        if getattr(self, "swagger_fake_view", False):
            return found
        allegations = Allegation.objects.visible_to(reader(self.request)).order_by("created_at", "pk")
        return found.prefetch_related(Prefetch("allegations", allegations, to_attr="shown_allegations"))

    @action(detail=False, url_path="readers")
    def readers(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who could see what is protected of an incident recorded so."""
        self.check_parameters()
        country = asked_for(request, "country", Country.objects.all())
        compartment = asked_for(request, "compartment", Compartment.objects.visible_to(reader(request)))
        if country is None:
            raise Invalid(Problem("invalid-parameter", "?country= is missing: name the country."))
        people = sources.readers(country=country, compartments=[compartment], and_perm=EvidencePerm.VIEW)
        return json_answer(ReadersOut({"people": [each.username for each in people]}).data)


class AllegationFilter(FilterSet):
    incident = UUIDFilter(field_name="incident_id")
    unit = UUIDFilter(field_name="unit_id")
    individual = UUIDFilter(field_name="individual_id")
    perpetrator_kind = ChoiceFilter(choices=PerpetratorKind.choices)
    violation = ChoiceFilter(choices=Violation.choices)
    involvement = ChoiceFilter(choices=Involvement.choices)


class AssessmentsOut(serializers.Serializer[Any]):
    results = AssessmentOut(many=True)


class AllegationViewSet(EvidenceViewSet):
    model = Allegation
    serializer_class = AllegationOut
    filterset_class = AllegationFilter
    creates = RECORD_ALLEGATION
    acts = ALLEGATION_ACTS
    listed_in_clear = True  # the words of its last assessment
    KIND = protection.ALLEGATION
    reads = staticmethod(protection.reads_allegation)
    described = {"assessments": Described(answer=AssessmentsOut)}

    def standing(self, allegation: Allegation) -> str:
        """For the rows of a list asked once for all of them."""
        known: dict[Any, str] = getattr(self, "_standing", {})
        if allegation.pk not in known:
            known |= standing_of(protection.ALLEGATION, [allegation.pk])
        return known[allegation.pk]

    def paginate_queryset(self, queryset: QuerySet[Any]) -> Any:
        page = super().paginate_queryset(queryset)
        self._standing = standing_of(protection.ALLEGATION, [each.pk for each in page or []])
        return page

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super()
            .get_queryset()
            .select_related("recorded_by", "incident__country", "unit", "individual")
            .prefetch_related("assessments__by")
        )

    @action(detail=True, url_path="assessments")
    def assessments(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every judgement of it, the first first."""
        allegation = self.get_object()
        self.check_parameters()
        found = list(allegation.assessments.all())
        for each in found:
            each.allegation = allegation
        self.note_read([allegation])
        context = self.get_serializer_context()
        return json_answer(AssessmentsOut({"results": found}, context=context).data)


class NoteFilter(FilterSet):
    subject = UUIDFilter(field_name="subject_id")
    country = CharFilter(field_name="country_id")
    kind = ChoiceFilter(choices=NoteKind.choices)


class NoteViewSet(EvidenceViewSet):
    model = DerogatoryNote
    serializer_class = NoteOut
    filterset_class = NoteFilter
    creates = RECORD_NOTE
    acts = NOTE_ACTS
    KIND = protection.NOTE
    reads = staticmethod(protection.reads_note)

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("recorded_by", "subject", "country")

    def note_read(self, things: Any) -> None:
        """Nothing in a note is protected from whoever finds it."""


routes = [
    ("incidents", IncidentViewSet),
    ("allegations", AllegationViewSet),
    ("derogatory-notes", NoteViewSet),
]
