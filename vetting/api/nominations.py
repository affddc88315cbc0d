"""nominations/: a class goes in, and is answered in the seven safe words.

Every field that a nominator reads is named here; staff read besides which cases a row has.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.accounts import reach
from foundation.accounts.models import Organisation
from foundation.doors.acts import Act, actions_for
from foundation.doors.carry_out import carry_out
from foundation.doors.filters import FilterSet
from foundation.doors.fresh import check_fresh
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.jobs_api import accepted
from foundation.doors.parsers import Upload
from foundation.doors.refusals import attempt
from foundation.doors.schema import Described, a_file
from foundation.doors.shown import Actions
from foundation.doors.views import ACT_PROBLEMS, ActsMixin, CreateMixin, ReachViewSet, Read, json_answer
from vetting import answers
from vetting.actions import exports
from vetting.acts.nominations import CANDIDATE_ACTS, IMPORT, NOMINATE, NOMINATION_ACTS
from vetting.answers import Answered
from vetting.api.files import file_answer
from vetting.intake.template import MEDIA_TYPE_CSV
from vetting.models import Candidate, Nomination, Word
from vetting.permissions import NominationPerm

WHO: dict[str, tuple[type[Model], ...]] = {
    NominationPerm.NOMINATE: (Organisation,),
    NominationPerm.VIEW: AT_COUNTRIES,
}


DRY_RUN = OpenApiParameter(
    "dry_run", str, description="1: say what it would do, and save nothing.", enum=["1"]
)


class EventOut(serializers.Serializer[Nomination]):
    title = serializers.CharField(source="event_title")
    location = serializers.CharField(source="event_location")
    starts_on = serializers.DateField(source="event_starts_on")
    ends_on = serializers.DateField(source="event_ends_on")


class QuestionOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class ClearanceOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), "until": serializers.DateField()}


class UnitNamed(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Names this unit in a later nomination of yours: unit {id}.")
    name = serializers.CharField()


class RowOut(serializers.Serializer[Answered]):
    """One row; written out by hand, for a class may have ten thousand."""

    id = serializers.CharField()
    row = serializers.IntegerField()
    kind = serializers.CharField()
    role = serializers.CharField()
    name = serializers.CharField()
    unit = UnitNamed()
    status = serializers.ChoiceField(Word.choices)
    question = QuestionOut(required=False)
    clearance = ClearanceOut(required=False)
    case = serializers.CharField(required=False, help_text="Staff only.")
    unit_case = serializers.CharField(required=False, help_text="Staff only.")

    def to_representation(self, answered: Answered) -> dict[str, Any]:
        return row_out(answered, staff=self.context["staff"])


def row_out(answered: Answered, *, staff: bool) -> dict[str, Any]:
    row, question = answered.candidate, answered.question
    shown: dict[str, Any] = {
        "id": str(row.pk),
        "row": row.row,
        "kind": row.kind,
        "role": row.role,
        "name": row.subject.name,
        "unit": {"id": str(row.unit_case.subject_id), "name": row.unit_case.subject.name},
        "status": row.word,
    }
    if question:
        shown["question"] = {"id": str(question.pk), "text": question.question, "fields": question.fields}
    if answered.clearance:
        shown["clearance"] = dict(zip(("from", "until"), answered.clearance, strict=True))
    return shown | ({"case": str(row.case_id), "unit_case": str(row.unit_case_id)} if staff else {})


class NominationRowOut(serializers.ModelSerializer[Nomination]):
    """As in lists: without its rows."""

    id = serializers.CharField()
    status = serializers.ChoiceField(Word.choices, source="least")
    organisation = serializers.CharField(source="organisation_id")
    country = serializers.CharField(source="country_id")
    program = serializers.CharField(source="program_id")
    event = EventOut(source="*")
    forecast = serializers.SerializerMethodField()
    actions = Actions(NOMINATION_ACTS)

    class Meta:
        model = Nomination
        fields = [
            "id", "reference", "status", "organisation", "country", "program", "program_label", "law",
            "event", "needed_by", "forecast", "updated_at", "actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_forecast(self, nomination: Nomination) -> Any:
        return answers.forecast(nomination)


class NominationOut(NominationRowOut):
    candidates = serializers.SerializerMethodField()

    class Meta(NominationRowOut.Meta):
        fields = [*NominationRowOut.Meta.fields[:-1], "purpose", "candidates", "actions"]

    @extend_schema_field(RowOut(many=True))
    def get_candidates(self, nomination: Nomination) -> list[dict[str, Any]]:
        staff = is_staff_of(self.context["request"].user, nomination)
        return [row_out(each, staff=staff) for each in answers.rows_of(nomination)]


def is_staff_of(user: Any, nomination: Nomination) -> bool:
    return reach.holds(user, NominationPerm.VIEW, nomination.places)


class NominationFilter(FilterSet):
    status = ChoiceFilter(field_name="least", choices=Word.choices)
    country = CharFilter(field_name="country_id")
    program = CharFilter(field_name="program_id")


class NominationViewSet(Held, CreateMixin, ReachViewSet):
    model = Nomination
    serializer_class = NominationOut
    list_serializer_class = NominationRowOut
    filterset_class = NominationFilter
    held = WHO
    acts = NOMINATION_ACTS
    creates = NOMINATE
    key_required = True
    q_fields = ("reference",)
    created_field = "submitted_at"
    parameters = {"file": ("dry_run",)}
    described = {
        "file": Described(
            body=IMPORT.body,
            answer={"type": "object", "required": ["job"], "properties": {"job": {"type": "string"}}},
            status=202,
            problems=ACT_PROBLEMS,
            key=True,
            parameters=(DRY_RUN,),
            media_type="multipart/form-data",
        ),
        "results": a_file("text/csv"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        nominations = answers.with_words(super().get_queryset())
        return nominations.select_related("organisation", "country", "post")

    @property
    def needs_key(self) -> bool:
        return self.action in ("create", "file")

    @action(detail=False, methods=["post"], url_path="import", parser_classes=[Upload])
    def file(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """A class as a CSV or XLSX file; a worker reads it, and jobs/{id}/ says how it goes."""
        attempt(request, IMPORT.name)
        return carry_out(self._asking(IMPORT))

    def _answer(self, act: Act, thing: Any, result: Any) -> HttpResponse:
        return accepted(result) if act is IMPORT else super()._answer(act, thing, result)

    @action(detail=True, url_path=r"results\.csv")
    def results(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every row with its word, and the days between which it is cleared."""
        nomination = self.get_object()
        self.check_parameters()
        check_fresh(request)
        content = exports.results(nomination=nomination, by=request.user)
        return file_answer("results.csv", content, MEDIA_TYPE_CSV)


class CandidateOut(RowOut):
    """One row alone, with what its nominator may do with it now."""

    actions = Actions(CANDIDATE_ACTS)

    def to_representation(self, answered: Answered) -> dict[str, Any]:
        user = self.context["request"].user
        staff = is_staff_of(user, answered.candidate.nomination)
        actions = actions_for(user, answered.candidate, CANDIDATE_ACTS)
        return row_out(answered, staff=staff) | {"actions": actions}


class CandidateViewSet(Held, ActsMixin, Read):
    """A row of a class. Its ETag is its nomination's, and so is what its acts answer."""

    model = Candidate
    serializer_class = NominationOut
    held = WHO
    acts = CANDIDATE_ACTS
    parents = {"nomination": "nomination_id"}
    described = {"retrieve": Described(answer=CandidateOut, etag=True)}

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super()
            .get_queryset()
            .select_related(
                "nomination__organisation", "nomination__country", "nomination__post", "subject", "case",
                "unit_case__subject",
            )
        )  # fmt: skip

    def tagged(self, thing: Candidate | Nomination) -> Nomination:
        return thing.nomination if isinstance(thing, Candidate) else thing

    def shown(self, thing: Candidate) -> Nomination:
        nominations = answers.with_words(Nomination.objects.filter(pk=thing.nomination_id))
        return nominations.select_related("organisation", "country", "post").get()

    def get_serializer_class(self) -> Any:
        return CandidateOut if self.action == "retrieve" else super().get_serializer_class()

    def represent(self, thing: Any, status: int = 200) -> HttpResponse:
        if isinstance(thing, Candidate):
            shown = CandidateOut(answers.answered(thing), context=self.get_serializer_context()).data
            return json_answer(shown, status, self.etag(thing))
        return super().represent(thing, status)


routes = [
    ("nominations", NominationViewSet),
    (r"nominations/(?P<nomination>[^/.]+)/candidates", CandidateViewSet),
]
