"""One step: what it takes, what came of it each time, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.doors.acts import Act
from foundation.doors.reader import reader
from foundation.sources.models import Citation
from foundation.sources.offered import called, offered_to
from remediation.acts.steps import STEP_ACTS
from remediation.models import Step, StepEntry, StepKind, StepState
from remediation.pages.acting import ActPage
from remediation.pages.asked import Choices
from remediation.pages.files import MARKS
from remediation.pages.finding import find_step
from remediation.rules import steps as step_rules
from remediation.serializers import cited_within
from vetting.days import today
from vetting.pages import offers

MOST = 40  # citations offered to those who may not read them
# Of which kind of step which of a completion's fields are asked for, besides what came of it.
ASKED = {
    StepKind.INVESTIGATION: ("impartial", "impartial_reasons"),
    StepKind.ADJUDICATION: ("impartial", "impartial_reasons"),
    StepKind.SANCTION: ("sentence", "proportionality"),
}
OF_ITS_KIND = ("impartial", "impartial_reasons", "sentence", "proportionality")
ENTRY = {
    "set": "Set",
    "completed": "Completed",
    "verified": "Verified",
    "rejected": "Rejected",
    "lapsed": "Said to have lapsed",
}


@require_GET
def step(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_step(request, pk)
    user = reader(request)
    return render(
        request,
        "remediation/step.html",
        {
            **about_step(found),
            "step": found,
            "mark": MARKS[StepState(found.state)],
            "late": found.due_on < today() and found.state in (StepState.OPEN, StepState.REJECTED),
            "citations": cited_within(user, [found.pk])[found.pk],
            "entries": [
                {"entry": each, "what": ENTRY[each.act], "note": _note(each)}
                for each in found.entries.select_related("by").order_by("-at", "-pk")
            ],
            "acts": offers.together(
                offers.offered(
                    user, found, STEP_ACTS, lambda act: reverse("step-act", args=[found.pk, act.name])
                )
            ),
        },
    )


def _note(entry: StepEntry) -> str:
    """Who, and in whose words."""
    said = entry.reason or entry.outcome
    return f"{entry.by}: {said}" if said else str(entry.by)


def about_step(found: Step) -> dict[str, Any]:
    file = found.remediation
    return {
        "heading": found.get_kind_display(),
        "subject": file.subject,
        "crumbs": [
            {"label": "Remediation", "url": reverse("remediations")},
            {"label": file.reference, "url": file.get_absolute_url()},
            {"label": found.get_kind_display(), "url": found.get_absolute_url()},
        ],
    }


def _left_out(found: Step, act: Act) -> list[str]:
    if act.name != "complete":
        return []
    asked = ASKED.get(StepKind(found.kind), ())
    return [name for name in OF_ITS_KIND if name not in asked]


def _owed(found: Step, act: Act) -> list[str]:
    return list(step_rules.OWED.get(StepKind(found.kind), ())) if act.name == "complete" else []


def _choices(request: HttpRequest, found: Step, act: Act) -> Choices:
    if act.name != "complete":
        return {}
    cited = cited_within(reader(request), [found.pk])[found.pk]
    read = called(offered_to(reader(request), cited))
    there = {pk for pk, _ in read}
    others = Citation.objects.visible_to(reader(request)).order_by("-created_at", "pk")[:MOST]
    kept = [(str(each.pk), f"Citation {each.pk}, of a protected source") for each in others]
    return {"citations": [*read, *(each for each in kept if each[0] not in there)]}


step_act = ActPage(
    STEP_ACTS, find=find_step, about=about_step, choices=_choices, leave_out=_left_out, owed=_owed
).view
