"""remediations/ and steps/: what is owed for every incident, and what of it is done."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import BooleanFilter, CharFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.shown import Actions
from foundation.doors.views import ActsMixin, ReachViewSet, Read
from foundation.signing.models import Determination
from foundation.sources.models import Law
from remediation.actions import lifting
from remediation.acts.files import REMEDIATION_ACTS
from remediation.acts.steps import STEP_ACTS
from remediation.matrix import Matrix
from remediation.models import Remediation, Step
from remediation.permissions import RemediationPerm
from remediation.rules import ready
from remediation.serializers import (
    NoticeMade,
    ResponsibleOut,
    RestrictedOut,
    StepOfMatrix,
    StepOut,
    cited_within,
)
from vetting.api.parts import Username
from vetting.models import Restriction


class RestrictionOfFileOut(serializers.ModelSerializer[Restriction]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Restriction
        fields = ["id", "law", "until"]

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(source="since")}


class MatrixRow(serializers.Serializer[Any]):
    incident = serializers.CharField()
    responsible = ResponsibleOut(allow_null=True)
    steps = StepOfMatrix(many=True)
    closed = serializers.BooleanField()


class LiftOfFile(serializers.ModelSerializer[Determination]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Determination
        fields = ["id", "kind", "law", "state"]


class RemediationRow(serializers.ModelSerializer[Remediation]):
    id = serializers.CharField(read_only=True)
    subject = RestrictedOut()
    country = serializers.CharField(source="country_id")
    owner = Username("owner", default=None, allow_null=True)
    previous = serializers.CharField(
        source="previous_id", allow_null=True, help_text="The file that this one opens anew."
    )

    next = serializers.SerializerMethodField()

    class Meta:
        model = Remediation
        fields = [
            "id", "reference", "subject", "country", "owner", "previous", "next", "closed_at", "created_at",
            "updated_at",
        ]  # fmt: skip

    def get_next(self, file: Remediation) -> str | None:
        """The file that opened this one anew."""
        following = getattr(file, "next", None)
        return str(following.pk) if following else None


class RemediationOut(RemediationRow):
    restrictions = serializers.SerializerMethodField()
    matrix = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    committee_notices = NoticeMade(many=True, source="notices")
    determinations = serializers.SerializerMethodField()
    actions = Actions(REMEDIATION_ACTS)

    class Meta(RemediationRow.Meta):
        fields = [
            *RemediationRow.Meta.fields, "restrictions", "matrix", "missing", "committee_notices",
            "determinations", "actions",
        ]  # fmt: skip

    def to_representation(self, file: Remediation) -> Any:
        self._matrix = Matrix(file)
        return super().to_representation(file)

    @extend_schema_field(RestrictionOfFileOut(many=True))
    def get_restrictions(self, file: Remediation) -> Any:
        return RestrictionOfFileOut(self._matrix.restrictions, many=True).data

    @extend_schema_field(MatrixRow(many=True))
    def get_matrix(self, file: Remediation) -> Any:
        """A line for each responsible person in each incident; one without where nobody is named yet."""
        matrix = self._matrix
        steps = [step.pk for row in matrix.rows for line in row.lines for step in line.steps]
        context = {**self.context, "cited": cited_within(self.context["request"].user, steps)}
        return MatrixRow(_lines(matrix), many=True, context=context).data

    @extend_schema_field(
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    )
    def get_missing(self, file: Remediation) -> dict[str, list[str]]:
        """By each law under which it is restricted: what stands against a lift by steps taken."""
        in_force = [each.law for each in self._matrix.restrictions if each.until is None]
        return {law: ready.missing(self._matrix, law) for law in in_force}

    @extend_schema_field(LiftOfFile(many=True))
    def get_determinations(self, file: Remediation) -> Any:
        return LiftOfFile(lifts_of(file, self.context["request"].user), many=True).data


def _lines(matrix: Matrix) -> list[dict[str, Any]]:
    return [
        {
            "incident": str(row.of.incident_id),
            "responsible": line.responsible if line else None,
            "steps": line.steps if line else [],
            "closed": row.answered or (line is not None and line.is_closed(matrix.laws)),
        }
        for row in matrix.rows
        for line in row.lines or [None]  # type: ignore[list-item]
    ]


def lifts_of(file: Remediation, user: Any) -> QuerySet[Determination]:
    """Every lift that was recommended from this file, the newest first."""
    targets = [lifting.target_of(file, law) for law in Law.values]
    found = Determination.objects.visible_to(user).filter(target__in=targets, kind="lift")
    return found.select_related("recommended_by", "decided_by").defer("canonical").order_by("-recommended_at")


class RemediationFilter(FilterSet):
    restriction = UUIDFilter(field_name="of_restrictions__restriction_id")
    subject = UUIDFilter(field_name="subject_id")
    country = CharFilter(field_name="country_id")
    open = BooleanFilter(field_name="closed_at", lookup_expr="isnull", label="Open, or closed.")


class RemediationViewSet(Held, ActsMixin, ReachViewSet):
    model = Remediation
    serializer_class = RemediationOut
    list_serializer_class = RemediationRow
    filterset_class = RemediationFilter
    acts = REMEDIATION_ACTS
    held = {RemediationPerm.VIEW: AT_COUNTRIES}
    q_fields = ("reference",)
    same_tag_same_answer = False  # shows allegations' standing and the lineage, which move by themselves

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().select_related("subject", "country", "owner", "next")
        return found if self.action == "list" else found.prefetch_related("notices__by")


class StepViewSet(Held, ActsMixin, Read):
    model = Step
    serializer_class = StepOut
    acts = STEP_ACTS
    held = {RemediationPerm.VIEW: AT_COUNTRIES}
    same_tag_same_answer = False  # what may be done moves with its file

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related(
            "owner", "completed_by", "verified_by", "remediation__country", "responsible__individual",
            "responsible__of",
        )  # fmt: skip


routes = [("remediations", RemediationViewSet), ("steps", StepViewSet)]
