"""What shows only when rows are read together: a person twice, an ID for two, a unit with two commanders."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from foundation.refused import Problem
from vetting.intake.candidates import Reading
from vetting.intake.shape import CandidateDraft, UnitDraft
from vetting.intake.text import fold, in_any_order

Pair = tuple[Reading, CandidateDraft]
Key = TypeVar("Key", bound=Hashable)


def check_together(readings: Iterable[Reading]) -> None:
    """Notes each problem on the later row; the earlier one is named in the sentence."""
    pairs = [(reading, reading.draft) for reading in readings if reading.draft is not None]
    seen_twice = set()
    for later, earlier in _repeats(pairs, _same_person_key):
        if not _told_apart(earlier, later[1]):
            seen_twice.add(later[1].row)
            _note_same_person(later, earlier)
    for later, earlier in _repeats(pairs, _id_key):
        if later[1].row not in seen_twice:
            _note_same_id(later, earlier)
    for later, earlier in _repeats(pairs, _unit_key):
        _check_same_commander(later, earlier)


def _repeats(
    pairs: Iterable[Pair], key_of: Callable[[CandidateDraft], Key | None]
) -> Iterator[tuple[Pair, CandidateDraft]]:
    """Each row whose key was seen before, with the first row that had it."""
    first: dict[Key, CandidateDraft] = {}
    for pair in pairs:
        key = key_of(pair[1])
        if key is not None and first.setdefault(key, pair[1]) is not pair[1]:
            yield pair, first[key]


def _same_person_key(draft: CandidateDraft) -> tuple[Hashable, ...] | None:
    if draft.person_key is None or draft.unit is None:
        return None
    return (*draft.person_key, draft.unit.key)


def _told_apart(one: CandidateDraft, other: CandidateDraft) -> bool:
    """Two people of one name may share a year of birth; not so easily a day. IDs then tell them apart."""
    whole = one.date_of_birth is not None and one.date_of_birth.whole
    return not whole and bool(one.national_id and other.national_id) and _id(one) != _id(other)


def _id_key(draft: CandidateDraft) -> tuple[str, str] | None:
    return (draft.nationality or "", _id(draft)) if draft.national_id and _id(draft) else None


def _id(draft: CandidateDraft) -> str:
    return fold(draft.national_id or "").replace(" ", "")


def _unit_key(draft: CandidateDraft) -> tuple[str, ...] | None:
    unit = draft.unit
    return unit.key if unit is not None and unit.id is None and unit.name else None


def _note_same_person(later: Pair, earlier: CandidateDraft) -> None:
    reading, draft = later
    detail = f"Rows {earlier.row} and {draft.row} have one name, birth date and unit. Leave one out."
    reading.problems.append(Problem("same-person", detail, f"{reading.pointer}/name"))


def _note_same_id(later: Pair, earlier: CandidateDraft) -> None:
    """The number itself is not repeated in the sentence."""
    reading, draft = later
    keys = {draft.person_key, earlier.person_key}
    if None in keys:
        code, detail = "id-repeated", "have the same national ID. Check both."
    elif len(keys) == 1:
        code, detail = "same-person", "have one name, birth date and national ID. Leave one out."
    else:
        code, detail = "id-repeated", "have the same national ID, but are different people. Check both."
    detail = f"National ID: rows {earlier.row} and {draft.row} {detail}"
    reading.problems.append(Problem(code, detail, f"{reading.pointer}/national_id"))


def _check_same_commander(later: Pair, earlier: CandidateDraft) -> None:
    reading, draft = later
    if draft.unit is None or earlier.unit is None or _commander(draft.unit) == _commander(earlier.unit):
        return
    detail = (
        f"Commander: rows {earlier.row} and {draft.row} describe one unit with different commanders. "
        "Make them the same, or give the units' different parents."
    )
    reading.problems.append(Problem("unit-conflict", detail, f"{reading.pointer}/unit/commander"))


def _commander(unit: UnitDraft) -> str | None:
    return in_any_order(unit.commander.text) if unit.commander else None
