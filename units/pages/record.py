"""Recording and correcting what is known: each form is a page, GET asks and POST does it through its act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.doors.acts import Act, why_not
from foundation.doors.asked import AskedForm, posted
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources.citing import citations_of
from foundation.sources.offered import Cited, CitedAnew, called, offered_to
from units import acts, rules
from units.claims import kind_of
from units.models import Claim, CommandLink, Individual, LineageEvent, Posting, Side, Subject, Unit
from units.pages import forms
from units.pages.finding import countries_recorded, find_individual, find_unit, only_readers

page = require_http_methods(["GET", "POST"])


def offered(request: HttpRequest, subject: Subject) -> list[dict[str, Any]]:
    """What can be recorded of a subject, for its page; a nominee is its nominator's to correct."""
    of = "unit" if isinstance(subject, Unit) else "individual"
    items = [("Correct names and data…", f"{of}-correct", rules.check_can_correct)]
    if not subject.provisional:
        items += [("Record a posting…", f"{of}-posting", _may_record)]
    if of == "unit" and not subject.provisional:
        items += [
            ("Record a unit above it…", "unit-link", _may_record),
            ("Record what it became, or what it was…", "unit-lineage", _may_record),
        ]
    return [_item(request, subject, label, name, check) for label, name, check in items]


def _item(request: HttpRequest, subject: Subject, label: str, name: str, check: Any) -> dict[str, Any]:
    url = reverse(name, args=[subject.pk])
    try:
        check(reader(request), subject)
    except (NotYours, NotNow) as refused:
        why = [problem.detail for problem in refused.problems]
        said = {"label": label.removesuffix("…"), "why_not": why, "refusal": refused.code}
        return {**said, "allowed": False, "url": url}
    return {"label": label, "allowed": True, "url": url}


def _may_record(user: Any, subject: Subject) -> None:
    rules.check_can_record(user, subject.country)


# --- something new ---


@page
def new_unit(request: HttpRequest) -> HttpResponse:
    return _new(request, acts.RECORD_UNIT, forms.NewUnit, "units/record_unit.html", "unit")


@page
def new_individual(request: HttpRequest) -> HttpResponse:
    return _new(request, acts.RECORD_INDIVIDUAL, forms.NewPerson, "units/record_person.html", "individual")


def _new(request: HttpRequest, act: Act, kind: Any, template: str, home: str) -> HttpResponse:
    only_readers(request)
    countries = countries_recorded(request)
    form = kind(posted(request), countries=countries, initial={"country": countries.first()})
    about = {
        "form": form,
        "act": act,
        "refused": why_not(act.check, reader(request), None),
        "home": reverse(f"{home}s"),
    }
    return _asked(
        request, act, [form], template, about, lambda: form.body(), lambda _thing, made: _home(made)
    )


# --- corrections ---


@page
def correct_unit(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    form = forms.Called(posted(request), initial=forms.Called.of(unit), others=unit.names.count() + 2)
    return _correct(
        request, acts.UNIT_ACTS["correct"], unit, form, "units/record_unit.html", _keeping(unit, form)
    )


@page
def correct_individual(request: HttpRequest, pk: Any) -> HttpResponse:
    person = find_individual(request, pk)
    form = forms.Person(posted(request), initial=forms.Person.of(person))
    return _correct(
        request, acts.INDIVIDUAL_ACTS["correct"], person, form, "units/record_person.html", form.body
    )


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
    return _correct(request, act, claim, form, template, lambda: {**form.body(), **cited.body()}, cited=cited)


def _correct(
    request: HttpRequest,
    act: Act,
    thing: Any,
    form: Any,
    template: str,
    changes: Callable[[], dict[str, Any]],
    cited: CitedAnew | None = None,
) -> HttpResponse:
    reason = forms.Reason(posted(request))
    home = _home(thing.linked[0] if isinstance(thing, Claim) else thing)
    about = {
        "form": form,
        "reason": reason,
        "cited": cited,
        "thing": thing,
        "act": act,
        "home": home,
        "refused": why_not(act.check, reader(request), thing),
    }
    return _asked(
        request, act, [form, reason, *([cited] if cited else [])], template, about,
        lambda: {"changes": changes(), "reason": reason.said("reason")}, lambda *_: home, thing=thing,
    )  # fmt: skip


def _keeping(unit: Unit, form: forms.Called) -> Callable[[], dict[str, Any]]:
    """The boxes do not hold a name's language and script: a name that stays keeps them."""

    def changes() -> dict[str, Any]:
        known = {name.text: {"language": name.language, "script": name.script} for name in unit.names.all()}
        body = form.body()
        return body | {"names": [name | known.get(name["text"], {}) for name in body["names"]]}

    return changes


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
        _may_record(reader(request), subject)
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
        "home": _home(subject),
        "refused": why_not(_may_record, reader(request), subject),
    }

    def body() -> dict[str, Any]:
        other = chosen.data.get("chosen")
        return {here: str(subject.pk), **({there: other} if other else {}), **form.body(), **cited.body()}

    return _asked(
        request, act, [form, chosen, cited], template, about, body, lambda _thing, _made: _home(subject)
    )


def _cited(request: HttpRequest) -> Cited:
    return Cited(posted(request), choices={"citations": called(offered_to(reader(request), []))})


@page
def lineage_of_unit(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    if request.method == "POST":
        attempt(request, acts.RECORD_LINEAGE.name, unit)
        _may_record(reader(request), unit)
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
        "home": _home(unit),
        "refused": why_not(_may_record, reader(request), unit),
    }

    def body() -> dict[str, Any]:
        units = {"from": before.ids(), "to": after.ids()}
        units[itself.said("side", Side.FROM)].insert(0, str(unit.pk))
        return {**form.body(), **units, **cited.body()}

    return _asked(
        request,
        acts.RECORD_LINEAGE,
        [form, before, after, itself, cited],
        "units/record_lineage.html",
        about,
        body,
        lambda *_: _home(unit),
    )


# --- asking and doing ---


def _asked(
    request: HttpRequest,
    act: Act,
    boxes: Sequence[AskedForm],
    template: str,
    about: dict[str, Any],
    body: Callable[[], dict[str, Any]],
    done: Callable[[Any, Any], str],
    thing: Any = None,
) -> HttpResponse:
    """Shows the form; posted, does the act, or shows it again with all that is wrong and was typed."""
    if request.method == "GET" or request.POST.get("do") == "find":
        return render(request, template, about)
    wrong = [problem for form in boxes for problem in form.unread()]
    try:
        return do(request, act, body(), done=done, thing=thing, wrong=wrong)
    except Invalid as invalid:
        loose = _told(boxes, invalid.problems)
        return render(request, template, {**about, "boxes": boxes, "wrong": loose}, status=400)


def _told(boxes: Sequence[AskedForm], problems: Sequence[Problem]) -> list[Problem]:
    """A correction's fields stand below /changes in its body."""
    loose = [
        Problem(each.code, each.detail, (each.pointer or "").removeprefix("/changes")) for each in problems
    ]
    for form in boxes:
        loose = form.tell(loose)
    return loose


def _home(subject: Any) -> str:
    return reverse("unit" if subject.kind == "unit" else "individual", args=[subject.pk])
