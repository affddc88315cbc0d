"""What sets two names apart, as named amounts that are all 0 for one and the same name.

A name's score is 1 less each amount times its price (types.WordPrices, types.KindPrices), so that every
price can be read, frozen with a decision, and explained. All amounts are symmetric and grow with
difference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .align import Pairing, align
from .sounds import skeleton
from .units import UnitName
from .words import COMMON_NAMES, PARTICLES, RANKS, TITLES

COMMON_SKELETONS = frozenset(skeleton(word) for word in COMMON_NAMES)

LIGHT = {"abd": 0.35, "abu": 0.5, "umm": 0.5} | dict.fromkeys(TITLES | RANKS | PARTICLES, 0.2)
BY_LENGTH = (0.3, 0.3, 0.65, 0.9)  # by consonants of the skeleton; 1 for more
COMMON = 0.55


@lru_cache(maxsize=200_000)
def weight(word: str) -> float:
    """How much of an identity one word carries: initials little, common words less than rare."""
    if word in LIGHT or len(word) == 1:
        return LIGHT.get(word, 0.3)
    bones = skeleton(word)
    length = BY_LENGTH[len(bones)] if len(bones) < len(BY_LENGTH) else 1.0
    return min(length, COMMON) if bones in COMMON_SKELETONS else length


@dataclass(frozen=True, slots=True)
class WordCosts:
    """Amounts of difference between two sets of words.

    contradicted: words of both sides that met nothing, 0..2 · added: the share of words only one side
    has, 0..1 thin: how little is in common to set against those, 0..2 · spelling, worst: how far the
    paired words differ, on average and in the worst pair, 0..0.4 · initials: words known by an initial
    only, 0..3.
    """

    contradicted: float
    added: float
    thin: float
    spelling: float
    worst: float
    initials: float


def word_costs(
    left: tuple[str, ...], right: tuple[str, ...], weigh: Callable[[str], float] = weight
) -> WordCosts:
    laid = align(*sorted((left, right)))
    one, other = (sum(map(weigh, alone)) for alone in (laid.left_alone, laid.right_alone))
    common = sum(min(weigh(pair.left), weigh(pair.right)) for pair in laid.pairs)
    clash, more = min(one, other), abs(one - other)
    return WordCosts(
        contradicted=min(clash, 2.0),
        added=more / (more + common + clash) if more else 0.0,
        thin=max(0.0, 2.0 - common) if clash or more else 0.0,
        spelling=_spelling(laid.pairs, weigh) / (common or 1.0),
        worst=max((1 - pair.likeness for pair in laid.pairs), default=0.0),
        initials=min(sum(pair.by_initial for pair in laid.pairs), 3),
    )


def _spelling(pairs: tuple[Pairing, ...], weigh: Callable[[str], float]) -> float:
    spelt = (pair for pair in pairs if not pair.by_initial)
    return min(sum((1 - pair.likeness) * min(weigh(pair.left), weigh(pair.right)) for pair in spelt), 1.0)


def evenly(word: str) -> float:
    """The weight of a word in a unit's own name: a short place name says as much as a long one."""
    return 0.5 if len(word) == 1 else 1.0


@dataclass(frozen=True, slots=True)
class KindCosts:
    """Amounts of difference between two unit names, beyond those of their own names (WordCosts).

    *_differ: both say one and they have none in common · *_added: one side says more · bare: no own
    name and no number in common, and kinds that are not the same.
    """

    numbers_differ: float
    numbers_added: float
    echelons_differ: float
    echelons_added: float
    branches_differ: float
    branches_added: float
    plain_differ: float
    plain_added: float
    bare: float


def kind_costs(left: UnitName, right: UnitName) -> KindCosts:
    sides = [
        (getattr(left, part), getattr(right, part)) for part in ("numbers", "echelons", "branches", "plain")
    ]
    amounts = [amount(*side) for side in sides for amount in (_differ, _added)]
    amounts.append(float(_is_bare(left, right)))
    return KindCosts(*amounts)


def _is_bare(left: UnitName, right: UnitName) -> bool:
    """Nothing but unequal kinds of unit to go by."""
    return not (left.names or right.names or left.numbers & right.numbers) and left.kinds != right.kinds


def _differ(one: frozenset[str], other: frozenset[str]) -> float:
    """Whether each side says something the other does not."""
    return float(bool(one - other) and bool(other - one))


def _added(one: frozenset[str], other: frozenset[str]) -> float:
    return float(min(len(one ^ other), 3)) if not _differ(one, other) else 0.0
