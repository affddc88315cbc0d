"""Classes and rows within this person's reach, and what a nominator may choose from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post
from foundation.doors.reader import reader
from units.models import Kind, Unit
from vetting.models import Candidate, Case, Nomination
from vetting.permissions import NominationPerm

UNITS = 200  # of earlier nominations, to choose from


def only_who_reads_classes(request: HttpRequest) -> None:
    """To others there is no such list (404), as there would be no such class."""
    if not (nominates(request) or reach.holds_anywhere(reader(request), NominationPerm.VIEW, Country, Post)):
        raise Http404


def only_nominators(request: HttpRequest) -> None:
    """Who reads classes as staff knows that there are nominators, but has no form to fill in (404)."""
    if not nominates(request):
        raise Http404


def nominates(request: HttpRequest) -> bool:
    return reach.holds_anywhere(reader(request), NominationPerm.NOMINATE, Organisation)


def is_staff_of(user: Any, nomination: Nomination) -> bool:
    return reach.holds(user, NominationPerm.VIEW, nomination.places)


def find_nomination(request: HttpRequest, pk: Any) -> Nomination:
    nominations = Nomination.objects.visible_to(reader(request)).select_related(
        "organisation", "country", "post", "program"
    )
    return get_object_or_404(nominations, pk=pk)


def find_candidate(request: HttpRequest, pk: Any, row: Any) -> Candidate:
    candidates = Candidate.objects.visible_to(reader(request)).select_related(
        "nomination__organisation", "nomination__country", "nomination__post", "subject", "case",
        "unit_case__subject",
    )  # fmt: skip
    return get_object_or_404(candidates, pk=row, nomination=pk)


def own_organisations(request: HttpRequest) -> list[tuple[str, str]]:
    within = reach.within(reader(request), NominationPerm.NOMINATE, pk=Organisation)
    return [(str(each.pk), each.name) for each in Organisation.objects.filter(within)]


def own_units(request: HttpRequest) -> list[tuple[str, str]]:
    """Units of their own earlier nominations, by name; never of anybody else's."""
    organisations = [pk for pk, _name in own_organisations(request)]
    cases = Case.objects.filter(kind=Kind.UNIT, nomination__organisation__in=organisations)
    units = Unit.objects.filter(pk__in=cases.values("subject")).order_by("name", "-created_at")[:UNITS]
    return [(str(each.pk), f"{each.name}, as nominated on {each.created_at:%-d %B %Y}") for each in units]
