"""Recording and correcting what links units and people: each form is a page, done through its act."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from foundation.doors.acts import Act, why_not
from foundation.doors.asked import posted
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.sources.citing import citations_of
from foundation.sources.offered import Cited, CitedAnew, called, offered_to
from units import acts
from units.claims import kind_of
from units.models import CommandLink, Individual, LineageEvent, Posting, Side, Subject, Unit
from units.pages import forms
from units.pages.finding import find_individual, find_unit
from units.pages.record import asked, correct, home_of, may_record, page

# --- corrections ---


@page
def correct_link(request: HttpRequest, pk: Any) -> HttpResponse:
    link = _find_claim(request, CommandLink.objects.select_related("child__country", "parent__country"), pk)
    form = forms.OfLink(posted(request), initial={"kind": link.kind, **forms.Dated.of(link)})
    return _correct_claim(request, acts.LINK_ACTS["correct"], link, form, "units/record_link.html")


@page
def correct_posting(request: HttpRequest, pk: Any) -> HttpResponse:
    posting = _find_claim(request, Posting.objects.select_related("individual__country", "unit__country"), pk)
    initial = {name: getattr(posting, name) for name in ("role", "rank", "title")}
    form = forms.OfPosting(posted(request), initial=initial | forms.Dated.of(posting))
    return _correct_claim(request, acts.POSTING_ACTS["correct"], posting, form, "units/record_posting.html")


@page
def correct_lineage(request: HttpRequest, pk: Any) -> HttpResponse:
    event = _find_claim(request, LineageEvent.objects.whole(), pk)
    form = forms.OfLineage(posted(request), initial={"kind": event.kind, **forms.Dated.of(event)})
    return _correct_claim(request, acts.LINEAGE_ACTS["correct"], event, form, "units/record_lineage.html")


def _correct_claim(request: HttpRequest, act: Act, claim: Any, form: Any, template: str) -> HttpResponse:
    held = citations_of(kind_of(claim), [claim.pk])[claim.pk]
    cited = CitedAnew.of(held, reader(request), posted(request))
    return correct(request, act, claim, form, template, lambda: {**form.body(), **cited.body()}, cited=cited)


def _find_claim(request: HttpRequest, claims: Any, pk: Any) -> Any:
    """A claim all of whose subjects are within reach."""
    claim = get_object_or_404(claims, pk=pk)
    linked = {each.pk for each in claim.linked}
    visible = Subject.objects.visible_to(reader(request)).filter(pk__in=linked)
    if visible.count() < len(linked):
        raise Http404
    return claim


# --- what links them ---


@page
def link_above(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    form = forms.OfLink(posted(request))
    others = Unit.objects.known().visible_to(reader(request)).exclude(pk=unit.pk)
    return _link(request, acts.RECORD_LINK, unit, form, others, ("child", "parent"), "units/record_link.html")


@page
def posting_to_unit(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    form, people = (
        forms.OfPosting(posted(request)),
        Individual.objects.known().visible_to(reader(request)),
    )
    return _link(
        request, acts.RECORD_POSTING, unit, form, people, ("unit", "individual"), "units/record_posting.html"
    )


@page
def posting_of_individual(request: HttpRequest, pk: Any) -> HttpResponse:
    person = find_individual(request, pk)
    form, units = forms.OfPosting(posted(request)), Unit.objects.known().visible_to(reader(request))
    return _link(
        request, acts.RECORD_POSTING, person, form, units, ("individual", "unit"), "units/record_posting.html"
    )


def _link(
    request: HttpRequest, act: Act, subject: Any, form: Any, others: Any, ends: tuple[str, str], template: str
) -> HttpResponse:
    """`ends`: what the body calls this subject, and the other end."""
    if request.method == "POST":  # the act itself asks for some country only, until it has read of which
        attempt(request, act.name, subject)
        may_record(reader(request), subject)
    here, there = ends
    chosen = forms.Chosen.among(others, posted(request), there)
    cited = _cited(request)
    about = {
        "form": form,
        "cited": cited,
        "chosen": chosen,
        "subject": subject,
        "there": there,
        "act": act,
        "home": home_of(subject),
        "refused": why_not(may_record, reader(request), subject),
    }

    def body() -> dict[str, Any]:
        other = chosen.data.get("chosen")
        return {here: str(subject.pk), **({there: other} if other else {}), **form.body(), **cited.body()}

    return asked(
        request, act, [form, chosen, cited], template, about, body, lambda _thing, _made: home_of(subject)
    )


def _cited(request: HttpRequest) -> Cited:
    return Cited(posted(request), choices={"citations": called(offered_to(reader(request), []))})


@page
def lineage_of_unit(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    if request.method == "POST":
        attempt(request, acts.RECORD_LINEAGE.name, unit)
        may_record(reader(request), unit)
    form, itself = forms.OfLineage(posted(request)), forms.Itself(posted(request))
    others = Unit.objects.known().visible_to(reader(request)).exclude(pk=unit.pk)
    cited = _cited(request)
    before, after = (forms.ChosenSome.among(others, posted(request), side) for side in ("from", "to"))
    about = {
        "form": form,
        "itself": itself,
        "cited": cited,
        "before": before,
        "after": after,
        "subject": unit,
        "act": acts.RECORD_LINEAGE,
        "home": home_of(unit),
        "refused": why_not(may_record, reader(request), unit),
    }

    def body() -> dict[str, Any]:
        units = {"from": before.ids(), "to": after.ids()}
        units[itself.said("side", Side.FROM)].insert(0, str(unit.pk))
        return {**form.body(), **units, **cited.body()}

    return asked(
        request,
        acts.RECORD_LINEAGE,
        [form, before, after, itself, cited],
        "units/record_lineage.html",
        about,
        body,
        lambda *_: home_of(unit),
    )
