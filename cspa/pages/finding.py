"""Countries and records within this person's reach; anything else is not there (404)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cspa.actions.corrections import THINGS
from cspa.fiscal import FIRST_LIST
from cspa.grid import countries_in_reach
from cspa.models import ActionPlan, ListYear, Milestone
from cspa.permissions import CspaPerm
from cspa.rules.years import today
from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader


def only_readers(request: HttpRequest) -> None:
    """Nothing of this is there for somebody who reads no country's records."""
    if not reach.holds_anywhere(reader(request), CspaPerm.VIEW, Country, Post):
        raise Http404


def countries_read(request: HttpRequest) -> QuerySet[Country]:
    return countries_in_reach(reader(request))


def countries_recorded(request: HttpRequest) -> QuerySet[Country]:
    """Where this person records."""
    return Country.objects.filter(reach.in_country(reader(request), CspaPerm.RECORD, "pk"))


def find_country(request: HttpRequest, code: str) -> Country:
    return get_object_or_404(countries_read(request), pk=code)


def find_record(request: HttpRequest, kind: str, pk: Any) -> Any:
    """A listing, waiver or reinstatement."""
    records = THINGS[kind].objects.visible_to(reader(request)).select_related("country", "recorded_by")
    return get_object_or_404(records, pk=pk)


def find_year(request: HttpRequest, list_year: int) -> ListYear:
    """A list year; one whose list is not on record yet, where there can be a list."""
    found = ListYear.objects.visible_to(reader(request)).filter(pk=list_year).first()
    if found is None and not FIRST_LIST <= list_year <= today().year:
        raise Http404
    only_readers(request)
    return found or ListYear(list_year=list_year)


def find_plan(request: HttpRequest, pk: Any) -> ActionPlan:
    plans = ActionPlan.objects.visible_to(reader(request)).select_related("country", "recorded_by")
    return get_object_or_404(plans, pk=pk)


def find_milestone(request: HttpRequest, pk: Any) -> Milestone:
    milestones = Milestone.objects.visible_to(reader(request)).select_related("plan__country", "recorded_by")
    return get_object_or_404(milestones, pk=pk)
