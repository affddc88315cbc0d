"""checks/: a section's work, one at a time or many, and its open checks as a file to carry away."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django_filters import ChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.audit import actions as audit
from foundation.doors.acts import Acts
from foundation.doors.filters import FilterSet
from foundation.doors.fresh import check_fresh
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.schema import a_file
from foundation.doors.shown import Actions
from foundation.doors.views import ActsMixin, ReachViewSet
from units.models import Name
from vetting.acts.checks import CHECK_ACTS, COMPLETE_MANY, NEXT
from vetting.api.parts import Called, Username
from vetting.intake.out import safe_csv
from vetting.models import Check, CheckState, Finding, Queue, Search
from vetting.permissions import CasePerm, QueuePerm
from vetting.rules import checks as rules

COLUMNS = (
    "check", "case", "queue", "due", "needed_by", "kind", "name", "other_names", "date_of_birth",
    "nationality", "unit", "country", "nomination",
)  # fmt: skip


class SearchOut(serializers.ModelSerializer[Search]):
    class Meta:
        model = Search
        fields = ["source", "query", "script", "results"]


class FindingOut(serializers.ModelSerializer[Finding]):
    by = Username("by")
    searches = SearchOut(many=True)

    class Meta:
        model = Finding
        fields = ["finding", "note", "by", "at", "searches"]


class CheckOut(serializers.ModelSerializer[Check]):
    id = serializers.CharField(read_only=True)
    case = serializers.CharField(source="case_id")
    case_reference = serializers.CharField(source="case.reference")
    subject = Called(source="case.subject")
    queue = serializers.CharField(source="queue_id")
    queue_name = serializers.CharField(source="queue.name")
    check_type = serializers.CharField(source="queue.check_type")
    finding = serializers.SerializerMethodField()
    found = serializers.SerializerMethodField()
    claimed_by = Username("claimed_by", default=None, allow_null=True)
    actions = Actions(CHECK_ACTS)

    class Meta:
        model = Check
        fields = [
            "id", "case", "case_reference", "subject", "queue", "queue_name", "check_type", "stage", "state",
            "finding", "found", "claimed_by", "claimed_at", "opened_at", "due_on", "needed_by", "done_at",
            "updated_at", "actions",
        ]  # fmt: skip

    def get_finding(self, check: Check) -> str | None:
        """Null until there is one; and to a section until its own is in."""
        return None if self._is_sealed(check) else check.finding or None

    @extend_schema_field(FindingOut(allow_null=True))
    def get_found(self, check: Check) -> Any:
        """The finding with its note and searches."""
        last = max(check.findings.all(), key=lambda finding: finding.at, default=None)
        hidden = last is None or check.state != CheckState.DONE or self._is_sealed(check)
        return None if hidden else FindingOut(last).data

    def _is_sealed(self, check: Check) -> bool:
        return rules.is_sealed(self.context["request"].user, check)


class CheckFilter(FilterSet):
    state = ChoiceFilter(choices=CheckState.choices)
    queue = UUIDFilter(field_name="queue_id")
    case = UUIDFilter(field_name="case_id")


class CheckViewSet(Held, ActsMixin, ReachViewSet):
    model = Check
    serializer_class = CheckOut
    filterset_class = CheckFilter
    acts = CHECK_ACTS
    list_acts = Acts(NEXT)
    bulk_acts = (COMPLETE_MANY,)
    held = {CasePerm.VIEW: AT_COUNTRIES, QueuePerm.WORK: (Queue,)}
    created_field = "opened_at"
    same_tag_same_answer = False  # what may be done with it moves with its case
    described = {"mine": a_file("text/csv")}

    def get_queryset(self) -> QuerySet[Any]:
        findings = Finding.objects.select_related("by").prefetch_related("searches")
        return (
            super()
            .get_queryset()
            .select_related("queue", "claimed_by", "case__subject", "case__country", "case__post")
            .prefetch_related(
                Prefetch("findings", findings),
                Prefetch("case__checks", Check.objects.select_related("queue")),
            )
        )

    @action(detail=False, url_path=r"mine\.csv")
    def mine(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """My claimed checks, the most urgent first, to carry into the office's own databases."""
        self.check_parameters()
        check_fresh(request)
        rows = [row_of(check) for check in claimed_by(request.user)]
        audit.record("vetting.exported", by=request.user, file="mine.csv", rows=len(rows))
        written = safe_csv(COLUMNS, rows)
        response = HttpResponse(written, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="my-checks.csv"'
        return response


def claimed_by(user: Any) -> QuerySet[Check]:
    names = Name.objects.only("subject_id", "text")
    mine = Check.objects.visible_to(user).filter(claimed_by=user, state=CheckState.CLAIMED)
    return (
        mine.select_related(
            "queue", "case__subject__individual", "case__unit_case__subject", "case__nomination"
        )
        .prefetch_related(Prefetch("case__subject__names", names))
        .order_by("needed_by", "opened_at", "id")
    )


def row_of(check: Check) -> list[object]:
    case = check.case
    person = getattr(case.subject, "individual", None)
    unit = case.unit_case.subject if case.unit_case else case.subject
    others = [each.text for each in case.subject.names.all() if each.text != case.subject.name]
    return [
        check.pk, case.reference, check.queue.name, check.due_on, check.needed_by, case.kind,
        case.subject.name, "; ".join(others), person and person.date_of_birth, person and person.nationality,
        unit.name, case.country_id, case.nomination.reference,
    ]  # fmt: skip


routes = [("checks", CheckViewSet)]
