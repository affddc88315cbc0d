"""An act's own page: GET asks in a form, POST does it; what was typed is kept when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation.doors.acts import Act, Acts
from foundation.doors.pages import act_view
from foundation.doors.reader import reader
from foundation.refused import Problem
from vetting.pages import forms, offers
from vetting.pages.condition_forms import condition_rows, in_rows, lines


@dataclass(frozen=True)
class Desk:
    """Where acts of one kind of thing are asked for and done.

    about    the words of the page: {case, crumbs, query, …} for a thing
    home     the page of the thing
    done     where to go on to, after an act
    choices  what boxes offer that name things: {field: [(id, words)]}
    initial  what boxes hold to begin with
    """

    acts: Acts
    find: Callable[..., Any]
    home: Callable[[Any], str]
    about: Callable[[HttpRequest, Any], dict[str, Any]]
    done: Callable[[HttpRequest, Any, Act, Any], str] | None = None
    leave_out: Callable[[Any], Sequence[str]] = lambda thing: ()
    choices: Callable[[HttpRequest, Any, Act], Mapping[str, Any]] = lambda request, thing, act: {}
    initial: Callable[[HttpRequest, Any, Act], Mapping[str, Any]] = lambda request, thing, act: {}
    template: str = "vetting/act.html"

    @property
    def view(self) -> Callable[..., HttpResponse]:
        post = act_view(
            self.acts,
            find=self.find,
            back=lambda request, thing: self.home(thing),
            invalid=self._invalid,
            done=self.done,
        )

        @require_http_methods(["GET", "POST"])
        def view(request: HttpRequest, act: str, **url: Any) -> HttpResponse:
            if request.method == "POST":
                request.POST = forms.without_empty_searches(request.POST)  # type: ignore[assignment]
                return post(request, act=act, **url)
            return self._ask(request, act, **url)

        return view

    def _ask(self, request: HttpRequest, name: str, **url: Any) -> HttpResponse:
        thing = self.find(request, **url)
        if name not in self.acts:
            raise Http404
        act = self.acts[name]
        if act.body is None:
            return HttpResponseRedirect(self.home(thing))
        return self._page(request, thing, act)

    def _invalid(
        self, request: HttpRequest, thing: Any, act: Act, problems: Sequence[Problem], data: Mapping[str, Any]
    ) -> HttpResponse | None:
        """The form again; None for an act that is a button and has no form."""
        return self._page(request, thing, act, request.POST, problems) if act.body else None

    def _page(
        self,
        request: HttpRequest,
        thing: Any,
        act: Act,
        typed: QueryDict | None = None,
        problems: Sequence[Problem] = (),
    ) -> HttpResponse:
        assert act.body is not None
        about = self.about(request, thing)
        form = forms.form_for(
            act.body,
            act=act.name,
            typed=typed,
            problems=problems,
            leave_out=self.leave_out(thing),
            choices=self.choices(request, thing, act),
            initial=self.initial(request, thing, act) if typed is None else {},
        )
        searches = (
            forms.search_rows(typed=typed, problems=problems, query=about.get("query", ""))
            if forms.asks_for_searches(act.body)
            else []
        )
        asks = "conditions" in act.body().fields  # type: ignore[attr-defined]
        conditions = condition_rows(about.get("conditions", ()) if asks else (), typed, problems)
        elsewhere = [each for each in problems if not in_rows(each, conditions)]
        return render(
            request,
            self.template,
            {
                **about,
                "crumbs": [*about["crumbs"], {"label": act.words}],
                "thing": thing,
                "act": act,
                "form": form,
                "searches": searches,
                "conditions": conditions,
                "wrong": [*lines(conditions), *forms.further(elsewhere, form, searches)],
                "refused": offers.refusal(act, reader(request), thing),
                "home": self.home(thing),
                "next": request.GET.get("next", "") if typed is None else typed.get("next", ""),
            },
        )
