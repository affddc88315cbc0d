"""matches/: possible identities of nominees, explained, and the verdict on each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django_filters import UUIDFilter
from rest_framework import serializers

from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.reader import reader
from foundation.doors.shown import Actions
from foundation.doors.views import ActsMixin, ReachViewSet
from screening.models import Mark, Match, Verdict
from screening.permissions import ScreeningPerm
from vetting.acts.matches import MATCH_ACTS
from vetting.api.parts import Called, Username
from vetting.models import Case


class FeatureOut(serializers.Serializer[Any]):
    feature = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    contribution = serializers.FloatField()
    says = serializers.CharField()
    nominee = serializers.CharField()
    known = serializers.CharField()


class VerdictOut(serializers.ModelSerializer[Verdict]):
    by = Username("by")

    class Meta:
        model = Verdict
        fields = ["verdict", "reason", "by", "at"]


class MatchOut(serializers.ModelSerializer[Match]):
    id = serializers.CharField(read_only=True)
    case = serializers.CharField(help_text="The latest case, within reach, that it matters to.")
    nominee = Called()
    known = Called()
    reasons = serializers.SerializerMethodField()
    explanation = FeatureOut(many=True)
    verdict = serializers.SerializerMethodField()
    verdicts = VerdictOut(many=True)
    actions = Actions(MATCH_ACTS)

    class Meta:
        model = Match
        fields = [
            "id", "case", "nominee", "known", "reasons", "score", "algorithm", "explanation", "verdict",
            "verdicts", "updated_at", "actions",
        ]  # fmt: skip

    def get_reasons(self, match: Match) -> list[str]:
        """Why the known subject matters: `restricted:state-leahy`, `earlier-suspended`."""
        return sorted(mark.reason for mark in match.known.marks.all())

    def get_verdict(self, match: Match) -> str | None:
        return match.verdict or None


class MatchFilter(FilterSet):
    case = UUIDFilter(method="of_case", label="Those of this case's subject, or of its commander.")

    def of_case(self, matches: QuerySet[Match], name: str, case: UUID) -> QuerySet[Match]:
        asked = Case.objects.visible_to(self.request.user).filter(pk=case)
        nominees = Q(nominee__in=asked.values("subject")) | Q(nominee__in=asked.values("commander"))
        return matches.filter(nominees).annotate(case=Subquery(asked.values("pk")[:1]))


class MatchViewSet(Held, ActsMixin, ReachViewSet):
    """Those that stand, on cases within reach."""

    model = Match
    serializer_class = MatchOut
    filterset_class = MatchFilter
    acts = MATCH_ACTS
    held = {ScreeningPerm.VIEW: AT_COUNTRIES}
    same_tag_same_answer = False  # a mark on the known subject shows at once

    def get_queryset(self) -> QuerySet[Any]:
        matches: Any = super().get_queryset()
        return (
            matches.standing()
            .select_related("nominee__country", "known")
            .prefetch_related(
                Prefetch("known__marks", Mark.objects.filter(ended_at=None)),
                Prefetch("verdicts", Verdict.objects.select_related("by")),
            )
            .annotate(case=latest_case(reader(self.request)))
            .filter(case__isnull=False)
        )


def latest_case(user: Any) -> Subquery:
    nominated = Q(subject=OuterRef("nominee")) | Q(commander=OuterRef("nominee"))
    return Subquery(Case.objects.visible_to(user).filter(nominated).order_by("-opened_at").values("pk")[:1])


routes = [("matches", MatchViewSet)]
