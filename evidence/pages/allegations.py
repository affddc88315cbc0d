"""One allegation with its worksheet, and judging it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
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
from evidence.pages.sources import offered_citations, shown_to
from evidence.pages.worksheet import Worksheet
from evidence.rules import recording as rules
from foundation.doors.acts import why_not
from foundation.doors.asked import posted
from foundation.doors.reader import reader
from foundation.sources import conflicts as said_in_conflict
from foundation.sources import protection as sources
from foundation.sources.actions import CITATION
from foundation.sources.acts import CONFLICT_ACTS, RECORD_CONFLICT
from foundation.sources.citing import citations_of
from foundation.sources.claims import kinds_of_claim
from foundation.sources.models import Citation, Conflict
from foundation.sources.offered import Cited, called
from foundation.sources.rules import check_can_record_somewhere
from units.pages.forms import Reason

page = require_http_methods(["GET", "POST"])
STAND = ("both", "Both stand: they do not contradict one another after all")


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
            "citations": shown_to(request, _cited(found)),
            "conflicts": _conflicts(request, found),
            "acts": [
                offer(user, "Assess it…", reverse("allegation-assess", args=[found.pk]),
                      rules.check_can_assess, found),
                offer(user, "Correct it…", reverse("allegation-correct", args=[found.pk]),
                      rules.check_can_correct_allegation, found),
                offer(user, "Say that another contradicts it…",
                      reverse("allegation-conflict", args=[found.pk]), check_can_record_somewhere, None),
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
    form = Worksheet(posted(request), initial=Worksheet.of(last), citations=called(offered))
    home = found.get_absolute_url()
    return asked(
        request,
        Asked(
            ALLEGATION_ACTS["assess"], [form], form.body, lambda *_: home, home, "Assess an allegation",
            thing=found, template="evidence/assess.html",
            reads=[(protection.ALLEGATION, [found] if last else []), (CITATION, offered)],
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
    offered = offered_citations(request, held)
    cited = Cited(
        posted(request),
        initial={"citations": [str(each.pk) for each in held]},
        choices={"citations": called(offered)},
    )
    reason, home = Reason(posted(request)), found.get_absolute_url()
    return asked(
        request,
        Asked(
            ALLEGATION_ACTS["correct"], [form, cited, reason],
            lambda: {"changes": {**form.body(), **cited.body()}, "reason": reason.said("reason")},
            lambda *_: home, home, "Correct an allegation", thing=found,
            template="evidence/record_allegation.html", about={"allegation": found},
            reads=[(CITATION, offered)],
        ),
    )  # fmt: skip


# --- what contradicts it ---


def _conflicts(request: HttpRequest, allegation: Allegation) -> list[dict[str, Any]]:
    """Each with the other allegation, and whether it may be settled."""
    user = reader(request)
    found = Conflict.objects.visible_to(user).filter(Q(one=allegation.pk) | Q(other=allegation.pk))
    return [
        {
            "conflict": each,
            "other": each.other if each.one == allegation.pk else each.one,
            "standing": said_in_conflict.stands(each, allegation.pk),
            "may_settle": why_not(said_in_conflict.check_can_settle, user, each) is None,
        }
        for each in found.select_related("by", "settled_by").order_by("at", "pk")
    ]


@page
def conflict(request: HttpRequest, pk: Any) -> HttpResponse:
    """With another allegation of the same incident."""
    found, user = finding.find_allegation(request, pk), reader(request)
    others = Allegation.objects.visible_to(user).filter(incident=found.incident_id).exclude(pk=found.pk)
    form = forms.Contradicts(
        posted(request), choices={"other": [(str(each.pk), _named(each)) for each in _with_names(others)]}
    )
    home = found.get_absolute_url()

    def body() -> dict[str, Any]:
        claims = [str(found.pk), *([form.said("other")] if form.said("other") else [])]
        return {"kind": protection.ALLEGATION, "claims": claims, "reason": form.said("reason")}

    return asked(
        request,
        Asked(RECORD_CONFLICT, [form], body, lambda *_: home, home, "Say that another contradicts it"),
    )


def _with_names(allegations: Any) -> Any:
    return allegations.select_related("unit", "individual").order_by("created_at", "pk")


def _named(allegation: Allegation) -> str:
    whom = allegation.perpetrator.name if allegation.perpetrator else "nobody identified"
    return f"{allegation.get_violation_display()}, {whom}"


@page
def settle(request: HttpRequest, pk: Any) -> HttpResponse:
    """Which of two is accepted: any two claims that this person reads, whatever they are."""
    found = finding.find_conflict(request, pk)
    both = kinds_of_claim()[found.kind].find(reader(request), [found.one, found.other])
    form = forms.Settled(
        posted(request),
        choices={"accepted": [*((str(key), each.label) for key, each in both.items()), STAND]},
    )
    home = both[found.one].url or reverse("incidents")

    def body() -> dict[str, Any]:
        accepted = form.said("accepted")
        chosen = {"accepted": None if accepted == STAND[0] else accepted} if accepted else {}
        return {**chosen, "reason": form.said("reason")}

    return asked(
        request,
        Asked(CONFLICT_ACTS["settle"], [form], body, lambda *_: home, home, "Settle a conflict", thing=found),
    )
