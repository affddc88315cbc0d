"""Recording and correcting what is known: each form is a page, GET asks and POST does it through its act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.doors.acts import Act, why_not
from foundation.doors.asked import AskedForm, posted
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources.offered import CitedAnew
from units import acts, rules
from units.models import Claim, Subject, Unit
from units.pages import forms
from units.pages.finding import countries_recorded, find_individual, find_unit, only_readers

page = require_http_methods(["GET", "POST"])


def offered(request: HttpRequest, subject: Subject) -> list[dict[str, Any]]:
    """What can be recorded of a subject, for its page; a nominee is its nominator's to correct."""
    of = "unit" if isinstance(subject, Unit) else "individual"
    items = [("Correct names and data…", f"{of}-correct", rules.check_can_correct)]
    if not subject.provisional:
        items += [("Record a posting…", f"{of}-posting", may_record)]
    if of == "unit" and not subject.provisional:
        items += [
            ("Record a unit above it…", "unit-link", may_record),
            ("Record what it became, or what it was…", "unit-lineage", may_record),
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


def may_record(user: Any, subject: Subject) -> None:
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
    return asked(
        request, act, [form], template, about, lambda: form.body(), lambda _thing, made: home_of(made)
    )


# --- corrections ---


@page
def correct_unit(request: HttpRequest, pk: Any) -> HttpResponse:
    unit = find_unit(request, pk)
    form = forms.Called(posted(request), initial=forms.Called.of(unit), others=unit.names.count() + 2)
    return correct(
        request, acts.UNIT_ACTS["correct"], unit, form, "units/record_unit.html", _keeping(unit, form)
    )


@page
def correct_individual(request: HttpRequest, pk: Any) -> HttpResponse:
    person = find_individual(request, pk)
    form = forms.Person(posted(request), initial=forms.Person.of(person))
    return correct(
        request, acts.INDIVIDUAL_ACTS["correct"], person, form, "units/record_person.html", form.body
    )


def correct(
    request: HttpRequest,
    act: Act,
    thing: Any,
    form: Any,
    template: str,
    changes: Callable[[], dict[str, Any]],
    cited: CitedAnew | None = None,
) -> HttpResponse:
    reason = forms.Reason(posted(request))
    home = home_of(thing.linked[0] if isinstance(thing, Claim) else thing)
    about = {
        "form": form,
        "reason": reason,
        "cited": cited,
        "thing": thing,
        "act": act,
        "home": home,
        "refused": why_not(act.check, reader(request), thing),
    }
    return asked(
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


# --- asking and doing ---


def asked(
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


def home_of(subject: Any) -> str:
    return reverse("unit" if subject.kind == "unit" else "individual", args=[subject.pk])
