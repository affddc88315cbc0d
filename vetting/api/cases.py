"""cases/: what is known of each case, and what this caller may do with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.fields import CharField as CharColumn
from django.db.models.functions import Cast, Concat, JSONObject
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cspa.serializers.gate import GateReasonOut
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.shown import Actions
from foundation.doors.views import ActsMixin, ReachViewSet
from foundation.signing.models import Determination
from units.models import Kind
from vetting.acts.cases import CASE_ACTS, CLEAR_MANY, REOPEN_MANY
from vetting.api.parts import Called, Commander, Span, Username
from vetting.days import today
from vetting.models import (
    Candidate,
    Case,
    Check,
    CheckState,
    Clearance,
    InformationRequest,
    Movement,
    Opinion,
    Restriction,
    Status,
    Suspension,
)
from vetting.pages import clocks
from vetting.permissions import CasePerm
from vetting.rules import bars, checks, fast_lane, gates
from vetting.rules.bars import Bar

PAUSED = (Status.RFI, Status.RETURNED)  # the nominator owes something; the clock stands


class CheckOfCase(serializers.ModelSerializer[Check]):
    id = serializers.CharField(read_only=True)
    queue = serializers.CharField(source="queue_id")
    queue_name = serializers.CharField(source="queue.name")
    check_type = serializers.CharField(source="queue.check_type")
    finding = serializers.SerializerMethodField()

    class Meta:
        model = Check
        fields = ["id", "queue", "queue_name", "check_type", "stage", "state", "finding"]

    def get_finding(self, check: Check) -> str | None:
        """Null until there is one; and to a section until its own is in."""
        return None if checks.is_sealed(self.context["request"].user, check) else check.finding or None


class RowOfCase(serializers.ModelSerializer[Candidate]):
    id = serializers.CharField(read_only=True)
    status = serializers.CharField(source="word")

    class Meta:
        model = Candidate
        fields = ["id", "row", "kind", "role", "status"]


class ClockOut(serializers.Serializer[Any]):
    due = serializers.DateField()
    forecast = serializers.DateField(allow_null=True, help_text="By the working days of the stages left.")
    paused = serializers.BooleanField(help_text="The nominator owes an answer.")


class OfDetermination(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()


class GateOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    state = serializers.CharField()
    reasons = GateReasonOut(many=True)
    conditions = serializers.ListField(child=serializers.CharField())


class EarlierOut(serializers.ModelSerializer[Case]):
    case = serializers.CharField(source="pk")
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = ["case", "reference", "status", "outcome", "ended_at"]

    def get_outcome(self, case: Case) -> str | None:
        return case.outcome or None


class BarOut(serializers.Serializer[Any]):
    """A restriction, and how it reaches the case: through its subject, unit, commander, a unit above, or a
    unit that its unit came from; `lineage`: the events that lead from that one."""

    id = serializers.CharField(source="restriction.pk")
    subject = serializers.CharField(source="restriction.subject_id")
    law = serializers.CharField(source="restriction.law")
    until = serializers.DateField(source="restriction.until", allow_null=True)
    through = serializers.CharField()
    lineage = serializers.SerializerMethodField()
    bars = serializers.SerializerMethodField()

    def get_lineage(self, bar: Bar) -> list[str]:
        return [str(step.event.pk) for step in bar.way]

    def get_bars(self, bar: Bar) -> bool:
        """Under the law of this nomination."""
        return bar.restriction is not None and bar.restriction.law == self.context["case"].restriction_law

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(source="restriction.since")}


class MovementOut(serializers.ModelSerializer[Movement]):
    queue = serializers.CharField(source="queue_id")
    queue_name = serializers.CharField(source="queue.name")
    rule = serializers.CharField()

    class Meta:
        model = Movement
        fields = ["queue", "queue_name", "stage", "rule", "rule_version", "entered_at", "left_at"]


class OpinionOfCase(serializers.ModelSerializer[Opinion]):
    id = serializers.CharField(read_only=True)
    by = Username("by")

    class Meta:
        model = Opinion
        fields = ["id", "view", "note", "by", "at"]


class QuestionOfCase(serializers.ModelSerializer[InformationRequest]):
    id = serializers.CharField(read_only=True)
    asked_by = Username("asked_by")

    class Meta:
        model = InformationRequest
        fields = ["id", "question", "fields", "returned", "asked_by", "asked_at", "answer", "answered_at"]


class SuspensionOfCase(serializers.ModelSerializer[Suspension]):
    by = Username("by")

    class Meta:
        model = Suspension
        fields = ["reason", "by", "since", "decide_by", "ended_at"]


class CaseRow(serializers.ModelSerializer[Case]):
    """A row of a list: what does not take a question of its own for each case."""

    id = serializers.CharField(read_only=True)
    outcome = serializers.SerializerMethodField()
    nomination = serializers.CharField(source="nomination_id")
    nomination_reference = serializers.CharField(source="nomination.reference")
    subject = Called()
    commander = Commander(allow_null=True)
    unit_case = serializers.CharField(source="unit_case_id", allow_null=True)
    rows = serializers.SerializerMethodField()
    country = serializers.CharField(source="country_id")
    program = serializers.CharField(source="program_id")
    owner = Username("owner", default=None, allow_null=True)
    checks = CheckOfCase(many=True)
    gates = serializers.SerializerMethodField()
    clock = serializers.SerializerMethodField()
    determination = serializers.SerializerMethodField()
    clearance = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "id", "reference", "kind", "status", "outcome", "nomination", "nomination_reference",
            "subject", "commander", "unit_case", "rows", "country", "law", "program", "owner", "checks",
            "gates", "clock", "determination", "clearance", "opened_at", "ended_at", "updated_at",
        ]  # fmt: skip

    def get_outcome(self, case: Case) -> str | None:
        return case.outcome or None

    @extend_schema_field(RowOfCase(many=True))
    def get_rows(self, case: Case) -> Any:
        rows = case.unit_candidates if case.kind == Kind.UNIT else case.candidates
        return RowOfCase(rows.all(), many=True).data

    @extend_schema_field(GateOut(many=True))
    def get_gates(self, case: Case) -> Any:
        answers = gates.standing(case.nomination)
        return GateOut([{"name": each.gate, **each.said} for each in answers], many=True).data

    @extend_schema_field(ClockOut)
    def get_clock(self, case: Case) -> Any:
        clock = clocks.of_case(case, list(case.checks.all()))
        paused = case.status in PAUSED
        return ClockOut({"due": clock.needed, "forecast": clock.forecast, "paused": paused}).data

    @extend_schema_field(OfDetermination(allow_null=True))
    def get_determination(self, case: Case) -> Any:
        return getattr(case, "latest", None)

    @extend_schema_field(Span(since="valid_from", until="valid_until", allow_null=True))
    def get_clearance(self, case: Case) -> Any:
        live = next((each for each in case.clearances.all() if each.ended_at is None), None)
        return live and Span(live, since="valid_from", until="valid_until").data


class CaseOut(CaseRow):
    restrictions = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField()
    movements = MovementOut(many=True)
    opinions = OpinionOfCase(many=True)
    questions = QuestionOfCase(many=True)
    suspensions = SuspensionOfCase(many=True)
    actions = Actions(CASE_ACTS)

    class Meta(CaseRow.Meta):
        fields = [
            *CaseRow.Meta.fields, "restrictions", "earlier", "movements", "opinions", "questions",
            "suspensions", "actions",
        ]  # fmt: skip

    def to_representation(self, case: Case) -> Any:
        bars.remember(case)
        return super().to_representation(case)

    @extend_schema_field(BarOut(many=True))
    def get_restrictions(self, case: Case) -> Any:
        found = [each.restriction for each in bars.restricting(case, today()) if each.restriction]
        seen = Restriction.objects.visible_to(self.context["request"].user).filter(
            pk__in=[each.pk for each in found]
        )
        in_reach = set(seen.values_list("pk", flat=True)) if found else set()
        return [
            BarOut(each, context={"case": case}).data
            for each in bars.restricting(case, today())
            if each.restriction and each.restriction.pk in in_reach
        ]

    @extend_schema_field(EarlierOut(many=True))
    def get_earlier(self, case: Case) -> Any:
        earlier = fast_lane.earlier_cases(case).visible_to(self.context["request"].user)
        return EarlierOut(earlier, many=True).data


class CaseFilter(FilterSet):
    status = ChoiceFilter(choices=Status.choices)
    kind = ChoiceFilter(choices=Kind.choices)
    country = CharFilter(field_name="country_id")
    nomination = UUIDFilter(field_name="nomination_id")
    queue = UUIDFilter(method="waiting_in", label="Cases with a check that waits in this queue.")

    def waiting_in(self, cases: QuerySet[Case], name: str, queue: Any) -> QuerySet[Case]:
        waiting = (CheckState.OPEN, CheckState.CLAIMED)
        return cases.filter(Exists(Check.objects.filter(case=OuterRef("pk"), queue=queue, state__in=waiting)))


class CaseViewSet(Held, ActsMixin, ReachViewSet):
    model = Case
    serializer_class = CaseOut
    list_serializer_class = CaseRow
    filterset_class = CaseFilter
    acts = CASE_ACTS
    bulk_acts = (CLEAR_MANY, REOPEN_MANY)
    held = {CasePerm.VIEW: AT_COUNTRIES}
    q_fields = ("reference",)
    created_field = "opened_at"
    same_tag_same_answer = False  # shows its checks and what may be done, which move by themselves

    def get_queryset(self) -> QuerySet[Any]:
        cases = super().get_queryset().select_related(
            "nomination", "subject", "commander", "country", "post", "owner", "unit_case", "plan"
        ).annotate(latest=latest_determination())  # fmt: skip
        cases = cases.prefetch_related(
            Prefetch("checks", Check.objects.select_related("queue").order_by("stage", "queue__name")),
            Prefetch("clearances", Clearance.objects.order_by("-valid_from")),
            "candidates",
            "unit_candidates",
            "plan__steps",
            "nomination__gate_answers",
        )
        if self.action == "list":
            return cases
        return cases.prefetch_related(
            "checks__findings__searches",
            Prefetch("movements", Movement.objects.select_related("queue")),
            Prefetch("opinions", Opinion.objects.select_related("by")),
            Prefetch("questions", InformationRequest.objects.select_related("asked_by")),
            Prefetch("suspensions", Suspension.objects.select_related("by")),
        )


def latest_determination() -> Subquery:
    """`{id, kind, state}` of the last one on the case itself, whatever became of it."""
    target = Concat(Value("vetting.case:"), Cast(OuterRef("pk"), CharColumn()))
    of_case = Determination.objects.filter(target=target).order_by("-recommended_at", "-pk")
    return Subquery(of_case.values(shown=JSONObject(id="id", kind="kind", state="state"))[:1])


routes = [("cases", CaseViewSet)]
