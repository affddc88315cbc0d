"""Text as it may be stored: NFC, trimmed, one kind of line end, no control characters."""

from __future__ import annotations

import unicodedata

KEPT = "\n\t"  # the only control characters that mean something in a note


SHOWN = 60  # characters of what was sent, in a sentence


class NotText(ValueError):
    """Why a string cannot be kept; `code` for programs, the message for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def cleaned(text: str, *, multiline: bool = True) -> str:
    """The text to store. Raises NotText, in a sentence that begins with “This field”."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := next((char for char in text if _is_refused(char)), None):
        raise NotText(
            "control-character",
            f"This field has a character that cannot be kept (U+{ord(found):04X}). Remove it.",
        )
    text = unicodedata.normalize("NFC", text).strip()
    if not multiline and ("\n" in text or "\t" in text):
        raise NotText("several-lines", "This field has a line break or a tab in it. Write it on one line.")
    return text if is_visible(text) else ""


def printable(text: str) -> str:
    """A name that was sent, as it may stand in a sentence: short, and without what cannot be shown."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:SHOWN])


def is_visible(text: str) -> bool:
    """Whether anything in it can be seen: zero-width characters alone are an empty field."""
    return any(unicodedata.category(char)[0] not in "CZ" for char in text)


def _is_refused(char: str) -> bool:
    return char not in KEPT and unicodedata.category(char) in ("Cc", "Cs")
