"""What intake must know of the world to check a nomination, handed in by the caller."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vetting.intake.shape import LAWS
from vetting.intake.text import fold


@dataclass(frozen=True)
class Program:
    name: str
    laws: tuple[str, ...] = LAWS


@dataclass(frozen=True)
class Lookups:
    """Reference data and reach, already narrowed to this caller: nothing out of reach is in here.

    `countries`: every code that may be a nationality or birthplace → its names, in any languages.
    `demonyms`: code → words such as “Dutch” that the country's names do not begin (optional).
    `nomination_countries`: codes where this caller may nominate. `organisations`: ids it nominates for.
    `knows_unit(id)`: a unit of an earlier nomination of its own. `reference_taken(organisation, reference)`.
    """

    countries: Mapping[str, Collection[str]]
    programs: Mapping[str, Program]
    organisations: Collection[str]
    nomination_countries: Collection[str]
    knows_unit: Callable[[str], bool] = lambda _id: False
    reference_taken: Callable[[str, str], bool] = lambda _organisation, _reference: False
    demonyms: Mapping[str, Collection[str]] = field(default_factory=dict)

    def country_named(self, text: str) -> str | None:
        """The one country that bears exactly this name, or None."""
        codes = self._codes_by_name.get(fold(text), set())
        return next(iter(codes)) if len(codes) == 1 else None

    def words_for(self, code: str | None) -> frozenset[str]:
        """Names and demonyms of a country, folded."""
        if code is None:
            return frozenset()
        return frozenset(map(fold, (*self.countries.get(code, ()), *self.demonyms.get(code, ()))))

    @cached_property
    def all_country_words(self) -> frozenset[str]:
        """Every name or demonym that is one word: “Egypt”, “Dutch”."""
        names = [word for code in self.countries for word in self.words_for(code)]
        return frozenset(name for name in names if name and " " not in name)

    @cached_property
    def country_names(self) -> tuple[str, ...]:
        return tuple(self._codes_by_name)

    @cached_property
    def _codes_by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for code, names in self.countries.items():
            for name in names:
                found.setdefault(fold(name), set()).add(code)
        return found
