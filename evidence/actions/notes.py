"""Recording and correcting derogatory notes: what is no human-rights matter is kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from evidence import facts
from evidence.models import DerogatoryNote
from evidence.protection import NOTE
from evidence.rules import recording as rules
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from foundation.sources import versions
from foundation.sources.citing import cite
from foundation.sources.models import Citation
from units.models import Subject

FIELDS = ("subject_id", "kind", "note")
CORRECTED = "A derogatory note that it rests on was corrected."


@transaction.atomic
def record_note(
    *, by: User, subject: Subject, kind: str, note: str, citations: Sequence[Citation] = ()
) -> DerogatoryNote:
    subject = Subject.objects.select_related("country").get(pk=subject.pk)
    rules.check_can_note(by, subject)
    made = DerogatoryNote(subject=subject, country=subject.country, kind=kind, note=note, recorded_by=by)
    made.save(force_insert=True)
    versions.keep(NOTE, made, FIELDS, by=by)
    cite(NOTE, made.pk, made.version, citations, by)
    audit.record("evidence.note-recorded", by=by, target=made, kind=kind)
    _tell(made)
    return made


@transaction.atomic
def correct_note(*, note: DerogatoryNote, changes: dict[str, Any], reason: str, by: User) -> DerogatoryNote:
    note = DerogatoryNote.objects.select_related("subject", "country").locked(note.pk)
    rules.check_can_correct_note(by, note)
    columns = dict(changes)
    citations = columns.pop("citations", None)
    versions.correct(NOTE, note, columns, FIELDS, by=by, reason=reason)
    if citations is not None:
        cite(NOTE, note.pk, note.version, citations, by)
    audit.record(
        "evidence.note-corrected",
        by=by,
        target=note,
        fields=sorted(changes),
        version=note.version,
        reason=reason,
    )
    signing.overtake(kind=NOTE, ref=note.pk, changed=CORRECTED, by=by)
    _tell(note)
    return note


def _tell(note: DerogatoryNote) -> None:
    outbox.tell(facts.NOTED, note=str(note.pk), subjects=[str(note.subject_id)])
