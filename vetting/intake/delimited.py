"""A CSV file into a grid of text: encoding, separator, quotes. What is not certain is refused."""

from __future__ import annotations

import codecs
import csv
import io
import re

from vetting.intake.container import SIZE_LIMIT, damaged, refuse

SAVE_AS_UTF8 = "Save it as UTF-8: in Excel “CSV UTF-8 (comma delimited)”, in LibreOffice “Unicode (UTF-8)”."
LINES_LIMIT = 2**20  # as many as a sheet has rows
BLANK: list[str | None] = []  # one list for every blank line, of which a file may have millions
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ",;\t"
_TOLD = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"[+-][\d\s().,/-]*\d[\d\s().,/-]*")


def read_grid(content: bytes, rows_limit: int) -> list[list[str | None]]:
    """Heading and rows, at most `rows_limit` lines that hold anything; Invalid if unsound."""
    text = _decoded(content)
    if "\0" in text:
        raise refuse(
            "wrong-encoding", f"The file has zero bytes in it: it is damaged or not text. {SAVE_AS_UTF8}"
        )
    separator, text = _separator(text)
    csv.field_size_limit(SIZE_LIMIT)
    grid: list[list[str | None]] = []
    held = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            filled = any(cell.strip() for cell in cells)
            grid.append([*cells] if filled else BLANK)
            if len(grid) > LINES_LIMIT:
                raise refuse("too-many-rows", "The file has over a million lines. Remove the empty ones.")
            held += filled
            if held >= rows_limit:
                break
    except csv.Error as error:
        raise _unreadable(len(grid), error) from error
    return grid


def is_formula(text: str) -> bool:
    """What a spreadsheet program would run when it opens the file; a number or a telephone number is none."""
    if text[:1] in ("=", "@", "\t", "\r"):
        return True
    return text[:1] in ("+", "-") and text.strip("+- ") != "" and not _NUMBER.fullmatch(text)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise damaged() from error
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(
            "wrong-encoding", f"Line {line} has a character that is not UTF-8. {SAVE_AS_UTF8}"
        ) from error


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line that some programs tell it in."""
    if told := _TOLD.match(text):
        return told[1], text[told.end() :]
    heading = _QUOTED.sub("", text.lstrip("\r\n").partition("\n")[0])
    return max(_SEPARATORS, key=heading.count), text


def _unreadable(rows_read: int, error: csv.Error) -> Exception:
    where = f"Row {rows_read}" if rows_read else "The heading"
    if "unexpected end" in str(error):
        return refuse(
            "unclosed-quote", f"{where} opens a quotation mark that is never closed. Close it, or remove it."
        )
    return refuse(
        "bad-csv", f"{where} cannot be read as CSV: a quotation mark stands where none can. Save it anew."
    )
