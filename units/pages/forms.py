"""The register's forms: units, people, and what links them, each giving the body of its act."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet

from foundation.accounts.models import Country
from foundation.doors.asked import AskedForm, lines_of, without_empty
from foundation.doors.boxes import DayField, PartialDateField
from units.commanders import days_of
from units.models import (
    ForceType,
    Gender,
    Individual,
    Level,
    LineageKind,
    LinkKind,
    NameKind,
    Side,
    Unit,
    UnitStatus,
)
from units.search import named

OTHER_NAMES = 4  # boxes for a unit's other names; more are added by correcting it
FOUND = 20
NOT_TOLD = ("", "Not on record")


def choices(of: Any) -> list[tuple[str, str]]:
    return [NOT_TOLD, *of.choices]


class Called(AskedForm):
    """A unit's names and what it is."""

    name = forms.CharField(label="Name", required=False, help_text="The one shown in lists.")
    level = forms.ChoiceField(label="Level", required=False, choices=choices(Level))
    force_type = forms.ChoiceField(label="Force", required=False, choices=choices(ForceType))
    status = forms.ChoiceField(label="Status", required=False, choices=choices(UnitStatus))

    MAY_BE_EMPTY: ClassVar = (
        "level", "force_type", "status", *(f"{box}_{at}" for box in ("other", "kind") for at in range(50)),
    )  # fmt: skip
    AT: ClassVar = {f"/names/{at}": f"other_{at}" for at in range(50)}

    def __init__(self, *args: Any, others: int = OTHER_NAMES, **options: Any) -> None:
        self.others = others
        self.base_fields = {**self.base_fields, **_other_names(others)}
        super().__init__(*args, **options)

    @property
    def other_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"other_{at}"], self[f"kind_{at}"]) for at in range(self.others)]

    def body(self) -> dict[str, Any]:
        names = [
            {"text": text, "kind": self.said(f"kind_{at}", NameKind.OFFICIAL)}
            for at in range(self.others)
            if (text := self.said(f"other_{at}"))
        ]
        plain = {name: self.said(name) for name in ("name", "level", "force_type", "status")}
        return without_empty(plain) | {"names": names}

    @staticmethod
    def of(unit: Unit) -> dict[str, Any]:
        """What its boxes hold to begin with."""
        found: dict[str, Any] = {
            name: getattr(unit, name) for name in ("name", "level", "force_type", "status")
        }
        for at, name in enumerate(list(unit.names.all())[1:]):
            found |= {f"other_{at}": name.text, f"kind_{at}": name.kind}
        return found


def _other_names(count: int) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for at in range(count):
        found[f"other_{at}"] = forms.CharField(label=f"Other name {at + 1}", required=False)
        found[f"kind_{at}"] = forms.ChoiceField(
            label=f"Kind of name {at + 1}", required=False, choices=NameKind.choices
        )
    return found


class Person(AskedForm):
    """A person's names, birth and nationality. What is masked is not recorded here."""

    name = forms.CharField(
        label="Full name", required=False, help_text="In its own script, or the Latin one."
    )
    aliases = forms.CharField(
        label="Other names, spellings and scripts",
        required=False,
        widget=forms.Textarea,
        help_text="One to a line.",
    )
    date_of_birth = PartialDateField(
        label="Date of birth", required=False, help_text="As far as it is known: the year alone will do."
    )
    nationality = forms.CharField(
        label="Nationality", required=False, max_length=2, help_text="The two-letter code of the country."
    )
    gender = forms.ChoiceField(label="Gender", required=False, choices=choices(Gender))

    MAY_BE_EMPTY: ClassVar = ("aliases", "date_of_birth", "nationality", "gender")

    def body(self) -> dict[str, Any]:
        name = self.said("name")
        said = {
            "name": {"full": name} if name else None,
            "date_of_birth": self.said("date_of_birth"),
            "nationality": self.said("nationality").upper(),
            "gender": self.said("gender"),
        }
        return without_empty(said) | {"aliases": lines_of(self.said("aliases"))}

    @staticmethod
    def of(person: Individual) -> dict[str, Any]:
        plain = {name: getattr(person, name) for name in ("name", "date_of_birth", "nationality", "gender")}
        return plain | {"aliases": "\n".join(name.text for name in list(person.names.all())[1:])}


class InCountry(forms.Form):
    """Where the new one belongs."""

    country = forms.ModelChoiceField(Country.objects.none(), label="Country", required=False)

    def __init__(self, *args: Any, countries: QuerySet[Country], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["country"].queryset = countries  # type: ignore[attr-defined]

    def in_country(self) -> dict[str, Any]:
        country = self.cleaned_data.get("country")
        return {"country": country.pk} if country else {}


class NewUnit(Called, InCountry):
    field_order = ["country", "name"]

    def body(self) -> dict[str, Any]:
        return super().body() | self.in_country()


class NewPerson(Person, InCountry):
    field_order = ["country", "name"]

    def body(self) -> dict[str, Any]:
        return super().body() | self.in_country()


class Dated(AskedForm):
    """When a claim holds: every day of the certain range, on no day outside the possible one."""

    certain_from = DayField(label="Certain from", required=False)
    certain_to = DayField(label="Certain to", required=False, help_text="Empty where it has not ended.")
    possible_from = DayField(label="Possible from", required=False)
    possible_to = DayField(label="Possible to", required=False)

    AT: ClassVar = {
        "/when/certain": "certain_from",
        "/when/possible": "possible_from",
        "/when": "certain_from",
    }

    def when(self) -> dict[str, Any]:
        """Nothing said of what is possible: the same as what is certain."""
        certain = self._days("certain")
        return {"certain": certain, "possible": self._days("possible") or certain}

    def _days(self, which: str) -> dict[str, str | None] | None:
        first, last = self.said(f"{which}_from", None), self.said(f"{which}_to", None)
        if not first and not last:
            return None
        return {"from": first and first.isoformat(), "to": last and last.isoformat()}

    @staticmethod
    def of(claim: Any) -> dict[str, dt.date | None]:
        found: dict[str, dt.date | None] = {}
        for which in ("certain", "possible"):
            if (value := getattr(claim, which)) is not None:
                days = days_of(value)
                found |= {f"{which}_from": days.first, f"{which}_to": days.last}
        return found


class OfLink(Dated):
    kind = forms.ChoiceField(label="Kind of link", required=False, choices=LinkKind.choices)

    def body(self) -> dict[str, Any]:
        return {"kind": self.said("kind", LinkKind.COMMAND), "when": self.when()}


class OfPosting(Dated):
    role = forms.CharField(
        label="As", required=False, initial="commander", help_text="Write commander for those who command it."
    )
    rank = forms.CharField(label="Rank", required=False)
    title = forms.CharField(label="Title", required=False)

    def body(self) -> dict[str, Any]:
        return {name: self.said(name) for name in ("role", "rank", "title")} | {"when": self.when()}


class OfLineage(Dated):
    kind = forms.ChoiceField(label="What happened", required=False, choices=LineageKind.choices)

    def body(self) -> dict[str, Any]:
        return {"kind": self.said("kind"), "when": self.when()}


class Itself(AskedForm):
    """On which side of a lineage event the unit stands whose page it is."""

    side = forms.ChoiceField(
        label="This unit stands",
        required=False,
        initial=Side.FROM,
        choices=[
            (Side.FROM, "before: it became the units after"),
            (Side.TO, "after: it came from the units before"),
        ],
        widget=forms.RadioSelect,
    )


class ChosenSome(AskedForm):
    """Units on one side of a lineage event: found by name, one name after another, and ticked. `prefix`: the
    side's name in the body."""

    asked = forms.CharField(label="Find one by name", required=False)
    chosen = forms.MultipleChoiceField(
        label="Which ones", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    MAY_BE_EMPTY: ClassVar = ("asked", "chosen")

    @classmethod
    def among(cls, units: QuerySet[Any], posted: Any, side: str) -> ChosenSome:
        asked = (posted or {}).get(f"{side}-asked", "").strip()
        before = posted.getlist(f"{side}-chosen") if posted else []
        found = named(units, asked).select_related("country").order_by("name", "pk")[:FOUND] if asked else ()
        offered = [unit for pk in before for unit in _with_id(units, pk)]
        offered += [unit for unit in found if unit not in offered]
        choices = [(str(each.pk), f"{each.name} · {each.country}") for each in offered]
        form = cls(posted, prefix=side, choices={"chosen": choices})
        form.AT = {f"/{side}": "chosen"}
        return form

    def ids(self) -> list[str]:
        return list(self.said("chosen", []))


class Chosen(AskedForm):
    """The other end of a link: found by a name that is posted, then chosen among what was found."""

    asked = forms.CharField(label="Find it by name", required=False)
    chosen = forms.ChoiceField(label="Which one", required=False, widget=forms.RadioSelect, choices=())

    @classmethod
    def among(cls, subjects: QuerySet[Any], posted: Any, there: str) -> Chosen:
        """Offers those that bear the name asked for and the one chosen; `there`: its name in the body."""
        asked, before = (posted or {}).get("asked", "").strip(), (posted or {}).get("chosen", "")
        found = (
            named(subjects, asked).select_related("country").order_by("name", "pk")[:FOUND] if asked else ()
        )
        offered = list(found)
        if before and before not in {str(each.pk) for each in offered}:
            offered += _with_id(subjects, before)
        choices = [(str(each.pk), f"{each.name} · {each.country}") for each in offered]
        form = cls(posted, choices={"chosen": choices})
        form.AT = {f"/{there}": "chosen"}
        return form


def _with_id(subjects: QuerySet[Any], pk: str) -> list[Any]:
    is_id = len(pk) == 36 and all(each in "0123456789abcdef-" for each in pk)
    return list(subjects.select_related("country").filter(Q(pk=pk))) if is_id else []


class Reason(AskedForm):
    reason = forms.CharField(
        label="Why it is corrected",
        required=False,
        widget=forms.Textarea,
        help_text="The version before stays on the record.",
    )
