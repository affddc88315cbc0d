"""What is signed, as it reads on the page: every value of the payload, in the order in which one asks.

Keys become words and nothing is added; beside it the page shows the very bytes of which the digest is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST = (
    "decision", "law", "subject", "unit", "commander", "grounds", "includes_subunits", "basis", "reason",
    "allegations", "notes", "case", "nomination", "check", "checks", "matches", "restrictions", "opinions",
    "earlier_cases", "screening", "rule",
)  # fmt: skip
LAST = ("written_by", "written_on", "format")
LABELS = {
    "includes_subunits": "Includes its sub-units",
    "earlier_cases": "Earlier cases",
    "written_by": "Written by",
    "written_on": "Written on",
    "date_of_birth": "Born",
    "same_as": "Judged the same as",
    "above": "Units above, as nominated",
    "by": "By",
    "at": "At",
    "id": "Id",
}


@dataclass(frozen=True)
class Node:
    """A label with its text, or with what stands under it."""

    label: str
    text: str = ""
    under: list[Node] = field(default_factory=list)


def sheet(payload: Mapping[str, Any]) -> list[Node]:
    keys = [key for key in FIRST if key in payload]
    keys += sorted(key for key in payload if key not in FIRST and key not in LAST)
    keys += [key for key in LAST if key in payload]
    return [node(label(key), payload[key]) for key in keys]


def node(name: str, value: Any) -> Node:
    if isinstance(value, Mapping):
        if value and all(_is_number(each) for each in flat(value)):
            return Node(name, _numbers(value))
        return Node(name, under=[node(label(key), each) for key, each in value.items()])
    if isinstance(value, list):
        if not value:
            return Node(name, "none")
        if not any(isinstance(each, (Mapping, list)) for each in value):
            return Node(name, "; ".join(text(each) for each in value))
        return Node(name, under=[node(str(number), each) for number, each in enumerate(value, 1)])
    return Node(name, text(value))


def text(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def label(key: str) -> str:
    return LABELS.get(key) or key.replace("_", " ").capitalize()


def flat(value: Any) -> list[Any]:
    """All that stands in it, however deep."""
    if isinstance(value, Mapping):
        return [each for inner in value.values() for each in flat(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in flat(inner)]
    return [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(value: Mapping[str, Any], within: str = "") -> str:
    """Many numbers in one line: thresholds."""
    return "; ".join(
        _numbers(each, f"{within}{key} ")
        if isinstance(each, Mapping)
        else f"{within}{key} {each}".replace("_", " ")
        for key, each in value.items()
    )
