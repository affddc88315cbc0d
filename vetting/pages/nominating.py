"""A class typed into a form: its event, then its rows. Nothing typed is lost; all is saved or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.doors.serializers import read_body
from foundation.refused import Invalid, Problem
from vetting.acts.nominations import NOMINATE
from vetting.lookups import for_nominator
from vetting.models import Nomination
from vetting.pages.class_finding import only_nominators, own_organisations, own_units
from vetting.pages.class_forms import ABOVE, CandidateForm, HeaderForm, UnitBoxes

MOST_ROWS = 100  # by hand; a file takes 10,000
POINTER = re.compile(r"/candidates/(\d+)(/.*)?")


class Class:
    """The whole form: a header and its rows, bound to what was posted or empty."""

    def __init__(self, request: HttpRequest, posted: QueryDict | None) -> None:
        self.known = for_nominator(reader(request))
        units = own_units(request)
        self.header = HeaderForm(posted, known=self.known, organisations=own_organisations(request))
        self.rows = [
            CandidateForm(
                posted,
                prefix=f"row{at}",
                initial={"role": "participant"},
                known=self.known,
                units=units,
                above=at > 0,
            )
            for at in range(_count(posted))
        ]
        self.loose: list[Problem] = []

    def body(self) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        for form in self.rows:
            body = form.body()
            if form.said("unit_from") == ABOVE and rows:
                body = body | ({"unit": rows[-1]["unit"]} if "unit" in rows[-1] else {})
            rows.append(body)
        return self.header.body() | {"candidates": rows}

    def unread(self) -> list[Problem]:
        of_rows = [
            replace(problem, pointer=f"/candidates/{at}{problem.pointer}")
            for at, form in enumerate(self.rows)
            for problem in form.unread()
        ]
        return [*self.header.unread(), *of_rows]

    def tell(self, problems: Iterable[Problem]) -> None:
        """Each problem beside its box; those without one are said at the top."""
        of_rows: dict[int, list[Problem]] = {}
        others = []
        for problem in problems:
            found = POINTER.fullmatch(problem.pointer or "")
            if found and int(found[1]) < len(self.rows):
                of_rows.setdefault(int(found[1]), []).append(replace(problem, pointer=found[2] or ""))
            else:
                others.append(problem)
        self.loose = self.header.tell(others)
        for at, told in of_rows.items():
            self.loose += self.rows[at].tell(told)

    def lines(self) -> list[dict[str, str]]:
        loose = [{"label": "", "detail": each.detail, "href": ""} for each in self.loose]
        of_rows = [line for at, form in enumerate(self.rows, 1) for line in form.lines(f"Row {at}, ")]
        return [*loose, *self.header.lines(), *of_rows]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    only_nominators(request)
    if request.method == "GET":
        return _page(request, Class(request, None))
    wanted, _, which = request.POST.get("do", "check").partition("-")
    if wanted == "send":
        return _send(request, Class(request, request.POST))
    if wanted == "check":
        return _check(request, Class(request, request.POST))
    posted = _with_more(request.POST, which) if wanted == "add" else _without(request.POST, which)
    return _page(request, Class(request, posted))


def _send(request: HttpRequest, form: Class) -> HttpResponse:
    try:
        return do(
            request,
            NOMINATE,
            form.body(),
            done=_to_its_page,
            wrong=form.unread(),
            said="Sent: each row is received.",
        )
    except Invalid as invalid:
        form.tell(invalid.problems)
        return _page(request, form, status=400)


def _to_its_page(_nothing: None, nomination: Nomination) -> str:
    return reverse("nomination", args=[nomination.pk])


def _check(request: HttpRequest, form: Class) -> HttpResponse:
    """Everything that would be wrong, without sending anything."""
    assert NOMINATE.body is not None
    wrong = form.unread()
    unread = {problem.pointer for problem in wrong}
    try:
        read_body(NOMINATE.body, form.body(), request)
    except Invalid as invalid:
        wrong += [problem for problem in invalid.problems if problem.pointer not in unread]
    form.tell(wrong)
    if not wrong:
        messages.success(request, "Every box reads well. Nothing is sent yet.")
    return _page(request, form)


def _page(request: HttpRequest, form: Class, status: int = 200) -> HttpResponse:
    wrong = form.lines()
    rows = sum(bool(each.errors) for each in form.rows)
    about = {
        "class": form,
        "wrong": wrong,
        "heading": f"{len(wrong)} problems in {rows} of {len(form.rows)} rows"
        if rows and len(wrong) > 1
        else "",
        "countries": sorted((next(iter(said)), code) for code, said in form.known.countries.items()),
        "full": len(form.rows) >= MOST_ROWS,
        "most": MOST_ROWS,
    }
    return render(request, "vetting/nominations/new.html", about, status=status)


# --- rows come and go ---


def _count(posted: QueryDict | None) -> int:
    said = posted.get("rows", "1") if posted else "1"
    return min(max(int(said), 1), MOST_ROWS) if said.isascii() and said.isdigit() and len(said) < 4 else 1


def _with_more(posted: QueryDict, which: str) -> QueryDict:
    """One row more, or five; a new row is of the unit above until somebody says otherwise."""
    count, changed = _count(posted), posted.copy()
    after = min(count + (5 if which == "5" else 1), MOST_ROWS)
    for at in range(count, after):
        changed[f"row{at}-unit_from"] = ABOVE
        for name in ("kind", "role", "nationality"):
            changed[f"row{at}-{name}"] = posted.get(f"row{count - 1}-{name}", "")
    changed["rows"] = str(after)
    return changed


def _without(posted: QueryDict, which: str) -> QueryDict:
    """That row is gone, and those below it move up; the last one left is only emptied."""
    count, gone = _count(posted), int(which) if which.isascii() and which.isdigit() else -1
    posted = _with_its_unit(posted, gone)
    changed = QueryDict(mutable=True)
    for name in posted:
        found = re.fullmatch(r"row(\d{1,3})-(.+)", name)
        if not found:
            changed.setlist(name, posted.getlist(name))
        elif int(found[1]) != gone:
            at = int(found[1]) - (0 <= gone < int(found[1]))
            changed.setlist(f"row{at}-{found[2]}", posted.getlist(name))
    changed["rows"] = str(max(count - (0 <= gone < count), 1))
    return changed


def _with_its_unit(posted: QueryDict, gone: int) -> QueryDict:
    """The row below, where it had the unit of the row that goes, takes that unit over."""
    if posted.get(f"row{gone + 1}-unit_from") != ABOVE:
        return posted
    changed = posted.copy()
    for name in UnitBoxes.base_fields:
        changed[f"row{gone + 1}-{name}"] = posted.get(f"row{gone}-{name}", "")
    return changed
