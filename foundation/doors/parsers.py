"""Bodies as they come: JSON that leaves no room for two readings, and uploads where a view asks for them."""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from foundation.doors.problems import TooLarge
from foundation.doors.text import printable

MOST_BYTES = 5 * 1024 * 1024
MOST_DEPTH = 40
LOST = "\ufffd"
MOST_UPLOAD = 11 * 1024 * 1024  # a file of 10 MB and its fields


class StrictJSON(BaseParser):
    """JSON in UTF-8 (RFC 8259): no name twice in an object, no NaN, no lone surrogates, not too deep."""

    media_type = "application/json"

    def parse(self, stream: BinaryIO, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge(f"A body may have {MOST_BYTES // 1024 // 1024} MB. Send a large class as a file.")
        return loads(raw)


def loads(raw: bytes) -> Any:
    """Raises ValidationError, with the place of the fault."""
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        data = json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
        _check_depth(data)
        if "\\u" in text:
            _check_surrogates(data)
        return data
    except UnicodeDecodeError as error:
        raise _wrong(
            "not-utf-8", f"The body is not in UTF-8 (byte {error.start + 1}). Save or send it as UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _wrong(
            "not-json", f"The body is not JSON from {where} on. Mend it there, and send it again."
        ) from error
    except (ValueError, RecursionError) as error:  # a number of more digits than Python reads
        raise _wrong(
            "not-json", "The body has a number too long to read, or is nested too deep. Shorten it."
        ) from error


def _wrong(code: str, sentence: str) -> ValidationError:
    return ValidationError({"": [ErrorDetail(sentence, code)]})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _wrong("duplicate-name", f"“{printable(twice)}” stands twice in one object. Say it once.")
    return found


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _wrong("not-json", f"{digits[:60]} is larger than any number here. Send a smaller one.")
    return number


def _constant(name: str) -> Any:
    raise _wrong("not-json", f"{name} is not JSON. Leave the field out, or send null.")


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MOST_DEPTH):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, (dict, list))]
        if not level:
            return
    raise _wrong(
        "too-deep", f"The body is nested more than {MOST_DEPTH} deep. No call needs that: make it flat."
    )


def _check_surrogates(data: Any) -> None:
    for text in _strings(data):
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise _wrong(
                "not-utf-8", "The body has half a character in it (a lone surrogate). Send whole characters."
            )


def _inside(data: Any) -> Iterable[Any]:
    return data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    if isinstance(data, dict):
        yield from data
    for inner in _inside(data):
        yield from _strings(inner)


class Upload(MultiPartParser):
    """multipart/form-data, for the views that take a file: fields as text, once each, and files."""

    def parse(
        self, stream: BinaryIO, media_type: str | None = None, parser_context: Any = None
    ) -> DataAndFiles:
        sent = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if not sent.isdigit() or int(sent) > MOST_UPLOAD:
            raise TooLarge("A file may have 10 MB. Split it, and send the parts.")
        parsed = super().parse(stream, media_type, parser_context)
        twice = [name for name, values in [*parsed.data.lists(), *parsed.files.lists()] if len(values) > 1]
        unread = [name for name, value in parsed.data.items() if LOST in name + str(value)]
        if unread:  # Django puts this in place of every byte that is no UTF-8
            raise _wrong("not-utf-8", f"“{printable(unread[0])}” is not in UTF-8. Send it as UTF-8.")
        if twice:
            raise _wrong("duplicate-name", f"“{printable(twice[0])}” was sent twice. Send it once.")
        return parsed
