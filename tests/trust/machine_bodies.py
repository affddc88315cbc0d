"""What somebody might send with an act: made from the act's own body, so that a new act is driven too."""

from __future__ import annotations

from random import Random
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from evidence.models import Allegation
from foundation.accounts.models import User
from foundation.doors.fields import ManyReached, ReachRelatedField
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.classes import a_class, a_person, a_unit
from vetting.acts import nominations
from vetting.acts.cases import AskedFields
from vetting.acts.checks import SearchBody
from vetting.days import add_working_days, today
from vetting.models import Candidate, Case, Check

SEARCH = {"source": "Embassy files", "query": "as nominated", "results": 0}
# Most of the time what lets a case go on; the rest of the time anything that may be chosen.
USUAL = {"finding": "nothing-found", "verdict": "different"}
NAMES = ("Branko Olmerin", "Branka Olmerin", "Talia Drosenka", "Ilko Branesh")  # the first is restricted
UNITS = ("14th Border Battalion", "Eastern Border Regiment", "2nd Harbour Guard Company")
PROGRAMS = (("INCLE", "FAA"), ("FMF", "AECA"), ("333", "DOD"))


def body_of(kind: type[serializers.BaseSerializer[Any]] | None, thing: Any, random: Random) -> dict[str, Any]:
    if kind is None:
        return {}
    if kind is nominations.AmendBody:
        return _moved(random)
    fields = kind().fields  # type: ignore[attr-defined]
    return {
        name: value
        for name, field in fields.items()
        if (field.required or random.random() < 0.7)
        and (value := _value(name, field, thing, random)) is not ...
    }


def _value(name: str, field: serializers.Field[Any, Any, Any, Any], thing: Any, random: Random) -> Any:
    if isinstance(field, AskedFields):
        return []
    if isinstance(field, ManyReached):
        return _alleged(thing) if name == "allegations" else []
    if isinstance(field, nominations.Changes):
        return _changes(random)
    if isinstance(field, serializers.ListSerializer) and isinstance(field.child, SearchBody):
        return [SEARCH]
    if isinstance(field, ReachRelatedField):
        return _alternate(thing, random)
    if isinstance(field, serializers.ChoiceField):
        return USUAL[name] if name in USUAL and random.random() < 0.75 else random.choice([*field.choices])
    if isinstance(field, serializers.BooleanField):
        return random.random() < 0.5
    return f"Because of {random.randint(1, 99)}."


def _alleged(thing: Any) -> list[str]:
    """What is on record against the subject of a case, be it enough to withhold on or not."""
    return [str(each.pk) for each in Allegation.objects.against([thing.subject_id])[:2]]


def _alternate(thing: Any, random: Random) -> Any:
    if not isinstance(thing, Candidate):
        return ...
    others = Candidate.objects.filter(nomination=thing.nomination_id, role="alternate").order_by("row")
    return str(random.choice([*others, thing]).pk)


def _moved(random: Random) -> dict[str, Any]:
    starts = add_working_days(today(), random.choice((30, 45, 60, 200, 300)))
    ends = add_working_days(starts, 8)
    moved: dict[str, Any] = {"event": {"starts_on": starts.isoformat(), "ends_on": ends.isoformat()}}
    if random.random() < 0.7:
        moved["needed_by"] = add_working_days(today(), random.randint(6, 25)).isoformat()
    return moved


def _changes(random: Random) -> dict[str, Any]:
    return random.choice(
        [
            {},
            {"rank": random.choice(("Major", "Captain"))},
            {"name": {"full": random.choice(NAMES)}},
            {"date_of_birth": f"19{random.randint(60, 99)}"},
            {"unit": _unit(random)},
        ]
    )


def _unit(random: Random) -> dict[str, Any]:
    named = a_unit(1, name=random.choice(UNITS))
    return named | {"commander": {"full": random.choice((*NAMES, "Oleg Vantsoy", "Oleg Vantsoy"))}}


def a_nomination(by: User, random: Random, number: int) -> dict[str, Any]:
    """One to three people of one or two units, or a unit alone; now and then a unit nominated before."""
    country = "XB" if by.username.endswith("2") else "XA"
    before = Case.objects.filter(kind="unit", nomination__organisation=by.organisation_id)
    before = before.exclude(outcome__startswith="cancelled").order_by("reference")
    units = [_unit(random) for _ in range(random.choice((1, 1, 2)))]
    if before and random.random() < 0.4:
        units[0] = {"id": str(random.choice(before).subject_id)}
    rows = [
        a_person(number * 10 + at, unit=random.choice(units), role=_role(random, at), nationality=country)
        for at in range(random.randint(1, 3))
    ]
    for row in rows:
        if random.random() < 0.3:
            row["name"] = {"full": random.choice(NAMES)}
    if random.random() < 0.2:
        rows.append({"kind": "unit", "role": "participant", "unit": random.choice(units)})
    program, law = random.choice(PROGRAMS)
    return a_class(rows, by=by, country=country, program=program, law=law)


def _role(random: Random, at: int) -> str:
    return "alternate" if at and random.random() < 0.4 else "participant"


def case_of(thing: Any) -> Case | None:
    """The case that an act on this thing is about, where there is one."""
    if isinstance(thing, Case):
        return thing
    if isinstance(thing, Check | Candidate):
        return thing.case
    if isinstance(thing, Match):
        return Case.objects.filter(subject=thing.nominee_id).order_by("reference").first()
    if isinstance(thing, Determination):
        pk = thing.target.partition(":")[2]
        return Case.objects.filter(Q(pk=pk) | Q(checks=pk)).first()
    return None
