"""The same act on what was ticked: each one is seen before anything is recorded, and answered for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from foundation.doors.bulk import MOST, Bulk, each
from foundation.doors.finding import found_among
from foundation.doors.forms import body_of
from foundation.doors.pages import SeeOther, bulk_view
from foundation.doors.reader import reader
from foundation.doors.serializers import read_body
from foundation.refused import Invalid, Problem
from vetting.acts.cases import CLEAR_MANY
from vetting.acts.checks import CHECK_ACTS, COMPLETE_MANY
from vetting.models import Case, Check
from vetting.pages import forms, my_work, rows
from vetting.pages.finding import only_staff
from vetting.pages.rows import Line

NONE_TICKED = "Tick the rows that you mean first."


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """*Nothing found* for the checks that were ticked, with the searches made for each of them."""
    only_staff(request)
    return _together(
        request,
        COMPLETE_MANY,
        my_work.claimed_by(reader(request)),
        template="vetting/finish.html",
        lines=lambda found: rows.of_checks(list(rows.checks_read(found))),
    )


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """A clear by one person for the cases that were ticked; the rules are asked of each."""
    only_staff(request)
    return _together(
        request,
        CLEAR_MANY,
        Case.objects.visible_to(reader(request)),
        template="vetting/clear.html",
        lines=lambda found: rows.of_cases(list(rows.cases_read(found).order_by("-kind", "needed_by", "pk"))),
    )


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Back into their queues, the checks that were ticked."""
    only_staff(request)
    return _release(request)


_release = bulk_view(Bulk(CHECK_ACTS["release"]), model=Check, back="/")


def _together(request: HttpRequest, bulk: Bulk, reached: QuerySet[Any], **page: Any) -> HttpResponse:
    """Shows what was ticked, and asks; with `record`, does it."""
    if not request.POST.getlist("ids"):
        messages.warning(request, NONE_TICKED)
        return HttpResponseRedirect(reverse("my-work"))
    posted = forms.without_empty_searches(request.POST)
    if not posted.pop("record", None):
        return _page(request, bulk, reached, **page)
    try:
        said = read_body(bulk.body, body_of(posted, bulk.body, {"request": request}), request)
    except Invalid as wrong:
        return _page(request, bulk, reached, typed=posted, problems=wrong.problems, **page)
    _tell(request, bulk, each(bulk, said, queryset=_all(reached.model, request), by=reader(request)))
    return SeeOther(reverse("my-work"))


def _page(
    request: HttpRequest,
    bulk: Bulk,
    reached: QuerySet[Any],
    *,
    template: str,
    lines: Callable[[QuerySet[Any]], Sequence[Line]],
    typed: QueryDict | None = None,
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    ticked = found_among(reached, request.POST.getlist("ids")[:MOST])
    form = forms.form_for(bulk.body, act=bulk.act.name, typed=typed, problems=problems)
    asks = forms.asks_for_searches(bulk.body)
    searches = forms.search_rows(typed=typed, problems=problems) if asks else []
    context = {
        "lines": lines(reached.filter(pk__in=[thing.pk for thing in ticked.values()])),
        "form": form,
        "searches": searches,
        "wrong": forms.further(problems, form, searches),
    }
    return render(request, template, context, status=400 if problems else 200)


def _all(model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    return model._default_manager.visible_to(reader(request))  # type: ignore[attr-defined]


def _tell(request: HttpRequest, bulk: Bulk, results: list[dict[str, Any]]) -> None:
    """How many were done; and of those that were not, which, and why."""
    done = [result for result in results if result["status"] == 200]
    if done:
        messages.success(request, f"{bulk.act.words}: done for {len(done)} of {len(results)}.")
    said: dict[str, list[str]] = {}
    for result in results:
        if result["status"] != 200:
            said.setdefault(result["detail"], []).append(result["id"])
    for detail, ids in said.items():
        messages.error(request, f"Not done for {len(ids)}: {detail}")
