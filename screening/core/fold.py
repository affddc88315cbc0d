"""A name in any script, as the Latin words by which it is compared.

`latin` is the spelling, `fold` the words of a person's name that carry identity. Both are pure and cached.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from . import arabic
from .words import COMPOUND_SURNAMES, KOREAN_FAMILIES, PARTICLES, RANK_JOINERS, RANKS, TITLES

HANGUL = re.compile("[\uac00-\ud7a3]")
LONGEST = 500  # letters; a name is refused at intake beyond this, and here the rest is not read
SYLLABIC = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[\uac00-\ud7a3]+")
APOSTROPHES = re.compile("[`'\"\u2018\u2019\u201c\u201d\u02bb\u02bc\u02be\u02bf]")
ARTICLE = re.compile(r"\b(?:[aeu]l-|[ae](sh|th|s|r|n|d|z|t)-(?=\1))(?=[a-z])")
SERVANT = re.compile(r"^(?:al)?abd[aeiou](?:l([a-z]{2,})|(?:([rsznt])(?=\2))?((?![aeiou])[a-z]{3,}))$")
SERVANTS_ALONE = frozenset("abdul abdel abdal abdol abdur abdus".split())
OF_GOD = frozenset("la lah lahi llah llahi allah".split())  # Abdullah stays one word
JOINED_ON = re.compile(r"(?<=[a-z]) (?:[aeu][dl]? )?(allah|ullah|ollah|allh|din|deen|dine|uddin|eddine)\b")
IN_GOD = re.compile(r"(?<=[a-z]{3})[aou]ll(?:ah?|h)\b")
OF_FAITH = re.compile(r"(?<=[a-z]{3})[aeou]?[ld]?d(?:in|een|ine|yn)\b")
NOT_WORDS = re.compile("[^a-z0-9]+")


@lru_cache(maxsize=200_000)
def latin(text: str) -> str:
    """Lower-case Latin letters, digits and the punctuation that was there, for a name in any script."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    text = SYLLABIC.sub(lambda found: f" {_syllables(found.group(), alone=_alone(found))} ", text)
    return APOSTROPHES.sub("", anyascii(arabic.romanise(text)).lower())[: 4 * LONGEST]


def _alone(found: re.Match[str]) -> bool:
    return not SYLLABIC.search(found.string[: found.start()] + found.string[found.end() :])


def _syllables(word: str, *, alone: bool) -> str:
    """Chinese and Korean names are written without a space: the family name, then the given name."""
    cut = 2 if word[:2] in COMPOUND_SURNAMES and len(word) > 2 else 1
    parts = [word[:cut], word[cut:]] if alone and 2 <= len(word) <= 4 else [word]
    return " ".join(_korean(part) if HANGUL.match(part) else anyascii(part) for part in parts)


def _korean(word: str) -> str:
    """With the single vowels that passports and lists write: Jong, not Jeong; family names as usual."""
    return KOREAN_FAMILIES.get(word) or anyascii(word).replace("eo", "o").replace("eu", "u")


@lru_cache(maxsize=200_000)
def fold(text: str) -> tuple[str, ...]:
    """The identity-bearing words of a person's name, in the order written.

    Titles, ranks and particles go as long as two other words remain; a name with letters is never empty.
    """
    words = tuple(part for word in split(_compounds(latin(text))) for part in _servant(word))
    kept = _without(_without(words, TITLES | RANKS, leading=RANK_JOINERS), PARTICLES)
    return kept or words


def _compounds(text: str) -> str:
    """Shams ud-Din, Shams al-Din and Shamseddine as one word, so too Khair Ullah; articles gone."""
    bare = NOT_WORDS.sub(" ", ARTICLE.sub("", text))
    return IN_GOD.sub("ullah", OF_FAITH.sub("din", JOINED_ON.sub(r"\1", bare)))


def split(text: str) -> list[str]:
    return NOT_WORDS.sub(" ", text).split()


def _without(
    words: tuple[str, ...], dropped: frozenset[str], leading: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """`words` less the dropped ones, or as they were where fewer than two would remain."""
    if leading and not dropped.isdisjoint(words[:3]):
        while len(words) > 2 and words[0] in dropped | leading:
            words = words[1:]
    kept = tuple(word for word in words if word not in dropped)
    return kept if len([word for word in kept if len(word) > 1]) >= 2 else words


def _servant(word: str) -> tuple[str, ...]:
    """Abdul, Abdel, Abdur and so on are one word, parted from a name glued to them (not Abdullah)."""
    if word in SERVANTS_ALONE:
        return ("abd",)
    found = SERVANT.match(word)
    name = found and (found[1] or found[3])
    return ("abd", name) if name and name not in OF_GOD else (word,)
