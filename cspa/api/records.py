"""cspa/list-years/, listings/, waivers/, reinstatements/: what is on record, and what is put forward."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, NumberFilter
from rest_framework.request import Request
from rest_framework.response import Response

from cspa.acts.records import (
    LISTING_ACTS,
    RECOMMEND_REINSTATEMENT,
    RECOMMEND_WAIVER,
    RECORD_LISTING,
    RELIEF_ACTS,
    YEAR_ACTS,
)
from cspa.fiscal import FIRST_LIST
from cspa.models import Confidence, Listing, ListYear, Reinstatement, Waiver
from cspa.permissions import CspaPerm
from cspa.rules.years import today
from cspa.serializers.records import (
    ListingOut,
    ListingRow,
    ListYearOut,
    ReinstatementOut,
    ReinstatementRow,
    WaiverOut,
    WaiverRow,
)
from foundation.doors.acts import Act
from foundation.doors.filters import FilterSet, check_parameters
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.schema import Described
from foundation.doors.views import ActsMixin, CreateMixin, ReachViewSet, Read
from foundation.signing.models import Determination

HELD = {CspaPerm.VIEW: AT_COUNTRIES}


class ListYearViewSet(Held, ActsMixin, Read):
    """Short, so all at once. A year whose list is not on record can still be put forward as complete."""

    model = ListYear
    serializer_class = ListYearOut
    held = HELD
    acts = YEAR_ACTS
    lookup_field = lookup_url_kwarg = "list_year"
    pagination_class = None  # type: ignore[assignment]  # a plain list
    described = {
        "list": Described(answer=ListYearOut(many=True), problems=(400, 401, 404)),
        "retrieve": Described(etag=True),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request, ())
        return Response(ListYearOut(self.get_queryset(), many=True, context={"request": request}).data)

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            if self.request.method != "POST":
                raise
            return self._not_on_record_yet()

    def _not_on_record_yet(self) -> ListYear:
        text = str(self.kwargs["list_year"])
        if not (text.isascii() and text.isdigit() and FIRST_LIST <= int(text) <= today().year + 1):
            raise Http404
        return ListYear(list_year=int(text))


class ListingFilter(FilterSet):
    country = CharFilter(field_name="country_id")
    list_year = NumberFilter(field_name="list_year_id")
    confidence = ChoiceFilter(choices=Confidence.choices)
    ended = BooleanFilter()


class ListingViewSet(Held, CreateMixin, ReachViewSet):
    model = Listing
    serializer_class = ListingOut
    list_serializer_class = ListingRow
    filterset_class = ListingFilter
    held = HELD
    creates = RECORD_LISTING
    acts = LISTING_ACTS

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("country", "recorded_by")


class ReliefFilter(FilterSet):
    country = CharFilter(field_name="country_id")
    fiscal_year = NumberFilter()
    ended = BooleanFilter()


class ReliefViewSet(Held, CreateMixin, ReachViewSet):
    filterset_class = ReliefFilter
    held = HELD
    acts = RELIEF_ACTS

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("country", "recorded_by")

    def _answer(self, act: Act, thing: Any, result: Any) -> HttpResponse:
        """What was put forward is a determination, and that is where it is."""
        response = super()._answer(act, thing, result)
        if isinstance(result, Determination):
            response["Location"] = reverse("api:determinations-detail", args=[result.pk])
        return response


class WaiverViewSet(ReliefViewSet):
    model = Waiver
    serializer_class = WaiverOut
    list_serializer_class = WaiverRow
    creates = RECOMMEND_WAIVER


class ReinstatementViewSet(ReliefViewSet):
    model = Reinstatement
    serializer_class = ReinstatementOut
    list_serializer_class = ReinstatementRow
    creates = RECOMMEND_REINSTATEMENT


routes = [
    ("cspa/list-years", ListYearViewSet),
    ("cspa/listings", ListingViewSet),
    ("cspa/waivers", WaiverViewSet),
    ("cspa/reinstatements", ReinstatementViewSet),
]
