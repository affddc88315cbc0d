"""Classes and their rows, in the seven safe words; staff read besides which case a row has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.accounts.models import Country
from foundation.doors.fresh import fresh_to_read
from foundation.doors.paging import page_of
from foundation.doors.reader import reader
from units.models import Kind
from vetting import answers
from vetting.actions import exports
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATION_ACTS
from vetting.intake.template import MEDIA_TYPE_CSV
from vetting.models import Candidate, Nomination, Role, Word
from vetting.pages import names, offers
from vetting.pages.class_finding import (
    find_candidate,
    find_nomination,
    is_staff_of,
    nominates,
    only_who_reads_classes,
)
from vetting.pages.lists import Pages
from vetting.rules import nominations as rules


class Narrowed(forms.Form):
    """What the list is narrowed by. Something unknown in the address narrows nothing."""

    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any word"), *Word.choices])
    country = forms.ModelChoiceField(
        Country.objects.all(), label="Country", required=False, empty_label="Any country"
    )

    def narrow(self, nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
        self.is_valid()
        if word := self.cleaned_data.get("status"):
            nominations = nominations.filter(least=word)
        if country := self.cleaned_data.get("country"):
            nominations = nominations.filter(country=country)
        return nominations

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


@require_GET
def nominations(request: HttpRequest) -> HttpResponse:
    only_who_reads_classes(request)
    form = Narrowed(request.GET, auto_id="narrow-%s")
    visible = answers.with_words(Nomination.objects.visible_to(reader(request)))
    found = form.narrow(visible).select_related("organisation", "country")
    pages = Pages(request, found, ("updated_at", "pk"), descending=True)
    counts = _counts(pages.rows)
    return render(
        request,
        "vetting/nominations/list.html",
        {
            "form": form,
            "pages": pages,
            "lines": [{"nomination": each, "counts": counts.get(each.pk, [])} for each in pages.rows],
            "nominates": nominates(request),
        },
    )


def _counts(nominations: list[Nomination]) -> dict[Any, list[tuple[str, int]]]:
    """Nomination → how many rows have which word, the least settled first. One query."""
    rows = Candidate.objects.filter(nomination__in=nominations).values_list("nomination", "word")
    found: dict[Any, dict[str, int]] = {}
    for nomination, word, count in rows.annotate(count=Count("pk")).order_by():
        found.setdefault(nomination, {})[word] = count
    return {pk: [(word, of[word]) for word in Word if word in of] for pk, of in found.items()}


@require_GET
def nomination(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_nomination(request, pk)
    word = request.GET.get("word", "")
    rows = found.candidates.select_related("subject", "unit_case__subject", "case").order_by("row")
    page = page_of(request, rows.filter(word=word) if word in Word.values else rows)
    prefetch_related_objects(page.rows, "subject__names", "unit_case__subject__names")
    counts = _counts([found]).get(found.pk, [])
    return render(
        request,
        "vetting/nominations/one.html",
        {
            "nomination": found,
            "word": next((word for word, _count in counts if word != Word.CANCELLED), Word.CANCELLED),
            "forecast": answers.forecast(found),
            "tally": _tally(found, counts, word),
            "narrowed": word,
            "page": page,
            "lines": _lines(answers.rows_of(found, page.rows)),
            "staff": is_staff_of(reader(request), found),
            "own": nominates(request),
            "acts": acts_on(request, found),
        },
    )


def _lines(rows: list[answers.Answered]) -> list[dict[str, Any]]:
    """Whether an alternate is left is asked once for a kind: all its rows have the same."""
    lines = [_line(each) for each in rows]
    for kind in Kind:
        of_kind = [line for line in lines if line["replaceable"] and line["row"].kind == kind]
        if of_kind and not rules.alternates(of_kind[0]["row"]):
            for line in of_kind:
                line["replaceable"] = False
    return lines


def _line(each: answers.Answered) -> dict[str, Any]:
    row = each.candidate
    return {
        "row": row,
        "alt": names.alternative(row.subject),
        "unit": row.unit_case.subject,
        "question": each.question,
        "until": each.clearance and each.clearance[1],
        "url": row_page(row),
        "act": "resubmit" if each.question and each.question.returned else "answer",
        "replaceable": row.role == Role.PARTICIPANT and row.word in (Word.NOT_CLEARED, Word.NO_LONGER),
    }


def _tally(nomination: Nomination, counts: list[tuple[str, int]], word: str) -> list[dict[str, Any]]:
    home = class_page(nomination)
    every = {
        "label": "Rows",
        "count": sum(count for _word, count in counts),
        "url": home,
        "current": not word,
    }
    return [
        every,
        *(
            {"label": Word(each).label, "count": count, "url": f"{home}?word={each}", "current": each == word}
            for each, count in counts
        ),
    ]


@require_GET
def row(request: HttpRequest, pk: Any, row: Any) -> HttpResponse:
    """One row as it was last given, what is asked of it, and what its nominator may do."""
    candidate = find_candidate(request, pk, row)
    prefetch_related_objects([candidate], "subject__names", "versions")
    given = max(candidate.versions.all(), key=lambda version: version.version)
    return render(
        request,
        "vetting/nominations/row.html",
        {
            "candidate": candidate,
            "nomination": candidate.nomination,
            "alt": names.alternative(candidate.subject),
            "answered": answers.answered(candidate),
            "given": given.given,
            "version": given,
            "versions": candidate.versions.count() if given.version > 1 else 1,
            "staff": is_staff_of(reader(request), candidate.nomination),
            "acts": acts_on_row(request, candidate),
        },
    )


@require_GET
@fresh_to_read
def results(request: HttpRequest, pk: Any) -> HttpResponse:
    """Every row with its word, and the days between which it is cleared, as a file."""
    content = exports.results(nomination=find_nomination(request, pk), by=reader(request))
    disposition = {"Content-Disposition": 'attachment; filename="results.csv"'}
    return HttpResponse(content, content_type=MEDIA_TYPE_CSV, headers=disposition)


# --- where to go, and what can be done ---


def class_page(nomination: Nomination) -> str:
    return reverse("nomination", args=[nomination.pk])


def row_page(candidate: Candidate) -> str:
    return reverse("nomination-row", args=[candidate.nomination_id, candidate.pk])


def acts_on(request: HttpRequest, nomination: Nomination) -> list[dict[str, Any]]:
    return _asking(
        offers.offered(
            reader(request),
            nomination,
            NOMINATION_ACTS,
            lambda act: reverse("nomination-act", args=[nomination.pk, act.name]),
        )
    )


def acts_on_row(request: HttpRequest, candidate: Candidate) -> list[dict[str, Any]]:
    return _asking(
        offers.offered(
            reader(request),
            candidate,
            CANDIDATE_ACTS,
            lambda act: reverse("row-act", args=[candidate.nomination_id, candidate.pk, act.name]),
        )
    )


def _asking(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each act has its page, also one that needs no words: what it does cannot be taken back."""
    return [
        {
            **item,
            "post": False,
            "label": f"{item['label'].removesuffix('…')}…" if item["allowed"] else item["label"],
        }
        for item in items
    ]
