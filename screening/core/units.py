"""A unit's name, taken apart: numbers, kinds of unit, branches, plain words, and its own names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from .fold import ARTICLE, NOT_WORDS, latin
from .unit_words import BRANCHES, ECHELONS, LINKS, NUMBERS, PLAIN, SHORT_FOR, TENS

INITIALISM = re.compile(r"\b(?:[a-z]\.\s?){2,}|\b[a-z](?:\.[a-z])+\b")
ORDINAL = re.compile(
    r"(?<![a-z0-9])(?:n[or]?[.o]?\s?)?0*(\d{1,5})\s?(?:/|-)?\s?"
    r"(?:(?:st|nd|rd|th|er|ere|eme|ieme|ro|ra|do|da|to|ta|mo|ma|vo|ava|va|deg|[aoe])\b\.?)?"
)
ROMAN = re.compile("x{0,3}(?:ix|iv|v?i{0,3})")
ROMAN_VALUE = {"i": 1, "v": 5, "x": 10}
ELISION = re.compile(r"\b[dlDL]['\u2019](?=\w)")
ORDINAL_SIGN = str.maketrans({"°": " ", "º": "o", "ª": "a"})


@dataclass(frozen=True, slots=True)
class UnitName:
    """What one spelling of a unit's name says. `numbers` are n14 or a letter such as b."""

    numbers: frozenset[str]
    echelons: frozenset[str]
    branches: frozenset[str]
    plain: frozenset[str]
    names: tuple[str, ...]

    @property
    def kinds(self) -> frozenset[str]:
        return self.echelons | self.branches | self.plain

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.numbers or self.kinds)


@lru_cache(maxsize=100_000)
def read_unit(text: str) -> UnitName:
    """14th, 14, fourteenth and XIV are n14; bn, batallón, bataillon are battalion."""
    words = _words(text)
    numbers = [word for word in words if word[-1].isdigit() or len(word) == 1]
    rest = [word for word in words if word not in numbers]
    known = ECHELONS | BRANCHES | PLAIN
    return UnitName(
        numbers=frozenset(numbers),
        echelons=frozenset(ECHELONS[word] for word in rest if word in ECHELONS),
        branches=frozenset(BRANCHES[word] for word in rest if word in BRANCHES),
        plain=frozenset(PLAIN[word] for word in rest if word in PLAIN),
        names=tuple(word for word in rest if word not in known),
    )


def _words(text: str) -> list[str]:
    spelt = ARTICLE.sub("", latin(ELISION.sub("", text.translate(ORDINAL_SIGN))))
    spelt = INITIALISM.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", spelt)
    spelt = ORDINAL.sub(r" n\1 ", spelt)
    words = [long for word in NOT_WORDS.sub(" ", spelt).split() for long in SHORT_FOR.get(word, (word,))]
    kept = [word for word in words if word not in LINKS] or words
    return _numbered(kept)


def _numbered(words: list[str]) -> list[str]:
    """Number words and Roman numerals as n14; twenty third is one number."""
    found: list[str] = []
    place = 0
    while place < len(words):
        word, after = words[place], words[place + 1] if place + 1 < len(words) else ""
        value = TENS.get(word, 0) + (NUMBERS.get(after, 10) % 10 if word in TENS else 0)
        place += 2 if word in TENS and NUMBERS.get(after, 10) < 10 else 1
        found.append(f"n{value or _number(word)}" if value or _number(word) else word)
    return found


def _number(word: str) -> int | None:
    if word in NUMBERS:
        return NUMBERS[word]
    if not word or not ROMAN.fullmatch(word):
        return None
    values = [ROMAN_VALUE[letter] for letter in word]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
