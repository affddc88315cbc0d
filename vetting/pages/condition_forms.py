"""Boxes for a gate's conditions: each is answered in writing in the very form that clears."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict

from foundation.refused import Problem
from vetting.pages.forms import Boxes

POINTER = re.compile(r"/conditions/(\d{1,2})/answer")


class ConditionBoxes(Boxes):
    """One condition, as the gate words it: its name is that of a row of the body."""

    def __init__(self, index: int, condition: str, typed: QueryDict | None) -> None:
        self.index, self.condition = index, condition
        answer = forms.CharField(
            label="How the event keeps to it",
            widget=forms.Textarea,
            help_text="It stands in the text that is kept or signed.",
        )
        super().__init__({"answer": answer}, data=typed, auto_id=f"condition-{index}-%s")

    def add_prefix(self, field_name: str) -> str:
        return f"conditions[{self.index}].{field_name}"


def condition_rows(
    conditions: Sequence[str], typed: QueryDict | None, problems: Iterable[Problem]
) -> list[ConditionBoxes]:
    """A row for each condition that stands, with what was typed and what is wrong in it."""
    rows = [ConditionBoxes(index, condition, typed) for index, condition in enumerate(conditions)]
    for problem in problems:
        found = POINTER.fullmatch(problem.pointer or "")
        if found and typed is not None and int(found[1]) < len(rows):
            rows[int(found[1])].tell("answer", problem)
    return rows


def lines(rows: Sequence[ConditionBoxes]) -> list[dict[str, str]]:
    """What is wrong in them, each leading to its box."""
    return [
        {"label": f"Condition {row.index + 1}", "detail": str(sentence), "href": f"#{row['answer'].auto_id}"}
        for row in rows
        for sentence in row["answer"].errors
    ]


def in_rows(problem: Problem, rows: Sequence[ConditionBoxes]) -> bool:
    found = POINTER.fullmatch(problem.pointer or "")
    return bool(found and int(found[1]) < len(rows))
