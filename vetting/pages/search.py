"""Search by name or reference, over what this person may read. Posted: no address has a name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from foundation.doors.text import NotText, cleaned
from units.models import Individual, Kind, Subject, Unit
from units.permissions import UnitPerm
from vetting import answers
from vetting.api.search import MOST, SEARCHES
from vetting.models import Case, Nomination
from vetting.pages import names
from vetting.permissions import CasePerm

LONGEST = 200


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    asked = _asked(request.POST.get("q", ""))
    found = _found(request, asked) if any(letter.isalnum() for letter in asked) else {}
    about = {"search_q": asked, "found": found, "any": any(found.values()), "most": MOST}
    return render(request, "vetting/search.html", about)


def _asked(said: str) -> str:
    try:
        return cleaned(said, multiline=False)[:LONGEST]
    except NotText:
        return ""


def _found(request: HttpRequest, asked: str) -> dict[str, list[Any]]:
    """By kind, in the order found; what somebody reads nowhere is not even looked for."""
    user: Any = reader(request)
    found: dict[str, list[Any]] = {"nominations": _nominations(user, asked)}
    if reach.holds_anywhere(user, CasePerm.VIEW, Country, Post):
        found["cases"] = _cases(user, asked)
    if reach.holds_anywhere(user, UnitPerm.VIEW, Country, Post):
        found |= {
            "units": _subjects(user, asked, Unit, Kind.UNIT),
            "people": _subjects(user, asked, Individual, Kind.INDIVIDUAL),
        }
    return found


def _nominations(user: Any, asked: str) -> list[Nomination]:
    ids = [pk for pk, _name in SEARCHES["nomination"](user, asked)]
    rows = answers.with_words(Nomination.objects.visible_to(user)).select_related("organisation")
    return _in_order(ids, rows)


def _cases(user: Any, asked: str) -> list[dict[str, Any]]:
    ids = [pk for pk, _name in SEARCHES["case"](user, asked)]
    rows = Case.objects.visible_to(user).select_related("subject", "nomination", "country")
    return [
        {"case": case, "alt": names.alternative(case.subject)}
        for case in _in_order(ids, rows.prefetch_related("subject__names"))
    ]


def _subjects(user: Any, asked: str, model: Any, kind: Kind) -> list[dict[str, Any]]:
    ids = [pk for pk, _name in SEARCHES[kind](user, asked)]
    rows: list[Subject] = _in_order(
        ids, model.objects.visible_to(user).select_related("country").prefetch_related("names")
    )
    return [{"subject": each, "alt": names.alternative(each)} for each in rows]


def _in_order(ids: list[Any], rows: Any) -> list[Any]:
    found = rows.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
