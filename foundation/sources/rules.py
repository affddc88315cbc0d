"""Who may record sources, documents and citations. Writes nothing: raises or returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import NotNow, NotYours
from foundation.sources import protection
from foundation.sources.models import Citation, Document, Source
from foundation.sources.permissions import SourcePerm

MOST_FILES_A_DAY = 500
WHO = "Only the human rights bureau records sources, documents and citations."
HERE = "Only the human rights bureau of this country records sources of it."
SEALED = "What is protected here is corrected and cited only by those who read it, and you do not."


def check_can_record_somewhere(user: User, nothing: None = None) -> None:
    if not reach.holds_anywhere(user, SourcePerm.RECORD, Country, Post):
        raise NotYours(WHO)


def check_can_record(user: User, country: Any) -> None:
    """`country`: None for a source of no country in particular."""
    if country is None:
        check_can_record_somewhere(user)
    elif not reach.holds_in_country(user, SourcePerm.RECORD, country):
        raise NotYours(HERE)


def check_can_correct_source(user: User, source: Source) -> None:
    check_can_record(user, source.country)
    if not protection.reads_source(user, source):
        raise NotYours(SEALED)


def check_can_add_to(user: User, source: Source) -> None:
    """A document of this source."""
    check_can_correct_source(user, source)


def check_can_correct_document(user: User, document: Document) -> None:
    check_can_record(user, document.source.country)
    if not protection.reads_document(user, document):
        raise NotYours(SEALED)


def check_can_cite(user: User, document: Document) -> None:
    check_can_correct_document(user, document)


def check_can_correct_citation(user: User, citation: Citation) -> None:
    check_can_correct_document(user, citation.document)


def check_can_open(user: User, document: Document) -> None:
    if not protection.reads_document(user, document):
        raise NotYours("This document is protected: only those who read its source and compartment open it.")
    if not document.has_file:
        raise NotNow("No file of this document is kept here.")


def check_not_too_many_files(user: User) -> None:
    since = timezone.now() - dt.timedelta(days=1)
    added = Document.objects.filter(recorded_by=user, created_at__gte=since).exclude(key="")
    if added.count() >= MOST_FILES_A_DAY:
        raise NotNow(f"You have added {MOST_FILES_A_DAY} files within a day: go on tomorrow.")
