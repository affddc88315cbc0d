"""Days, moments, names and numbers as the desk writes them: months have names, a gap is said."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation.doors.boxes import MONTHS

SCRIPTS = {  # first word of a letter's Unicode name → language tag of a name in that script (BCP 47)
    "ARABIC": "und-Arab",
    "ARMENIAN": "und-Armn",
    "BENGALI": "und-Beng",
    "CJK": "und-Hani",
    "CYRILLIC": "und-Cyrl",
    "DEVANAGARI": "und-Deva",
    "ETHIOPIC": "und-Ethi",
    "GEORGIAN": "und-Geor",
    "GREEK": "und-Grek",
    "HANGUL": "und-Hang",
    "HEBREW": "und-Hebr",
    "HIRAGANA": "und-Jpan",
    "KATAKANA": "und-Jpan",
    "KHMER": "und-Khmr",
    "LAO": "und-Laoo",
    "MYANMAR": "und-Mymr",
    "SINHALA": "und-Sinh",
    "TAMIL": "und-Taml",
    "THAI": "und-Thai",
    "TIBETAN": "und-Tibt",
}


def day(value: date | None) -> str:
    """`Fri 27 November 2026`."""
    return f"{value:%a} {value.day} {MONTHS[value.month - 1]} {value.year}" if value else "No date"


def short_day(value: date | None) -> str:
    """`Fri 27 Nov 2026`."""
    return f"{value:%a} {value.day} {value:%b} {value.year}" if value else "No date"


def moment(value: datetime | None) -> SafeString | str:
    """`24 Nov 2026 07:55` in UTC, in a `<time>` that carries the whole instant."""
    if value is None:
        return ""
    at = value.astimezone(UTC)
    said = f"{at.day} {at:%b %Y %H:%M}"
    return format_html('<time datetime="{}">{}</time>', f"{at:%Y-%m-%dT%H:%MZ}", said)


def partial(value: str | date | None) -> str:
    """A date as far as it is known: `1979` → "1979, day and month unknown"."""
    if not value:
        return "not on record"
    parts = [int(part) for part in str(value).split("-")]
    if len(parts) == 1:
        return f"{parts[0]}, day and month unknown"
    month = MONTHS[parts[1] - 1]
    return f"{month} {parts[0]}, day unknown" if len(parts) == 2 else f"{parts[2]} {month} {parts[0]}"


def script(text: str | None) -> str:
    """The language tag for a name by the script of its first letter; none for Latin, the page's own."""
    for letter in text or "":
        if letter.isalpha():
            return SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")
    return ""


def count(number: int, nouns: str) -> str:
    """`3|count:"match,matches"` → "3 matches"."""
    one, _, many = nouns.partition(",")
    return f"{number} {one if number == 1 else many}"


def signed(number: float) -> str:
    """`+0.50`, `−0.10` with a true minus, `0`."""
    return "0" if not number else f"{'+' if number > 0 else '−'}{abs(number):.2f}"
