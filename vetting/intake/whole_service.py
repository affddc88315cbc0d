"""Whether a name is a whole service or ministry. Naming one is not naming a unit.

“Army”, “Egyptian Air Force”, “Policía Nacional”, “وزارة الدفاع” are whole services; “Army: Calibration
Lab”, “Ministry of Defence Language Institute”, “3rd Army” are not. A miss costs a vetter a question; a
false alarm costs a nominator an honest unit: so only a name that says nothing besides counts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from vetting.intake.text import fold

_LISTS = Path(__file__).with_name("whole_services.txt")
_SEPARATORS = re.compile(r"[:;,/–—|]|\s-\s|-\s|\s-|[()\[\]]")
_JOINED = re.compile(r"\s+(?:and|y|et|и|و)\s+|\s*[&/+]\s*", re.IGNORECASE)
_ACRONYM = re.compile(r"[(\[]\s*([A-Z.]{2,8})\s*[)\]]")


def names_whole_service(
    name: str, country_words: frozenset[str] = frozenset(), other_countries: frozenset[str] = frozenset()
) -> bool:
    """`country_words`: folded names and demonyms of the unit's country, whose derived forms are recognised
    too (Egypt → Egyptian); `other_countries`: one-word names of all others, whose forms must be closer."""
    name = _without_own_acronym(name)
    stems = frozenset(word for words in country_words for word in words.split() if len(word) > 2)
    return _is_whole(name, stems, other_countries) or _all_whole(name, stems, other_countries)


def _is_whole(name: str, stems: frozenset[str], others: frozenset[str]) -> bool:
    words = _words(name)
    if not words or any(character.isdigit() for character in name):
        return False
    rest = [word for word in words if not _is_country(word, stems, others)]
    if not rest:  # the country itself
        return True
    untitled = [word for word in rest if word not in _TITLES]
    return any(_is_phrase(_undoubled("".join(form))) for form in _forms(rest, untitled)) or (
        _is_ministry(name, untitled, stems, others)
    )


def _all_whole(name: str, stems: frozenset[str], others: frozenset[str]) -> bool:
    """“Army and Navy” names two."""
    parts = [part for part in _JOINED.split(name) if part.strip()]
    return len(parts) > 1 and all(_is_whole(part, stems, others) for part in parts)


def _forms(*lists: list[str]) -> list[list[str]]:
    return [*lists, *([word for word in words if word not in _ARTICLES] for words in lists)]


def _words(name: str) -> list[str]:
    return [_arabic(word) for word in fold(name).split()]


def _arabic(word: str) -> str:
    """Without the article, and with its letters in one form."""
    word = word.replace("ة", "ه").replace("ى", "ي")
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


@lru_cache(maxsize=4096)
def _is_country(word: str, stems: frozenset[str], others: frozenset[str]) -> bool:
    if word in others or word in stems:
        return True
    if word in _SERVICE_WORDS:  # “guard” does not come from Guam
        return False
    return any(_derived(word, _arabic(stem)) for stem in stems) or any(
        len(other) > 3 and _derived(word, other, lost=int(len(other) > 4)) for other in others
    )


def _derived(word: str, stem: str, lost: int | None = None) -> bool:
    """Egypt → Egyptian, Colombia → Colombiana, مصر → مصرية, Египет → Египта.

    The stem may lose two letters in five, or only `lost`; the word may add five."""
    shared = 0
    while shared < min(len(word), len(stem)) and word[shared] == stem[shared]:
        shared += 1
    needed = -(-len(stem) * 3 // 5) if lost is None else len(stem) - lost
    return shared >= max(3, needed) and len(word) - shared <= 5


def _undoubled(text: str) -> str:
    half = len(text) // 2
    return text[:half] if text[:half] == text[half:] else text


def _is_phrase(squashed: str) -> bool:
    if squashed in _SERVICES:
        return True
    return len(squashed) >= 10 and any(_one_edit_apart(squashed, known) for known in _LONG_SERVICES)


def _one_edit_apart(one: str, other: str) -> bool:
    """One letter too many, too few or wrong: a typing mistake."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    return one[start + 1 :] == other[start + (len(one) == len(other)) :] or one[start:] == other[start + 1 :]


def _is_ministry(name: str, untitled: list[str], stems: frozenset[str], others: frozenset[str]) -> bool:
    """The word and what it is of; not what comes after a comma or colon, nor a part of it."""
    said = [part for part in _SEPARATORS.split(name) if not _only_country(part, stems, others)]
    if len(said) != 1 or any(word.startswith(_PARTS_OF_A_MINISTRY) for word in untitled):
        return False
    return bool(untitled) and (untitled[0] in _MINISTRIES or untitled[-1] in _MINISTRIES)


def _only_country(part: str, stems: frozenset[str], others: frozenset[str]) -> bool:
    return all(_is_country(word, stems, others) for word in _words(part))


def _without_own_acronym(name: str) -> str:
    """“Fuerza Aérea Colombiana (FAC)” without its brackets; “Army (MODLI)” as it is."""
    for found in list(_ACRONYM.finditer(name)):
        words = fold(_ACRONYM.sub(" ", name)).split()
        initials = {"".join(word[0] for word in form) for form in _forms(words)}
        if found[1].replace(".", "").casefold() in initials:
            name = name.replace(found[0], " ")
    return name


def _sections(text: str) -> dict[str, list[str]]:
    """[section] → its entries."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return sections


_READ = _sections(_LISTS.read_text(encoding="utf-8"))
_ARTICLES = frozenset(_READ["articles"])
_TITLES = frozenset(_READ["titles"])
_MINISTRIES = frozenset(_READ["ministries"])
_PARTS_OF_A_MINISTRY = tuple(_READ["parts"])
_SERVICES = frozenset("".join(form) for phrase in _READ["services"] for form in _forms(_words(phrase)))
_SERVICE_WORDS = frozenset(word for phrase in _READ["services"] for word in _words(phrase))
_LONG_SERVICES = frozenset(service for service in _SERVICES if len(service) >= 9)
