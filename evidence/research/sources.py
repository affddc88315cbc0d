"""A row of sources becomes a document of its publication, with one citation of it as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from evidence.research.plan import NAMESPACE, Item, Plan
from foundation.outbox import actions as outbox
from foundation.sources import facts, versions
from foundation.sources.actions import CITATION, DOCUMENT, FIELDS, SOURCE
from foundation.sources.models import Citation, Document, DocumentKind, Source, SourceKind
from units.actions.many import AT_ONCE

WHOLE = "The document as a whole"
REASON = "An import read it otherwise."


def citation_of(document: UUID) -> UUID:
    return uuid5(document, "citation")


def write(plan: Plan) -> None:
    of_file = plan.files["sources.csv.gz"]
    publishers = publishers_of(item.content["publication"] for item in (*of_file.new, *of_file.changed))
    documents = [
        Document(id=item.ref, kind=_kind(item), accessed_on=today(), **_columns(item, publishers))
        for item in of_file.new
    ]
    add_documents(documents)
    add_citations(Citation(id=citation_of(each.pk), document=each, place=WHOLE) for each in documents)
    _correct(of_file.changed, publishers)


def publishers_of(names: Iterable[str]) -> dict[str, UUID]:
    """Whoever published, by name: those that an import made before, and new ones."""
    ids = {name: uuid5(NAMESPACE, f"publisher {name}") for name in sorted(set(names))}
    there = set(Source.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    new = [Source(id=pk, name=name, kind=SourceKind.OTHER) for name, pk in ids.items() if pk not in there]
    Source.objects.bulk_create(new, batch_size=AT_ONCE)
    versions.keep_many(SOURCE, new, FIELDS[SOURCE], by=None)
    return ids


def add_documents(documents: list[Document]) -> None:
    Document.objects.bulk_create(documents, batch_size=AT_ONCE)
    versions.keep_many(DOCUMENT, documents, FIELDS[DOCUMENT], by=None)


def add_citations(citations: Iterable[Citation]) -> None:
    new = list(citations)
    Citation.objects.bulk_create(new, batch_size=AT_ONCE)
    versions.keep_many(CITATION, new, FIELDS[CITATION], by=None)


def today() -> dt.date:
    """The day on which it came to be here, which is when it was accessed for this record."""
    return timezone.now().date()


def _kind(item: Item) -> str:
    return DocumentKind.LINK if item.content["url"] else DocumentKind.HELD_ELSEWHERE


def _columns(item: Item, publishers: dict[str, UUID]) -> dict[str, Any]:
    said = item.content
    url = said["url"]
    return {
        "source_id": publishers[said["publication"]],
        "title": said["title"],
        "url": url,
        "archived_url": said["archived_url"] if url else "",
        "holder": "" if url else said["publication"],
        "reference": "" if url else said["title"],
        "published_on": said["published_on"] and dt.date.fromisoformat(said["published_on"]),
    }


def _correct(items: list[Item], publishers: dict[str, UUID]) -> None:
    documents = Document.objects.in_bulk([item.ref for item in items])
    for item in items:
        document = documents[item.ref]
        columns = _columns(item, publishers)
        versions.correct(DOCUMENT, document, columns, FIELDS[DOCUMENT], by=None, reason=REASON)
        outbox.tell(facts.CHANGED, what=DOCUMENT, ref=str(document.pk))
        if item.before:
            item.before.version = document.version
