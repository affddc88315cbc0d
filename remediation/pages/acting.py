"""An act's own page: GET asks in boxes, POST does it; what was typed is kept when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.doors.acts import Act, Acts
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.refused import Invalid, Problem
from foundation.signing.models import Determination
from remediation.pages.asked import Asked, Choices, asked
from vetting.pages import offers


def nothing_offered(request: HttpRequest, thing: Any, act: Act) -> Choices:
    return {}


def nothing_left_out(thing: Any, act: Act) -> Collection[str]:
    return ()


def as_asked(form: Asked, thing: Any, act: Act) -> dict[str, Any]:
    return form.body()


@dataclass(frozen=True)
class ActPage:
    """Where acts of one kind of thing are asked for and done.

    about      the words of the page: {crumbs, heading}
    choices    of fields that name a thing, what is offered
    owed       of the body's optional fields, those that this thing asks for
    body       the form's boxes as the act's body
    """

    acts: Acts
    find: Callable[[HttpRequest, Any], Any]
    about: Callable[[Any], dict[str, Any]]
    choices: Callable[[HttpRequest, Any, Act], Choices] = nothing_offered
    leave_out: Callable[[Any, Act], Collection[str]] = nothing_left_out
    owed: Callable[[Any, Act], Collection[str]] = nothing_left_out
    body: Callable[[Asked, Any, Act], dict[str, Any]] = as_asked
    template: str = "remediation/act.html"

    @property
    def view(self) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "POST"])
        def view(request: HttpRequest, pk: Any, act: str) -> HttpResponse:
            thing = self.find(request, pk)
            if act not in self.acts:
                raise Http404
            if request.method == "POST":
                return self._do(request, thing, self.acts[act])
            if self.acts[act].body is None:
                return HttpResponseRedirect(thing.get_absolute_url())
            return self._page(request, thing, self.acts[act], self._form(request, thing, self.acts[act]))

        return view

    def _form(self, request: HttpRequest, thing: Any, act: Act) -> Asked:
        assert act.body is not None
        return asked(
            act.body,
            data=request.POST if request.method == "POST" else None,
            choices=self.choices(request, thing, act),
            leave_out=self.leave_out(thing, act),
            owed=self.owed(thing, act),
            initial=request.GET.dict(),
        )

    def _do(self, request: HttpRequest, thing: Any, act: Act) -> HttpResponse:
        if act.body is None:
            return do(request, act, {}, thing=thing, done=self._after)
        form = self._form(request, thing, act)
        try:
            return do(
                request, act, self.body(form, thing, act), thing=thing, done=self._after, wrong=form.unread()
            )
        except Invalid as wrong:
            return self._page(request, thing, act, form, form.tell(wrong.problems), status=400)

    def _after(self, thing: Any, result: Any) -> str:
        if isinstance(result, Determination):
            return reverse("determination", args=[result.pk])
        return str(thing.get_absolute_url())

    def _page(
        self,
        request: HttpRequest,
        thing: Any,
        act: Act,
        form: Asked,
        loose: Sequence[Problem] = (),
        status: int = 200,
    ) -> HttpResponse:
        about = self.about(thing)
        context: Mapping[str, Any] = {
            **about,
            "crumbs": [*about["crumbs"], {"label": act.words}],
            "thing": thing,
            "act": act,
            "form": form,
            "wrong": loose,
            "refused": offers.refusal(act, reader(request), thing),
            "home": thing.get_absolute_url(),
        }
        return render(request, self.template, context, status=status)
