"""command-links/, postings/, lineage-events/: dated claims, of which lists hold the versions that stand."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, UUIDFilter

from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.views import CreateMixin, ReachViewSet
from units.acts import (
    LINEAGE_ACTS,
    LINK_ACTS,
    POSTING_ACTS,
    RECORD_LINEAGE,
    RECORD_LINK,
    RECORD_POSTING,
)
from units.models import CommandLink, LineageEvent, LineageKind, LinkKind, Posting
from units.permissions import UnitPerm
from units.serializers import LineageOut, LinkOut, PostingOut


class ClaimViewSet(Held, CreateMixin, ReachViewSet):
    """Lists hold the versions that stand; one that was corrected is still found by its id."""

    held = {UnitPerm.VIEW: AT_COUNTRIES}

    def get_queryset(self) -> QuerySet[Any]:
        claims: Any = super().get_queryset()
        return claims.whole().current() if self.action == "list" else claims.whole()


class LinkFilter(FilterSet):
    child = UUIDFilter(field_name="child_id")
    parent = UUIDFilter(field_name="parent_id")
    kind = ChoiceFilter(choices=LinkKind.choices)


class CommandLinkViewSet(ClaimViewSet):
    model = CommandLink
    serializer_class = LinkOut
    filterset_class = LinkFilter
    creates = RECORD_LINK
    acts = LINK_ACTS


class PostingFilter(FilterSet):
    individual = UUIDFilter(field_name="individual_id")
    unit = UUIDFilter(field_name="unit_id")
    role = CharFilter()


class PostingViewSet(ClaimViewSet):
    model = Posting
    serializer_class = PostingOut
    filterset_class = PostingFilter
    creates = RECORD_POSTING
    acts = POSTING_ACTS


class LineageFilter(FilterSet):
    unit = UUIDFilter(field_name="ends__unit_id", label="Before or after it.")
    kind = ChoiceFilter(choices=LineageKind.choices)


class LineageViewSet(ClaimViewSet):
    model = LineageEvent
    serializer_class = LineageOut
    filterset_class = LineageFilter
    creates = RECORD_LINEAGE
    acts = LINEAGE_ACTS
