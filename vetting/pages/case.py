"""One case on one page: what is known, what comes next, what this reader may do, and how it went."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.doors.reader import reader
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.models import Check
from vetting.pages import evidence, next_step, offers
from vetting.pages.case_file import CaseFile
from vetting.pages.finding import find_case_to_read


@require_GET
def case(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_case_to_read(request, pk)
    file = CaseFile(found, reader(request))
    on_case = offers.on_case(reader(request), found, CASE_ACTS)
    allowed = {item["name"] for item in on_case if item["allowed"]}
    return render(
        request,
        "vetting/case.html",
        {
            "file": file,
            "case": found,
            "next": next_step.of(file, allowed),
            "acts": offers.together([*_of_checks(reader(request), file), *on_case]),
            "crumbs": [{"label": "Cases", "url": reverse("cases")}, {"label": found.reference}],
            "event_sub": _event(found),
            "evidence": evidence.panel(found, reader(request)),
        },
    )


def _of_checks(user: Any, file: CaseFile) -> list[dict[str, Any]]:
    """What may be done to each check; and of what may be done to none of them, why not, once."""
    items = [
        {**item, "hint": _hint(check, item)}
        for check in file.checks
        for item in offers.on_check(user, check, CHECK_ACTS)
    ]
    allowed = {item["name"] for item in items if item["allowed"]}
    refused = {item["name"]: item for item in reversed(items) if item["name"] not in allowed}
    return [item for item in items if item["allowed"]] + list(reversed(refused.values()))


def _hint(check: Check, item: dict[str, Any]) -> str:
    return f"{check.queue.name}{'. ' + item['hint'] if item['hint'] else ''}"


def _event(case: Any) -> str:
    nomination = case.nomination
    return f"{nomination.program_id} under {nomination.law}"
