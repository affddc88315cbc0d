"""The desk's template tags. Each hands words and states to a part in templates/components; none decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import drawings, fields, says, tables, words
from foundation.refused import Problem

register = template.Library()

for name in ("day", "short_day", "moment", "partial", "script", "count", "signed"):
    register.filter(name, getattr(says, name))
register.filter("word", lambda code, kind: words.word(kind, code))
register.simple_tag(drawings.track, name="track")


# --- words ---


@register.simple_tag
def status(
    kind: str, code: str | None, word: str = "", plain: bool = False, stack: bool = False
) -> SafeString:
    """The mark of a status: `{% status "case" case.status %}`."""
    known = words.status(kind, code)
    return _leaf("status", word=word or known.word, state=known.mark, plain=plain, stack=stack)


@register.simple_tag
def law(code: str) -> SafeString:
    """A restriction's law, always with its citation."""
    return _leaf("law", word=words.word("law", code), citation=words.word("citation", code))


@register.simple_tag
def keyed(key: str) -> SafeString:
    """The hint for a key; seen only where keys work."""
    return (
        format_html('<kbd class="hint" aria-hidden="true">{}</kbd>', key.upper()) if key else SafeString("")
    )


@register.simple_tag
def weight(value: float, most: float = 0.5) -> SafeString:
    """What one field adds to a score, in figures and as a bar."""
    return _leaf("weight", words=says.signed(value), bar=drawings.bar(value, most))


# --- blocks ---


@register.simple_block_tag
def rows(content: str, caption: str, *headings: Any, shown: bool = False, kind: str = "") -> SafeString:
    """A table of bare rows under these headings; see config/tables.py."""
    columns = [tables.heading(given) for given in headings]
    return _leaf(
        "rows",
        body=tables.spell_out(content, columns),
        caption=caption,
        columns=columns,
        shown=shown,
        kind=kind,
    )


@register.simple_block_tag
def part(
    content: str, heading: str, id: str = "", note: str = "", url: str = "", label: str = ""
) -> SafeString:
    """A section of a page: its heading, a quiet note, a link at the far end."""
    return _leaf("part", content=content, heading=heading, id=id, note=note, url=url, label=label)


@register.simple_block_tag
def facts(content: str) -> SafeString:
    return _leaf("facts", content=content)


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    return _leaf("fact", content=content, label=label)


@register.simple_block_tag(takes_context=True)
def next_step(
    context: template.Context,
    content: str,
    heading: str,
    url: str = "",
    label: str = "",
    key: str = "",
    post: bool = False,
) -> SafeString:
    """The one thing to do next, in its own band."""
    return _leaf(
        "next", content=content, heading=heading, url=url, label=label, key=key, post=post, **_token(context)
    )


# --- forms ---


@register.simple_tag
def field(bound: forms.BoundField, **options: Any) -> SafeString:
    """One field of a form: label, hint, what is wrong, control. Options: `label`, `hint`, `rows`, `key`."""
    return _leaf(f"fields/{fields.template_of(bound)}", **fields.drawn(bound, **options))


@register.simple_tag
def problems(*found: Any, heading: str = "", focus: bool = True) -> SafeString:
    """Everything that is wrong with these forms or problems, at once; nothing when nothing is."""
    listed = [line for each in found for line in _lines(each)]
    return _leaf("problems", problems=listed, heading=heading, focus=focus) if listed else SafeString("")


def _lines(found: Any) -> Iterable[Any]:
    if isinstance(found, forms.BaseForm):
        return fields.wrong_with(found)
    return [fields.line_of(each) if isinstance(each, Problem) else each for each in found or ()]


@register.simple_tag
def verdict(
    bound: forms.BoundField | None = None,
    name: str = "verdict",
    kind: str = "individual",
    chosen: str = "",
    error: str = "",
    legend: str = "Your verdict",
) -> SafeString:
    """Same, different or unsure; none is chosen before a person chooses."""
    if bound is not None:
        name, chosen, error = bound.html_name, bound.value() or "", " ".join(fields.sentences(bound))
    return _leaf("verdict", name=name, kind=kind, chosen=chosen, error=error, legend=legend)


# --- actions ---


@register.simple_tag(takes_context=True)
def actions(context: template.Context, items: Iterable[dict[str, Any]]) -> SafeString:
    """What can be done, then what cannot and why."""
    items = list(items)
    may = [item for item in items if item["allowed"]]
    may_not = [{**item, "why_not": _sentences(item["why_not"])} for item in items if not item["allowed"]]
    return _leaf("actions", may=may, may_not=may_not, **_token(context))


def _sentences(why_not: Any) -> list[str]:
    return [why_not] if isinstance(why_not, str) else list(why_not or ())


def _leaf(name: str, /, **words_and_states: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", words_and_states)


def _token(context: template.Context) -> dict[str, Any]:
    return {"csrf_token": context.get("csrf_token")}
