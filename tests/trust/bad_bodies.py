"""Bodies of calls that no reader may take: as bytes, and as one wrong value in an otherwise sensible body."""

from __future__ import annotations

import codecs
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
DEEP = 1_000
Step = str | int


@dataclass(frozen=True)
class Raw:
    """`codes`: the problems of which one must be said; none where the status says it."""

    what: str
    content: bytes
    media_type: str = JSON
    status: int = 400
    codes: frozenset[str] = frozenset()


def raw(what: str, content: bytes | str, *codes: str, media_type: str = JSON, status: int = 400) -> Raw:
    content = content.encode() if isinstance(content, str) else content
    return Raw(what, content, media_type, status, frozenset(codes))


FIELD = '{"nosuch": %s}'
AS_BYTES = [
    raw("nothing closed", '{"nosuch": "a', "not-json"),
    raw("two bodies", "{} {}", "not-json"),
    raw("lists 50 deep", FIELD % ("[" * 50 + "]" * 50), "too-deep"),  # which Python reads without a word
    raw("objects 50 deep", '{"a":' * 50 + "1" + "}" * 50, "too-deep"),
    raw("lists 1,000 deep", "[" * DEEP + "]" * DEEP, "too-deep", "not-json"),
    raw("objects 1,000 deep", '{"a":' * DEEP + "1" + "}" * DEEP, "too-deep", "not-json"),
    raw("lists 100,000 deep", "[" * 100_000, "too-deep", "not-json"),
    raw("not a number", FIELD % "NaN", "not-json"),
    raw("infinity", FIELD % "Infinity", "not-json"),
    raw("minus infinity", FIELD % "-Infinity", "not-json"),
    raw("a number of 5,000 digits", FIELD % ("9" * 5_000), "not-json"),
    raw("a number beyond numbers", FIELD % "1e400", "not-json"),
    raw("a name twice", '{"nosuch": 1, "nosuch": 1}', "duplicate-name"),
    raw("a name twice, spelt otherwise", '{"nosuch": 1, "\\u006eosuch": 1}', "duplicate-name"),
    raw("a name twice, deep", '{"nosuch": [{"a": 1, "a": 2}]}', "duplicate-name"),
    raw("a field more", FIELD % "1", "unknown-field"),
    raw("a field more, after the mark of UTF-8", codecs.BOM_UTF8 + b'{"nosuch": 1}', "unknown-field"),
    raw("a field whose name has a zero in it", '{"no\\u0000such": 1}', "unknown-field"),
    raw("half a character", FIELD % '"\\ud800"', "not-utf-8"),
    raw("half a character in a name", '{"no\\ud800such": 1}', "not-utf-8"),
    raw("bytes that are no text", b'{"nosuch": "\xff\xfe"}', "not-utf-8"),
    raw("Latin-1 that says so", '{"nosuch": "\xe9"}'.encode("latin-1"), "not-utf-8",
        media_type=f"{JSON}; charset=latin-1"),
    raw("UTF-16 that says so", '{"nosuch": 1}'.encode("utf-16"), "not-utf-8",
        media_type=f"{JSON}; charset=utf-16"),
    raw("UTF-8 that says UTF-7", FIELD % "1", "unknown-field", media_type=f"{JSON}; charset=utf-7"),
    raw("a text", '"nosuch"'),
    raw("a number", "1"),
    raw("a yes", "true"),
    raw("a list of 10,001", json.dumps(["x"] * 10_001)),
    raw("6 MB", FIELD % ('"' + "x" * 6_000_000 + '"'), status=413),
    raw("plain text", "{}", media_type="text/plain", status=415),
    raw("a form", "nosuch=1", media_type="application/x-www-form-urlencoded", status=415),
    raw("XML", "<x/>", media_type="text/xml", status=415),
    raw("a kind of media that is none", "{}", media_type="application", status=415),
]  # fmt: skip


# --- one wrong value ---

WRONG: dict[str, dict[str, Any]] = {
    "string": {
        "a zero": "a\0b", "an escape": "\x1b[0m", "a number": 12345, "a huge number": 10**400, "a yes": True,
        "a list": [["a"]], "an object": {"no": "such"},
    },
    "integer": {"a text": "x", "a fraction": 1.5, "a huge number": 10**400, "an object": {"no": "such"}},
    "boolean": {"a text": "perhaps", "a number": 12345, "an object": {"no": "such"}},
    "array": {"a text": "x", "a number": 7, "an object": {"no": "such"}},
    "object": {"a text": "x", "a number": 7, "a list": ["x"], "a field more": {"nosuch": 1}},
}  # fmt: skip
# For fields whose schema says less than their reader asks.
KNOWN: dict[str, Any] = {"changes": {"rank": "Major"}, "unknown": {"rank": "not told"}}


def sample(schema: dict[str, Any], parts: dict[str, Any], name: str = "") -> Any:
    """A value of the right shape; whether ids and codes exist is another matter."""
    schema = resolved(schema, parts)
    if name in KNOWN and not schema.get("properties"):
        return copy.deepcopy(KNOWN[name])
    match schema.get("type"):
        case "object":
            inner = schema.get("properties", {})
            return {each: sample(of, parts, each) for each, of in inner.items()}
        case "array":
            return [sample(schema.get("items", {}), parts)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return (
        schema["enum"][0]
        if schema.get("enum")
        else "2027-01-04"
        if schema.get("format") == "date"
        else "As read."
    )


def resolved(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Without references, nulls and wrappers of one."""
    if "$ref" in schema:
        return resolved(parts[schema["$ref"].rpartition("/")[2]], parts)
    for wrapper in ("allOf", "oneOf", "anyOf"):
        if wrapper in schema:
            some = [each for each in schema[wrapper] if each.get("type") != "null"]
            return resolved(some[0], parts)
    kind = schema.get("type")
    if isinstance(kind, list):
        return schema | {"type": next(each for each in kind if each != "null")}
    return schema


def places(value: Any, at: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every place in a body, with the kind of value that stands there."""
    yield at, kind_of(value)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from places(each, (*at, step))


def kind_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def with_wrong(body: Any, at: tuple[Step, ...], wrong: Any) -> Any:
    if not at:
        return body | wrong if isinstance(body, dict) and isinstance(wrong, dict) else wrong
    changed = copy.deepcopy(body)
    inner = changed
    for step in at[:-1]:
        inner = inner[step]
    before = inner[at[-1]]
    inner[at[-1]] = before | wrong if isinstance(before, dict) and isinstance(wrong, dict) else wrong
    return changed


def pointer(at: tuple[Step, ...]) -> str:
    return "".join(f"/{step}" for step in at)
