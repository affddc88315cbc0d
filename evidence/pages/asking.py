"""Every form here is a page: GET asks, POST does it, or shows it again with all that is wrong.

Before anything is saved the form says who could read what is protected in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.accounts.models import User
from foundation.doors.acts import Act, why_not
from foundation.doors.asked import AskedForm
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.refused import Invalid, Problem
from foundation.sources import protection

NAMED = 40  # people named on a form; the rest are counted


@dataclass
class Asked:
    """One form of one act.

    boxes     the forms on the page; each gives a part of the body
    body      puts the act's body together
    done      where to go on to
    who       who could read what is protected, as the form stands; None where nothing is
    about     what the page says besides
    reads     what is protected and stands in its boxes, by kind: that it is read is an event
    """

    act: Act
    boxes: Sequence[AskedForm]
    body: Callable[[], dict[str, Any]]
    done: Callable[[Any, Any], str]
    home: str
    title: str
    thing: Any = None
    who: Callable[[], Iterable[User]] | None = None
    template: str = "evidence/record.html"
    about: dict[str, Any] = field(default_factory=dict)
    reads: Sequence[tuple[str, Sequence[Model]]] = ()
    check: Callable[[Any, Any], None] | None = None  # for what the act itself cannot ask before it has read
    checked: Any = None


def asked(request: HttpRequest, form: Asked) -> HttpResponse:
    check, thing = form.check or form.act.check, form.checked if form.check else form.thing
    if request.method == "GET" or request.POST.get("do") in ("find", "look"):
        refused = why_not(check, reader(request), thing)
        for kind, things in () if refused else form.reads:
            protection.note_read(reader(request), things, what=kind)
        return _page(request, form, refused=refused)
    if form.check:
        attempt(request, form.act.name, form.checked)
        form.check(reader(request), form.checked)
    wrong = [problem for each in form.boxes for problem in each.unread()]
    try:
        return do(request, form.act, form.body(), done=form.done, thing=form.thing, wrong=wrong)
    except Invalid as invalid:
        return _page(request, form, wrong=told(form.boxes, invalid.problems), status=400)


def told(boxes: Sequence[AskedForm], problems: Sequence[Problem]) -> list[Problem]:
    """A correction's fields stand below /changes in its body."""
    loose = [
        Problem(each.code, each.detail, (each.pointer or "").removeprefix("/changes")) for each in problems
    ]
    for form in boxes:
        loose = form.tell(loose)
    return loose


def _page(
    request: HttpRequest,
    form: Asked,
    *,
    refused: str | None = None,
    wrong: Sequence[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    people = list(form.who()) if form.who and not refused else None
    lines = [line for each in form.boxes for line in each.lines()] if wrong is not None else []
    context = {
        "act": form.act,
        "boxes": form.boxes,
        "wrong": [*lines, *(wrong or ())],
        "home": form.home,
        "heading": form.title,
        "thing": form.thing,
        "refused": refused,
        "readers": people[:NAMED] if people is not None else None,
        "more_readers": max(0, len(people) - NAMED) if people is not None else 0,
        **form.about,
    }
    return render(request, form.template, context, status=status)
