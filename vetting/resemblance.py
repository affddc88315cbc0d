"""A class beside what the same organisation has nominated before. Nobody else's nominees, and nothing that
is known of anybody, has a part in it: to a nominator all other names are alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from vetting.intake.given import draft_of
from vetting.intake.shape import CandidateDraft, NominationDraft
from vetting.intake.text import fold, in_any_order
from vetting.models import CandidateVersion

COMPARED = (
    "name",
    "aliases",
    "date_of_birth",
    "place_of_birth",
    "nationality",
    "gender",
    "national_id",
    "rank",
    "job_title",
    "unit",
)


@dataclass(frozen=True)
class Resemblance:
    """A row that was nominated before. `same_person`: one name and birth date; `changed`: one name or one
    national ID, and other data. `fields` are those that differ."""

    row: int
    kind: str
    nomination: str
    reference: str
    earlier_row: int
    fields: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"fields": list(self.fields)}


@dataclass(frozen=True)
class Before:
    """A row of an earlier nomination, as last given."""

    draft: CandidateDraft
    nomination: str
    reference: str


class Earlier:
    """Of what an organisation nominated before, whatever bears a name or a number that is in this class."""

    def __init__(self, rows: Iterable[CandidateDraft], earlier: Iterable[Before]) -> None:
        names, numbers = {_name(row) for row in rows}, {_number(row) for row in rows} - {None}
        self.by_person: dict[Any, Before] = {}
        self.by_name: dict[Any, Before] = {}
        self.by_number: dict[Any, Before] = {}
        for each in earlier:
            name, number = _name(each.draft), _number(each.draft)
            if name in names:
                self.by_name[name] = each
                self.by_person[each.draft.person_key] = each
            if number in numbers:
                self.by_number[number] = each

    def like(self, row: CandidateDraft) -> Resemblance | None:
        is_unit = row.kind == "unit"
        same = self.by_name.get(_name(row)) if is_unit else self.by_person.get(row.person_key)
        if same:
            return _resemblance(row, "same_person", same)
        other = self.by_number.get(_number(row)) or self.by_name.get(_name(row))
        return _resemblance(row, "changed", other) if other else None


def to_earlier(draft: NominationDraft) -> list[Resemblance]:
    """In the order of the rows; those that are new are left out."""
    earlier = Earlier(draft.candidates, _nominated_by(draft.organisation))
    return [found for row in draft.candidates if (found := earlier.like(row))]


def _nominated_by(organisation: str) -> Iterable[Before]:
    """Every row as given, later ones later, so that the last is what is kept. Read as a stream."""
    given = CandidateVersion.objects.filter(candidate__nomination__organisation=organisation)
    given = given.order_by("candidate__nomination__submitted_at", "candidate", "version")
    read = given.values_list(
        "given", "candidate__row", "candidate__nomination_id", "candidate__nomination__reference"
    )
    for body, row, nomination, reference in read.iterator():
        yield Before(draft_of(body, row), str(nomination), reference)


def _resemblance(row: CandidateDraft, kind: str, before: Before) -> Resemblance:
    differing = tuple(name for name in COMPARED if getattr(row, name) != getattr(before.draft, name))
    return Resemblance(row.row, kind, before.nomination, before.reference, before.draft.row, differing)


def _name(draft: CandidateDraft) -> tuple[str, str]:
    text = draft.name.text if draft.name else (draft.unit.name if draft.unit else "") or ""
    return (draft.kind, in_any_order(text))


def _number(draft: CandidateDraft) -> tuple[str, str] | None:
    number = fold(draft.national_id or "").replace(" ", "")
    return (draft.nationality or "", number) if number else None
