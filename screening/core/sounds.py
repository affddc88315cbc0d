"""Words by their sound: the consonant skeleton, which most romanisations of one name share."""

import re
from functools import lru_cache

from .words import COMMON_SOUNDS_LIKE

CLASSES = (  # in this order; the first that fits a place in the word wins
    ("shch|tsch|tch|sch|dzh|sh|ch|cz|zh|dj|j", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("tz|ts|z|s|c(?=[eiy])", "s"),
    ("th|dh|d|t", "t"),
    ("ck|cq|q|c|k", "k"),
    ("x", "ks"),
    ("v|w", "v"),
)
CLASS = re.compile("|".join(f"({pattern})" for pattern, _ in CLASSES))
SOUND = tuple(sound for _, sound in CLASSES)
VOWELS = "aeiouy"
SILENT = re.compile("(?<=[aeiouy])h$")
DOUBLED = re.compile(r"([A-Za-z])\1+")
OPEN = {"e": "i", "y": "i", "o": "u"}
SOFTER = (  # respellings some languages or clerks make; each alone gives a soft variant
    (re.compile("^[ae]l(?=[a-z]{4})"), ""),
    (re.compile("(?<=.)w"), "u"),
    (re.compile("(?<=.)v$"), "u"),
    (re.compile("^j(?=[aeiou])"), "y"),
    (re.compile("kh|q"), "k"),
    (re.compile("(?<!n)g(?!h)"), "k"),
    (re.compile("(?<!n)gh?"), "h"),
    (re.compile("p(?!h)"), "b"),
    (re.compile("dz"), "d"),
    (re.compile("dh"), "z"),
    (re.compile("th"), "s"),
    (re.compile("(?<!n)g(?!h)"), "j"),
    (re.compile("x"), "h"),
    (re.compile("^h"), ""),
)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """The consonants of `word` by class: sh ch j zh, kh h, q c k, w v, z s, d t are one each, doubles one.

    A first vowel is written a, later ones go. Where one consonant or none would remain, its vowel
    stays, so that Li and Lo differ. Digits stay as they are.
    """
    return _skeleton(COMMON_SOUNDS_LIKE.get(word, word))


@lru_cache(maxsize=200_000)
def soft_skeletons(word: str) -> tuple[str, ...]:
    """Other skeletons `word` could have, each by one respelling; never the first one, sorted."""
    if len(word) < 4:
        return ()
    respelt = {pattern.sub(by, word) for pattern, by in SOFTER}
    return tuple(sorted({_skeleton(other) for other in respelt if len(other) > 2} - {skeleton(word)}))


def first_sound(word: str) -> str:
    """The class of the first sound: what an initial and the word it stands for share."""
    return skeleton(word)[:1]


def _skeleton(word: str) -> str:
    classed = CLASS.sub(lambda found: SOUND[(found.lastindex or 1) - 1].upper(), word) if word else ""
    classed = DOUBLED.sub(r"\1", SILENT.sub("", classed))
    bones = (classed[:1].translate(_FIRST) + re.sub("[aeiouy]", "", classed[1:])).lower()
    return bones if len(bones) > 1 else _with_vowel(bones, classed)


def _with_vowel(bones: str, classed: str) -> str:
    vowel = re.search("[aeiouy]", classed[1:])
    return bones + OPEN.get(vowel.group(), vowel.group()) if vowel else bones


_FIRST = str.maketrans(dict.fromkeys(VOWELS, "a"))
