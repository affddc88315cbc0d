"""Remediation files: the list, one file with its matrix, and what may be done to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from evidence.models import Allegation, Incident
from foundation.accounts import reach
from foundation.doors.acts import Act
from foundation.doors.reader import reader
from foundation.signing.models import Determination
from foundation.sources.models import Law
from remediation.actions import lifting
from remediation.acts.files import REMEDIATION_ACTS
from remediation.matrix import Line, Matrix
from remediation.models import (
    Committee,
    HostNotification,
    IncidentOfFile,
    Publication,
    Remediation,
    Responsible,
    RestrictionOfFile,
    Step,
    StepKind,
    StepState,
)
from remediation.pages.acting import ActPage
from remediation.pages.asked import Asked, Choices
from remediation.pages.finding import Narrowed, find_file, only_readers
from remediation.permissions import RemediationPerm
from remediation.rules import ready
from units.models import Individual, same_subjects
from vetting.actions import restrict
from vetting.days import today
from vetting.models import Case, Restriction
from vetting.pages import names, offers
from vetting.pages.lists import Pages

MOST = 100  # people and incidents offered
STATES = [("open", "Open"), ("closed", "Closed")]


# --- the list ---


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    only_readers(request, RemediationPerm.VIEW)
    form = Narrowed(request, RemediationPerm.VIEW, STATES)
    found = form.narrow(Remediation.objects.visible_to(reader(request)))
    if form.wanted:
        found = found.filter(closed_at__isnull=form.wanted == "open")
    pages = Pages(request, _with_sums(found), ("created_at", "pk"), descending=True)
    return render(
        request,
        "remediation/files.html",
        {"form": form, "pages": pages, "narrowed": form.narrows, "today": today()},
    )


def _with_sums(found: QuerySet[Any]) -> QuerySet[Any]:
    """What a line of the list says, in one query for all: the matrix itself is read file by file."""
    left = Step.objects.filter(remediation=OuterRef("pk")).exclude(
        state__in=(StepState.VERIFIED, StepState.LAPSED)
    )
    counted = left.order_by().values("remediation").annotate(count=Count("pk"), first=Min("due_on"))
    there = IncidentOfFile.objects.filter(remediation=OuterRef("pk")).order_by().values("remediation")
    barred = Prefetch("of_restrictions", RestrictionOfFile.objects.select_related("restriction"))
    return (
        found.select_related("subject", "country", "owner")
        .prefetch_related(barred)
        .annotate(
            steps_left=Coalesce(Subquery(counted.values("count")), 0),
            next_due=Subquery(counted.values("first")),
            incident_count=Coalesce(Subquery(there.annotate(count=Count("pk")).values("count")), 0),
        )
    )


# --- one file ---


@dataclass(frozen=True)
class Cell:
    """One kind of step of one responsible person. `bars`: under a law in force it stands against a lift."""

    kind: StepKind
    step: Step | None
    state: str
    word: str
    bars: bool
    late: bool
    needed: bool


@dataclass(frozen=True)
class OfLaw:
    law: str
    restriction: Restriction
    missing: list[str]
    lift: Determination | None
    freed: list[Case]


@require_GET
def file(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_file(request, pk)
    matrix, user = Matrix(found), reader(request)
    notifications = HostNotification.objects.visible_to(user).filter(restriction__of_file__remediation=found)
    publications = Publication.objects.visible_to(user).filter(restriction__of_file__remediation=found)
    told = {each.committee: each for each in found.notices.select_related("by")}
    return render(
        request,
        "remediation/file.html",
        {
            "file": found,
            "alt": names.alternative(found.subject),
            "matrix": matrix,
            "kinds": [(kind.value, kind.label) for kind in StepKind],
            "rows": [
                {"row": row, "closed": row.is_closed(matrix.laws), "lines": [
                    {"line": line, "closed": line.is_closed(matrix.laws), "cells": cells(matrix, line)}
                    for line in row.lines
                ]}
                for row in matrix.rows
            ],
            "laws": [_of_law(user, found, matrix, each) for each in matrix.restrictions],
            "committees": [{"label": each.label, "told": told.get(each.value)} for each in Committee],
            "under_state": any(each.law == Law.STATE_LEAHY for each in matrix.restrictions),
            "notifications": notifications.select_related("owner"),
            "publications": publications,
            "duties": _duties(matrix),
            "other_grounds": [each for each in ready.Grounds if each not in ready.OF_LAW],
            "following": Remediation.objects.filter(previous=found).first(),
            "acts": offers.together(_offered(user, found)),
            "may_change": offers.refusal(REMEDIATION_ACTS["steps"], user, found) is None,
            "crumbs": [{"label": "Remediation", "url": reverse("remediations")}, {"label": found.reference}],
        },
    )  # fmt: skip


def cells(matrix: Matrix, line: Line) -> list[Cell]:
    return [_cell(matrix, line, kind) for kind in StepKind]


def _cell(matrix: Matrix, line: Line, kind: StepKind) -> Cell:
    step, laws = line.last.get(kind), matrix.laws
    needed = any(kind in line.needed.get(law, ()) for law in laws)
    bars = any(kind in line.missing(law) for law in laws)
    late = step is not None and step.due_on < today() and step.state != StepState.VERIFIED
    if step is None:
        state, word = ("not-open", "Not set") if needed else ("not-needed", "Not needed")
    elif late and step.state in (StepState.OPEN, StepState.REJECTED):
        state, word = "overdue", f"{(today() - step.due_on).days} days late"
    else:
        state, word = MARKS[StepState(step.state)], step.get_state_display()
    return Cell(kind, step, state, word, bars, late, needed)


MARKS = {
    StepState.OPEN: "open",
    StepState.DONE: "unverified",
    StepState.VERIFIED: "verified",
    StepState.REJECTED: "relapsed",
    StepState.LAPSED: "lapsed",
}


def _of_law(user: Any, found: Remediation, matrix: Matrix, restriction: Restriction) -> OfLaw:
    law = restriction.law
    lifts = Determination.objects.visible_to(user).filter(
        target=lifting.target_of(found, law), kind="lift", law=law
    )
    freed = restrict.freed_by(restriction).visible_to(user).order_by("reference")
    return OfLaw(
        law,
        restriction,
        ready.missing(matrix, law) if restriction.until is None else [],
        lifts.order_by("-recommended_at").first(),
        list(freed[:MOST]),
    )


def _duties(matrix: Matrix) -> list[dict[str, Any]]:
    """Steps that are not verified, the first due first."""
    left = [
        {"row": row, "line": line, "step": step, "word": _clock(step.due_on), "late": step.due_on < today()}
        for row in matrix.rows
        for line in row.lines
        for step in line.last.values()
        if step.state not in (StepState.VERIFIED, StepState.LAPSED)
    ]
    return sorted(left, key=lambda each: each["step"].due_on)


def _clock(due: dt.date) -> str:
    left = (due - today()).days
    return f"{-left} days late" if left < 0 else f"{left} days left"


def _offered(user: Any, found: Remediation) -> list[dict[str, Any]]:
    return offers.offered(
        user,
        found,
        REMEDIATION_ACTS,
        lambda act: reverse("remediation-act", args=[found.pk, act.name]),
    )


@require_GET
def of_restriction(request: HttpRequest, pk: Any) -> HttpResponse:
    """The way back from a restriction, for pages that know of no file."""
    only_readers(request, RemediationPerm.VIEW)
    found = Remediation.objects.visible_to(reader(request)).filter(of_restrictions__restriction=pk)
    return redirect(get_object_or_404(found))


# --- what may be done ---


def about_file(found: Remediation) -> dict[str, Any]:
    return {
        "heading": found.reference,
        "subject": found.subject,
        "crumbs": [
            {"label": "Remediation", "url": reverse("remediations")},
            {"label": found.reference, "url": found.get_absolute_url()},
        ],
    }


def _choices(request: HttpRequest, found: Remediation, act: Act) -> Choices:
    if act.name == "incidents":
        return {"incident": _other_incidents(request, found)}
    if act.name == "responsibles":
        return {"incident": _own_incidents(found), "individual": _people(request, found)}
    if act.name == "steps":
        return {"responsible": _responsibles(found), "owner": _owners(found)}
    return {}


def _left_out(found: Remediation, act: Act) -> list[str]:
    """Whose share a step is says in which incident."""
    return ["incident"] if act.name == "steps" else []


def _body(form: Asked, found: Remediation, act: Act) -> dict[str, Any]:
    body = form.body()
    if act.name == "steps" and body.get("responsible"):
        of = Responsible.objects.filter(of__remediation=found, pk=body["responsible"]).first()
        body |= {"incident": str(of.of.incident_id)} if of else {}
    return body


def _own_incidents(found: Remediation) -> list[tuple[str, str]]:
    return [
        (str(each.incident_id), f"{number}. {each.incident.title}")
        for number, each in enumerate(found.incidents.select_related("incident"), 1)
    ]


def _other_incidents(request: HttpRequest, found: Remediation) -> list[tuple[str, str]]:
    """Those it is alleged to have a part in first, then the latest of its country."""
    visible = Incident.objects.visible_to(reader(request)).exclude(in_files__remediation=found)
    against = Allegation.objects.against(same_subjects([found.subject_id])).values("incident")
    alleged = list(visible.filter(pk__in=against).order_by("-created_at"))
    others = visible.filter(country=found.country).exclude(pk__in=[each.pk for each in alleged])
    offered = [*alleged, *others.order_by("-created_at")[:MOST]]
    return [(str(each.pk), each.title) for each in offered]


def _people(request: HttpRequest, found: Remediation) -> list[tuple[str, str]]:
    """Those who are alleged to have a part in its incidents, and those who served in the unit."""
    incidents = found.incidents.values("incident")
    alleged = Individual.objects.filter(allegations__incident__in=incidents)
    served = Individual.objects.filter(postings__unit__in=same_subjects([found.subject_id]))
    people = (alleged | served | Individual.objects.filter(pk=found.subject_id)).known()
    seen = people.visible_to(reader(request)).distinct().order_by("name", "pk")[:MOST]
    return [("", "Nobody on record: described below"), *((str(each.pk), each.name) for each in seen)]


def _responsibles(found: Remediation) -> list[tuple[str, str]]:
    return [
        (str(line.responsible.pk), f"Incident {row.number}: {line.responsible.label}")
        for row in Matrix(found).rows
        for line in row.lines
    ]


def _owners(found: Remediation) -> list[tuple[str, str]]:
    people = reach.people(RemediationPerm.VIEW, [found.country])
    return [(each.username, f"{each} ({each.username})") for each in people]


file_act = ActPage(
    REMEDIATION_ACTS, find=find_file, about=about_file, choices=_choices, leave_out=_left_out, body=_body
).view
