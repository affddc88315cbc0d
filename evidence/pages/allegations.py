"""One allegation with its worksheet, and judging it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from evidence import against, protection, worksheet
from evidence.acts import ALLEGATION_ACTS
from evidence.models import Allegation, Assessment, Element, Factor
from evidence.pages import finding, forms
from evidence.pages.asking import Asked, asked
from evidence.pages.offers import offer
from evidence.pages.sources import offered_citations
from evidence.rules import recording as rules
from foundation.doors.asked import posted
from foundation.doors.reader import reader
from foundation.sources import protection as sources
from foundation.sources.citing import citations_of
from foundation.sources.models import Citation
from units.pages.forms import Reason

page = require_http_methods(["GET", "POST"])


@require_GET
def allegation(request: HttpRequest, pk: Any) -> HttpResponse:
    found, user = finding.find_allegation(request, pk), reader(request)
    reads = protection.reads_allegation(user, found)
    standing = against.conclude(found)
    last = against.last_assessment(found)
    if reads:
        sources.note_read(user, [found], what=protection.ALLEGATION)
    return render(
        request,
        "evidence/allegation.html",
        {
            "allegation": found,
            "reads": reads,
            "standing": standing,
            "last": last,
            "unanswered": worksheet.unanswered(last) if last else [],
            "factors": _factors(last, reads),
            "elements": _elements(last, reads),
            "assessments": list(found.assessments.select_related("by")),
            "citations": [
                (each, sources.reads_citation(user, each)) for each in _cited(found)
            ],
            "acts": [
                offer(user, "Assess it…", reverse("allegation-assess", args=[found.pk]),
                      rules.check_can_assess, found),
                offer(user, "Correct it…", reverse("allegation-correct", args=[found.pk]),
                      rules.check_can_correct_allegation, found),
            ],
        },
    )  # fmt: skip


def _cited(allegation: Allegation) -> list[Citation]:
    return citations_of(protection.ALLEGATION, [allegation.pk])[allegation.pk]


def _factors(last: Assessment | None, reads: bool) -> list[dict[str, Any]]:
    answers = last.factors if last else {}
    return [
        {
            "label": each.label,
            "answered": bool(answers.get(each.value, {}).get("finding")),
            "finding": answers.get(each.value, {}).get("finding", "") if reads else "",
            "for": len(answers.get(each.value, {}).get("for", ())),
            "against": len(answers.get(each.value, {}).get("against", ())),
        }
        for each in Factor
    ]


def _elements(last: Assessment | None, reads: bool) -> list[dict[str, Any]]:
    answers = last.elements if last else {}
    return [
        {
            "label": each.label,
            "status": answers.get(each.value, {}).get("status"),
            "note": answers.get(each.value, {}).get("note", "") if reads else "",
        }
        for each in Element
    ]


@page
def assess(request: HttpRequest, pk: Any) -> HttpResponse:
    """Begins with the last judgement's words, for a new version of it."""
    found, user = finding.find_allegation(request, pk), reader(request)
    reads = protection.reads_allegation(user, found)
    last = against.last_assessment(found) if reads else None
    offered = offered_citations(request, _cited(found))
    form = forms.Worksheet(posted(request), initial=forms.Worksheet.of(last), citations=offered)
    home = found.get_absolute_url()
    return asked(
        request,
        Asked(
            ALLEGATION_ACTS["assess"], [form], form.body, lambda *_: home, home, "Assess an allegation",
            thing=found, template="evidence/assess.html",
            about={
                "allegation": found, "form": form,
                "draft": worksheet.draft(found, last) if last is not None else "",
            },
        ),
    )  # fmt: skip


@page
def correct_allegation(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_allegation(request, pk)
    initial = {name: getattr(found, name) for name in ("violation", "involvement")}
    dated = forms.Dated.of(found) if found.dated_apart else {}
    form = forms.CorrectedAllegation(posted(request), initial=initial | dated)
    held = _cited(found)
    cited = forms.Cited(
        posted(request),
        initial={"citations": [str(each.pk) for each in held]},
        choices={"citations": offered_citations(request, held)},
    )
    reason, home = Reason(posted(request)), found.get_absolute_url()
    return asked(
        request,
        Asked(
            ALLEGATION_ACTS["correct"], [form, cited, reason],
            lambda: {"changes": {**form.body(), **cited.body()}, "reason": reason.said("reason")},
            lambda *_: home, home, "Correct an allegation", thing=found,
            template="evidence/record_allegation.html", about={"allegation": found},
        ),
    )  # fmt: skip
