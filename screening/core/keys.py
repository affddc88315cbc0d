"""The keys under which a name is filed and looked up. See the package docstring for how they are to be
used.

S: one word's skeleton · H: a skeleton with the first sound of another word · J: two neighbours as one
word · N: a unit's number · D: a birth date. A soft variant of a skeleton weighs half.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import permutations

from .birth import Partial, parse
from .fold import fold
from .sounds import first_sound, skeleton, soft_skeletons
from .types import Kind
from .units import UnitName, read_unit

SOFT = 0.5
MOST_WORDS = 12  # words of one name that make keys; H keys grow with their square

Key = tuple[str, float]


def keys(names: Iterable[str], kind: Kind = "individual") -> dict[str, float]:
    """Every key of all `names` with its weight, 0.5 or 1, sorted."""
    best: dict[str, float] = {}
    for name in names:
        for key, weight in _unit_keys(read_unit(name)) if kind == "unit" else _word_keys(fold(name)):
            best[key] = max(weight, best.get(key, 0.0))
    return dict(sorted(best.items()))


def birth_keys(born: str | None) -> dict[str, float]:
    """D keys of a partial ISO date: the day 1; swapped, a day beside it, the month 0.5; the year 0.25."""
    partial = parse(born)
    return dict(sorted(_birth_keys(partial))) if partial else {}


def _birth_keys(partial: Partial) -> Iterator[Key]:
    year, month, day = partial
    yield f"D:{year}", 0.25
    if month:
        yield f"D:{year}-{month:02}", SOFT
    if month and day:
        yield from ((f"D:{near.isoformat()}", SOFT) for near in _neighbours(date(year, month, day)))
        if day <= 12:
            yield f"D:{date(year, day, month).isoformat()}", SOFT
        yield f"D:{year}-{month:02}-{day:02}", 1.0


def _neighbours(day: date) -> Iterator[date]:
    if day > date.min:
        yield day - timedelta(days=1)
    if day < date.max:
        yield day + timedelta(days=1)


def _word_keys(words: tuple[str, ...]) -> Iterator[Key]:
    words = words[:MOST_WORDS]
    whole = [word for word in words if len(word) > 1]
    yield from ((f"S:{bones}", weight) for word in whole or words for bones, weight in _skeletons(word))
    for word, other in permutations(words, 2):
        if len(word) > 1:
            yield from ((f"H:{bones}+{first_sound(other)}", weight) for bones, weight in _skeletons(word))
    for first, second in zip(words, words[1:], strict=False):
        yield f"J:{skeleton(first + second)}", 1.0
    yield from (
        (f"J:{bones}", weight) for word in whole if len(word) > 4 for bones, weight in _skeletons(word)
    )


def _skeletons(word: str) -> Iterator[Key]:
    yield skeleton(word), 1.0
    yield from ((bones, SOFT) for bones in soft_skeletons(word))


def _unit_keys(unit: UnitName) -> Iterator[Key]:
    """Words for kinds of unit are keys only beside a number, or where there is nothing else."""
    yield from _word_keys(unit.names)
    for number in sorted(unit.numbers):
        yield f"N:{number}", 1.0
        yield from ((f"N:{number}+{word}", 1.0) for word in sorted({*unit.echelons, *unit.branches}))
        yield from ((f"N:{number}+{skeleton(word)}", 1.0) for word in unit.names)
    if not unit.names and not unit.numbers and (kinds := sorted(unit.kinds)):
        yield f"N:{'+'.join(kinds)}", 1.0
