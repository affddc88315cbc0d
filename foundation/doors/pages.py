"""The browser's twin of the REST views: the same acts, answered with a message and the page one came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from foundation.doors import stepup
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import Bulk, each
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.etags import MISSING
from foundation.doors.forms import body_of
from foundation.doors.fresh import is_fresh
from foundation.doors.idempotency import key_of_form
from foundation.doors.refusals import attempt, record_for
from foundation.doors.serializers import Nothing, read_body
from foundation.refused import Invalid, Problem, Refused, Unconditional

Back = Callable[[HttpRequest, Any], str]
# The form again, with what is wrong; or None: it has none, and is told in a message.
OnInvalid = Callable[[HttpRequest, Any, Act, Sequence[Problem], Mapping[str, Any]], HttpResponse | None]
View = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    status_code = 303


def act_view(
    acts: Acts | Callable[[HttpRequest], Acts],
    *,
    find: Callable[..., Any],
    back: Back | None = None,
    invalid: OnInvalid | None = None,
    done: Callable[[HttpRequest, Any, Act, Any], str] | None = None,
) -> View:
    """`path("cases/<uuid:pk>/<slug:act>/", act_view(CASE_ACTS, find=find_case))`.

    find     find(request, **the rest of the URL) → the thing within reach, or Http404
    back     where to go afterwards and after a refusal; the thing's own page unless said
    invalid  shows the form again with what was typed; its answer is sent with status 400
    done     where to go after success, when that is elsewhere: done(request, thing, act, result)
    """

    @require_POST
    def view(request: HttpRequest, act: str, **url: Any) -> HttpResponse:
        known = acts(request) if callable(acts) else acts
        thing = find(request, **url)
        if act not in known:
            raise Http404
        return _do(request, known[act], thing, back=back or _own_page, invalid=invalid, done=done)

    return view


def create_view(
    act: Act,
    *,
    back: str | Back,
    invalid: OnInvalid | None = None,
    done: Callable[[HttpRequest, Any, Act, Any], str] | None = None,
) -> View:
    """An act on nothing that exists yet; goes to the page of what was made."""
    to = back if callable(back) else lambda request, thing: back

    @require_POST
    def view(request: HttpRequest, **url: Any) -> HttpResponse:
        return _do(request, act, None, back=to, invalid=invalid, done=done)

    return view


def bulk_view(bulk: Bulk, *, model: type[Model], back: str | Back) -> View:
    """`ids` ticked on a list; says how many were done and why the others were not."""

    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        to = SeeOther(_next(request, back(request, None) if callable(back) else back))
        try:
            said = read_body(bulk.body, body_of(request.POST, bulk.body, {"request": request}), request)
        except Invalid as wrong:
            _say(request, wrong)
            return to
        visible = model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
        _tell_results(request, bulk.act, each(bulk, said, queryset=visible, by=request.user))
        return to

    return view


def _do(
    request: HttpRequest, act: Act, thing: Any, *, back: Back, invalid: OnInvalid | None, done: Any
) -> HttpResponse:
    attempt(request, act.name, thing)
    typed = body_of(request.POST, act.body or Nothing, {"request": request})
    typed |= dict(request.FILES.items())
    asking = Asking(
        act=act,
        by=request.user,
        thing=thing,
        body=lambda: read_body(act.body or Nothing, typed, request, thing=thing),
        read=(lambda: _version(request)) if thing is not None else None,
        key=key_of_form(request, request.POST.get("once", "")),
        fresh=lambda: is_fresh(request),
        answer=lambda now, result: SeeOther(_after(request, act, now, result, back, done)),
    )
    try:
        if act.fresh:
            stepup.prove(request)
        response: HttpResponse = carry_out(asking)
    except Invalid as wrong:
        shown = invalid(request, thing, act, wrong.problems, typed) if invalid else None
        if shown is None:
            return _refuse(request, thing, back, wrong)
        shown.status_code = 400
        return shown
    except Refused as refused:
        record_for(request, refused)
        return _refuse(request, thing, back, refused)
    messages.success(request, f"{act.words}: done.")
    return response


def _after(request: HttpRequest, act: Act, thing: Any, result: Any, back: Back, done: Any) -> str:
    if done is not None:
        return str(done(request, thing, act, result))
    about = result if thing is None and hasattr(result, "get_absolute_url") else thing
    return _next(
        request, _own_page(request, about) if about is result and about is not None else back(request, about)
    )


def _refuse(request: HttpRequest, thing: Any, back: Back, refused: Refused) -> HttpResponse:
    _say(request, refused)
    return SeeOther(_next(request, back(request, thing)))


def _say(request: HttpRequest, refused: Refused) -> None:
    for sentence in dict.fromkeys(problem.detail for problem in refused.problems):
        messages.error(request, sentence)


def _tell_results(request: HttpRequest, act: Act, results: list[dict[str, Any]]) -> None:
    done = sum(result["status"] == 200 for result in results)
    if done:
        messages.success(request, f"{act.words}: done for {done}.")
    for sentence in dict.fromkeys(result["detail"] for result in results if result["status"] != 200):
        count = sum(result.get("detail") == sentence for result in results)
        messages.error(request, f"Not done for {count}: {sentence}")


def _version(request: HttpRequest) -> str:
    """The hidden field is this page's If-Match."""
    if not (version := request.POST.get("version", "")):
        raise Unconditional(MISSING)
    return version


def _own_page(request: HttpRequest, thing: Any) -> str:
    return str(thing.get_absolute_url())


def _next(request: HttpRequest, otherwise: str) -> str:
    """Where the form wants to go on to, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    return wanted if is_ours(request, wanted) else otherwise


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether this leads to a page of ours. Browsers are sent on to no other."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
