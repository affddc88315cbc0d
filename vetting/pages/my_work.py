"""My work: what waits for this very person, by what it needs and how it presses."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post
from foundation.doors.acts import Act
from foundation.doors.pages import create_view
from foundation.doors.reader import reader
from foundation.signing import waiting
from vetting.acts.checks import NEXT
from vetting.days import today
from vetting.models import Case, Check, CheckState, FindingKind, GateAnswer, PlanStep, Queue, Status
from vetting.models.gates import PASSABLE
from vetting.pages import rows
from vetting.pages.finding import only_staff
from vetting.pages.rows import Line
from vetting.permissions import CasePerm, NominationPerm, QueuePerm

REMEMBERED = "_checks_to_do"
COUNTED = 1_000  # of what nobody has claimed: beyond that it is said that there are more
MOST = 100  # lines of each list; the rest is counted and found in the lists of cases
GROUPS = [
    ("pressing", "Late, or will miss", "Tell the coordinator early: a date can still be moved."),
    ("judgement", "Needs your judgement", "Something matched, or came back."),
    ("clean", "Nothing matched: ready to finish together", "You see each one before anything is recorded."),
]
PLACES = (Country, Post)


@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    if only_nominates(user):
        return HttpResponseRedirect(reverse("nominations"))
    only_staff(request)
    context: dict[str, Any] = {"today": today(), "most": MOST}
    mine = _first(rows.checks_read(claimed_by(user))) if works(user) else None
    here = cases_that_wait(user)
    lines = rows.of_both(mine or [], [case for found in here.values() for case in found])
    by_case = {line.case.pk: line for line in lines[1]}
    if mine is not None:
        context["checks"] = of_a_section(user, lines[0])
    if "decide" in here:
        context["cases"] = of_a_coordinator(user, here, by_case)
    if "opine" in here:
        context["opinions"] = [by_case[case.pk] for case in here["opine"]]
    if reach.holds_anywhere(user, CasePerm.APPROVE, *PLACES):
        context["to_sign"] = _first(waiting.for_signature_of(user))
    return render(request, "vetting/my_work.html", context)


def works(user: Any) -> bool:
    """Whether there is a queue whose checks are this person's to do."""
    return reach.holds_anywhere(user, QueuePerm.WORK, Queue)


def cases_that_wait(user: Any) -> dict[str, list[Case]]:
    """For a decision, for somebody else, or for an opinion; each only where this person has a part in it."""
    found: dict[str, list[Case]] = {}
    if reach.holds_anywhere(user, CasePerm.CLEAR, *PLACES):
        here = Case.objects.filter(reach.within(user, CasePerm.CLEAR, country=Country, post=Post))
        found["decide"] = _first(rows.cases_read(awaiting_a_decision(here)))
        found["stuck"] = _first(rows.cases_read(standing_still(here)))
    if reach.holds_anywhere(user, CasePerm.OPINE, *PLACES):
        found["opine"] = _first(rows.cases_read(to_opine(user)))
    return found


def _first(found: QuerySet[Any]) -> list[Any]:
    return list(found[:MOST])


def only_nominates(user: Any) -> bool:
    return reach.holds_anywhere(user, NominationPerm.NOMINATE, Organisation) and not reach.holds_anywhere(
        user, CasePerm.VIEW, *PLACES
    )


# --- sections: checks ---


def of_a_section(user: Any, mine: list[Line]) -> dict[str, Any]:
    working = [line for line in mine if line.case.status == Status.IN_REVIEW]
    if len(mine) < MOST:
        remember_count(user, len(working))
    sorted_out = {key: [line for line in working if group_of(line) == key] for key, _, _ in GROUPS}
    waiting = Check.objects.worked_by(user).waiting().filter(state=CheckState.OPEN)
    return {
        "held": [line for line in mine if line.case.status != Status.IN_REVIEW],
        "working": len(working),
        "pressing": len(sorted_out["pressing"]),
        "unclaimed": waiting[:COUNTED].count(),
        "counted": COUNTED,
        "groups": [
            {"key": key, "title": title, "why": why, "lines": sorted_out[key]} for key, title, why in GROUPS
        ],
    }


def claimed_by(user: Any) -> QuerySet[Check]:
    mine = Check.objects.worked_by(user).filter(state=CheckState.CLAIMED, claimed_by=user)
    return mine.order_by("needed_by", "opened_at", "id")


def group_of(line: Line) -> str:
    if line.clock.presses:
        return "pressing"
    return "judgement" if line.matches.all or line.reopened else "clean"


def _to_case(request: HttpRequest, nothing: Any, act: Act, check: Check | None) -> str:
    return reverse("case", args=[check.case_id]) if check else reverse("my-work")


@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    only_staff(request)
    return _claim_next(request)


_claim_next = create_view(NEXT, back="/", done=_to_case)


# --- coordinators and the bureau: cases ---


def of_a_coordinator(user: Any, here: dict[str, list[Case]], lines: dict[Any, Line]) -> dict[str, Any]:
    def stuck(*statuses: Status) -> list[Line]:
        return [lines[case.pk] for case in here["stuck"] if case.status in statuses]

    return {
        "fast": [lines[case.pk] for case in here["decide"] if case.fast],  # type: ignore[attr-defined]
        "slow": [lines[case.pk] for case in here["decide"] if not case.fast],  # type: ignore[attr-defined]
        "nominator": stuck(Status.RFI, Status.RETURNED),
        "suspended": stuck(Status.SUSPENDED),
        "late": stuck(Status.IN_REVIEW),
        "reviews": reach.holds_anywhere(user, CasePerm.REVIEW, *PLACES),
    }


def awaiting_a_decision(cases: QuerySet[Case]) -> QuerySet[Case]:
    """All its checks are in, and so is its unit's answer.

    `fast`: nothing that a list can see stands against a clear by one person; the rules are asked of each
    when it is cleared.
    """
    more = PlanStep.objects.filter(plan=OuterRef("plan"), stage__gte=OuterRef("stage"))
    open_checks = Check.objects.filter(case=OuterRef("pk"), state__in=(CheckState.OPEN, CheckState.CLAIMED))
    found = cases.filter(
        Q(unit_case=None) | Q(unit_case__status=Status.CLEARED),
        ~Exists(open_checks),
        ~Exists(more),
        status=Status.IN_REVIEW,
        plan__isnull=False,
    )
    return found.annotate(fast=fast()).order_by("needed_by", "pk")


def fast() -> Any:
    told = Check.objects.filter(case=OuterRef("pk"), finding__in=(FindingKind.DEROGATORY, FindingKind.UNABLE))
    adverse = rows.Match.objects.standing().filter(
        Q(nominee=OuterRef("subject")) | Q(nominee=OuterRef("commander")),
        Exists(rows.Mark.objects.filter(subject=OuterRef("known"), adverse=True, ended_at=None)),
    )
    return Q(
        ~Exists(told),
        ~Exists(adverse.exclude(verdict="different")),
        ~Exists(gates_in_the_way()),
        ever_suspended=False,
    )


def gates_in_the_way() -> QuerySet[GateAnswer]:
    """Answers that stand, and either let nothing through or ask for an answer in writing."""
    later = GateAnswer.objects.filter(
        nomination=OuterRef("nomination"), gate=OuterRef("gate"), number__gt=OuterRef("number")
    )
    standing = GateAnswer.objects.filter(~Exists(later), nomination=OuterRef("nomination"))
    return standing.exclude(state__in=PASSABLE, conditions=[])


def standing_still(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With the nominator, suspended, or past the day it was needed by."""
    waiting_for = Q(status__in=(Status.RFI, Status.RETURNED, Status.SUSPENDED))
    late = Q(status=Status.IN_REVIEW, needed_by__lt=today())
    return cases.filter(waiting_for | late).order_by("needed_by", "pk")


# --- legal and the desk ---


def to_opine(user: Any) -> QuerySet[Case]:
    """Where a section found something, or it was suspended, and this person has not spoken. Suspended ones
    first: their days are counted."""
    here = Case.objects.filter(reach.within(user, CasePerm.OPINE, country=Country, post=Post))
    open_ones = here.filter(status__in=(Status.SUSPENDED, Status.IN_REVIEW)).exclude(opinions__by=user)
    derogatory = Exists(Check.objects.filter(case=OuterRef("pk"), finding=FindingKind.DEROGATORY))
    asked = open_ones.filter(Q(status=Status.SUSPENDED) | derogatory | Q(ever_suspended=True))
    return asked.order_by(F("status").desc(), "needed_by", "pk")


def mine_to_do(user: Any) -> int:
    """For the bar: the checks one has claimed. Where the page has read them, it has said how many."""
    if not hasattr(user, REMEMBERED):
        remember_count(user, claimed_by(user).filter(case__status=Status.IN_REVIEW).count())
    return int(getattr(user, REMEMBERED))


def remember_count(user: Any, count: int) -> None:
    """On the request's own user object, as its grants are: gone with the request."""
    setattr(user, REMEMBERED, count)


def mine_to_sign(user: Any) -> int:
    return waiting.for_signature_of(user).count()
