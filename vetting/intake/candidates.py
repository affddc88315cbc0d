"""One candidate: a person with the data owed, or a unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from foundation.refused import Problem
from vetting.intake.fields import Fields, label_of, pointer_to, why_not_a_day
from vetting.intake.lookups import Lookups
from vetting.intake.names import read_name
from vetting.intake.shape import (
    GENDERS,
    KINDS,
    MAY_BE_UNKNOWN,
    ROLES,
    CandidateDraft,
    Name,
    PartialDate,
    Place,
    UnitDraft,
)
from vetting.intake.text import closest, shown
from vetting.intake.units import read_unit

PERSONAL_FIELDS = (
    "name",
    "aliases",
    "date_of_birth",
    "place_of_birth",
    "nationality",
    "gender",
    "national_id",
    "rank",
    "job_title",
    "is_commander",
    "unknown",
)
CANDIDATE_FIELDS = ("kind", "role", *PERSONAL_FIELDS, "unit")
EARLIEST_BIRTH = date(1900, 1, 1)
YOUNGEST = 15
REASON_LIMIT = 1_000
PLACE_LIMIT = 200
OBJECT = '{"kind": "individual", …}'


@dataclass
class Reading:
    """What one candidate came to: a draft with whatever could be read, and what is wrong with it."""

    draft: CandidateDraft | None
    pointer: str
    problems: list[Problem] = field(default_factory=list)


def read_candidate(
    value: Any, pointer: str, row: int, country: str | None, known: Lookups, today: date
) -> Reading:
    reading = Reading(None, pointer)
    fields = Fields.of(value, pointer, CANDIDATE_FIELDS, reading.problems, OBJECT)
    if fields is None:
        return reading
    kind = fields.code("kind", KINDS, how="Write individual or unit.")
    role = fields.code("role", ROLES, required=False) or "participant"
    unit = _unit(fields, kind, country, known)
    if kind == "individual":
        reading.draft = _person(fields, row, role, unit, known, today)
    elif kind == "unit":
        _refuse_personal(fields)
        reading.draft = CandidateDraft(row=row, kind=kind, role=role, unit=unit)
    return reading


def _unit(fields: Fields, kind: str | None, country: str | None, known: Lookups) -> UnitDraft | None:
    if fields.given("unit"):
        pointer = pointer_to(fields.pointer, "unit")
        return read_unit(fields.values["unit"], pointer, country, known, fields.problems)
    if kind == "unit":
        fields.missing("unit", "Name the unit that is nominated.")
    else:
        fields.missing("unit", "A person is always vetted with a unit. Name it.")
    return None


def _refuse_personal(fields: Fields) -> None:
    for key in PERSONAL_FIELDS:
        if fields.given(key) and fields.values[key] is not False:
            detail = f"{label_of(key)}: this belongs to a person. Leave it out for a unit."
            fields.note("not-for-units", detail, key)


def _person(
    fields: Fields, row: int, role: str, unit: UnitDraft | None, known: Lookups, today: date
) -> CandidateDraft:
    unknown = _unknown(fields)
    return CandidateDraft(
        row=row,
        kind="individual",
        role=role,
        unit=unit,
        name=_name(fields),
        aliases=fields.texts("aliases"),
        date_of_birth=_born(fields, today),
        place_of_birth=_birthplace(fields, known, excused="place_of_birth" in unknown),
        nationality=country_code(fields, "nationality", known, required=True),
        gender=fields.code("gender", GENDERS, how="Use one of: " + ", ".join(GENDERS) + "."),
        national_id=_owed(fields, "national_id", unknown, longest=100),
        rank=_owed(fields, "rank", unknown, longest=100),
        job_title=_owed(fields, "job_title", unknown, longest=200),
        is_commander=fields.flag("is_commander"),
        unknown=unknown,
    )


def _name(fields: Fields) -> Name | None:
    if not fields.given("name"):
        fields.missing("name", "Write it as it is written in its own script.")
        return None
    return read_name(fields.values["name"], pointer_to(fields.pointer, "name"), "Name", fields.problems)


def _born(fields: Fields, today: date) -> PartialDate | None:
    key, label = "date_of_birth", "Date of birth"
    value = fields.text(key, required=True, longest=10_000, how="The year alone will do.")
    if value is None:
        return None
    born = PartialDate.read(value)
    if born is None:
        how = "Write YYYY-MM-DD, YYYY-MM or YYYY."
        fields.note("bad-date", f"{label}: {why_not_a_day(value)} {how}", key)
    elif wrong := _why_not_born(born, today):
        fields.note(wrong[0], f"{label}: {wrong[1]}", key)
    return born


def _why_not_born(born: PartialDate, today: date) -> tuple[str, str] | None:
    """Only what is certain counts: of a partial date, the day in it that speaks for the candidate."""
    if born.first_day > today:
        return "in-the-future", f"{born} is in the future. Check the year."
    if born.last_day < EARLIEST_BIRTH:
        return "too-early", f"{born} is before 1900. Give the year of the Gregorian calendar."
    if _years_between(born.first_day, today) < YOUNGEST:
        return "too-young", f"born {born}, this person is not yet {YOUNGEST}. Check the year."
    return None


def _years_between(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _birthplace(fields: Fields, known: Lookups, *, excused: bool) -> Place | None:
    """City and country, the state where there is one; a partial place is welcome beside a reason."""
    key = "place_of_birth"
    if not fields.given(key):
        if not excused:
            fields.missing(key, _or_say_why(key))
        return None
    pointer = pointer_to(fields.pointer, key)
    shape = '{"city": "…", "country": "EG"}'
    place = Fields.of(fields.values[key], pointer, ("city", "state", "country"), fields.problems, shape)
    if place is None:
        return None
    return Place(
        city=place.text(
            "city",
            required=not excused,
            name=True,
            longest=PLACE_LIMIT,
            how="Give the city or village of birth.",
        ),
        state=place.text("state", name=True, longest=PLACE_LIMIT),
        country=country_code(place, "country", known, required=not excused),
    )


def _owed(fields: Fields, key: str, unknown: dict[str, str], *, longest: int) -> str | None:
    """Data owed, or a reason why it is not known."""
    if not fields.given(key):
        if key not in unknown:
            fields.missing(key, _or_say_why(key))
        return None
    if key in unknown:
        detail = f"{label_of(key)}: given, and also said to be unknown. Leave one out."
        fields.note("one-or-the-other", detail, key)
    value = fields.text(key, longest=longest)
    if value is not None and not any(character.isalnum() for character in value):
        fields.note(
            "no-letter", f"{label_of(key)}: there is no letter or digit in it. {_or_say_why(key)}", key
        )
    return value


def _or_say_why(key: str) -> str:
    return f"If it is not known, say why under unknown ({key})."


def _unknown(fields: Fields) -> dict[str, str]:
    """Field → reason. A wrong reason is noted, and still counts as one: one mistake, one problem."""
    if not fields.given("unknown"):
        return {}
    pointer = pointer_to(fields.pointer, "unknown")
    shape = '{"national_id": "the reason"}'
    reasons = Fields.of(fields.values["unknown"], pointer, MAY_BE_UNKNOWN, fields.problems, shape)
    if reasons is None:
        return {}
    return {key: _reason(reasons, key) for key in MAY_BE_UNKNOWN if reasons.values.get(key) is not None}


def _reason(reasons: Fields, key: str) -> str:
    how = "Say in a few words why it is not known."
    return reasons.text(key, required=True, longest=REASON_LIMIT, name=True, how=how) or ""


def country_code(fields: Fields, key: str, known: Lookups, *, required: bool) -> str | None:
    """An ISO 3166 two-letter code; a name gets the code it stands for as advice."""
    value = fields.text(key, required=required, longest=10_000, how="Use its two-letter ISO 3166 code.")
    if value is None or value in known.countries:
        return value
    code = _advised(value, known)
    advice = f"Did you mean {code}?" if code else "Use the two-letter ISO 3166 code, such as “EG”."
    detail = f"{label_of(key)}: “{shown(value)}” is not a country code we know. {advice}"
    fields.note("unknown-code", detail, key)
    return None


def _advised(value: str, known: Lookups) -> str | None:
    if value.upper() in known.countries:
        return value.upper()
    named = known.country_named(value)
    if named is None and len(value) > 3:
        near = closest(value, known.country_names)
        named = known.country_named(near) if near else None
    return named
