"""A row of incidents becomes an incident with a citation; an allegation only where the row carries a unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from evidence.actions.allegations import FIELDS as ALLEGATION_FIELDS
from evidence.actions.allegations import NEW
from evidence.actions.incidents import CHANGED
from evidence.actions.incidents import FIELDS as INCIDENT_FIELDS
from evidence.actions.telling import told_anew
from evidence.models import Allegation, Incident, PerpetratorKind
from evidence.protection import ALLEGATION, INCIDENT
from evidence.research import sources
from evidence.research.plan import NAMESPACE, Item, Plan, as_ranges
from foundation.audit import actions as audit
from foundation.signing import actions as signing
from foundation.sources import versions
from foundation.sources.models import Citation, Document, DocumentKind
from units.actions.many import AT_ONCE, cite_many


def write(plan: Plan) -> None:
    of_file = plan.files["incidents.csv"]
    new = [
        Incident(id=item.ref, country_id=item.content["country"], **_columns(item)) for item in of_file.new
    ]
    Incident.objects.bulk_create(new, batch_size=AT_ONCE)
    versions.keep_many(INCIDENT, new, INCIDENT_FIELDS, by=None)
    audit.record_many(audit.entry("evidence.incident-imported", by=None, target=each) for each in new)
    _cite(of_file.new, plan)
    _correct(of_file.changed)
    _allege([*of_file.new, *of_file.changed], plan)


def _columns(item: Item) -> dict[str, Any]:
    said = item.content
    return {
        "title": said["title"],
        "location": said["location"],
        "narrative": said["narrative"],
        "victims_min": said["victims"][0],
        "victims_max": said["victims"][1],
        **as_ranges(said["days"]),
    }


def _cite(items: list[Item], plan: Plan) -> None:
    """The documents that the row names; what it only says in words stands as an entry of the data set."""
    entries = [item for item in items if not item.content["cites"]]
    datasets = _datasets(entries)
    sources.add_citations(
        Citation(
            id=sources.citation_of(item.ref),
            document_id=datasets[item.content["dataset"]],
            place=f"Entry {item.key}",
            quote=item.content["said"],
        )
        for item in entries
    )
    cite_many(INCIDENT, {item.ref: 1 for item in items}, {item.ref: _cited(item, plan) for item in items})


def _cited(item: Item, plan: Plan) -> list[UUID]:
    named = [sources.citation_of(plan.ref("sources.csv.gz", key)) for key in item.content["cites"]]
    return named or [sources.citation_of(item.ref)]


def _datasets(items: list[Item]) -> dict[str, UUID]:
    """Data set → the document that it is, held by who publishes it."""
    names = sorted({item.content["dataset"] for item in items})
    publishers = sources.publishers_of(names)
    ids = {name: uuid5(NAMESPACE, f"dataset {name}") for name in names}
    there = set(Document.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    sources.add_documents(
        [
            Document(
                id=pk,
                source_id=publishers[name],
                kind=DocumentKind.HELD_ELSEWHERE,
                title=name,
                holder=name,
                reference=name,
                accessed_on=sources.today(),
            )
            for name, pk in ids.items()
            if pk not in there
        ]
    )
    return ids


def _allege(items: list[Item], plan: Plan) -> None:
    """One for each unit and violation that the row carries and did not carry before."""
    made = [
        (
            item,
            Allegation(
                incident_id=item.ref,
                perpetrator_kind=PerpetratorKind.UNIT,
                unit_id=plan.ref("units.csv", unit),
                violation=violation,
                **as_ranges(item.content["days"]),
            ),
        )
        for item in items
        for unit, violation in _carried(item.content) - _carried(item.before.content if item.before else {})
    ]
    allegations = [allegation for _item, allegation in made]
    Allegation.objects.bulk_create(allegations, batch_size=AT_ONCE)
    versions.keep_many(ALLEGATION, allegations, ALLEGATION_FIELDS, by=None)
    cite_many(
        ALLEGATION,
        {each.pk: 1 for each in allegations},
        {allegation.pk: _cited(item, plan) for item, allegation in made},
    )
    audit.record_many(
        audit.entry(
            "evidence.allegation-imported",
            by=None,
            target=each.incident,
            allegation=str(each.pk),
            violation=each.violation,
        )
        for each in allegations
    )
    for each in allegations:
        told_anew(each, changed=NEW, by=None)


def _carried(content: dict[str, Any]) -> set[tuple[str, str]]:
    return {(unit, each) for unit in content.get("units", ()) for each in content.get("violations", ())}


def _correct(items: list[Item]) -> None:
    """Its allegations are unassessed until somebody judges them anew."""
    incidents = Incident.objects.in_bulk([item.ref for item in items])
    for item in items:
        incident = incidents[item.ref]
        versions.correct(INCIDENT, incident, _columns(item), INCIDENT_FIELDS, by=None, reason=sources.REASON)
        audit.record("evidence.incident-imported", by=None, target=incident, version=incident.version)
        signing.overtake(kind=INCIDENT, ref=incident.pk, changed=CHANGED, by=None)
        for allegation in incident.allegations.select_related("unit", "individual"):
            if not allegation.dated_apart:
                allegation.certain, allegation.possible = incident.certain, incident.possible
                allegation.save(update_fields=["certain", "possible", "updated_at"])
            told_anew(allegation, changed=CHANGED, by=None)
        if item.before:
            item.before.version = incident.version
