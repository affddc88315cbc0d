"""search/: by name or reference, posted, so that no name stands in an address or in its log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from foundation.accounts.models import User
from foundation.doors.fields import Text
from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.serializers import StrictSerializer, read_body
from foundation.doors.views import DoorView, json_answer
from foundation.refused import Problem
from screening import core, register
from units.models import Individual, Subject, Unit
from units.search import named
from vetting.models import Candidate, Case, Nomination

MOST = 50  # of each kind
Found = tuple[Any, str]  # id and name


class SearchedBody(StrictSerializer):
    q = Text(max_length=200)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(["individual", "unit", "nomination", "case"]),
        required=False,
        allow_empty=False,
        default=lambda: ["individual", "unit", "nomination", "case"],
    )

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if "q" in found and not any(letter.isalnum() for letter in found["q"]):
            yield Problem("nothing-to-find", "Q: give at least one letter or number.", "/q")


class HitOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()


class SearchView(DoorView):
    """Within reach: to nominators, their own organisation's nominations and nothing else."""

    described = {
        "post": Described(
            body=SearchedBody, answer=HitOut(many=True), problems=(400, 401, 413, 415), key=False
        )
    }

    def post(self, request: Request) -> HttpResponse:
        said = read_body(SearchedBody, self.data, request)
        hits = [
            {"kind": kind, "id": str(pk), "name": name}
            for kind in dict.fromkeys(said["kinds"])
            for pk, name in SEARCHES[kind](reader(request), said["q"])
        ]
        return json_answer(hits)


def subjects(model: type[Individual] | type[Unit], kind: core.Kind) -> Callable[[User, str], list[Found]]:
    def search(user: User, q: str) -> list[Found]:
        """Every word in one of its names; then names that sound or are spelled alike, the likeliest first."""
        visible = model.objects.visible_to(user)
        exact = list(named(visible, q).order_by("name", "pk").values_list("pk", "name")[:MOST])
        return [*exact, *_alike(user, q, kind, {pk for pk, name in exact})][:MOST]

    return search


def _alike(user: User, q: str, kind: core.Kind, but: set[Any]) -> list[Found]:
    asked = core.Subject(kind=kind, names=(q,))
    found = [each.subject for known in (True, False) for each in register.search(asked, registered=known)]
    visible = Subject.objects.visible_to(user).filter(pk__in=[each.pk for each in found])
    seen = set(visible.values_list("pk", flat=True)) - but
    return [(each.pk, each.name) for each in found if each.pk in seen]


def nominations(user: User, q: str) -> list[Found]:
    bearing = Candidate.objects.filter(subject__in=named(Subject.objects.all(), q).values("pk"))
    fits = Q(reference__icontains=q) | Q(event_title__icontains=q) | Q(pk__in=bearing.values("nomination"))
    found: QuerySet[Nomination] = Nomination.objects.visible_to(user).filter(fits)
    return [
        (each.pk, f"{each.reference} {each.event_title}") for each in found.order_by("-submitted_at")[:MOST]
    ]


def cases(user: User, q: str) -> list[Found]:
    fits = Q(reference__icontains=q) | Q(subject__in=named(Subject.objects.all(), q).values("pk"))
    found = Case.objects.visible_to(user).filter(fits).select_related("subject").order_by("-opened_at")[:MOST]
    return [(each.pk, f"{each.reference} {each.subject.name}") for each in found]


SEARCHES: dict[str, Callable[[User, str], list[Found]]] = {
    "individual": subjects(Individual, "individual"),
    "unit": subjects(Unit, "unit"),
    "nomination": nominations,
    "case": cases,
}
