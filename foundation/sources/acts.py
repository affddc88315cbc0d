"""Recording and correcting sources, documents and citations: each act with its body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from foundation.accounts.models import Country
from foundation.doors.acts import Act, Acts
from foundation.doors.serializers import Day, ReachRelatedField, StrictSerializer, Text
from foundation.refused import Problem
from foundation.sources import actions, conflicts, rules
from foundation.sources.claims import kinds_of_claim
from foundation.sources.models import (
    Compartment,
    Document,
    DocumentKind,
    Reliability,
    Source,
    SourceKind,
)

ADDRESS = 2000  # characters


def country_field(**options: Any) -> ReachRelatedField:
    return ReachRelatedField(queryset=Country.objects.all(), label="Country", **options)


def compartment_field(**options: Any) -> ReachRelatedField:
    """One whose contents the writer reads; null: none."""
    return ReachRelatedField(
        Compartment, required=False, allow_null=True, label="Compartment",
        help_text="Only its own readers see what is protected. Left out: whoever reads it for the country.",
        **options,
    )  # fmt: skip


class WithReason(StrictSerializer):
    """`{changes, reason}`: a correction is a new version, and says why."""

    reason = Text(multiline=True, label="Reason")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        if "changes" in found and not found["changes"]:
            yield Problem("nothing-changed", "Changes: name at least one field to correct.", "/changes")


# --- sources ---


class SourceChanges(StrictSerializer):
    name = Text(required=False, label="Name")
    kind = serializers.ChoiceField(SourceKind.choices, required=False, label="Kind")
    reliability = serializers.ChoiceField(Reliability.choices, required=False, label="Reliability")
    agenda = Text(multiline=True, required=False, allow_blank=True, label="Agenda")
    country = country_field(required=False, allow_null=True)
    compartment = compartment_field()


class SourceBody(SourceChanges):
    name = Text(label="Name")
    kind = serializers.ChoiceField(SourceKind.choices, label="Kind")
    reliability = serializers.ChoiceField(
        Reliability.choices, required=False, default=Reliability.UNKNOWN, label="Reliability"
    )
    agenda = Text(
        multiline=True, required=False, allow_blank=True, default="", label="Agenda",
        help_text="What it wants, or whose interest it serves, as far as it is known.",
    )  # fmt: skip


class SourceCorrection(WithReason):
    changes = SourceChanges()


# --- documents ---


class WebAddress(Text):
    """http or https, and nothing that a browser would run."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=ADDRESS, **options)

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        try:
            return str(serializers.URLField(max_length=ADDRESS).run_validation(address)) if address else ""
        except serializers.ValidationError as wrong:
            raise serializers.ValidationError(
                "This field must be a web address, as https://example.org/report.pdf.", "invalid"
            ) from wrong


class HeldElsewhere(StrictSerializer):
    holder = Text(label="Who holds it")
    reference = Text(label="Under what reference")


def _days_problems(found: Mapping[str, Any], today: dt.date) -> Iterable[Problem]:
    published, accessed = found.get("published_on"), found.get("accessed_on")
    if accessed and accessed > today:
        yield Problem(
            "in-the-future", "Accessed on: this day is still to come. Give a day that was.", "/accessed_on"
        )
    if published and published > today:
        yield Problem(
            "in-the-future", "Published on: this day is still to come. Give a day that was.", "/published_on"
        )
    elif published and accessed and published > accessed:
        yield Problem(
            "upside-down", "Published on: it was accessed before this day. Correct one.", "/published_on"
        )


class DocumentChanges(StrictSerializer):
    source = ReachRelatedField(Source, required=False, label="Source")  # type: ignore[assignment]
    title = Text(required=False, label="Title")
    published_on = Day(required=False, allow_null=True, label="Published on")
    accessed_on = Day(required=False, label="Accessed on")
    url = WebAddress(required=False, label="Address")
    archived_url = WebAddress(required=False, allow_blank=True, label="Address of an archived copy")
    holder = Text(required=False, label="Who holds it")
    reference = Text(required=False, label="Under what reference")
    compartment = compartment_field()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        document: Document = self.context["thing"]
        now = {"published_on": document.published_on, "accessed_on": document.accessed_on}
        yield from _days_problems(now | dict(found), timezone.now().date())
        link, held = document.kind == DocumentKind.LINK, document.kind == DocumentKind.HELD_ELSEWHERE
        belongs = {"url": link, "archived_url": link, "holder": held, "reference": held}
        for name, fits in belongs.items():
            if name in found and not fits:
                label = self.fields[name].label
                said = f"{label}: leave it out; this document is none that has one."
                yield Problem("not-this-kind", said, f"/{name}")


class DocumentBody(StrictSerializer):
    """Exactly one of `file`, `url` and `held_elsewhere`; a `file` beside a `url` is its archived copy."""

    source = ReachRelatedField(Source, label="Source")  # type: ignore[assignment]
    title = Text(label="Title")
    published_on = Day(required=False, allow_null=True, default=None, label="Published on")
    accessed_on = Day(label="Accessed on")
    file = serializers.FileField(required=False, label="File")
    url = WebAddress(required=False, label="Address")
    archived_url = WebAddress(required=False, label="Address of an archived copy")
    held_elsewhere = HeldElsewhere(required=False, label="Held elsewhere")
    compartment = compartment_field()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from _days_problems(found, timezone.now().date())
        given = {*found, *self.unread}
        ways = [name for name in ("url", "held_elsewhere") if name in given] or [
            name for name in ("file",) if name in given
        ]
        if not ways:
            yield Problem(
                "missing", "Give a file, the address of a page, or who holds the document.", "/file"
            )
        if len(ways) > 1 or ("file" in given and "held_elsewhere" in given):
            yield Problem(
                "one-or-the-other", "A document is here, at an address, or held elsewhere: give one.",
                "/held_elsewhere",
            )  # fmt: skip
        if "archived_url" in given and "url" not in given:
            yield Problem("missing", "Address: give what this is an archived copy of.", "/url")


class DocumentCorrection(WithReason):
    changes = DocumentChanges()


# --- citations ---


class CitationChanges(StrictSerializer):
    place = Text(required=False, label="Place")
    quote = Text(multiline=True, required=False, allow_blank=True, label="Quote")


class CitationBody(StrictSerializer):
    document = ReachRelatedField(Document, label="Document")
    place = Text(label="Place", help_text="The page, paragraph or minute.")
    quote = Text(multiline=True, required=False, allow_blank=True, default="", label="Quote")


class CitationCorrection(WithReason):
    changes = CitationChanges()


# --- claims in conflict ---


class ConflictBody(StrictSerializer):
    """Two claims of one kind that cannot both be so."""

    kind = serializers.CharField(label="Kind of claim")
    claims = serializers.ListField(
        child=serializers.UUIDField(), min_length=2, max_length=2, label="The two claims"
    )
    reason = Text(multiline=True, label="Reason")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        kinds = kinds_of_claim()
        if "kind" in found and found["kind"] not in kinds:
            yield Problem("invalid-choice", f"Kind of claim: give one of {', '.join(kinds)}.", "/kind")
        if len(set(found.get("claims", ()))) == 1:
            yield Problem("itself", "The two claims: a claim does not contradict itself.", "/claims/1")


class SettleBody(StrictSerializer):
    accepted = serializers.UUIDField(allow_null=True, label="The claim that is accepted")
    reason = Text(multiline=True, label="Reason")


# --- declared ---

RECORD_SOURCE = Act(
    "record-source",
    rules.check_can_record_somewhere,
    actions.record_source,
    body=SourceBody,
    answers=201,
    label="Record a source",
)
RECORD_DOCUMENT = Act(
    "record-document",
    rules.check_can_record_somewhere,
    actions.record_document,
    body=DocumentBody,
    answers=201,
    label="Record a document",
)
RECORD_CITATION = Act(
    "record-citation",
    rules.check_can_record_somewhere,
    actions.record_citation,
    body=CitationBody,
    answers=201,
    label="Record a citation",
)
SOURCE_ACTS = Acts(
    Act("correct", rules.check_can_correct_source, actions.correct_source, "source", SourceCorrection)
)
DOCUMENT_ACTS = Acts(
    Act("correct", rules.check_can_correct_document, actions.correct_document, "document", DocumentCorrection)
)
CITATION_ACTS = Acts(
    Act("correct", rules.check_can_correct_citation, actions.correct_citation, "citation", CitationCorrection)
)
RECORD_CONFLICT = Act(
    "record-conflict",
    rules.check_can_record_somewhere,
    conflicts.record,
    body=ConflictBody,
    answers=201,
    label="Say that two claims are in conflict",
)
CONFLICT_ACTS = Acts(
    Act("settle", conflicts.check_can_settle, conflicts.settle, "conflict", SettleBody, label="Settle it")
)
