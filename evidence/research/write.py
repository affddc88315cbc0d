"""Writes what a plan says, in one transaction: new rows in few statements, changed ones as new versions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django_countries import countries

from evidence.models import Imported
from evidence.research import incidents, sources
from evidence.research.plan import CLAIMS, ENDS, Item, Plan, Progress, as_link, as_ranges
from foundation.accounts.models import Country
from foundation.audit import actions as audit
from units.actions import many
from units.actions.subjects import Called, Recorded
from units.claims import SUBJECT, kind_of
from units.models import (
    Claim,
    Individual,
    LineageEvent,
    LineageKind,
    NameKind,
    Posting,
    Subject,
    Unit,
    UnitStatus,
)

SUBJECTS = ("units.csv", "persons.csv")


@transaction.atomic
def write(plan: Plan, progress: Progress = lambda *_: None) -> None:
    """One event for the import, and one in the chain of every subject that it touches."""
    touched: dict[UUID, Counter[str]] = defaultdict(Counter)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("Writing countries", lambda: _countries(plan)),
        ("Writing sources", lambda: sources.write(plan)),
        ("Writing units and people", lambda: _subjects(plan, touched)),
        ("Writing links, postings and lineage", lambda: _claims(plan, touched)),
        ("Writing incidents", lambda: incidents.write(plan)),
        ("Keeping which row became what", lambda: _keep(plan)),
        ("Telling", lambda: _tell(plan, touched)),
    ]
    for at, (words, step) in enumerate(steps):
        progress(words, at, len(steps))
        step()
    progress("Written", len(steps), len(steps))


def _countries(plan: Plan) -> None:
    items = [item for file in (*SUBJECTS, "incidents.csv") for item in plan.files[file].new]
    items += [item for file in (*SUBJECTS, "incidents.csv") for item in plan.files[file].changed]
    codes = {item.content["country"] for item in items}
    Country.objects.bulk_create(
        (Country(code=code, name=countries.name(code)) for code in sorted(codes)), ignore_conflicts=True
    )


# --- units and people ---


def _subjects(plan: Plan, touched: dict[UUID, Counter[str]]) -> None:
    for file in SUBJECTS:
        of_file = plan.files[file]
        new = [_recorded(file, item, _subject(file, item)) for item in of_file.new]
        many.record_many(new)
        many.cite_many(
            SUBJECT,
            {item.ref: 1 for item in of_file.new},
            {item.ref: _citations(plan, item) for item in of_file.new},
        )
        for item in (*of_file.new, *of_file.changed):
            touched[item.ref]["names"] += 1 + len(item.content["aliases"])
        _correct(file, of_file.changed)


def _subject(file: str, item: Item) -> Individual | Unit:
    model = Unit if file == "units.csv" else Individual
    return model(id=item.ref, **_fields(file, item))


def _fields(file: str, item: Item) -> dict[str, Any]:
    said = item.content
    if file == "persons.csv":
        return {"country_id": said["country"]}
    ended = {"status": UnitStatus.DISBANDED} if said["ended"] else {}
    return {
        "country_id": said["country"],
        "force_type": said["force_type"],
        "location": said["location"],
        **ended,
    }


def _recorded(file: str, item: Item, subject: Individual | Unit) -> Recorded:
    names = [Called(item.content["name"])]
    names += [Called(alias, kind=NameKind.ALIAS) for alias in item.content["aliases"]]
    return Recorded(subject, names)


def _correct(file: str, items: list[Item]) -> None:
    model: Any = Unit if file == "units.csv" else Individual
    subjects = model.objects.in_bulk([item.ref for item in items])
    for item in items:
        subject = subjects[item.ref]
        item_version = many.correct_one(subject, _fields(file, item), _recorded(file, item, subject))
        if item.before:
            item.before.version = item_version


# --- what links them ---


def _claims(plan: Plan, touched: dict[UUID, Counter[str]]) -> None:
    for file in CLAIMS:
        of_file = plan.files[file]
        made = {item.key: _claim(file, item, plan) for item in (*of_file.new, *of_file.changed)}
        _save(file, made.values(), plan, of_file)
        many.cite_many(
            kind_of(CLAIMS[file]),
            {claim.pk: claim.version for claim in made.values()},
            {made[item.key].pk: _citations(plan, item) for item in (*of_file.new, *of_file.changed)},
        )
        for item in (*of_file.new, *of_file.changed):
            touched[_whose(file, item, plan)][file.partition(".")[0]] += 1
        _supersede(file, of_file.changed, made)


def _claim(file: str, item: Item, plan: Plan) -> Any:
    claim: Any
    if file == ENDS:
        claim = LineageEvent(kind=LineageKind.DISBANDED, **as_ranges(item.content["days"]))
    elif file == "postings.csv":
        claim = Posting(
            individual_id=plan.ref("persons.csv", item.content["person"]),
            unit_id=plan.ref("units.csv", item.content["unit"]),
            role=item.content["role"],
            rank=item.content["rank"],
            title=item.content["title"],
            **as_ranges(item.content["days"]),
        )
    else:
        claim = as_link(item.content, plan)
    claim.pk = claim.id = item.ref if item.before is None else uuid4()
    claim.version = 1 if item.before is None else item.before.version + 1
    return claim


def _save(file: str, claims: Iterable[Any], plan: Plan, of_file: Any) -> None:
    if file == ENDS:
        items = (*of_file.new, *of_file.changed)
        ended = [[plan.ref("units.csv", item.content["unit"])] for item in items]
        many.lineage_many([(claim, unit, []) for claim, unit in zip(claims, ended, strict=True)])
    else:
        many.link_many(list(claims))


def _whose(file: str, item: Item, plan: Plan) -> UUID:
    """In whose chain it stands."""
    if file == "postings.csv":
        return plan.ref("persons.csv", item.content["person"])
    return plan.ref("units.csv", item.content["unit" if file == ENDS else "child"])


def _supersede(file: str, items: list[Item], made: dict[str, Claim]) -> None:
    claims: Any = CLAIMS[file]
    old = claims.objects.in_bulk([item.ref for item in items])
    many.replace_many((old[item.ref], made[item.key]) for item in items)
    for item in items:
        item.ref = made[item.key].pk
        if item.before:
            item.before.version = made[item.key].version


def _citations(plan: Plan, item: Item) -> list[UUID]:
    return [sources.citation_of(plan.ref("sources.csv.gz", key)) for key in item.content.get("sources", ())]


# --- afterwards ---


def _keep(plan: Plan) -> None:
    for file, of_file in plan.files.items():
        Imported.objects.bulk_create(
            (
                Imported(file=file, key=item.key, ref=item.ref, version=1, content=item.content)
                for item in of_file.new
            ),
            batch_size=many.AT_ONCE,
        )
        again = [item.before for item in of_file.changed if item.before]
        for item in of_file.changed:
            if item.before:
                item.before.ref, item.before.content = item.ref, item.content
        Imported.objects.bulk_update(again, ["ref", "version", "content"], batch_size=many.AT_ONCE)


def _tell(plan: Plan, touched: dict[UUID, Counter[str]]) -> None:
    subjects = Subject.objects.in_bulk(list(touched))
    many.tell_imported({subjects[pk]: dict(counts) for pk, counts in touched.items()})
    audit.record(
        "evidence.research-imported",
        by=None,
        files=plan.digests,
        new={file: len(each.new) for file, each in plan.files.items()},
        changed={file: len(each.changed) for file, each in plan.files.items()},
        refused={file: each.refused for file, each in plan.files.items()},
    )
