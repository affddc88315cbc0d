"""Many subjects and claims at once, for an operator's import: few statements, whatever their number.

Who may do this is whoever may run the command; the import is one event of its own, and each subject that it
touches has one in its chain. The caller holds the transaction, and tells of it once at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.sources.models import Support
from units import facts
from units.actions.subjects import Recorded
from units.insert import insert_subjects
from units.models import (
    Claim,
    CommandLink,
    Individual,
    LineageEnd,
    LineageEvent,
    Name,
    Posting,
    Side,
    Unit,
)

AT_ONCE = 1_000  # rows in one statement
Cited = Mapping[Any, Iterable[Any]]  # claim → ids of citations


def record_many(recorded: Sequence[Recorded]) -> None:
    """Known units and people, new."""
    for each in recorded:
        each.subject.name = each.names[0].text
        each.subject.kind = "unit" if isinstance(each.subject, Unit) else "individual"
    insert_subjects([each.subject for each in recorded])
    Name.objects.bulk_create((row for each in recorded for row in each.name_rows()), batch_size=AT_ONCE)


def correct_one(subject: Individual | Unit, fields: Mapping[str, Any], names: Recorded) -> int:
    """A new version of one of them; answers which."""
    for name, value in fields.items():
        setattr(subject, name, value)
    subject.name = names.names[0].text
    subject.names.all().delete()
    Name.objects.bulk_create(names.name_rows())
    subject.version += 1
    subject.save()
    return subject.version


def link_many(claims: Sequence[CommandLink | Posting]) -> None:
    """New ones, checked by the caller."""
    for model in (CommandLink, Posting):
        model.objects.bulk_create([each for each in claims if isinstance(each, model)], batch_size=AT_ONCE)


def lineage_many(events: Sequence[tuple[LineageEvent, Sequence[Any], Sequence[Any]]]) -> None:
    """New ones: (event, ids of the units before, and after)."""
    LineageEvent.objects.bulk_create([event for event, _before, _after in events], batch_size=AT_ONCE)
    LineageEnd.objects.bulk_create(
        (
            LineageEnd(event=event, unit_id=unit, side=side, order=order)
            for event, before, after in events
            for side, units in ((Side.FROM, before), (Side.TO, after))
            for order, unit in enumerate(units)
        ),
        batch_size=AT_ONCE,
    )


def replace_many(pairs: Iterable[tuple[Claim, Claim]]) -> None:
    """(old, new): the new version is saved already."""
    for old, new in pairs:
        old.superseded_by = new
        old.save(update_fields=["superseded_by", "updated_at"])


def cite_many(kind: str, version_of: Mapping[Any, int], cited: Cited) -> None:
    """What new claims, or subjects, rest on: ref → citations."""
    Support.objects.bulk_create(
        (
            Support(citation_id=citation, kind=kind, ref=ref, version=version_of[ref])
            for ref, citations in cited.items()
            for citation in dict.fromkeys(citations)
        ),
        batch_size=AT_ONCE,
    )


def tell_imported(subjects: Mapping[Model, Mapping[str, Any]]) -> None:
    """`subjects`: each that is new or different, or linked anew, with what its event says (counts)."""
    audit.record_many(
        audit.entry("units.imported", by=None, target=subject, **said) for subject, said in subjects.items()
    )
    if subjects:
        outbox.tell(facts.IMPORTED, subjects=sorted(str(subject.pk) for subject in subjects))
