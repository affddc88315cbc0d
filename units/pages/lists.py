"""Known units and people: listed by country and kind, found by name. A name is posted: no address has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation.accounts.models import Country
from foundation.doors.paging import page_of
from foundation.doors.reader import reader
from units.models import CommandLink, ForceType, Individual, Level, Posting, Unit
from units.pages.finding import countries_read, countries_recorded, only_readers
from units.pages.names import alternative
from units.search import named

MOST = 100  # of those found by name


class Narrowed(forms.Form):
    """What a list is narrowed by. Something unknown in the address narrows nothing."""

    country = forms.ModelChoiceField(
        Country.objects.none(), label="Country", required=False, empty_label="Any country"
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, auto_id="narrow-%s")
        self.fields["country"].queryset = countries_read(request)  # type: ignore[attr-defined]

    def narrow(self, subjects: QuerySet[Any]) -> QuerySet[Any]:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return subjects.filter(**said)

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


class NarrowedUnits(Narrowed):
    level = forms.ChoiceField(label="Level", required=False, choices=[("", "Any level"), *Level.choices])
    force_type = forms.ChoiceField(label="Force", required=False, choices=[("", "Any"), *ForceType.choices])


class Called(forms.Form):
    q = forms.CharField(label="Name, or part of it", required=False, max_length=500)


@require_http_methods(["GET", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    return _listed(request, Unit, NarrowedUnits(request), "units/units.html", _above)


@require_http_methods(["GET", "POST"])
def individuals(request: HttpRequest) -> HttpResponse:
    return _listed(request, Individual, Narrowed(request), "units/individuals.html", _served)


def _listed(request: HttpRequest, model: Any, form: Narrowed, template: str, beside: Any) -> HttpResponse:
    only_readers(request)
    known = model.objects.known().visible_to(reader(request)).select_related("country")
    found = form.narrow(known).prefetch_related("names").order_by("name", "pk")
    called = Called(request.POST or None, auto_id="called-%s")
    asked = called.cleaned_data["q"].strip() if called.is_valid() else ""
    page = None if asked else page_of(request, found)
    subjects = page.rows if page else list(named(found, asked)[: MOST + 1])
    return render(
        request,
        template,
        {
            "form": form,
            "called": called,
            "asked": asked,
            "page": page,
            "lines": _lines(subjects[:MOST], beside),
            "more": len(subjects) > MOST,
            "may_record": countries_recorded(request).exists(),
        },
    )


def _lines(subjects: list[Any], beside: Any) -> list[dict[str, Any]]:
    told = beside(subjects)
    return [{"subject": each, "alt": alternative(each), "beside": told.get(each.pk, [])} for each in subjects]


def _above(units: list[Unit]) -> dict[Any, list[CommandLink]]:
    """The command links on record that have not certainly ended, by unit. One query."""
    links = CommandLink.objects.current().filter(child__in=units, possible__endswith=None)
    return _by(links.select_related("parent").order_by("possible"), "child_id")


def _served(people: list[Individual]) -> dict[Any, list[Posting]]:
    """Postings, the latest first, by person. One query."""
    postings = Posting.objects.current().filter(individual__in=people).select_related("unit")
    return _by(postings.order_by("-possible"), "individual_id")


def _by(rows: Iterable[Model], key: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found
