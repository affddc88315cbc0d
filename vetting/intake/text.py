"""Text as people send it: cleaned for keeping, folded for comparing, shown back in a sentence."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

OVERRIDES = "\u202d\u202e"  # make a name read other than it is written, so nobody could sign what they saw
LINE_BREAKS = "\n\r\t"


def clean(text: str) -> str:
    """NFC, without the space around it: the form in which text is kept."""
    return unicodedata.normalize("NFC", text).strip()


def forbidden(text: str, *, lines: bool = False) -> str | None:
    """The first character that may not be kept, by its name (`U+0000`); line breaks pass where `lines`."""
    for character in text:
        if lines and character in LINE_BREAKS:
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in OVERRIDES:
            return f"U+{ord(character):04X}"
    return None


def has_letter(text: str) -> bool:
    return any(unicodedata.category(character).startswith("L") for character in text)


def letters_lost(text: str) -> bool:
    """Whether a program that did not know the script put question marks in place of letters."""
    return "??" in text or "\ufffd" in text


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """For comparing only: no case, no accents, no punctuation, single spaces. Vowel signs stay."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (_folded(character) for character in plain if not unicodedata.combining(character))
    return " ".join("".join(kept).split())


def _folded(character: str) -> str:
    return " " if unicodedata.category(character)[0] in "PSZC" else character


def in_any_order(text: str) -> str:
    """A name's words folded and sorted: “Costa, Ana” and “Ana Costa” are the same."""
    return " ".join(sorted(fold(text).split()))


def shown(value: object, longest: int = 60) -> str:
    """A value as it may stand in a sentence: short, printable, encodable."""
    text = str(value).encode("utf-8", "replace").decode()
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to this one, if any is near."""
    by_key = {_key(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(_key(word), list(by_key), n=1, cutoff=0.72)
    return by_key[found[0]] if found else None


def _key(word: str) -> str:
    return re.sub(r"[\W_]+", "", word[:100].casefold())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    near = closest(word, known)
    return f" Did you mean “{near}”?" if near else ""


def listed(words: Iterable[str]) -> str:
    return ", ".join(words)
