"""The path of an overlap in words: each record with its name and its dates, for one reader.

A record of a unit or person that the reader may not read is there, with its dates and without its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from evidence.chain import Step
from evidence.overlap import LINKED, Overlap
from foundation.accounts.models import User
from units.claims import named
from units.models import CommandLink, LineageEvent, Posting, Subject, Unit

HIDDEN = "A record outside your reach"
MODELS = {"posting": Posting, "command-link": CommandLink, "lineage-event": LineageEvent, "same-as": Unit}


class Shown(TypedDict):
    kind: str
    id: str | None
    name: str
    when: dict[str, Any] | None


def shown(overlaps: Iterable[Overlap], user: User) -> list[tuple[Overlap, list[Shown]]]:
    """Each overlap with its path. A few queries, however many there are."""
    listed = list(overlaps)
    records = {kind: _records(kind, listed, user) for kind in MODELS}
    named = _named(listed)
    return [(each, _path(each, records, named)) for each in listed]


def _records(kind: str, overlaps: list[Overlap], user: User) -> dict[str | None, Shown]:
    ids = {_key(step) for each in overlaps for step in each.steps if step.kind == kind}
    if not ids:
        return {}
    model: Any = MODELS[kind]
    claims = model.objects.filter(pk__in=ids)
    read = set(model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    whole = claims if kind == "same-as" else claims.whole()
    return {str(each.pk): _shown(kind, each, each.pk in read) for each in whole}


def _key(step: Step) -> str | None:
    return step.unit if step.kind == "same-as" else step.id


def _shown(kind: str, record: Any, read: bool) -> Shown:
    if kind == "same-as":
        name, when = f"Judged the same: {record.name}", None
    else:
        name, when = named(record), record.when
    return Shown(kind=kind, id=str(record.pk) if read else None, name=name if read else HIDDEN, when=when)


def _named(overlaps: list[Overlap]) -> dict[Any, str]:
    """Whom the allegations that are linked are against: who reads an allegation reads that."""
    ids = {each.allegation.perpetrator_id for each in overlaps if each.allegation and each.grade in LINKED}
    return dict(Subject.objects.filter(pk__in=ids).values_list("pk", "name"))


def _path(
    overlap: Overlap, records: dict[str, dict[str | None, Shown]], named: dict[Any, str]
) -> list[Shown]:
    steps = [records[step.kind][_key(step)] for step in overlap.steps]
    allegation = overlap.allegation
    if allegation is None or overlap.grade not in LINKED:
        return steps
    name = named[allegation.perpetrator_id]
    return [*steps, Shown(kind="allegation", id=str(allegation.pk), name=name, when=allegation.when)]
