"""A possible match: the nominee beside the known subject, what each feature adds, and a person's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.accounts import reach
from foundation.doors.acts import Act
from foundation.doors.pages import act_view
from foundation.doors.reader import reader
from foundation.refused import Problem
from screening.models import Match
from units.models import Individual, Kind, Unit
from units.permissions import UnitPerm
from vetting.acts.matches import MATCH_ACTS
from vetting.models import Case
from vetting.pages import forms, names, offers
from vetting.pages.case_file import tail
from vetting.pages.finding import find_match

LABELS = {
    "name": "Name",
    "numbers": "Numbers in the name",
    "kind of unit": "Kind of unit",
    "birth date": "Born",
    "country": "Country",
    "parents": "Unit above",
}
MARKS = {
    "restricted:state-leahy": "Restricted under the State law, 22 U.S.C. 2378d",
    "restricted:dod-leahy": "Restricted under the DoD law, 10 U.S.C. 362",
    "lifted:state-leahy": "Was restricted under the State law; the restriction was lifted",
    "lifted:dod-leahy": "Was restricted under the DoD law; the restriction was lifted",
    "earlier-suspended": "An earlier case on this subject was suspended",
    "earlier-lapsed": "An earlier case on this subject lapsed",
    "earlier-withdrawn": "An earlier case on this subject was withdrawn",
    "told-anew": "Its unit or commander was told anew while something stood against the one told before",
    "earlier-withheld": "An earlier case on this subject was withheld",
    "earlier-recalled": "An earlier clearance of this subject was recalled",
    "earlier-derogatory": "An earlier case on this subject was cancelled with something held against it",
}


@dataclass(frozen=True)
class Feature:
    """One thing compared. The two sides as pieces: (text, whether it differs from the other side)."""

    label: str
    nominee: list[tuple[str, bool]]
    known: list[tuple[str, bool]]
    says: str
    adds: float
    is_name: bool = False


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, pk: Any) -> HttpResponse:
    if request.method == "POST":
        return _judge(request, act="verdict", pk=pk)
    return _page(request, find_match(request, pk))


def _page(
    request: HttpRequest, found: Match, typed: QueryDict | None = None, problems: Sequence[Problem] = ()
) -> HttpResponse:
    act = MATCH_ACTS["verdict"]
    case = case_of(reader(request), found)
    hits = _hits(case, found)
    place = next((index for index, hit in enumerate(hits) if hit["pk"] == found.pk), 0)
    form = forms.form_for(act.body, act="verdict", typed=typed, problems=problems)  # type: ignore[arg-type]
    texts = names.names_of([found.nominee_id, found.known_id])
    context = {
        "match": found,
        "case": case,
        "form": form,
        "wrong": forms.further(problems, form, []),
        "refused": offers.refusal(act, reader(request), found),
        "features": [feature(each) for each in found.explanation],
        "names": {
            "nominee": texts.get(found.nominee_id, []),
            "known": texts.get(found.known_id, []),
        },
        "sides": (_side(found.nominee), _side(found.known)),
        "known_because": [MARKS.get(mark.reason, mark.reason) for mark in _marks(found)],
        "verdicts": list(found.verdicts.select_related("by").order_by("-at")),
        "hits": hits,
        "place": place + 1,
        "after": hits[place + 1] if place + 1 < len(hits) else None,
        "before": hits[place - 1] if place else None,
        "may_show": case and case.subject_id == found.nominee_id and _may_show(request, found),
        "kind": found.nominee.kind,
        "crumbs": _crumbs(case, place + 1, len(hits)),
    }
    return render(request, "vetting/compare.html", context)


def case_of(user: Any, found: Match) -> Case | None:
    """The newest case of this nominee that the reader may read: what the verdict is needed for."""
    cases = Case.objects.visible_to(user).select_related("subject", "nomination")
    return (
        cases.filter(Q(subject=found.nominee_id) | Q(commander=found.nominee_id))
        .order_by("-opened_at")
        .first()
    )


def _hits(case: Case | None, found: Match) -> list[dict[str, Any]]:
    """All that stands of the case's possible matches, in the order of the case's page."""
    nominees = [case.subject_id, case.commander_id] if case else [found.nominee_id]
    standing = Match.objects.standing().filter(nominee__in=[pk for pk in nominees if pk])
    return [
        {"number": number, "pk": pk, "verdict": verdict, "url": reverse("match", args=[pk])}
        for number, (pk, verdict) in enumerate(
            standing.order_by("-score", "pk").values_list("pk", "verdict"), 1
        )
    ]


def feature(each: Mapping[str, Any]) -> Feature:
    nominee, known = _pieces(each["nominee"], each["known"])
    label = LABELS.get(each["feature"], str(each["feature"]).capitalize())
    return Feature(label, nominee, known, each["says"], each["contribution"], each["feature"] == "name")


def _pieces(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts cut where they differ; whole where they are in different scripts."""
    if not one or not other or names.script_of(one) != names.script_of(other):
        return [(one, False)] if one else [], [(other, False)] if other else []
    left, right = [], []
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left.append((one[i:j], tag != "equal"))
        right.append((other[k:m], tag != "equal"))
    return [piece for piece in left if piece[0]], [piece for piece in right if piece[0]]


def _side(subject: Any) -> dict[str, Any]:
    """What is known of one side beyond what was scored. Masked fields only say that they are there."""
    if subject.kind == Kind.INDIVIDUAL:
        person = Individual.objects.get(pk=subject.pk)
        return {
            "gender": "" if person.gender == "unknown" else person.gender,
            "national_id": bool(person.national_id),
            "tail": tail(person.national_id),
            "birthplace": bool(person.birth_city or person.birth_state or person.birth_country),
        }
    unit = Unit.objects.get(pk=subject.pk)
    return {"level": unit.level, "force": unit.force_type, "status": unit.status, "location": unit.location}


def _marks(found: Match) -> Any:
    return found.known.marks.filter(ended_at=None).order_by("since")


def _may_show(request: HttpRequest, found: Match) -> bool:
    return reach.holds_in_country(reader(request), UnitPerm.UNMASK, found.nominee.country)


def _crumbs(case: Case | None, place: int, of: int) -> list[dict[str, str]]:
    first = {"label": "My work", "url": reverse("my-work")}
    of_case = [{"label": case.reference, "url": reverse("case", args=[case.pk])}] if case else []
    return [first, *of_case, {"label": f"Hit {place} of {of}"}]


# --- the verdict ---


def _invalid(
    request: HttpRequest, thing: Match, act: Act, problems: Sequence[Problem], data: Mapping[str, Any]
) -> HttpResponse:
    return _page(request, thing, request.POST, problems)


def _on(request: HttpRequest, found: Match, act: Act, result: Any) -> str:
    """On to the next that is to be judged; back to the case when all are."""
    case = case_of(reader(request), found)
    left = [hit for hit in _hits(case, found) if not hit["verdict"]]
    if left:
        return str(left[0]["url"])
    return reverse("case", args=[case.pk]) if case else reverse("my-work")


_judge = act_view(
    MATCH_ACTS,
    find=find_match,
    back=lambda request, found: reverse("match", args=[found.pk]),
    invalid=_invalid,
    done=_on,
)
