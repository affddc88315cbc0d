"""The grid, one country, the list years: what is on record, in letters and patterns and in words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cspa import asked, fiscal, gate, judge
from cspa.grid import Cell, Row, cell, ever_listed, grid
from cspa.models import ActionPlan, Coverage, Listing, ListYear
from cspa.pages.finding import countries_read, find_country, only_readers
from cspa.permissions import CspaPerm
from cspa.rules.years import today
from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.boxes import DayField
from foundation.doors.reader import reader
from foundation.refused import Invalid
from foundation.signing.models import Determination

# How a cell is drawn: its letter, and the name of its pattern in desk.css.
DRAWN = {
    judge.BARRED: ("B", "barred"),
    "full": ("F", "full"),
    "part": ("P", "part"),
    "part-full": ("P F", "part-full"),
    "reinstated": ("R", "reinstated"),
    judge.IN_CONFLICT: ("C", "conflict"),
    judge.UNCONFIRMED: ("U", "unconfirmed"),
    judge.OPEN: ("–", "open"),
    judge.NOT_ON_RECORD: ("N", "none"),
}
LEGEND = [
    ("barred", "Barred"),
    ("full", "Waived in full"),
    ("part", "Waived in part"),
    ("part-full", "First one, then the other"),
    ("reinstated", "Reinstated"),
    (judge.IN_CONFLICT, "In conflict"),
    (judge.UNCONFIRMED, "Unconfirmed"),
    (judge.OPEN, "Open"),
    (judge.NOT_ON_RECORD, "Not on record"),
]


def drawn(found: Cell) -> dict[str, Any]:
    letter, pattern = DRAWN[found.code]
    return {"year": found.fiscal_year, "letter": letter, "pattern": pattern, "words": found.words,
            "state": found.state}  # fmt: skip


@require_GET
def grid_page(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    wrong: list[Any] = []
    try:
        years = asked.years(request.GET)
    except Invalid as invalid:
        years, wrong = asked.years({}), list(invalid.problems)
    everywhere = countries_read(request)
    countries = everywhere if request.GET.get("all") else ever_listed(everywhere)
    rows = grid(countries, years)
    now = fiscal.fiscal_year(today())
    return render(
        request,
        "cspa/grid.html",
        {
            "years": years,
            "now": now,
            "rows": [_row(row, now) for row in rows],
            "tally": _tally(rows, now),
            "legend": [
                {"words": said, "letter": DRAWN[code][0], "pattern": DRAWN[code][1]} for code, said in LEGEND
            ],
            "all": bool(request.GET.get("all")),
            "others": everywhere.count() - len(rows),
            "records": _records_somewhere(request),
            "wrong": wrong,
            **_gate(request),
        },
    )


def _row(row: Row, now: int) -> dict[str, Any]:
    current = next((each for each in row.cells if each.fiscal_year == now), None)
    before = [each for each in reversed(row.cells) if each.fiscal_year < now]
    return {
        "country": row.country,
        "cells": [drawn(each) for each in row.cells],
        "now": drawn(current) if current else None,
        "before": "; ".join(_spans(before)),
    }


def _spans(cells: list[Cell]) -> list[str]:
    """“2022 to 2026 open”: years that say the same stand together, the newest first."""
    found = []
    for said, group in groupby(cells, key=lambda each: each.words):
        years = [each.fiscal_year for each in group]
        span = str(years[0]) if len(years) == 1 else f"{years[-1]} to {years[0]}"
        found.append(f"{span} {said[:1].lower()}{said[1:]}")
    return found


def _tally(rows: list[Row], now: int) -> list[dict[str, Any]]:
    cells = [each for row in rows for each in row.cells if each.fiscal_year == now]
    said = [each.words for each in cells]
    return [{"label": words, "count": said.count(words)} for words in dict.fromkeys(sorted(said))]


def _records_somewhere(request: HttpRequest) -> bool:
    return reach.holds_anywhere(reader(request), CspaPerm.RECORD, Country, Post)


# --- asking the gate ---


class Question(forms.Form):
    """Read by the same rules as the call; nothing is recorded of it."""

    country = forms.ChoiceField(label="Country")
    program = forms.ChoiceField(label="Program")
    purpose = forms.CharField(label="Purpose", required=False, max_length=200)
    on = DayField(label="On", required=False)

    def __init__(self, request: HttpRequest) -> None:
        asks = bool(request.GET.get("program"))
        super().__init__(request.GET if asks else None, auto_id="gate-%s", use_required_attribute=False)
        self.fields["country"].choices = list(  # type: ignore[attr-defined]
            countries_read(request).values_list("pk", "name")
        )
        programs = Coverage.objects.order_by("program").values_list("program", flat=True)
        self.fields["program"].choices = [(each, each) for each in programs]  # type: ignore[attr-defined]


def _gate(request: HttpRequest, country: Country | None = None) -> dict[str, Any]:
    form = Question(request)
    if not form.is_bound or not form.is_valid():
        return {"question": form}
    said = form.cleaned_data
    day = said["on"] or today()
    code = country.pk if country else said["country"]
    answer = gate.ask(code, (day, day), said["program"], said["purpose"])
    return {"question": form, "answer": answer, "asked": {**said, "on": day, "name": _name(code)},
            "fiscal_year": fiscal.fiscal_year(day)}  # fmt: skip


def _name(code: str) -> str:
    return Country.objects.get(pk=code).name


# --- one country ---


@require_GET
def country_page(request: HttpRequest, code: str) -> HttpResponse:
    country = find_country(request, code)
    years = _years(request)
    records = gate.read([country.pk], years)[country.pk]
    cells = [cell(country, year, records) for year in reversed(years)]
    return render(
        request,
        "cspa/country.html",
        {
            "country": country,
            "crumbs": [{"label": "Child soldiers", "url": reverse("cspa-grid")}, {"label": country.name}],
            "years": [_of_year(each, _listings(country, each.fiscal_year)) for each in cells],
            "plans": ActionPlan.objects.filter(country=country).prefetch_related("milestones"),
            "waiting": _waiting(request, country),
            "may": reach.holds_in_country(reader(request), CspaPerm.RECORD, country),
            "now": fiscal.fiscal_year(today()),
        },
    )


def _years(request: HttpRequest) -> list[int]:
    """From the first year that a list bites to the next one."""
    last = fiscal.fiscal_year(today()) + 1
    return list(range(fiscal.bitten_by(fiscal.FIRST_LIST), last + 1))


def _listings(country: Country, year: int) -> list[Listing]:
    found = Listing.objects.filter(country=country, list_year=fiscal.list_behind(year))
    return list(
        found.select_related("recorded_by").prefetch_related("waivers", "reinstatements").order_by("account")
    )


def _of_year(found: Cell, listings: list[Listing]) -> dict[str, Any]:
    return {**drawn(found), "list_year": fiscal.list_behind(found.fiscal_year), "listings": listings}


def _waiting(request: HttpRequest, country: Country) -> Any:
    seen = Determination.objects.visible_to(reader(request)).open().filter(country=country)
    return seen.filter(kind__startswith="cspa-").select_related("recommended_by")


# --- list years ---


@require_GET
def years_page(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    on_record = {each.pk: each for each in ListYear.objects.visible_to(reader(request))}
    years = [
        {"list_year": year, "found": on_record.get(year), "fiscal_year": fiscal.bitten_by(year)}
        for year in range(today().year, fiscal.FIRST_LIST - 1, -1)
    ]
    return render(
        request,
        "cspa/years.html",
        {
            "years": years,
            "may": reach.holds(reader(request), CspaPerm.RECORD, ()),
            "waiting": Determination.objects.visible_to(reader(request)).open().filter(kind="cspa-list-year"),
            "crumbs": [{"label": "Child soldiers", "url": reverse("cspa-grid")}, {"label": "List years"}],
        },
    )
