"""units/, individuals/: what is known, with nominees as they were nominated."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import BooleanFilter, CharFilter, ChoiceFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.doors.fields import Day
from foundation.doors.filters import FilterSet
from foundation.doors.held import AT_COUNTRIES, Held
from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.shown import Actions
from foundation.doors.views import CreateMixin, ReachViewSet, json_answer
from foundation.refused import Invalid, Problem
from units import structure
from units.acts import (
    INDIVIDUAL_ACTS,
    RECORD_INDIVIDUAL,
    RECORD_UNIT,
    UNIT_ACTS,
)
from units.masks import masked
from units.models import (
    CommandLink,
    ForceType,
    Individual,
    Level,
    LinkKind,
    Name,
    NameKind,
    SameAs,
    Subject,
    Unit,
    UnitStatus,
)
from units.permissions import UnitPerm

HELD = {UnitPerm.VIEW: AT_COUNTRIES}


# --- units and people ---


class NameOut(serializers.ModelSerializer[Name]):
    class Meta:
        model = Name
        fields = ["text", "parts", "kind", "language", "script"]


class SubjectOut(serializers.ModelSerializer[Any]):
    id = serializers.CharField(read_only=True)
    country = serializers.CharField(source="country_id")
    names = NameOut(many=True)
    same_as = serializers.SerializerMethodField()

    def get_same_as(self, subject: Any) -> list[dict[str, str]]:
        """Known subjects that this nominee was judged to be; nominees that were judged to be this one."""
        others = [*(each.known for each in subject.same_as.all()),
                  *(each.nominee for each in subject.nominated_as.all())]  # fmt: skip
        return [{"id": str(each.pk), "name": each.name} for each in others]


class UnitOut(SubjectOut):
    above = serializers.ListField(
        child=serializers.CharField(),
        source="parents_as_named",
        help_text="As nominated: the units above it, nearest first.",
    )
    actions = Actions(UNIT_ACTS)

    class Meta:
        model = Unit
        fields = [
            "id", "kind", "country", "name", "names", "level", "force_type", "status", "location", "above",
            "provisional", "same_as", "version", "created_at", "updated_at", "actions",
        ]  # fmt: skip


class UnitPlaceOut(serializers.Serializer[Any]):
    city = serializers.CharField(allow_null=True)
    state = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_null=True)


class IndividualOut(SubjectOut):
    """What is masked shows that it is there; reading it is an act (`unmask`)."""

    name = serializers.SerializerMethodField()
    aliases = serializers.SerializerMethodField()
    national_id = serializers.SerializerMethodField()
    place_of_birth = serializers.SerializerMethodField()
    actions = Actions(INDIVIDUAL_ACTS)

    class Meta:
        model = Individual
        fields = [
            "id", "kind", "country", "name", "aliases", "names", "date_of_birth", "nationality", "gender",
            "national_id", "place_of_birth", "provisional", "same_as", "version", "created_at", "updated_at",
            "actions",
        ]  # fmt: skip

    def get_name(self, person: Individual) -> dict[str, Any]:
        parts = next((each.parts for each in person.names.all()), [])
        return {"full": person.name, **({"parts": parts} if parts else {})}

    def get_aliases(self, person: Individual) -> list[str]:
        return [each.text for each in person.names.all() if each.kind == NameKind.ALIAS]

    def get_national_id(self, person: Individual) -> str | None:
        return masked(person.national_id)

    @extend_schema_field(UnitPlaceOut)
    def get_place_of_birth(self, person: Individual) -> dict[str, str | None]:
        return {part: masked(getattr(person, f"birth_{part}")) for part in ("city", "state", "country")}


class SubjectFilter(FilterSet):
    country = CharFilter(field_name="country_id")
    provisional = BooleanFilter(label="Nominees only, or known subjects only.")


class UnitFilter(SubjectFilter):
    level = ChoiceFilter(choices=Level.choices)
    force_type = ChoiceFilter(choices=ForceType.choices)
    status = ChoiceFilter(choices=UnitStatus.choices)


class SubjectViewSet(Held, CreateMixin, ReachViewSet):
    held = HELD

    def get_queryset(self) -> QuerySet[Any]:
        visible = Subject.objects.visible_to(reader(self.request))
        standing = SameAs.objects.standing()
        return (
            super()
            .get_queryset()
            .select_related("country")
            .prefetch_related(
                "names",
                Prefetch("same_as", standing.filter(known__in=visible).select_related("known")),
                Prefetch("nominated_as", standing.filter(nominee__in=visible).select_related("nominee")),
            )
        )


class CommandLinkOfTree(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The unit's.")
    name = serializers.CharField()
    link = serializers.CharField()
    kind = serializers.ChoiceField(LinkKind.choices)
    when = serializers.DictField()
    certain = serializers.BooleanField(help_text="On that day; else only possible.")
    level = serializers.IntegerField(help_text="Steps from the unit asked for: 1 is next to it.")


class CommanderOfTree(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    posting = serializers.CharField()
    rank = serializers.CharField()
    when = serializers.DictField()
    certain = serializers.BooleanField()


class CalledUnit(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class TreeOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    unit = CalledUnit()
    parents = CommandLinkOfTree(many=True)
    children = CommandLinkOfTree(many=True)
    commanders = CommanderOfTree(many=True)
    gaps = serializers.ListField(child=serializers.CharField())


class UnitViewSet(SubjectViewSet):
    model = Unit
    serializer_class = UnitOut
    filterset_class = UnitFilter
    creates = RECORD_UNIT
    acts = UNIT_ACTS
    parameters = {"tree": ("on",)}
    described = {
        "tree": Described(
            answer=TreeOut,
            parameters=(OpenApiParameter("on", OpenApiTypes.DATE, description="Today, if left out."),),
        )
    }

    @action(detail=True, url_path="tree")
    def tree(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The unit on one day: what stood above and below it, who commanded, and what is not on record."""
        unit = self.get_object()
        self.check_parameters()
        found = structure.on_day(unit, _day(request), reader(request))
        return json_answer(TreeOut(_tree(found)).data)


def _day(request: Request) -> Any:
    sent = request.query_params.get("on")
    if sent is None:
        return timezone.now().date()
    try:
        return Day().run_validation(sent)
    except serializers.ValidationError as wrong:
        raise Invalid(
            Problem("invalid-parameter", "?on= must be a date that exists, as 2026-11-24.")
        ) from wrong


def _tree(found: structure.Structure) -> dict[str, Any]:
    """Every link above and below that possibly holds on that day, between units within reach."""
    here = found.here
    seen = {place.unit.pk: place for place in found.places if not place.hidden}
    links = [(place, link) for place in found.places for link in place.links if link.parent_id in seen]
    return {
        "on": found.on,
        "unit": here.unit,
        "parents": [
            _linked(link, link.parent, here.level - seen[link.parent_id].level, found.on)
            for place, link in links
            if place.level <= here.level
        ],
        "children": [
            _linked(link, link.child, place.level - here.level, found.on)
            for place, link in links
            if place.level > here.level and not place.hidden
        ],
        "commanders": [_commander(each) for each in here.commanders if not each.hidden],
        "gaps": found.gaps,
    }


def _linked(link: CommandLink, unit: Unit, level: int, on: Any) -> dict[str, Any]:
    certain = structure.is_certain(link, on)
    called = {"id": unit.pk, "name": unit.name, "link": link.pk, "kind": link.kind}
    return {**called, "when": link.when, "certain": certain, "level": level}


def _commander(command: structure.Command) -> dict[str, Any]:
    posting, person = command.posting, command.posting.individual
    called = {"id": person.pk, "name": person.name, "posting": posting.pk, "rank": posting.rank}
    return {**called, "when": posting.when, "certain": command.certain}


class IndividualViewSet(SubjectViewSet):
    model = Individual
    serializer_class = IndividualOut
    filterset_class = SubjectFilter
    creates = RECORD_INDIVIDUAL
    acts = INDIVIDUAL_ACTS
