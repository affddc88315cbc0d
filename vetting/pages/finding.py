"""Things within this person's reach, with what their pages read of them; anything else is not there (404)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from foundation.signing.models import Determination
from screening.models import Match
from vetting.models import Case, Check, Finding, InformationRequest, Opinion, Queue
from vetting.permissions import CasePerm
from vetting.rules import bars

OF_A_CASE = (
    "subject__individual",
    "subject__unit",
    "commander",
    "unit_case__subject__unit",
    "unit_case__nomination",
    "nomination__organisation",
    "country",
    "post",
    "owner",
    "plan",
)


def with_all(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related(*OF_A_CASE).prefetch_related("plan__steps")


def find_case(request: HttpRequest, pk: Any) -> Case:
    return get_object_or_404(with_all(Case.objects.visible_to(reader(request))), pk=pk)


def find_case_to_read(request: HttpRequest, pk: Any) -> Case:
    """A case with all that its page asks more than once: what bars it is asked of the database once."""
    findings = Finding.objects.select_related("by").prefetch_related("searches")
    checks = Check.objects.select_related("queue", "claimed_by").prefetch_related(
        Prefetch("findings", findings)
    )
    cases = with_all(Case.objects.visible_to(reader(request))).prefetch_related(
        Prefetch("checks", checks), "nomination__gate_answers"
    )
    found = get_object_or_404(
        cases.annotate(
            was_asked=Exists(InformationRequest.objects.filter(case=OuterRef("pk"))),
            has_opinions=Exists(Opinion.objects.filter(case=OuterRef("pk"))),
        ),
        pk=pk,
    )
    bars.remember(found)
    return found


def find_check(request: HttpRequest, pk: Any) -> Check:
    checks = Check.objects.visible_to(reader(request)).select_related(
        "queue", "claimed_by", *(f"case__{each}" for each in OF_A_CASE)
    )
    return get_object_or_404(checks, pk=pk)


def find_match(request: HttpRequest, pk: Any) -> Match:
    """A match on a case within reach: a subject's country reaches further than a post's cases."""
    nominated = Q(subject=OuterRef("nominee")) | Q(commander=OuterRef("nominee"))
    matches = Match.objects.visible_to(reader(request)).filter(
        Exists(Case.objects.visible_to(reader(request)).filter(nominated))
    )
    return get_object_or_404(matches.select_related("nominee__country", "known__country"), pk=pk)


def find_determination(request: HttpRequest, pk: Any) -> Determination:
    found = Determination.objects.visible_to(reader(request))
    return get_object_or_404(found.select_related("recommended_by", "decided_by", "country", "post"), pk=pk)


def find_queue(request: HttpRequest, pk: Any) -> Queue:
    return get_object_or_404(Queue.objects.visible_to(reader(request)), pk=pk)


def only_staff(request: HttpRequest) -> None:
    """A list of cases is nothing to somebody who reads no case anywhere: 404, as each case would be."""
    if not reach.holds_anywhere(reader(request), CasePerm.VIEW, Country, Post):
        raise Http404
