"""Action plans: recorded, corrected, their milestones reported and verified."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cspa.acts.milestones import MILESTONE_ACTS
from cspa.acts.plans import PLAN_ACTS, RECORD_PLAN
from cspa.models import ActionPlan, Milestone
from cspa.pages import forms
from cspa.pages.asking import ask
from cspa.pages.finding import countries_recorded, find_milestone, find_plan, only_readers
from foundation.doors.acts import Act, Acts
from foundation.doors.asked import posted
from foundation.doors.reader import reader

page = require_http_methods(["GET", "POST"])
FORMS: dict[str, Any] = {"report": forms.Report, "verify": forms.Judged, "reject": forms.Judged}


def plan_page(plan: ActionPlan) -> str:
    return reverse("cspa-plan", args=[plan.pk])


@require_GET
def plan(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_plan(request, pk)
    milestones = found.milestones.select_related("plan__country", "recorded_by").prefetch_related(
        "evidence__by", "verdicts__by"
    )
    return render(
        request,
        "cspa/plan.html",
        {
            "plan": found,
            "lines": [{"milestone": each, "acts": _offered(request, each)} for each in milestones],
            "acts": _items(request, PLAN_ACTS, found, lambda act: _of_plan(found, act)),
            "crumbs": [
                {"label": "Child soldiers", "url": reverse("cspa-grid")},
                {"label": found.country.name, "url": reverse("cspa-country", args=[found.country_id])},
                {"label": found.title},
            ],
        },
    )


def _of_plan(found: ActionPlan, act: Act) -> str:
    return reverse("cspa-plan-correct" if act.name == "correct" else "cspa-milestone-new", args=[found.pk])


def _offered(request: HttpRequest, milestone: Milestone) -> list[dict[str, Any]]:
    """Only what can be done: why not stands on the act's own page."""
    items = _items(
        request,
        MILESTONE_ACTS,
        milestone,
        lambda act: reverse("cspa-milestone", args=[milestone.pk, act.name]),
    )
    return [item for item in items if item["allowed"]]


def _items(request: HttpRequest, acts: Acts, thing: Any, url: Any) -> list[dict[str, Any]]:
    return [
        {"label": f"{offer.act.words}…" if offer.allowed else offer.act.words, "allowed": offer.allowed,
         "url": url(offer.act), "why_not": [offer.why_not] if offer.why_not else [], "refusal": "not-yours"}
        for offer in acts.offered(reader(request), thing)
    ]  # fmt: skip


@page
def new_plan(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    choices = [("", "Choose"), *countries_recorded(request).values_list("pk", "name")]
    form = forms.NewPlan(posted(request), initial=request.GET.dict(), choices={"country": choices})
    about = {"title": "Record an action plan", "button": "Record it"}
    return ask(
        request, RECORD_PLAN, [form], about, form.body, home=reverse("cspa-grid"),
        done=lambda _, made: plan_page(made),
    )  # fmt: skip


@page
def correct_plan(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_plan(request, pk)
    initial = {name: getattr(found, name) for name in ("title", "agreed_with", "agreed_on", "citation")}
    form, reason = forms.OfPlan(posted(request), initial=initial), forms.Reason(posted(request))
    about = {"title": "Correct an action plan", "button": "Correct it", "about": str(found.country)}
    return ask(
        request, PLAN_ACTS["correct"], [form, reason], about,
        lambda: {"changes": form.changes(), **reason.body()}, home=plan_page(found), thing=found,
    )  # fmt: skip


@page
def new_milestone(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_plan(request, pk)
    form = forms.NewMilestone(posted(request))
    about = {"title": "Add a milestone", "button": "Add it", "about": found.title}
    return ask(
        request, PLAN_ACTS["add-milestone"], [form], about, form.body, home=plan_page(found), thing=found
    )


@page
def milestone(request: HttpRequest, pk: Any, act: str) -> HttpResponse:
    found = find_milestone(request, pk)
    if act not in MILESTONE_ACTS:
        raise Http404
    does = MILESTONE_ACTS[act]
    form = FORMS[act](posted(request))
    about = {"title": does.words, "button": does.words, "about": found.title, "milestone": found}
    return ask(request, does, [form], about, form.body, home=plan_page(found.plan), thing=found)
