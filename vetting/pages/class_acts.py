"""What a nominator does with a class and with a row: each act has a page that asks, and does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation.doors.acts import Act
from foundation.doors.asked import AskedForm, posted
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.refused import Invalid, Problem
from units.models import Kind
from vetting import answers
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATION_ACTS
from vetting.lookups import for_nominator
from vetting.models import Candidate, Nomination
from vetting.pages import offers
from vetting.pages.class_finding import find_candidate, find_nomination, own_units
from vetting.pages.class_forms import CandidateForm, EventForm
from vetting.pages.nominations import class_page, row_page
from vetting.pages.row_changes import BOXES, asked_boxes, changes
from vetting.rules import nominations as rules

page = require_http_methods(["GET", "POST"])

WHAT_HAPPENS = {
    "withdraw": "It cannot be taken back: to have it vetted after all, nominate anew.",
    "amend-event": "Nobody is vetted anew; a clearance that would have run out by the new first day ends.",
    "substitute": "The participant is withdrawn, the alternate takes the place; its vetting goes on.",
}


class AnswerForm(AskedForm):
    answer = forms.CharField(
        label="Your answer",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In your words.",
    )


class SubstituteForm(AskedForm):
    alternate = forms.ChoiceField(label="Who takes the place", required=False, widget=forms.RadioSelect)
    AT: Mapping[str, str] = {"/with": "alternate"}


# --- a class ---


@page
def class_act(request: HttpRequest, pk: Any, act: str) -> HttpResponse:
    nomination = find_nomination(request, pk)
    if act not in NOMINATION_ACTS:
        raise Http404
    declared = NOMINATION_ACTS[act]
    form = EventForm(posted(request), initial=_event(nomination)) if act == "amend-event" else None
    about = {
        **_about(request, declared, nomination, nomination, class_page(nomination)),
        "form": form,
        "boxes": [form] if form else [],
    }
    return _asked(request, declared, nomination, about, lambda: form.body() if form else {})


def _event(nomination: Nomination) -> dict[str, Any]:
    return {name: getattr(nomination, name) for name in EventForm.base_fields}


# --- a row ---


@page
def row_act(request: HttpRequest, pk: Any, row: Any, act: str) -> HttpResponse:
    candidate = find_candidate(request, pk, row)
    if act not in CANDIDATE_ACTS:
        raise Http404
    declared = CANDIDATE_ACTS[act]
    about = _about(request, declared, candidate, candidate.nomination, row_page(candidate))
    about["candidate"] = candidate
    if act == "substitute":
        return _substitute(request, declared, candidate, about)
    if act in ("answer", "resubmit"):
        return _give_anew(request, declared, candidate, about)
    return _asked(request, declared, candidate, about, dict)


def _substitute(request: HttpRequest, act: Act, candidate: Candidate, about: dict[str, Any]) -> HttpResponse:
    others = rules.alternates(candidate)
    names = dict(
        Candidate.objects.filter(pk__in=[each.pk for each in others]).values_list("pk", "subject__name")
    )
    offered = [
        (str(each.pk), f"Row {each.row}: {names[each.pk]}, {each.get_word_display().lower()}")
        for each in others
    ]
    form = SubstituteForm(posted(request), choices={"alternate": offered})
    chosen = form.said("alternate") if form.is_bound else ""
    return _asked(
        request,
        act,
        candidate,
        {**about, "form": form, "boxes": [form]},
        lambda: {"with": chosen} if chosen else {},
    )  # fmt: skip


def _give_anew(request: HttpRequest, act: Act, candidate: Candidate, about: dict[str, Any]) -> HttpResponse:
    """The row as it was given, what was asked for first; only what is changed in it is sent."""
    given = max(candidate.versions.all(), key=lambda version: version.version).given
    question = answers.answered(candidate).question
    before = CandidateForm.of(given)
    form = CandidateForm(
        posted(request),
        initial=before,
        known=for_nominator(reader(request)),
        units=own_units(request),
    )
    reply = AnswerForm(posted(request)) if act.name == "answer" else None
    asked = asked_boxes(question.fields if question else (), candidate.kind)
    about |= {
        "question": question,
        "reply": reply,
        "form": form,
        "boxes": [each for each in (reply, form) if each],
        "asked": [form[name] for name in asked],
        "others": [form[name] for name in BOXES[candidate.kind] if name not in asked],
        "masked": bool(given.get("national_id")) or bool(given.get("place_of_birth")),
        "countries": sorted((next(iter(said)), code) for code, said in form.known.countries.items()),
    }

    def body() -> dict[str, Any]:
        corrected = {"changes": changes(form, before, given)}
        return corrected | ({"answer": reply.said("answer")} if reply else {})

    return _asked(request, act, candidate, about, body)


# --- asking and doing ---


def _about(request: HttpRequest, act: Act, thing: Any, nomination: Nomination, home: str) -> dict[str, Any]:
    return {
        "act": act,
        "nomination": nomination,
        "home": home,
        "refused": offers.refusal(act, reader(request), thing),
        "what_happens": WHAT_HAPPENS.get(act.name, ""),
        "of_kind": Kind,
    }


def _asked(
    request: HttpRequest, act: Act, thing: Any, about: dict[str, Any], body: Callable[[], dict[str, Any]]
) -> HttpResponse:
    template = "vetting/nominations/act.html"
    if request.method == "GET":
        return render(request, template, about)
    forms_of_page: list[AskedForm] = about.get("boxes", [])
    wrong = [problem for form in forms_of_page for problem in form.unread()]
    try:
        return do(
            request,
            act,
            body(),
            thing=thing,
            tagged=_whose_version,
            done=lambda *_: about["home"],
            wrong=wrong,
        )
    except Invalid as invalid:
        loose = _told(forms_of_page, invalid.problems)
        lines = [{"label": "", "detail": each.detail, "href": ""} for each in loose]
        lines += [line for form in forms_of_page for line in form.lines()]
        return render(request, template, {**about, "wrong": lines}, status=400)


def _whose_version(thing: Nomination | Candidate) -> Nomination:
    """A row's version is its class's."""
    return thing.nomination if isinstance(thing, Candidate) else thing


def _told(boxes: Iterable[AskedForm], problems: Iterable[Problem]) -> list[Problem]:
    loose = [
        Problem(each.code, each.detail, (each.pointer or "").removeprefix("/changes")) for each in problems
    ]
    for form in boxes:
        loose = form.tell(loose)
    return loose
