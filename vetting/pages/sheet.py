"""What is signed, as it reads on the page: every value of the payload, in the order in which one asks.

Keys become words and nothing is added; beside it the page shows the very bytes of which the digest is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST = (
    "decision", "law", "country", "list_year", "fiscal_year", "corrects", "was", "changes", "extent", "parts",
    "from", "until", "instrument", "certified_on", "justification", "replaces", "listing", "listings",
    "subject", "unit", "commander", "grounds", "includes_subunits", "basis", "reason", "allegations", "notes",
    "evidence", "case", "nomination", "check", "checks", "matches", "restrictions", "gates", "opinions",
    "suspensions", "earlier_cases", "reported_on", "remediation", "matrix", "committees", "cases_barred",
    "screening", "rule",
)  # fmt: skip
LAST = ("written_by", "written_on", "format")
PLACE = {
    **dict.fromkeys(("queue", "names", "name", "event", "reference", "source", "view", "code"), 0),
    **dict.fromkeys(("citation", "finding", "query", "verdict"), 1),
    **dict.fromkeys(("note", "reason"), 2),
    "version": 8,
    "id": 9,
}
LABELS = {
    "includes_subunits": "Includes its sub-units",
    "earlier_cases": "Earlier cases",
    "written_by": "Written by",
    "written_on": "Written on",
    "date_of_birth": "Born",
    "same_as": "Judged the same as",
    "cases_barred": "Cases it had barred",
    "matrix": "Incidents, those responsible, and the steps taken",
    "committees": "Committees told",
    "above": "Units above, as nominated",
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
    """Plain values stand in one line; what has parts of its own stands under it."""
    if isinstance(value, list):
        return _of_list(name, value)
    if not isinstance(value, Mapping):
        return Node(name, text(value))
    plain = {key: each for key, each in value.items() if is_plain(each)}
    line = "; ".join(f"{label(key).lower()} {text_of(each)}" for key, each in in_order(plain))
    return Node(name, line, [node(label(key), each) for key, each in in_order(value) if key not in plain])


def _of_list(name: str, value: list[Any]) -> Node:
    if all(is_plain(each) for each in value):
        return Node(name, text_of(value))
    return Node(name, under=[node(str(number), each) for number, each in enumerate(value, 1)])


def is_plain(value: Any) -> bool:
    """Fit for one line: a value, a list of values, or numbers however deep (thresholds)."""
    if isinstance(value, Mapping):
        return bool(value) and all(_is_number(each) for each in flat(value))
    return not isinstance(value, list) or not any(isinstance(each, (Mapping, list)) for each in value)


def text_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_numbers(value)})"
    if isinstance(value, list):
        return ", ".join(text(each) for each in value) or "none"
    return text(value)


def in_order(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What names a thing first, then the rest as it stands; its id and version last."""
    return sorted(value.items(), key=lambda item: (PLACE.get(item[0], 5), item[0]))


def text(value: Any) -> str:
    """As it stands, but for what has no characters of its own."""
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
