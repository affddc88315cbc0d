"""A form of its own page: GET asks, POST does the act, or shows the form again with all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.doors.acts import Act, why_not
from foundation.doors.asked import AskedForm
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.refused import Invalid, Problem


def ask(
    request: HttpRequest,
    act: Act,
    boxes: Sequence[AskedForm],
    about: dict[str, Any],
    body: Callable[[], dict[str, Any]],
    *,
    home: str,
    thing: Any = None,
    done: Callable[[Any, Any], str] | None = None,
    said: str = "",
) -> HttpResponse:
    """`home`: where to go on to, and back; `done(thing, result)` where that is somewhere else."""
    about = {
        **about,
        "act": act,
        "boxes": boxes,
        "thing": thing,
        "home": home,
        "refused": why_not(act.check, reader(request), thing),
    }
    if request.method == "GET":
        return render(request, "cspa/form.html", about)
    wrong = [problem for form in boxes for problem in form.unread()]
    try:
        return do(request, act, body(), done=done or (lambda *_: home), thing=thing, wrong=wrong, said=said)
    except Invalid as invalid:
        loose = _beside(boxes, invalid.problems)
        return render(request, "cspa/form.html", {**about, "wrong": loose, "told": True}, status=400)


def _beside(boxes: Sequence[AskedForm], problems: Sequence[Problem]) -> list[Problem]:
    """A correction's fields stand below /changes in its body."""
    loose = [
        Problem(each.code, each.detail, (each.pointer or "").removeprefix("/changes")) for each in problems
    ]
    for form in boxes:
        loose = form.tell(loose)
    return loose
