"""determinations/: whatever takes two people, of every kind that this caller may read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import CharFilter, ChoiceFilter
from rest_framework.request import Request

from foundation.accounts import reach
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES
from foundation.doors.reader import reader
from foundation.doors.views import ActsMixin, ReachViewSet
from foundation.signing import kinds, waiting
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination, State
from foundation.signing.serializers import DeterminationOut, DeterminationRow


class DeterminationFilter(FilterSet):
    state = ChoiceFilter(choices=State.choices)
    kind = CharFilter()
    waiting = ChoiceFilter(choices=[("me", "Me")], method="waits_for", label="Those the caller may sign now.")

    def waits_for(self, found: QuerySet[Any], name: str, who: str) -> QuerySet[Any]:
        return found.filter(pk__in=waiting.for_signature_of(reader(self.request)).values("pk"))


class DeterminationViewSet(ActsMixin, ReachViewSet):
    model = Determination
    serializer_class = DeterminationOut
    list_serializer_class = DeterminationRow
    filterset_class = DeterminationFilter
    acts = DETERMINATION_ACTS
    created_field = "recommended_at"
    same_tag_same_answer = False  # its tag is the digest, which stays while its state moves

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Not there for whoever may read no kind of them anywhere."""
        super().initial(request, *args, **kwargs)
        perms = {kind.view_perm for kind in kinds.all_kinds()}
        if not any(reach.holds_anywhere(reader(request), perm, *AT_COUNTRIES) for perm in perms):
            raise Http404

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("recommended_by", "decided_by", "country", "post")
        return found.defer("canonical") if self.action == "list" else found.prefetch_related("covers")


routes = [("determinations", DeterminationViewSet)]
