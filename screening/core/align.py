"""Two names' words laid beside each other, one to one, order-free, joined spellings allowed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from .sounds import VOWELS, first_sound, skeleton, soft_skeletons

ALIKE = 0.62  # likeness under which two words are different words
JOINED_ALIKE = 0.92  # two words written as one must be nearly it
INITIAL = 0.85
MOST_WORDS = 16  # words read of one name; keeps the work bounded
EQUAL = (0.55, 0.05, 0.25)  # likeness of equal skeletons: at least, by consonant, by spelling
SOFT = (0.50, 0.05, 0.25)
HEARD = 0.5
VOWELS_UNWRITTEN = 0.9  # stands for the spelling where a script wrote no vowels
GLUED = re.compile("^[ae]l(?=[a-z]{3})")
APART = {"hsn": re.compile("h+[ae]s+[ae]+n"), "mhmt": re.compile("m[ae]h+m")}
VOWELLESS = re.compile("[^aeou]+")
ENDING = re.compile("(?:y?ev|iev|ov|av|yav)(?:ich|itch|yc?h|ic|na)$|enko$|[sz]ad[ae]h?$|shvili$")


@dataclass(frozen=True, slots=True)
class Pairing:
    """One or two words of the left name, one or two of the right, and their likeness 0..1."""

    left: str
    right: str
    likeness: float

    @property
    def by_initial(self) -> bool:
        return min(len(self.left), len(self.right)) == 1 < max(len(self.left), len(self.right))


@dataclass(frozen=True, slots=True)
class Alignment:
    """The paired words, best first, and the words of either side that met nothing."""

    pairs: tuple[Pairing, ...]
    left_alone: tuple[str, ...]
    right_alone: tuple[str, ...]


@lru_cache(maxsize=500_000)
def likeness(left: str, right: str) -> float:
    """How alike two words are, 0..1, by spelling and skeleton; an initial is near its word. Symmetric."""
    if left == right:
        return 1.0
    if min(len(left), len(right)) == 1:
        return INITIAL if _same_initial(left, right) else 0.0
    if _known_apart(left, right):
        return 0.5
    left, right = _stems(*_without_article(left, right))
    spelt = (JaroWinkler.similarity(left, right) + OSA.normalized_similarity(left, right)) / 2
    return min(max(spelt, _sound_alike(left, right, spelt)), 0.99)


def _same_initial(left: str, right: str) -> bool:
    """A vowel must be the same letter, a consonant the same class."""
    if len(left) == len(right):
        return False
    return left[0] == right[0] or first_sound(left) == first_sound(right) != "a"


def _known_apart(left: str, right: str) -> bool:
    """Hasan is not Husain: names whose skeletons are one, told apart by the vowels where both are written."""
    apart = APART.get(skeleton(left)) if skeleton(left) == skeleton(right) else None
    if not apart or left[1] not in VOWELS or right[1] not in VOWELS:
        return False
    return bool(apart.match(left)) != bool(apart.match(right))


def _stems(left: str, right: str) -> tuple[str, str]:
    """Without the family ending both share in kind, so that it makes no two fathers alike."""
    stems = ENDING.sub("", left), ENDING.sub("", right)
    both = stems[0] != left and stems[1] != right and min(map(len, stems)) > 2
    return stems if both else (left, right)


def _without_article(left: str, right: str) -> tuple[str, str]:
    """Alotaibi beside Otaibi: the article glued to one of them only does not count."""
    if GLUED.match(left) and not GLUED.match(right) and left[2] == right[0]:
        return left[2:], right
    if GLUED.match(right) and not GLUED.match(left) and right[2] == left[0]:
        return left, right[2:]
    return left, right


def _sound_alike(left: str, right: str, spelt: float) -> float:
    """Equal skeletons are near-equal words: less so short ones, and where written vowels speak against it."""
    bones, others = skeleton(left), skeleton(right)
    unwritten = VOWELLESS.fullmatch(left) or VOWELLESS.fullmatch(right)
    vowels = max(spelt, VOWELS_UNWRITTEN) if unwritten and len(bones) > 2 else spelt
    if bones == others:
        return EQUAL[0] + EQUAL[1] * min(len(bones), 4) + EQUAL[2] * vowels
    soft, other_soft = soft_skeletons(left), soft_skeletons(right)
    if bones in other_soft or others in soft or not set(soft).isdisjoint(other_soft):
        return SOFT[0] + SOFT[1] * min(len(bones), len(others), 4) + SOFT[2] * vowels
    heard = (JaroWinkler.similarity(bones, others) + OSA.normalized_similarity(bones, others)) / 2
    return (1 - HEARD) * spelt + HEARD * heard


@lru_cache(maxsize=100_000)
def align(left: tuple[str, ...], right: tuple[str, ...]) -> Alignment:
    """The greedy best one-to-one pairing: most alike first, ties by the words themselves."""
    left, right = left[:MOST_WORDS], right[:MOST_WORDS]
    left_free, right_free = set(range(len(left))), set(range(len(right)))
    pairs = []
    for like, lefts, rights in sorted(_offers(left, right), key=_best_first):
        if left_free.issuperset(lefts) and right_free.issuperset(rights):
            left_free.difference_update(lefts)
            right_free.difference_update(rights)
            pairs.append(Pairing(_joined(left, lefts), _joined(right, rights), like))
    return Alignment(
        tuple(pairs),
        tuple(left[place] for place in sorted(left_free)),
        tuple(right[place] for place in sorted(right_free)),
    )


Offer = tuple[float, tuple[int, ...], tuple[int, ...]]


def _best_first(offer: Offer) -> tuple[float, int, tuple[int, ...], tuple[int, ...]]:
    like, lefts, rights = offer
    return -like, abs(sum(lefts) - sum(rights)), lefts, rights


def _offers(left: tuple[str, ...], right: tuple[str, ...]) -> Iterator[Offer]:
    for i, word in enumerate(left):
        for j, other in enumerate(right):
            like = likeness(word, other)
            if like >= ALIKE:
                yield like, (i,), (j,)
    for i, j, like in _joins(left, right):
        yield like, (i, i + 1), (j,)
    for j, i, like in _joins(right, left):
        yield like, (i,), (j, j + 1)


def _joins(parts: tuple[str, ...], wholes: tuple[str, ...]) -> Iterator[tuple[int, int, float]]:
    """Neighbours that, written together, are one word of the other name."""
    for i in range(len(parts) - 1):
        first, second = parts[i], parts[i + 1]
        if len(first) + len(second) < 4:
            continue
        for j, whole in enumerate(wholes):
            if len(whole) <= max(len(first), len(second)) or abs(len(whole) - len(first) - len(second)) > 3:
                continue
            like = likeness(first + second, whole)
            if like >= JOINED_ALIKE and _spelt_as_one(first + second, whole):
                yield i, j, like


def _spelt_as_one(joined: str, whole: str) -> bool:
    """Song Hun is not Sunghyon: of two words at once the sound alone says too little."""
    return OSA.normalized_similarity(joined, whole) >= 0.8 or bool(VOWELLESS.fullmatch(whole))


def _joined(words: tuple[str, ...], places: tuple[int, ...]) -> str:
    return "".join(words[place] for place in places)
