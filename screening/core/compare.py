"""Two subjects compared: one score, and the features it is made of."""

from dataclasses import fields
from functools import lru_cache
from itertools import product

from .birth import compare_births
from .costs import KindCosts, WordCosts, evenly, kind_costs, word_costs
from .fold import fold
from .types import Comparison, Feature, FeatureName, KindPrices, Says, Subject, Thresholds, WordPrices
from .units import read_unit

AGREES = 0.8  # a name score from here on is agreement, below it nearness, below what a match takes difference
DEFAULT = Thresholds()
AMOUNTS = {costs: [part.name for part in fields(costs)] for costs in (WordCosts, KindCosts)}


def compare(nominee: Subject, known: Subject, thresholds: Thresholds = DEFAULT) -> Comparison:
    """Score 0..1 of how likely the two are one, with every feature that made it.

    The best pair of all names of both counts. What a side lacks is unknown and neither gives nor takes.
    Raises ValueError where one is a unit and the other an individual.
    """
    if nominee.kind != known.kind:
        raise ValueError("An individual and a unit cannot be compared.")
    features = _features(nominee, known, thresholds)
    score = round(min(max(sum(feature.contribution for feature in features), 0.0), 1.0), 4)
    return Comparison(score, features, is_match=score >= thresholds.match)


def _features(nominee: Subject, known: Subject, thresholds: Thresholds) -> tuple[Feature, ...]:
    country = _country(nominee, known, thresholds)
    if nominee.kind == "unit":
        return *_unit_names(nominee, known, thresholds), _parents(nominee, known, thresholds), country
    return _person_name(nominee, known, thresholds), _birth(nominee, known, thresholds), country


def person_name_score(left: str, right: str, prices: WordPrices = DEFAULT.person_words) -> float:
    """How alike two personal names are, 0..1, on nothing but the names. 0 where one has no letters."""
    one, other = fold(left), fold(right)
    return max(1.0 - _words_price(one, other, prices, False), 0.0) if one and other else 0.0


def unit_name_score(left: str, right: str, thresholds: Thresholds = DEFAULT) -> float:
    """How alike two unit names are, 0..1, numbers and kinds included."""
    return max(sum(_unit_parts(left, right, thresholds.unit_words, thresholds.unit_kinds)), 0.0)


def _price(costs: WordCosts | KindCosts, prices: WordPrices | KindPrices, prefix: str = "") -> float:
    named = (name for name in AMOUNTS[type(costs)] if name.startswith(prefix))
    return float(sum(getattr(costs, name) * getattr(prices, name) for name in named))


@lru_cache(maxsize=100_000)
def _words_price(left: tuple[str, ...], right: tuple[str, ...], prices: WordPrices, unit: bool) -> float:
    return _price(word_costs(left, right, evenly) if unit else word_costs(left, right), prices)


@lru_cache(maxsize=100_000)
def _unit_parts(left: str, right: str, words: WordPrices, kinds: KindPrices) -> tuple[float, float, float]:
    """What own names give, and numbers and kinds of unit take: 1, 0, 0 for one and the same name."""
    one, other = read_unit(left), read_unit(right)
    if one.is_empty or other.is_empty:
        return 0.0, 0.0, 0.0
    costs = kind_costs(one, other)
    own = max(1.0 - _words_price(one.names, other.names, words, True) - _price(costs, kinds, "bare"), 0.0)
    numbers = _price(costs, kinds, "numbers")
    return own, -numbers, -sum(_price(costs, kinds, part) for part in ("echelons", "branches", "plain"))


def _person_name(nominee: Subject, known: Subject, thresholds: Thresholds) -> Feature:
    best, left, right = 0.0, "", ""
    for one, other in product(nominee.names, known.names):
        score = person_name_score(one, other, thresholds.person_words)
        if score > best or not left:
            best, left, right = score, one, other
        if best == 1.0:
            break
    return _feature("name", best, thresholds.name * best, left, right, _name_says(best, thresholds))


def _name_says(score: float, thresholds: Thresholds) -> Says:
    if score >= AGREES:
        return "agrees"
    return "near" if score * thresholds.name >= thresholds.match else "differs"


def _unit_names(nominee: Subject, known: Subject, thresholds: Thresholds) -> tuple[Feature, Feature, Feature]:
    """Own name, numbers and kind of the best pair of names."""
    pairs = list(product(nominee.names, known.names)) or [("", "")]
    left, right = max(pairs, key=lambda pair: unit_name_score(pair[0], pair[1], thresholds))
    own, numbers, kinds = _unit_parts(left, right, thresholds.unit_words, thresholds.unit_kinds)
    one, other, share = read_unit(left), read_unit(right), thresholds.name
    return (
        _feature("name", own, share * own, left, right, _name_says(own, thresholds)),
        _feature("numbers", *_set_score(one.numbers, other.numbers, share * numbers)),
        _feature("kind of unit", *_set_score(one.kinds, other.kinds, share * kinds)),
    )


def _set_score(
    one: frozenset[str], other: frozenset[str], contribution: float
) -> tuple[float | None, float, str, str, Says]:
    """Overlap of two sets of words; unknown where neither has any, near where one adds to the other's."""
    left, right = _said(one), _said(other)
    if not one | other:
        return None, contribution, left, right, "unknown"
    says: Says = "agrees" if one == other else "near" if one <= other or other <= one else "differs"
    return len(one & other) / len(one | other), contribution, left, right, says


def _said(words: frozenset[str]) -> str:
    return " ".join(word[1:] if word[-1].isdigit() else word for word in sorted(words))


def _birth(nominee: Subject, known: Subject, thresholds: Thresholds) -> Feature:
    """Agreement of the same year only (0.4) gives nothing; from there it rises to the full share."""
    score, says = compare_births(nominee.born, known.born)
    given = 0.0 if score is None else thresholds.birth_agrees * max(score - 0.4, 0.0) / 0.6
    taken = thresholds.birth_differs if score == 0.0 else 0.0
    return _feature("birth date", score, given - taken, nominee.born or "", known.born or "", says)


def _country(nominee: Subject, known: Subject, thresholds: Thresholds) -> Feature:
    one, other = (nominee.country or "").strip().upper(), (known.country or "").strip().upper()
    if not one or not other:
        return _feature("country", None, 0.0, one, other, "unknown")
    if one == other:
        return _feature("country", 1.0, thresholds.country_agrees, one, other, "agrees")
    taken = thresholds.unit_country_differs if nominee.kind == "unit" else thresholds.country_differs
    return _feature("country", 0.0, -taken, one, other, "differs")


def _parents(nominee: Subject, known: Subject, thresholds: Thresholds) -> Feature:
    pairs = list(product(nominee.parents, known.parents))
    if not pairs:
        return _feature("parents", None, 0.0, "; ".join(nominee.parents), "; ".join(known.parents), "unknown")
    left, right = max(pairs, key=lambda pair: unit_name_score(pair[0], pair[1], thresholds))
    score = unit_name_score(left, right, thresholds)
    says = _name_says(score, thresholds)
    given = -thresholds.parents_differ if says == "differs" else thresholds.parents_agree * score
    return _feature("parents", score, given, left, right, says)


def _feature(
    name: FeatureName, score: float | None, contribution: float, left: str, right: str, says: Says
) -> Feature:
    rounded = None if score is None else round(score, 4)
    return Feature(name, rounded, round(contribution, 4) + 0.0, left, right, says)  # + 0.0: no minus zero
