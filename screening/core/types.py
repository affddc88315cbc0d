"""What is compared, by which prices, and what comes of it. Plain frozen values; nothing here computes."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ALGORITHM = "names-1.0"

Kind = Literal["individual", "unit"]
FeatureName = Literal["name", "numbers", "kind of unit", "birth date", "country", "parents"]
Says = Literal["agrees", "near", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of a comparison.

    `names`: every name and alias, any script, as written. `born`: partial ISO date. `country`: a code.
    `parents`: for a unit, the names of the units above it. None and empty mean unknown.
    """

    kind: Kind
    names: tuple[str, ...]
    born: str | None = None
    country: str | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordPrices:
    """What each amount of costs.WordCosts takes from a name score of 1."""

    contradicted: float
    added: float
    thin: float
    spelling: float
    worst: float
    initials: float


@dataclass(frozen=True, slots=True)
class KindPrices:
    """What each amount of costs.KindCosts takes from a unit's name score of 1."""

    numbers_differ: float = 0.55
    numbers_added: float = 0.21
    echelons_differ: float = 0.35
    echelons_added: float = 0.10
    branches_differ: float = 0.32
    branches_added: float = 0.09
    plain_differ: float = 0.17
    plain_added: float = 0.0
    bare: float = 0.16


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All the numbers of one comparison, so that a decision can freeze them (`as_dict`) beside ALGORITHM.

    `match`: the score from which two subjects may be one. The rest are shares of the score: the name's,
    and what another feature adds when it agrees or takes when it differs. Together they add at most
    0.08: no date and no country makes a match of names that are not near one.
    """

    match: float = 0.65
    name: float = 0.92
    birth_agrees: float = 0.05
    birth_differs: float = 0.15
    country_agrees: float = 0.03
    country_differs: float = 0.03
    unit_country_differs: float = 0.30
    parents_agree: float = 0.05
    parents_differ: float = 0.05
    person_words: WordPrices = field(
        default=WordPrices(
            contradicted=0.86, added=0.335, thin=0.356, spelling=2.48, worst=0.65, initials=0.14
        )
    )
    unit_words: WordPrices = field(
        default=WordPrices(contradicted=0.42, added=0.02, thin=0.08, spelling=0.46, worst=0.55, initials=0.02)
    )
    unit_kinds: KindPrices = field(default=KindPrices())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing compared: its own score 0..1 or None, what it gave or took, what stood on each side."""

    feature: FeatureName
    score: float | None
    contribution: float
    nominee: str
    known: str
    says: Says


@dataclass(frozen=True, slots=True)
class Comparison:
    """`score` is the sum of the features' contributions, held between 0 and 1, to 4 places."""

    score: float
    features: tuple[Feature, ...]
    is_match: bool
    algorithm: str = ALGORITHM
