"""What takes two people: what waits, exactly what is signed, and what follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from evidence.protection import sealed_among
from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.acts import Act
from foundation.doors.pages import act_view
from foundation.doors.reader import reader
from foundation.refused import Problem
from foundation.signing import kinds, waiting
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination, State
from units.models import Kind
from vetting.models import Case, Check, Status
from vetting.models.cases import OPEN
from vetting.pages import forms, offers, sheet
from vetting.pages.case_file import CaseFile
from vetting.pages.finding import find_case_to_read, find_determination, only_staff
from vetting.permissions import CasePerm
from vetting.rules import bars

UNSEALED = ("format", "decision", "law", "case", "subject", "grounds", "includes_subunits")
MOST = 200  # lines of a list
SHOWN = 12  # cases named among what follows


@require_GET
def signatures(request: HttpRequest) -> HttpResponse:
    """What waits for this person; and what waits at the same places, but for somebody else."""
    only_staff(request)
    mine = list(waiting.for_signature_of(reader(request))[:MOST])
    ids = {each.pk for each in mine}
    signs = reach.holds_anywhere(reader(request), CasePerm.APPROVE, Country, Post)
    at_my_places = waiting.at_their_places(reader(request))[:MOST] if signs else []
    others = [each for each in at_my_places if each.pk not in ids]
    own = Determination.objects.open().filter(recommended_by=reader(request)).select_related("country")
    return render(
        request,
        "vetting/signatures.html",
        {"to_sign": mine, "others": others, "signs": signs, "own": list(own[:MOST])},
    )


@require_GET
def determination(request: HttpRequest, pk: Any) -> HttpResponse:
    return _page(request, find_determination(request, pk))


def _page(
    request: HttpRequest,
    found: Determination,
    act: Act | None = None,
    typed: QueryDict | None = None,
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    case = _case_of(request, found)
    payload, hidden = _readable(request, found, case)
    refusals = {
        name: offers.refusal(each, reader(request), found) for name, each in DETERMINATION_ACTS.items()
    }
    forms_of = {
        name: forms.form_for(
            DETERMINATION_ACTS[name].body,  # type: ignore[arg-type]
            act=name,
            typed=typed if act and act.name == name else None,
            problems=problems if act and act.name == name else (),
        )
        for name in ("return", "withdraw")
    }
    context = {
        "determination": found,
        "case": case,
        "payload": payload,
        "hidden": hidden,
        "nodes": sheet.sheet(payload),
        "canonical": "" if hidden else bytes(found.canonical).decode(),
        "may": {name for name, refused in refusals.items() if refused is None},
        "refusals": refusals,
        "forms": forms_of,
        "open": found.state == State.RECOMMENDED,
        "follows": follows(request, found, payload, case),
        "home": kinds.of(found).home(found),
        "contributors": [each.user for each in found.contributors.select_related("user")],
        "covered": found.covers.count(),
        **_event(payload),
        **_who(found),
        **_place(request, found),
    }
    return render(request, "vetting/determination.html", context)


def _case_of(request: HttpRequest, found: Determination) -> Case | None:
    kind, _, pk = found.target.partition(":")
    if kind == "vetting.check":
        pk = str(Check.objects.values_list("case_id", flat=True).get(pk=pk))
    return find_case_to_read(request, pk) if kind in ("vetting.case", "vetting.check") else None


def _readable(request: HttpRequest, found: Determination, case: Case | None) -> tuple[dict[str, Any], bool]:
    """The payload; for who still owes a finding on the case, without the others' (the seal holds here too);
    of one that rests on evidence which this reader may not read, only what it is about.

    Nobody who owes one may sign: only readers see less.
    """
    payload: dict[str, Any] = found.payload
    if sealed_among(reader(request), [found]):
        return {name: payload[name] for name in UNSEALED if name in payload}, True
    if case is None or "checks" not in payload:
        return payload, False
    sealed = CaseFile(case, reader(request)).sealed
    if not any(each["stage"] in sealed for each in payload["checks"]):
        return payload, False
    shown = [each for each in payload["checks"] if each["stage"] not in sealed]
    return {**payload, "checks": shown}, True


def _event(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The days of the event as the payload has them."""
    nomination = payload.get("nomination") or {}
    days = {"event_from": nomination.get("starts_on"), "event_until": nomination.get("ends_on")}
    return {name: dt.date.fromisoformat(day) for name, day in days.items() if day}


def _who(found: Determination) -> dict[str, Any]:
    """Who can sign: those who sign at its place, and wrote nothing that it rests on."""
    if found.state != State.RECOMMENDED:
        return {"can_sign": []}
    people = reach.people(kinds.of(found).sign_perm, found.places)
    return {"can_sign": list(people.exclude(pk__in=found.contributors.values("user"))[:6])}


def _place(request: HttpRequest, found: Determination) -> dict[str, Any]:
    """Where it stands in what waits for this reader, and what comes after it."""
    waits = list(waiting.for_signature_of(reader(request)).values_list("pk", flat=True)[:MOST])
    crumbs = [{"label": "To sign", "url": reverse("to-sign")}, {"label": kinds.of(found).label}]
    if found.pk not in waits:
        return {"crumbs": crumbs, "aside": []}
    at = waits.index(found.pk)
    aside = [{"label": f"{at + 1} of {len(waits)} to sign"}]
    if at + 1 < len(waits):
        aside.append({"label": "Next", "url": reverse("determination", args=[waits[at + 1]])})
    return {"crumbs": crumbs, "aside": aside}


# --- what follows a signature ---


def follows(
    request: HttpRequest, found: Determination, payload: Mapping[str, Any], case: Case | None
) -> list[dict[str, Any]]:
    """Sentences, in order: {text, cases}."""
    if found.kind == "clear":
        return [
            {"text": "The case is cleared, and a clearance is valid for a year from today."},
            {"text": "It is watched until the event ends: later information recalls it."},
            {"text": "Nominators read “cleared”."},
        ]
    if found.kind.startswith("cspa-"):
        return [
            {"text": "The record stands from now on, as it reads here."},
            {"text": "Every open case and live clearance that it touches is asked about again at once."},
            {"text": "A clearance that the gate no longer lets through is recalled."},
        ]
    if found.kind == "check-skip":
        return [
            {"text": "The check counts as done, without a finding."},
            {"text": "If it was the last of its stage, the next stage opens."},
        ]
    if found.kind == "withhold" and case:
        return _after_a_withhold(request, payload, case)
    return [{"text": sentence} for sentence in kinds.of(found).follows(found)]


def _after_a_withhold(request: HttpRequest, payload: Mapping[str, Any], case: Case) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    gvhr = payload["grounds"] == "gvhr"
    if gvhr:
        steps.append({"text": f"A restriction begins at once, under the {case.restriction_law.label} only."})
    else:
        steps.append({"text": "This case ends. No restriction, no notice to the government, no publication."})
    if case.kind == Kind.UNIT:
        people = _named(request, Case.objects.filter(unit_case=case, status__in=OPEN))
        steps.append({"text": "The cases of its people in this nomination are barred.", "cases": people})
    if gvhr:
        reached = Case.objects.filter(pk__in=bars.cases_touched(case.subject_id)).exclude(pk=case.pk)
        others = reached.exclude(unit_case=case)
        steps.append({
            "text": "These open cases are asked at once whether the restriction reaches them.",
            "cases": _named(request, others.filter(status__in=OPEN)),
        })  # fmt: skip
        steps.append({
            "text": "These clearances are asked at once whether they still stand.",
            "cases": _named(request, others.filter(status=Status.CLEARED)),
        })  # fmt: skip
    steps.append({"text": "Nominators read “not cleared” and nothing more."})
    return steps


def _named(request: HttpRequest, cases: Any) -> list[Case] | None:
    """Those the reader may read, to be named; an empty list is said to be none."""
    return list(cases.visible_to(reader(request)).order_by("reference")[:SHOWN])


# --- the acts ---


def _invalid(
    request: HttpRequest, thing: Determination, act: Act, problems: Sequence[Problem], data: Mapping[str, Any]
) -> HttpResponse:
    return _page(request, thing, act, request.POST, problems)


def _on(request: HttpRequest, found: Determination, act: Act, result: Any) -> str:
    return reverse("determination", args=[found.pk])


act = act_view(
    DETERMINATION_ACTS,
    find=find_determination,
    back=lambda request, found: reverse("determination", args=[found.pk]),
    invalid=_invalid,
    done=_on,
)
