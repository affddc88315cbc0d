"""me/: who is asking, in which roles, and where they work."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, RoleAtPlace, User
from foundation.doors.filters import check_parameters
from foundation.doors.schema import Described
from foundation.doors.views import DoorView
from vetting.api.queues import QueueOut
from vetting.models import Queue
from vetting.permissions import CasePerm, NominationPerm


class PlaceOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["country", "post", "organisation"])
    id = serializers.CharField()
    name = serializers.CharField()


class RoleOut(serializers.Serializer[RoleAtPlace]):
    role = serializers.CharField()
    place = serializers.SerializerMethodField()

    def get_place(self, held: RoleAtPlace) -> dict[str, Any] | None:
        """Null is everywhere."""
        if held.place is None:
            return None
        return PlaceOut(
            {"kind": held.place._meta.model_name, "id": held.place.pk, "name": held.place.name}
        ).data


class OrganisationOut(serializers.ModelSerializer[Organisation]):
    id = serializers.CharField()

    class Meta:
        model = Organisation
        fields = ["id", "name"]


class QueueOfMine(QueueOut):
    class Meta(QueueOut.Meta):
        fields = ["id", "name", "check_type", "rights"]


class MeOut(serializers.ModelSerializer[User]):
    roles = serializers.SerializerMethodField()
    organisation = OrganisationOut(allow_null=True)
    countries = serializers.SerializerMethodField(help_text="Whose cases they read, or nominate for.")
    queues = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["username", "name", "roles", "organisation", "countries", "queues"]

    def get_roles(self, user: User) -> list[dict[str, Any]]:
        held = RoleAtPlace.objects.filter(group__user=user).select_related("country", "post", "organisation")
        return [dict(RoleOut(each).data) for each in held.order_by("role", "pk")]

    def get_countries(self, user: User) -> list[str]:
        return list(countries_of(user).order_by("code").values_list("code", flat=True))

    def get_queues(self, user: User) -> list[dict[str, Any]]:
        return list(QueueOfMine(Queue.objects.visible_to(user), many=True, context=self.context).data)


def countries_of(user: User) -> QuerySet[Country]:
    reads = reach.in_country(user, CasePerm.VIEW, "pk")
    nominates = reach.within(user, NominationPerm.NOMINATE, organisations=Organisation)
    return Country.objects.filter(reads | nominates).distinct()


class MeView(DoorView):
    described = {"get": Described(answer=MeOut, problems=(400, 401))}

    def get(self, request: Request) -> Response:
        check_parameters(request, ())
        user: Any = request.user
        return Response(MeOut(user, context={"request": request}).data)
