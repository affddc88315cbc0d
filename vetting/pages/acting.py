"""The acts of cases and checks, each at its own address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from foundation.doors.acts import Act
from foundation.signing.models import Determination
from units.models import Kind
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.models import Case, Check
from vetting.pages import evidence, names
from vetting.pages.act_pages import Desk
from vetting.pages.finding import find_case, find_check
from vetting.rules import gates


def case_page(case: Case) -> str:
    return reverse("case", args=[case.pk])


def about_case(request: HttpRequest, case: Case) -> dict[str, Any]:
    crumbs = [
        {"label": "Cases", "url": reverse("cases")},
        {"label": case.reference, "url": case_page(case)},
    ]
    conditions = gates.conditions_of(gates.standing(case.nomination))
    return {
        "case": case,
        "crumbs": crumbs,
        "alt": names.alternative(case.subject),
        "conditions": conditions,
    }


def about_check(request: HttpRequest, check: Check) -> dict[str, Any]:
    texts = [each.text for each in check.case.subject.names.all()]
    return {**about_case(request, check.case), "check": check, "query": "; ".join(texts)[:500]}


def only_for_people(case: Case) -> list[str]:
    """A person has no sub-units to bar."""
    return ["includes_subunits"] if case.kind == Kind.INDIVIDUAL else []


def named(request: HttpRequest, case: Case, act: Act) -> dict[str, Any]:
    """What a withhold may name."""
    return evidence.choices(request, case) if act.name == "recommend-withhold" else {}


def begun(request: HttpRequest, case: Case, act: Act) -> dict[str, Any]:
    """The worksheets draft the basis; a person reads and changes it."""
    return {"basis": evidence.draft(request, case)} if act.name == "recommend-withhold" else {}


def after(request: HttpRequest, thing: Any, act: Act, result: Any) -> str:
    """On to what was recommended; to where the form came from; else to the case."""
    if isinstance(result, Determination):
        return reverse("determination", args=[result.pk])
    if request.POST.get("next") == "my-work":
        return reverse("my-work")
    return case_page(thing.case if isinstance(thing, Check) else thing)


case_act = Desk(
    CASE_ACTS,
    find=find_case,
    home=case_page,
    about=about_case,
    done=after,
    leave_out=only_for_people,
    choices=named,
    initial=begun,
).view
check_act = Desk(
    CHECK_ACTS,
    find=find_check,
    home=lambda check: case_page(check.case),
    about=about_check,
    done=after,
).view
