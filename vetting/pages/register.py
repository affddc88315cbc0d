"""A unit's and a person's page, with what vetting adds: restrictions, nominees judged the same, cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.accounts import reach
from foundation.doors.acts import why_not
from foundation.doors.asked import AskedForm
from foundation.doors.boxes import DayField
from foundation.doors.reader import reader
from foundation.sources.models import Law
from units import commanders, drawings, structure
from units.lineage import paths_before, predecessors
from units.models import Individual, Posting, SameAs, Subject, Unit, same_subjects, units_above
from units.pages import lineage, names, record
from units.pages.finding import find_individual, find_unit, only_readers
from units.pages.unmask import masks_of
from units.permissions import UnitPerm
from vetting.acts.restrictions import RECOMMEND_RESTRICTION
from vetting.days import today
from vetting.models import Case, Restriction
from vetting.pages import evidence
from vetting.rules import restrictions as restriction_rules

MOST = 50  # cases, postings and nominees shown


class AsOf(AskedForm):
    """The day asked for: three boxes, or `on=2024-03-14` in a link."""

    on = DayField(label="Show it as of", required=False)

    def day(self) -> dt.date:
        return self.said("on", None) or today()


@dataclass(frozen=True)
class OfLaw:
    """What stands under one law: `state` is a mark of restrictions; `through`: a unit above, or (`before`)
    one that it came from."""

    law: str
    state: str
    restriction: Restriction | None = None
    through: Subject | None = None
    before: bool = False


@require_GET
def unit(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_unit(request, pk)
    day, asof = _day(request)
    same = same_subjects([found.pk])
    on = structure.on_day(found, day, reader(request))
    over_time = commanders.over_time(found, today(), reader(request))
    restricted = restricted_on(request, [place.unit.pk for place in on.places], day)
    came_from = paths_before(same, today(), judged=True)
    above = units_above(same | set(came_from), today(), judged=True)
    wide = above | predecessors(above, today())
    laws = law_by_law(request, found, same, wide, set(came_from))
    changes = commanders.changes(found)
    return render(
        request,
        "units/unit.html",
        {
            **about(request, found, same, laws),
            "unit": found,
            "day": day,
            "today": today(),
            "asof": asof,
            "structure": on,
            "places": [
                {
                    "place": place,
                    "alt": names.alternative(place.unit),
                    "laws": restricted.get(place.unit.pk, []),
                }
                for place in on.places
            ],
            "drawing": drawings.tree(on),
            "before": max((each for each in changes if each < day), default=None),
            "after": min((each for each in changes if each > day), default=None),
            "spans": over_time,
            "years": drawings.years(over_time, today()),
            "postings": _served_in(request, found),
            "lineage": lineage.lines(found, came_from, reader(request)),
        },
    )


@require_GET
def individual(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_individual(request, pk)
    same = same_subjects([found.pk])
    laws = law_by_law(request, found, same, set(), set())
    return render(
        request,
        "units/individual.html",
        {
            **about(request, found, same, laws),
            "individual": found,
            "postings": _postings(request, found),
            "masks": masks_of(request, found),
        },
    )


def about(request: HttpRequest, subject: Subject, same: set[Any], laws: list[OfLaw]) -> dict[str, Any]:
    """What a unit's page and a person's have in common."""
    only_readers(request)
    restricted = [each for each in laws if each.state == "restricted"]
    told = evidence.of_subject(request, subject, same)
    return {
        "subject": subject,
        "alt": names.alternative(subject),
        "names": list(subject.names.all()),
        "laws": laws,
        "restricted": len(restricted),
        "all_laws": len(restricted) == len(Law),
        "nominees": _judged_same(request, subject),
        "cases": _cases(request, same),
        "acts": [
            *record.offered(request, subject),
            told.pop("note_act"),
            _restricting(request, subject),
        ],
        **told,
        "may_record": reach.holds_in_country(reader(request), UnitPerm.CHANGE, subject.country),
    }


def _restricting(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Recommending a restriction, as the list of actions has it."""
    act = RECOMMEND_RESTRICTION
    refused = why_not(restriction_rules.check_can_recommend, reader(request), subject)
    if refused:
        return {"label": act.words, "allowed": False, "why_not": [refused], "refusal": "not-yours"}
    return {
        "label": f"{act.words}…",
        "allowed": True,
        "url": f"{reverse('restriction-recommend')}?subject={subject.pk}",
        "hint": "Somebody else signs",
    }


def law_by_law(
    request: HttpRequest, subject: Subject, same: set[Any], above: set[Any], before: set[Any]
) -> list[OfLaw]:
    """Under each law what stands, what a unit before or above brings, and what was lifted; else that there is
    none."""
    reached = Q(subject__in=same | before) | Q(subject__in=above, includes_subunits=True)
    rows = (
        Restriction.objects.visible_to(reader(request))
        .filter(reached)
        .select_related("subject", "cause")
        .order_by("-since", "pk")
    )
    found = [
        OfLaw(
            each.law,
            _state(each),
            each,
            each.subject if each.subject_id not in same else None,
            each.subject_id in before - same,
        )
        for each in rows
    ]
    return [each for law in Law for each in [row for row in found if row.law == law] or [OfLaw(law, "none")]]


def _state(restriction: Restriction) -> str:
    return "lifted" if restriction.until and restriction.until <= today() else "restricted"


def restricted_on(request: HttpRequest, subjects: Iterable[Any], day: dt.date) -> dict[Any, list[str]]:
    """Subject id → the laws under which it was itself restricted on that day. One query."""
    rows = Restriction.objects.visible_to(reader(request)).in_force(day).filter(subject__in=list(subjects))
    found: dict[Any, list[str]] = {}
    for subject, law in rows.values_list("subject_id", "law"):
        found.setdefault(subject, []).append(law)
    return found


def _day(request: HttpRequest) -> tuple[dt.date, AsOf]:
    """A day in the address is shown in the boxes; one that is none is said to be none, and today is shown."""
    asked = request.GET.copy()
    for name, value in zip(("on_2", "on_1", "on_0"), asked.get("on", "").split("-"), strict=False):
        asked[name] = value.lstrip("0")
    form = AsOf(asked, auto_id="asof-%s")
    day = form.day()
    return day, form if form.errors else _on(day)


def _on(day: dt.date) -> AsOf:
    return AsOf({"on_0": str(day.day), "on_1": str(day.month), "on_2": str(day.year)}, auto_id="asof-%s")


def _served_in(request: HttpRequest, unit: Unit) -> list[Posting]:
    postings = Posting.objects.current().filter(
        unit=unit,
        individual__in=Individual.objects.visible_to(reader(request)),
    )
    return list(
        postings.exclude(role=Posting.COMMANDER)
        .select_related("individual")
        .order_by("-possible", "id")[:MOST]
    )


def _postings(request: HttpRequest, individual: Individual) -> list[dict[str, Any]]:
    """The postings on record, the latest first; a unit out of reach is there without its name."""
    postings = list(
        individual.postings.filter(superseded_by=None).select_related("unit").order_by("-possible", "id")
    )
    visible = set(
        Unit.objects.visible_to(reader(request))
        .filter(pk__in=[each.unit_id for each in postings])
        .values_list("pk", flat=True)
    )
    return [
        {
            "posting": each,
            "hidden": each.unit_id not in visible,
            "possible": commanders.days_of(each.possible),
            "certain": commanders.days_of(each.certain) if each.certain is not None else None,
        }
        for each in postings
    ]


def _judged_same(request: HttpRequest, subject: Subject) -> list[dict[str, Any]]:
    """Whom this subject was judged the same as, from either side, within reach."""
    links = (
        SameAs.objects.standing()
        .filter(Q(known=subject) | Q(nominee=subject))
        .select_related("nominee", "known", "made_by")
        .order_by("-made_at")[:MOST]
    )
    others = [(link.nominee if link.known_id == subject.pk else link.known, link) for link in links]
    visible = set(
        Subject.objects.visible_to(reader(request))
        .filter(pk__in=[other.pk for other, _link in others])
        .values_list("pk", flat=True)
    )
    return [{"other": other, "link": link} for other, link in others if other.pk in visible]


def _cases(request: HttpRequest, same: set[Any]) -> list[Case]:
    cases = Case.objects.visible_to(reader(request)).filter(Q(subject__in=same) | Q(commander__in=same))
    return list(cases.select_related("nomination", "subject").order_by("-opened_at", "pk")[:MOST])
