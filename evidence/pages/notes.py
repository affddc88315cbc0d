"""Derogatory notes in the browser: what is no human-rights matter, kept apart."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from evidence import protection
from evidence.acts import NOTE_ACTS, RECORD_NOTE
from evidence.pages import finding, forms
from evidence.pages.asking import Asked, asked
from evidence.pages.offers import offer
from evidence.pages.sources import offered_citations, shown_to
from evidence.rules import recording as rules
from foundation.doors.asked import posted
from foundation.doors.reader import reader
from foundation.sources.actions import CITATION
from foundation.sources.citing import citations_of
from foundation.sources.offered import Cited, called
from units.models import Subject
from units.pages.forms import Reason

page = require_http_methods(["GET", "POST"])


@require_GET
def note(request: HttpRequest, pk: Any) -> HttpResponse:
    found, user = finding.find_note(request, pk), reader(request)
    citations = citations_of(protection.NOTE, [found.pk])[found.pk]
    return render(
        request,
        "evidence/note.html",
        {
            "note": found,
            "subject_url": subject_page(found.subject),
            "citations": shown_to(request, citations),
            "acts": [
                offer(user, "Correct it…", reverse("note-correct", args=[found.pk]),
                      rules.check_can_correct_note, found),
            ],
        },
    )  # fmt: skip


@page
def new_note(request: HttpRequest, pk: Any) -> HttpResponse:
    """Of one subject, whose page leads here."""
    subject = finding.find_subject(request, pk)
    form = forms.OfNote(posted(request))
    offered = offered_citations(request, [])
    cited = Cited(posted(request), choices={"citations": called(offered)})
    return asked(
        request,
        Asked(
            RECORD_NOTE, [form, cited],
            lambda: {"subject": str(subject.pk), **form.body(), **cited.body()},
            lambda _, made: made.get_absolute_url(), subject_page(subject), "Record a derogatory note",
            check=rules.check_can_note, checked=subject, about={"subject": subject},
            reads=[(CITATION, offered)],
        ),
    )  # fmt: skip


@page
def correct_note(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_note(request, pk)
    held = citations_of(protection.NOTE, [found.pk])[found.pk]
    offered = offered_citations(request, held)
    form = forms.OfNote(posted(request), initial=forms.OfNote.of(found))
    cited = Cited(
        posted(request),
        initial={"citations": [str(each.pk) for each in held]},
        choices={"citations": called(offered)},
    )
    reason, home = Reason(posted(request)), found.get_absolute_url()
    return asked(
        request,
        Asked(
            NOTE_ACTS["correct"], [form, cited, reason],
            lambda: {"changes": {**form.body(), **cited.body()}, "reason": reason.said("reason")},
            lambda *_: home, home, "Correct a derogatory note", thing=found,
            reads=[(CITATION, offered)],
        ),
    )  # fmt: skip


def subject_page(subject: Subject) -> str:
    return reverse("unit" if subject.kind == "unit" else "individual", args=[subject.pk])
