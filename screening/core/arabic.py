"""Arabic, Persian and Urdu letters to Latin ones, as names in these scripts are usually romanised.

The general table drops the long vowel alif and writes the article as a bare l; either would lose half of a
name. Short vowels are not written in these scripts, so "mhmd" is the best one can have of Muhammad; the
consonant skeleton (see sounds.py) is what makes the two meet.
"""

import re

LETTERS = str.maketrans(
    {
        "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t",
        "ٹ": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ڈ": "d",
        "ذ": "dh", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s",
        "ض": "dh", "ط": "t", "ظ": "z", "غ": "gh", "ف": "f", "ق": "q", "ک": "k", "ك": "k",
        "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ه": "h", "ھ": "h", "ہ": "h",
        "ۀ": "h", "ة": "a", "ۃ": "a", "و": "w", "ؤ": "u", "ي": "y", "ی": "y", "ى": "a",
        "ئ": "i", "ے": "e", "ړ": "r", "ې": "e", "ۍ": "y", "ء": "", "ډ": "d", "ټ": "t",
        "ځ": "z", "څ": "s", "ښ": "sh", "ږ": "zh", "ګ": "g", "ڼ": "n", "ۇ": "u", "ە": "a",
    }
)  # fmt: skip

WORD = re.compile(r"[\u0620-\u065f\u0670-\u06d3\u06d5\u0750-\u077f]+")
MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c\u200d]")
LONG_U = re.compile("(?<=[^aeiouw])w(?=[^aeiouw]|$)")


def romanise(text: str) -> str:
    """`text` with every Arabic-script word in Latin letters, the article parted from its noun by a hyphen."""
    return WORD.sub(lambda found: _word(found.group()), MARKS.sub("", text))


def _word(word: str) -> str:
    if word.startswith(("ال", "أل")) and len(word) > 4 and not word.startswith("الله"):
        return "al-" + _letters(word[2:])
    return _letters(word)


def _letters(word: str) -> str:
    """Ain is a vowel at the start and silent after; w and y between consonants stand for long u and i."""
    start, rest = word[0], word[1:]
    head = "a" if start == "ع" else start.translate(LETTERS)
    if word.endswith(("ی", "ي")):
        rest = rest[:-1] + "i" if rest else rest
    tail = rest.replace("ع", "").replace("ي", "i").replace("ی", "i").translate(LETTERS)
    return LONG_U.sub("u", head + tail)
