"""A room small enough to test the doors with: things that can be made, closed and looked at.

Its table is made by the fixture `thing_table`, so the model belongs to no installed app.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from django_filters import CharFilter
from rest_framework import serializers

from config import urls as house
from foundation.doors.acts import Act, Acts, actions_for
from foundation.doors.bulk import Bulk
from foundation.doors.filters import FilterSet
from foundation.doors.jobs_api import routes as job_routes
from foundation.doors.pages import act_view, bulk_view, create_view
from foundation.doors.routers import Router
from foundation.doors.serializers import ReachRelatedField, StrictSerializer, Text
from foundation.doors.signin import TokenView
from foundation.doors.views import CreateMixin, ReachViewSet
from foundation.refused import NotNow, NotYours, Problem

TABLE = """
    create table if not exists doorsapp_thing (
        id uuid primary key, reference text not null, owner text not null, state text not null,
        note text not null, secret text not null, version int not null,
        created_at timestamptz not null, updated_at timestamptz not null
    )"""


class ThingQuerySet(models.QuerySet["Thing"]):
    def visible_to(self, user: object) -> ThingQuerySet:
        return self.filter(owner__in=[getattr(user, "username", ""), "everyone"])

    def locked(self, pk: object) -> Thing:
        return self.select_for_update(no_key=True).get(pk=pk)


class Thing(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.TextField(default="")
    owner = models.TextField(default="everyone")
    state = models.TextField(default="open")
    note = models.TextField(default="")
    secret = models.TextField(default="")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ThingQuerySet.as_manager()

    class Meta:
        app_label = "doorsapp"
        db_table = "doorsapp_thing"

    @property
    def audit_chain(self) -> str:
        return f"thing:{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/things/{self.pk}/"


# --- rules and actions ---


def check_may_close(user: object, thing: Thing) -> None:
    if not user.username.startswith("may"):
        raise NotYours("Only those whose name begins with “may” can close a thing.")
    if thing.state == "closed":
        raise NotNow("It is closed already.", "Nothing can be closed twice.")


def check_may_make(user: object, thing: None) -> None:
    if user.username == "auditor":
        raise NotYours("Auditors make nothing.")


@transaction.atomic
def close(*, thing: Thing, reason: str, by: object, like: Thing | None = None) -> Thing:
    thing = Thing.objects.locked(thing.pk)
    check_may_close(by, thing)
    thing.state, thing.note, thing.version = "closed", reason, thing.version + 1
    thing.save()
    return thing


@transaction.atomic
def make(*, by: object, reference: str, note: str = "") -> Thing:
    if reference == "taken":
        raise NotNow(Problem("taken", "This reference is taken.", "/reference"))
    return Thing.objects.create(reference=reference, note=note, owner=by.username)


def unmask(*, thing: Thing, reason: str, by: object) -> dict[str, str]:
    return {"value": thing.secret}


def first(*, by: object) -> Thing | None:
    return Thing.objects.visible_to(by).filter(state="open").order_by("reference").first()


# --- serializers ---


class ReasonBody(StrictSerializer):
    reason = Text(multiline=True)
    like = ReachRelatedField(Thing, required=False)


class UnmaskBody(StrictSerializer):
    reason = Text()


class MakeBody(StrictSerializer):
    reference = Text(max_length=20)
    note = Text(multiline=True, required=False)


class ThingOut(serializers.ModelSerializer):
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Thing
        fields = ["id", "reference", "state", "note", "updated_at", "actions"]

    def get_actions(self, thing: Thing) -> list[dict[str, object]]:
        return actions_for(self.context["request"].user, thing, ACTS)


ACTS = Acts(
    Act("close", check_may_close, close, noun="thing", body=ReasonBody),
    Act("unmask", lambda user, thing: None, unmask, "thing", UnmaskBody, conditional=False, remembered=False),
)
MAKE = Act("make", check_may_make, make, body=MakeBody, answers=201)


# --- doors ---


class ThingFilter(FilterSet):
    state = CharFilter()


class ThingViewSet(CreateMixin, ReachViewSet):
    model = Thing
    serializer_class = ThingOut
    filterset_class = ThingFilter
    acts = ACTS
    creates = MAKE
    list_acts = Acts(Act("first", lambda user, thing: None, first))
    bulk_acts = (Bulk(ACTS["close"], fixed={"reason": "many at once"}),)
    q_fields = ("reference",)


class KeyedViewSet(ThingViewSet):
    key_required = True


def find(request: HttpRequest, pk: object) -> Thing:
    return get_object_or_404(Thing.objects.visible_to(request.user), pk=pk)


def again(
    request: HttpRequest, thing: Thing, act: Act, problems: object, typed: dict[str, object]
) -> HttpResponse:
    return HttpResponse(f"{typed.get('reason', '')}|" + "|".join(problem.detail for problem in problems))


def refusing(request: HttpRequest) -> HttpResponse:
    raise NotNow("Not on this page, not now.")


router = Router()
router.register("things", ThingViewSet, basename="thing")
router.register("keyed", KeyedViewSet, basename="keyed")
for prefix, viewset in job_routes:
    router.register(prefix, viewset, basename=prefix)

urlpatterns = [
    path("api/v1/auth/token/", TokenView.as_view()),
    path("api/v1/", include(router.urls)),
    path("things/make/", create_view(MAKE, back="/things/", invalid=again)),
    path("things/close/", bulk_view(Bulk(ACTS["close"]), model=Thing, back="/things/")),
    path("things/refusing/", refusing),
    path("things/<uuid:pk>/<slug:act>/", act_view(ACTS, find=find, invalid=again)),
    *house.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    house.handler400,
    house.handler403,
    house.handler404,
    house.handler500,
)


@pytest.fixture(scope="module")
def thing_table(django_db_setup: object) -> Iterator[None]:
    """Made and dropped by the owner: the application may make no tables."""
    _as_owner(TABLE)
    yield
    _as_owner("drop table doorsapp_thing")


@pytest.fixture
def things(thing_table: None, transactional_db: None) -> type[Thing]:
    Thing.objects.all().delete()
    return Thing


def _as_owner(sql: str) -> None:
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()
