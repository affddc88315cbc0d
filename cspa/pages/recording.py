"""Recording listings; putting forward waivers, reinstatements, corrections and complete lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cspa.actions import words
from cspa.acts import records as acts
from cspa.models import Listing, Relief
from cspa.pages import forms
from cspa.pages.asking import ask
from cspa.pages.finding import countries_recorded, find_record, find_year, only_readers
from cspa.rules.reliefs import KINDS
from foundation.accounts.models import Country
from foundation.doors.asked import posted
from foundation.doors.reader import reader

page = require_http_methods(["GET", "POST"])
WAITS = "Recommended. It counts once another person has signed."
RECOMMENDS = {"waiver": acts.RECOMMEND_WAIVER, "reinstatement": acts.RECOMMEND_REINSTATEMENT}


def country_page(country: Country | str) -> str:
    return reverse("cspa-country", args=[country if isinstance(country, str) else country.pk])


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    return [("", "Choose"), *countries_recorded(request).values_list("pk", "name")]


@page
def new_listing(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    form = forms.NewListing(
        posted(request),
        initial=request.GET.dict(),
        choices={"country": _choices(request), "list_year": forms.list_years()},
    )
    about = {"title": "Record a listing", "button": "Record it"}
    return ask(
        request, acts.RECORD_LISTING, [form], about, form.body, home=reverse("cspa-grid"),
        done=lambda _, made: country_page(made.country_id),
    )  # fmt: skip


@page
def new_waiver(request: HttpRequest) -> HttpResponse:
    return _new_relief(request, "waiver")


@page
def new_reinstatement(request: HttpRequest) -> HttpResponse:
    return _new_relief(request, "reinstatement")


def _new_relief(request: HttpRequest, kind: str) -> HttpResponse:
    only_readers(request)
    form = forms.NewRelief(
        posted(request),
        initial=request.GET.dict(),
        choices={
            "country": _choices(request),
            "fiscal_year": forms.fiscal_years(),
            "replaces": _replaceable(request, kind),
        },
    )
    about = {"title": RECOMMENDS[kind].words, "button": "Recommend it", "relief": form, "kind": kind}
    return ask(
        request, RECOMMENDS[kind], [form], about, form.body, home=reverse("cspa-grid"),
        done=lambda _, made: country_page(made.country_id), said=WAITS,
    )  # fmt: skip


def _replaceable(request: HttpRequest, kind: str) -> list[tuple[str, str]]:
    """Those of the country the page was asked for."""
    country = (posted(request) or request.GET).get("country", "")
    standing = KINDS[kind]._default_manager.visible_to(reader(request)).standing().filter(country_id=country)
    found = [(str(each.pk), _called(each)) for each in standing.order_by("-days")]
    return [forms.NONE, *found]


def _called(relief: Relief) -> str:
    when = relief.when
    return f"{relief.get_extent_display()}, {when['from']} to {when['until']}"


# --- corrections ---


@page
def correct_listing(request: HttpRequest, pk: Any) -> HttpResponse:
    listing: Listing = find_record(request, "listing", pk)
    form = forms.CorrectedListing(posted(request), initial=forms.CorrectedListing.of(listing))
    return _correct(request, listing, form, form.changes)


@page
def correct_waiver(request: HttpRequest, pk: Any) -> HttpResponse:
    return _correct_relief(request, "waiver", pk)


@page
def correct_reinstatement(request: HttpRequest, pk: Any) -> HttpResponse:
    return _correct_relief(request, "reinstatement", pk)


def _correct_relief(request: HttpRequest, kind: str, pk: Any) -> HttpResponse:
    relief: Relief = find_record(request, kind, pk)
    form = forms.CorrectedRelief(posted(request), initial=forms.CorrectedRelief.of(relief))
    return _correct(request, relief, form, lambda: form.changes(words.said(relief)), relief=form)


def _correct(request: HttpRequest, thing: Any, form: Any, changes: Any, **about: Any) -> HttpResponse:
    reason = forms.Reason(posted(request))
    kind = words.kind_of(thing)
    act = (acts.LISTING_ACTS if kind == "listing" else acts.RELIEF_ACTS)["correct"]
    about |= {"title": f"Correct a {kind}", "button": "Recommend the correction", "kind": kind,
              "about": f"{thing.country}, fiscal year {thing.fiscal_year}"}  # fmt: skip
    return ask(
        request, act, [form, reason], about, lambda: {"changes": changes(), **reason.body()},
        home=country_page(thing.country_id), thing=thing, said=WAITS,
    )  # fmt: skip


# --- list years ---


@page
def confirm_year(request: HttpRequest, list_year: int) -> HttpResponse:
    year = find_year(request, list_year)
    form = forms.Confirm(
        posted(request), initial={"citation": year.citation, "published_on": year.published_on}
    )
    listings = [] if year._state.adding else list(_standing(request, year))
    about = {
        "title": f"Say that the list of {list_year} is complete",
        "button": "Recommend it",
        "year": year,
        "listings": listings,
    }
    return ask(
        request, acts.YEAR_ACTS["recommend-confirmed"], [form], about, form.body,
        home=reverse("cspa-years"), thing=year, said=WAITS,
    )  # fmt: skip


def _standing(request: HttpRequest, year: Any) -> Any:
    seen = Listing.objects.visible_to(reader(request)).standing().filter(list_year=year)
    return seen.select_related("country").order_by("country__name", "account")
