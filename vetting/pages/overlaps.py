"""How the person of a case stood to what is alleged: a page of its own, and a part of the case's page that is
fetched once that page is there, since it reads the whole record."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from evidence.overlap import LINKED, Grade
from evidence.paths import shown
from foundation.doors.reader import reader
from vetting.overlaps import of_case, person_of
from vetting.pages.finding import find_case

MOST = 100  # lines shown; the nearest links come first


@require_GET
def overlaps(request: HttpRequest, pk: Any) -> HttpResponse:
    case = find_case(request, pk)
    found = of_case(case, reader(request))
    counts = Counter(each.grade for each in found)
    linked = sum(counts[grade] for grade in LINKED)
    part = request.headers.get("HX-Request") == "true"
    told = [each for each in found if each.grade in LINKED] if part else found
    return render(
        request,
        "vetting/parts/overlaps.html" if part else "vetting/overlaps.html",
        {
            "case": case,
            "person": person_of(case),
            "lines": shown(told[:MOST], reader(request)),
            "more": max(len(told) - MOST, 0),
            "linked": linked,
            "unknown": counts[Grade.UNKNOWN],
            "none": counts[Grade.NONE],
            "all": reverse("case-overlaps", args=[case.pk]),
            "part": part,
        },
    )
