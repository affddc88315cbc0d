"""Forms with a file that no import may take, as the bytes of multipart/form-data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.trust.bad_bodies import Raw

EDGE = "edge"
MEDIA_TYPE = f"multipart/form-data; boundary={EDGE}"
TEXT = "text/plain; charset=utf-8"


def field(name: str, value: str | bytes, disposition: str = "", media_type: str = TEXT) -> bytes:
    value = value if isinstance(value, bytes) else value.encode()
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{disposition}\r\n'
    return head.encode() + f"Content-Type: {media_type}\r\n\r\n".encode() + value + b"\r\n"


def form(said: Mapping[str, str | bytes], *, end: str = f"--{EDGE}--\r\n") -> bytes:
    return b"".join(field(name, value) for name, value in said.items()) + end.encode()


def a_file(content: bytes, name: str = "class.csv") -> bytes:
    return field("file", content, f'; filename="{name}"')


def bad_forms(sound: Mapping[str, str], content: bytes) -> list[Raw]:
    """`sound` are the fields of a form that would be taken, `content` a file that would be."""
    whole, last = form(sound, end=""), f"--{EDGE}--\r\n".encode()
    file = a_file(content)

    def bad(what: str, body: bytes, *codes: str, media_type: str = MEDIA_TYPE, status: int = 400) -> Raw:
        return Raw(what, body, media_type, status, frozenset(codes))

    return [
        bad("no edge told", whole + file + last, media_type="multipart/form-data"),
        bad("another edge told", whole + file + last, media_type="multipart/form-data; boundary=other"),
        bad("cut off in the middle", (whole + file + last)[:700]),
        bad("the file as a text", whole + field("file", content) + last, "missing"),
        bad("no file", whole + last, "missing"),
        bad("two files", whole + file + file + last, "duplicate-name"),
        bad("a field twice", whole + field("mode", "all") + file + last, "duplicate-name"),
        bad("a field as a file", form({**sound, "reference": ""}, end="") + file
            + field("reference", b"x", '; filename="x"') + last),
        bad("a zero in a field", form({**sound, "reference": "a\0b"}, end="") + file + last,
            "control-character"),
        bad("bytes that are no text", form({**sound, "reference": b"\xff\xfe"}, end="") + file + last,
            "not-utf-8"),
        bad("half a character", form({**sound, "reference": b"\xed\xa0\x80"}, end="") + file + last,
            "not-utf-8"),
        bad("columns that are no map", form({**sound, "columns": "{"}, end="") + file + last, "not-json"),
        bad("columns very deep", form({**sound, "columns": "[" * 100_000}, end="") + file + last, "not-json"),
        bad("a field more", form({**sound, "nosuch": "1"}, end="") + file + last, "unknown-field"),
        bad("7,000 fields", form({**sound, **{f"f{n}": "" for n in range(7_000)}}, end="") + file + last),
        bad("a file's name that climbs", whole + a_file(content, "../../etc/passwd") + last, "wrong-file"),
        bad("a file's name with a zero", whole + a_file(content, "class.csv\0.exe") + last, "wrong-file"),
        bad("12 MB", whole + a_file(b"x" * 12_000_000) + last, status=413),
    ]  # fmt: skip
