"""Subjects within this person's reach; anything else is not there (404)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from units.models import Individual, Unit
from units.permissions import UnitPerm


def only_readers(request: HttpRequest) -> None:
    """The register is nothing to somebody who reads no unit anywhere: 404, as each unit would be."""
    if not reach.holds_anywhere(reader(request), UnitPerm.VIEW, Country, Post):
        raise Http404


def find_unit(request: HttpRequest, pk: Any) -> Unit:
    units = Unit.objects.visible_to(reader(request)).select_related("country").prefetch_related("names")
    return get_object_or_404(units, pk=pk)


def find_individual(request: HttpRequest, pk: Any) -> Individual:
    people = (
        Individual.objects.visible_to(reader(request)).select_related("country").prefetch_related("names")
    )
    return get_object_or_404(people, pk=pk)


def countries_read(request: HttpRequest) -> QuerySet[Country]:
    return Country.objects.filter(reach.in_country(reader(request), UnitPerm.VIEW, "pk"))


def countries_recorded(request: HttpRequest) -> QuerySet[Country]:
    """Where this person records units and people."""
    return Country.objects.filter(reach.in_country(reader(request), UnitPerm.CHANGE, "pk"))
