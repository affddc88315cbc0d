"""Recording and correcting sources, documents and citations; opening a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.sources import facts, files, rules, versions
from foundation.sources.models import Citation, Document, DocumentKind, Source
from foundation.sources.permissions import SourcePerm

SOURCE, DOCUMENT, CITATION = "sources.source", "sources.document", "sources.citation"
FIELDS = {
    SOURCE: ("name", "kind", "reliability", "agenda", "country_id", "compartment_id"),
    DOCUMENT: (
        "source_id", "kind", "title", "url", "archived_url", "holder", "reference", "filename",
        "published_on", "accessed_on", "compartment_id", "sha256", "size", "media_type",
    ),
    CITATION: ("document_id", "place", "quote"),
}  # fmt: skip


@transaction.atomic
def record_source(*, by: User, **said: Any) -> Source:
    """`said`: name, kind, reliability, agenda, country, compartment. Nobody naming a country, it belongs to
    the one where `by` records, if that is one alone."""
    country = said.pop("country", None) or _only_country(by)
    rules.check_can_record(by, country)
    source = Source(country=country, recorded_by=by, **said)
    source.save(force_insert=True)
    versions.keep(SOURCE, source, FIELDS[SOURCE], by=by)
    audit.record("sources.source-recorded", by=by, target=source)
    return source


def _only_country(by: User) -> Country | None:
    held = reach.grants(by)
    countries = held.countries(SourcePerm.RECORD)
    alone = not held.everywhere(SourcePerm.RECORD) and len(countries) == 1
    return Country.objects.get(pk=next(iter(countries))) if alone else None


@transaction.atomic
def correct_source(*, source: Source, changes: dict[str, Any], reason: str, by: User) -> Source:
    source = Source.objects.locked(source.pk)
    rules.check_can_correct_source(by, source)
    if "country" in changes:
        rules.check_can_record(by, changes["country"])
    _correct(SOURCE, source, changes, by=by, reason=reason)
    return source


@transaction.atomic
def record_document(
    *,
    by: User,
    source: Source,
    title: str,
    accessed_on: Any,
    file: Any = None,
    url: str = "",
    archived_url: str = "",
    held_elsewhere: Mapping[str, str] | None = None,
    **said: Any,
) -> Document:
    """A file, a link (with its archived copy as `file`, if there is one), or where it is held.

    `said`: published_on, compartment. `file` is an uploaded file. Raises Invalid for a file of a wrong kind.
    """
    rules.check_can_add_to(by, source)
    document = Document(
        source=source, title=title, accessed_on=accessed_on, url=url, archived_url=archived_url,
        recorded_by=by, **said,
    )  # fmt: skip
    document.kind = DocumentKind.LINK if url else DocumentKind.FILE
    if held_elsewhere:
        document.kind = DocumentKind.HELD_ELSEWHERE
        document.holder, document.reference = held_elsewhere["holder"], held_elsewhere["reference"]
    if file is not None:
        rules.check_not_too_many_files(by)
        _keep_file(document, file)
    document.save(force_insert=True)
    versions.keep(DOCUMENT, document, FIELDS[DOCUMENT], by=by)
    kept = {"sha256": document.sha256} if document.key else {}
    audit.record("sources.document-recorded", by=by, target=document, kind=document.kind, **kept)
    return document


def _keep_file(document: Document, file: Any) -> None:
    content = file.read(files.MOST_BYTES + 1)
    found = files.recognise(file.name or "", content)
    document.filename = files.clean_name(file.name or "", found.suffix)
    document.media_type, document.size = found.media_type, len(content)
    document.key, document.sha256 = files.keep(content)


@transaction.atomic
def correct_document(*, document: Document, changes: dict[str, Any], reason: str, by: User) -> Document:
    document = Document.objects.select_related("source__country").locked(document.pk)
    rules.check_can_correct_document(by, document)
    if "source" in changes:
        rules.check_can_add_to(by, changes["source"])
    _correct(DOCUMENT, document, changes, by=by, reason=reason)
    return document


@transaction.atomic
def record_citation(*, by: User, document: Document, place: str, quote: str = "") -> Citation:
    rules.check_can_cite(by, document)
    citation = Citation(document=document, place=place, quote=quote, recorded_by=by)
    citation.save(force_insert=True)
    versions.keep(CITATION, citation, FIELDS[CITATION], by=by)
    audit.record("sources.citation-recorded", by=by, target=citation, document=str(document.pk))
    return citation


@transaction.atomic
def correct_citation(*, citation: Citation, changes: dict[str, Any], reason: str, by: User) -> Citation:
    citation = Citation.objects.select_related("document__source__country").locked(citation.pk)
    rules.check_can_correct_citation(by, citation)
    _correct(CITATION, citation, changes, by=by, reason=reason)
    return citation


def _correct(kind: str, thing: Any, changes: dict[str, Any], *, by: User, reason: str) -> None:
    versions.correct(kind, thing, changes, FIELDS[kind], by=by, reason=reason)
    named = sorted(changes)
    audit.record(f"{kind}-corrected", by=by, target=thing, fields=named, version=thing.version, reason=reason)
    outbox.tell(facts.CHANGED, what=kind, ref=str(thing.pk))


@transaction.atomic
def open_file(*, document: Document, by: User) -> bytes:
    """The file's content. That it was opened is recorded before it is answered."""
    rules.check_can_open(by, document)
    content = files.read(document)
    audit.record("sources.document-opened", by=by, target=document, sha256=document.sha256)
    return content
