"""Cases within reach, narrowed by what can stand in an address: never a name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation.accounts.models import Country
from foundation.doors.reader import reader
from units.models import Kind
from vetting.models import Case, Queue, Status
from vetting.models.cases import OPEN
from vetting.pages import rows
from vetting.pages.finding import only_staff
from vetting.pages.lists import Pages

OPEN_ONES = "open"


class Narrowed(forms.Form):
    """What the list is narrowed by. Something unknown in the address narrows nothing."""

    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "All"), (OPEN_ONES, "All open"), *Status.choices],
    )
    queue = forms.ModelChoiceField(
        Queue.objects.none(), label="Queue", required=False, empty_label="Any queue"
    )
    country = forms.ModelChoiceField(
        Country.objects.none(), label="Country", required=False, empty_label="Any country"
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "People and units"), *Kind.choices])
    q = forms.CharField(label="Reference begins with", required=False, max_length=60)

    def __init__(self, user: Any, **options: Any) -> None:
        super().__init__(auto_id="narrow-%s", **options)
        self.fields["queue"].queryset = Queue.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["country"].queryset = Country.objects.all()  # type: ignore[attr-defined]

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        self.is_valid()
        said = self.cleaned_data
        if status := said.get("status"):
            cases = cases.filter(status__in=OPEN if status == OPEN_ONES else [status])
        if queue := said.get("queue"):
            cases = cases.filter(pk__in=queue.movements.filter(left_at=None).values("case"))
        if country := said.get("country"):
            cases = cases.filter(country=country)
        if kind := said.get("kind"):
            cases = cases.filter(kind=kind)
        if q := said.get("q"):
            cases = cases.filter(reference__istartswith=q)
        return cases


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    only_staff(request)
    form = Narrowed(reader(request), data=request.GET)
    found = rows.cases_read(form.narrow(Case.objects.visible_to(reader(request))))
    pages = Pages(request, found, ("updated_at", "pk"), descending=True)
    narrowed = any(form.cleaned_data.get(name) for name in form.fields)
    return render(
        request,
        "vetting/cases.html",
        {"form": form, "lines": rows.of_cases(pages.rows), "pages": pages, "narrowed": narrowed},
    )
