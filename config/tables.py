"""Tables that turn into labelled blocks on a phone.

A page writes bare `<tr> <th scope="row"> <td>`; `spell_out` gives every cell the ARIA role that some
browsers drop when CSS changes `display`, and the heading that stands before its value on a narrow screen.
Only markup is looked at: what people typed has its `<` escaped before it gets here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

TAG = re.compile(r"<(/?)(tbody|tfoot|tr|th|td)\b([^>]*)>")
COLSPAN = re.compile(r'colspan="(\d+)"')
ROLES = {"tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


class Heading(NamedTuple):
    """One column: its words, how it is set (`num`, `pick` or nothing), and the link that sorts by it."""

    label: str
    kind: str = ""
    hidden: bool = False
    url: str = ""
    sort: str = ""  # "ascending", "descending" or not sorted by this

    @property
    def name(self) -> str:
        """What stands before the value on a phone; a box to tick needs no words there."""
        return "" if self.kind == "pick" else self.label


def heading(given: str | dict[str, Any]) -> Heading:
    """`"Score:num"`, `"-Field"` (heard, not seen), `"Select:pick"`, or a dict of Heading's parts."""
    if isinstance(given, dict):
        return Heading(**{key: value for key, value in given.items() if value})
    label, kind = str(given), ""
    if label.endswith((":num", ":pick")):
        label, _, kind = label.rpartition(":")
    hidden = label.startswith("-") or kind == "pick"
    return Heading(label.removeprefix("-"), kind, hidden)


def spell_out(body: str, headings: Sequence[Heading]) -> SafeString:
    """The rows with roles and labels; in a `<tbody>` unless they bring their own."""
    if "<tbody" not in body:
        rows, foot, rest = body.partition("<tfoot")
        body = f"<tbody>{rows}</tbody>{foot}{rest}"
    column = 0

    def spell(found: re.Match[str]) -> str:
        nonlocal column
        closing, tag, given = found.groups()
        if closing:
            return found[0]
        if tag == "tr":
            column = 0
        if tag not in ("td", "th"):
            return f'<{tag}{given} role="{ROLES[tag]}">'
        place, column = column, column + _span(given)
        return _cell(tag, given, headings[place] if place < len(headings) else Heading(""))

    return mark_safe(TAG.sub(spell, body))  # rendered by the template engine, and escaped there


def _span(given: str) -> int:
    span = COLSPAN.search(given)
    return int(span[1]) if span else 1


def _cell(tag: str, given: str, of: Heading) -> str:
    if tag == "th":
        role = "columnheader" if 'scope="col"' in given else "rowheader"
        return f'<th{given} role="{role}">'
    if of.kind and "class=" not in given:
        given += f' class="{of.kind}"'
    label = f' data-label="{escape(of.name)}"' if of.name and "colspan" not in given else ""
    return f'<td{given} role="cell"{label}>'
