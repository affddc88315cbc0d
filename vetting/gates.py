"""The gates a nomination passes: laws on a country, not on a person. Each is asked by what it is told here.

To add one: a name, its law in words, and a function from nominations to answers (docs/how-to.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cspa import fiscal, judge
from cspa import gate as cspa
from cspa.serializers.gate import answer_as_json
from vetting.models import Nomination

Said = dict[str, Any]  # {state, conditions[], reasons[], years[]}


@dataclass(frozen=True)
class Gate:
    """`ask`: an answer for each nomination, in their order, on what is on record now."""

    name: str
    label: str
    ask: Callable[[Sequence[Nomination]], list[Said]]


def ask_cspa(nominations: Sequence[Nomination]) -> list[Said]:
    """For every fiscal year that each event touches."""
    years = {year for each in nominations for year in fiscal.touched(*days_of(each))}
    records = cspa.read({each.country_id for each in nominations}, sorted(years))
    return [
        answer_as_json(judge.answer(records[each.country_id], days_of(each), each.program_id, each.purpose))
        for each in nominations
    ]


def days_of(nomination: Nomination) -> judge.Days:
    return nomination.event_starts_on, nomination.event_ends_on


GATES = (Gate("cspa", "Child Soldiers Prevention Act", ask_cspa),)
LABELS = {each.name: each.label for each in GATES}
