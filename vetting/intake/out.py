"""CSV that no spreadsheet program will run: the one writer for every CSV that leaves the house.

A cell that a program might take for a formula gets an apostrophe before it; `unescaped` takes exactly that
one away again, so a file sent out and sent back reads the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
STARTERS = "=+\\-@\t\r\n＝＋－＠"

_DANGEROUS = re.compile(f"'*[{STARTERS}]")
_ESCAPED = re.compile(f"'+[{STARTERS}]")


def escaped(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if _DANGEROUS.match(text) else text


def unescaped(text: str) -> str:
    return text[1:] if _ESCAPED.match(text) else text


def safe_csv(headings: Iterable[object], rows: Iterable[Iterable[object]]) -> bytes:
    """UTF-8 with its mark, commas, every cell in quotes; None is an empty cell."""
    written = io.StringIO()
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([escaped(heading) for heading in headings])
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8", "replace")
