"""A masked field, shown once to who says why: the looking is recorded before anything is shown."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.doors.serializers import StrictSerializer, Text, read_body
from foundation.doors.stepup import prove
from foundation.refused import Invalid
from units import actions as units
from units import rules
from units.models import Individual, Kind
from vetting.pages import forms
from vetting.pages.acting import about_case, case_page
from vetting.pages.finding import find_case

FIELDS = {"national-id": ("national_id",), "birthplace": ("birth_city", "birth_state", "birth_country")}
LABELS = {"national-id": "National ID", "birthplace": "Birthplace"}


class Why(StrictSerializer):
    reason = Text(multiline=True, label="Why do you need it?")


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: Any, field: str) -> HttpResponse:
    case = find_case(request, pk)
    if field not in FIELDS or case.kind != Kind.INDIVIDUAL:
        raise Http404
    person = case.subject.individual
    attempt(request, "unmask", person)
    rules.check_can_unmask(reader(request), person)
    about = about_case(request, case)
    crumbs = [*about["crumbs"], {"label": LABELS[field]}]
    context = {**about, "crumbs": crumbs, "label": LABELS[field], "home": case_page(case)}
    if request.method == "GET":
        return render(request, "vetting/show.html", context | {"form": forms.form_for(Why)})
    try:
        prove(request)
        said = read_body(Why, {"reason": request.POST.get("reason", "")}, request)
    except Invalid as wrong:
        form = forms.form_for(Why, typed=request.POST, problems=wrong.problems)
        return render(request, "vetting/show.html", context | {"form": form}, status=400)
    value = _unmasked(person, field, said["reason"], reader(request))
    return render(request, "vetting/show.html", context | {"value": value, "at": timezone.now()})


@transaction.atomic
def _unmasked(person: Individual, field: str, reason: str, by: Any) -> str:
    shown = [units.unmask(individual=person, field=each, reason=reason, by=by) for each in FIELDS[field]]
    return ", ".join(part for part in shown if part) or "not on record"
