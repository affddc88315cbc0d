"""A class as forms of a page: its event and header, and each row; each gives its part of the body to check.

Nothing is checked here that intake checks: a box holds text, intake says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms

from foundation.doors.asked import AskedForm, lines_of, without_empty
from foundation.doors.boxes import DayField, PartialDateField
from foundation.refused import Problem
from units.models import Gender, Kind, Level
from vetting.intake.lookups import Lookups
from vetting.intake.shape import MAY_BE_UNKNOWN
from vetting.models import NominationLaw, Program, Role

CHOOSE = ("", "Choose")
PARTS = range(1, 6)
DESCRIBED, ABOVE = "", "above"
WORDS = (  # a call's names of fields, as a page says them
    (re.compile(r" under unknown \(\w+\)"), " in the box for that"),
    (re.compile(r"in commander_unknown_reason"), "in the box below it"),
    (re.compile(r": ymd, dmy or mdy\.$"), "."),
    (re.compile(r"^Commander unknown reason:"), "Why the commander is unknown:"),
)


def text(label: str, hint: str = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=hint, strip=True, widget=forms.TextInput(attrs=attrs)
    )


def lines(label: str, hint: str = "One to a line.") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 2})
    )


def country(label: str) -> forms.CharField:
    return text(label, list="countries", autocomplete="off")


class EventForm(AskedForm):
    event_title = text("Event")
    event_location = text("Where it is held")
    event_starts_on = DayField(label="Starts on", required=False)
    event_ends_on = DayField(label="Ends on", required=False)
    needed_by = DayField(label="Results needed by", required=False)

    MAY_BE_EMPTY: ClassVar[Collection[str]] = ("event_location",)
    AT: ClassVar[Mapping[str, str]] = {
        "/event": "event_title",
        "/event/title": "event_title",
        "/event/location": "event_location",
        "/event/starts_on": "event_starts_on",
        "/event/ends_on": "event_ends_on",
    }

    def body(self) -> dict[str, Any]:
        return {
            "event": {
                "title": self.said("event_title"),
                "location": self.said("event_location"),
                "starts_on": self._day("event_starts_on"),
                "ends_on": self._day("event_ends_on"),
            },
            "needed_by": self._day("needed_by"),
        }

    def tell(self, problems: Iterable[Problem]) -> list[Problem]:
        return super().tell(map(in_words, problems))

    def _day(self, name: str) -> str | None:
        day = self.said(name, None)
        return day and day.isoformat()


class HeaderForm(EventForm):
    """Who asks, for what, under which program and law. `known` narrows it to the nominator's own."""

    reference = text("Your reference", "Your own number for this class.")
    organisation = forms.ChoiceField(label="Organisation", required=False)
    country = forms.ChoiceField(label="Country of the candidates", required=False)
    program = forms.ChoiceField(label="Program", required=False)
    program_label = text("Name of the program", "Only where the program is OTHER.")
    law = forms.ChoiceField(label="Law", required=False, choices=[CHOOSE, *NominationLaw.choices])
    purpose = forms.CharField(
        label="Purpose", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="If it helps."
    )

    def __init__(
        self, *args: Any, known: Lookups, organisations: Iterable[tuple[str, str]], **options: Any
    ) -> None:
        own, countries = list(organisations), sorted(known.nomination_countries)
        named = [(code, f"{next(iter(known.countries[code]))} ({code})") for code in countries]
        programs = [
            (each.code, f"{each.code}: {each.name} ({', '.join(each.laws)})")
            for each in Program.objects.all()
        ]
        choices = {
            "organisation": own if len(own) == 1 else [CHOOSE, *own],
            "country": named if len(named) == 1 else [CHOOSE, *named],
            "program": [CHOOSE, *programs],
        }
        super().__init__(*args, choices=choices, **options)

    MAY_BE_EMPTY: ClassVar[Collection[str]] = ("event_location", "program_label", "purpose")

    def body(self) -> dict[str, Any]:
        names = ("reference", "organisation", "country", "program", "program_label", "law", "purpose")
        return without_empty({name: self.said(name) for name in names}) | super().body()


class UnitBoxes(AskedForm):
    """The unit of a row: of an earlier nomination, the one of the row above, or described."""

    unit_from = forms.ChoiceField(label="Unit", required=False)
    unit_name = text("Name of the unit", "Its own name. A whole service is not a unit.")
    unit_english = text("Its name in English")
    unit_aliases = lines("Other names of the unit")
    unit_parents = lines("Units above it", "The nearest first, one to a line.")
    unit_level = forms.ChoiceField(label="Level", required=False, choices=[("", "Not told"), *Level.choices])
    unit_location = text("Where it is")
    commander = text("Its commander", "Full name.")
    commander_unknown_reason = text("Why the commander is unknown", "Only where none is named.")

    UNIT_AT: ClassVar[Mapping[str, str]] = {
        "/unit": "unit_name",
        "/unit/id": "unit_from",
        "/unit/name": "unit_name",
        "/unit/english_name": "unit_english",
        "/unit/aliases": "unit_aliases",
        "/unit/parents": "unit_parents",
        "/unit/level": "unit_level",
        "/unit/location": "unit_location",
        "/unit/commander": "commander",
        "/unit/commander_unknown_reason": "commander_unknown_reason",
    }

    def unit_body(self) -> dict[str, Any]:
        """As described; `{id}` where an earlier unit was chosen. The row above is the caller's to see to."""
        if (chosen := self.said("unit_from")) not in (DESCRIBED, ABOVE):
            return {"id": chosen}
        commander = self.said("commander")
        return without_empty(
            {
                "name": self.said("unit_name"),
                "english_name": self.said("unit_english"),
                "aliases": lines_of(self.said("unit_aliases")),
                "parents": lines_of(self.said("unit_parents")),
                "level": self.said("unit_level"),
                "location": self.said("unit_location"),
                "commander": {"full": commander} if commander else None,
                "commander_unknown_reason": self.said("commander_unknown_reason"),
            }
        )


class CandidateForm(UnitBoxes):
    """One row: a person, or a unit, whose personal boxes stay empty."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=Kind.choices)
    role = forms.ChoiceField(label="Role", required=False, choices=Role.choices)
    name = text("Full name", "In its own script, as the service writes it.")
    name_1 = text("First part")
    name_2 = text("Second part")
    name_3 = text("Third part")
    name_4 = text("Fourth part")
    name_5 = text("Fifth part")
    aliases = lines("Other names, spellings and scripts")
    date_of_birth = PartialDateField(
        label="Date of birth", required=False, help_text="The year alone will do."
    )
    nationality = country("Nationality")
    gender = forms.ChoiceField(label="Gender", required=False, choices=[CHOOSE, *Gender.choices])
    birth_city = text("City of birth")
    birth_state = text("State or province of birth", "Where there is one.")
    birth_country = country("Country of birth")
    national_id = text("National ID", "As printed, leading zeros too.", autocomplete="off")
    rank = text("Rank")
    job_title = text("Job title")
    is_commander = forms.BooleanField(label="Commands the unit", required=False)
    unknown_place_of_birth = text("Why the place of birth is not known")
    unknown_national_id = text("Why the national ID is not known")
    unknown_rank = text("Why the rank is not known")
    unknown_job_title = text("Why the job title is not known")

    MAY_BE_EMPTY: ClassVar[Collection[str]] = (
        *(f"name_{at}" for at in PARTS),
        *(f"unknown_{name}" for name in MAY_BE_UNKNOWN),
        "aliases", "birth_state", "is_commander", "commander_unknown_reason",
        "unit_english", "unit_aliases", "unit_parents", "unit_level", "unit_location",
    )  # fmt: skip
    AT: ClassVar[Mapping[str, str]] = {
        **UnitBoxes.UNIT_AT,
        "/name": "name",
        "/name/parts": "name_1",
        "/place_of_birth": "birth_city",
        "/place_of_birth/city": "birth_city",
        "/place_of_birth/state": "birth_state",
        "/place_of_birth/country": "birth_country",
        "/unknown": "unknown_national_id",
        **{f"/unknown/{name}": f"unknown_{name}" for name in MAY_BE_UNKNOWN},
    }

    def __init__(
        self,
        *args: Any,
        known: Lookups,
        units: Iterable[tuple[str, str]],
        above: bool = False,
        **options: Any,
    ) -> None:
        self.known = known
        of_above = [(ABOVE, "The unit of the row above")] if above else []
        choices = {"unit_from": [(DESCRIBED, "Described here"), *of_above, *units]}
        super().__init__(*args, choices=choices, **options)

    # --- boxes → body ---

    def body(self) -> dict[str, Any]:
        plain = (
            "kind",
            "role",
            "gender",
            "date_of_birth",
            "national_id",
            "rank",
            "job_title",
            "is_commander",
        )
        said = {name: self.said(name) for name in plain} | {
            "kind": self.said("kind", Kind.INDIVIDUAL.value),
            "name": self.name_body(),
            "aliases": lines_of(self.said("aliases")),
            "nationality": self.code("nationality"),
            "place_of_birth": self.place_body(),
            "unknown": self.unknown_body(),
            "unit": self.unit_body(),
        }
        return {key: value for key, value in without_empty(said).items() if value is not False}

    def name_body(self) -> dict[str, Any]:
        parts = [part for at in PARTS if (part := self.said(f"name_{at}"))]
        return without_empty({"full": self.said("name"), "parts": parts})

    def place_body(self) -> dict[str, Any]:
        place = {"city": self.said("birth_city"), "state": self.said("birth_state")}
        return without_empty(place | {"country": self.code("birth_country")})

    def unknown_body(self) -> dict[str, Any]:
        return without_empty({name: self.said(f"unknown_{name}") for name in MAY_BE_UNKNOWN})

    def code(self, name: str) -> str:
        """A code in any case, or a country's name that only one bears."""
        said = self.said(name)
        if said.upper() in self.known.countries:
            return str(said.upper())
        return self.known.country_named(said) or said if said else ""

    # --- what stands open ---

    @property
    def more_of_name(self) -> bool:
        return self.tells("name_1", "name_2", "name_3", "name_4", "name_5", "aliases")

    @property
    def something_unknown(self) -> bool:
        """Also where something is owed, for that is where to say why it cannot be given."""
        owed = ("birth_city", "national_id", "rank", "job_title")
        return any(self.errors.get(name) for name in owed) or self.tells(
            *(f"unknown_{name}" for name in MAY_BE_UNKNOWN)
        )

    @property
    def more_of_unit(self) -> bool:
        return self.tells("unit_english", "unit_aliases", "unit_location")

    def tells(self, *names: str) -> bool:
        """Whether anything stands in these boxes, or is wrong with one."""
        return any(self.errors.get(name) or (self.is_bound and self.said(name)) for name in names)

    # --- problems → boxes ---

    def tell(self, problems: Iterable[Problem]) -> list[Problem]:
        """In a page's words; what is wrong with a unit taken from the row above is said there."""
        of_above = self.said("unit_from") == ABOVE
        return super().tell(
            in_words(problem)
            for problem in problems
            if not (of_above and (problem.pointer or "").startswith("/unit"))
        )

    # --- a row as given → boxes ---

    @staticmethod
    def of(given: Mapping[str, Any]) -> dict[str, Any]:
        """What the boxes hold of a row as it was given. What is masked is left out: its boxes stay empty."""
        unit, name = given.get("unit") or {}, given.get("name") or {}
        plain = (
            "kind",
            "role",
            "date_of_birth",
            "nationality",
            "gender",
            "rank",
            "job_title",
            "is_commander",
        )
        return {
            **{key: given.get(key) or "" for key in plain},
            "name": name.get("full", ""),
            **{f"name_{at}": part for at, part in zip(PARTS, name.get("parts", ()), strict=False)},
            "aliases": "\n".join(given.get("aliases") or ()),
            **{f"unknown_{key}": reason for key, reason in (given.get("unknown") or {}).items()},
            "unit_from": unit.get("id", DESCRIBED),
            "unit_name": unit.get("name") or "",
            "unit_english": unit.get("english_name") or "",
            "unit_aliases": "\n".join(unit.get("aliases") or ()),
            "unit_parents": "\n".join(unit.get("parents") or ()),
            "unit_level": unit.get("level") or "",
            "unit_location": unit.get("location") or "",
            "commander": _called(unit.get("commander")),
            "commander_unknown_reason": unit.get("commander_unknown_reason") or "",
        }


def _called(name: Mapping[str, Any] | None) -> str:
    return str(name.get("full") or " ".join(name.get("parts", ()))) if name else ""


def in_words(problem: Problem) -> Problem:
    detail = problem.detail
    for call, page in WORDS:
        detail = call.sub(page, detail)
    return replace(problem, detail=detail)
