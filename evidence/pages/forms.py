"""The forms of evidence, each giving the body of its act, or a part of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from evidence.models import (
    DerogatoryNote,
    Incident,
    Involvement,
    NoteKind,
    PerpetratorKind,
    Violation,
)
from foundation.accounts.models import Country
from foundation.doors.asked import AskedForm, without_empty
from foundation.doors.boxes import DayField
from foundation.sources.models import Citation, Compartment, Document, Reliability, Source, SourceKind
from units.pages.forms import Dated

NONE = ("", "None: whoever reads it for the country")
LINE = forms.Textarea


def named(choices: Iterable[tuple[str, str]], empty: str = "Choose") -> list[tuple[str, str]]:
    return [("", empty), *choices]


def _one(queryset: Any, pk: str) -> Any:
    return next((each for each in queryset if str(each.pk) == pk), None)


class Sheltered(AskedForm):
    """Where it belongs, and the compartment that it is kept in: together they say who reads it."""

    countries: Any = ()
    compartments: Any = ()

    def __init__(self, *args: Any, countries: Any, compartments: Any, **options: Any) -> None:
        self.countries, self.compartments = list(countries), list(compartments)
        choices = {
            "country": [(each.pk, str(each)) for each in self.countries],
            "compartment": [NONE, *((str(each.pk), each.name) for each in self.compartments)],
        }
        known = {name: offered for name, offered in choices.items() if name in self.base_fields}
        super().__init__(*args, choices=known, **options)

    @property
    def the_country(self) -> Country | None:
        return _one(self.countries, self._now("country"))

    @property
    def the_compartment(self) -> Compartment | None:
        return _one(self.compartments, self._now("compartment"))

    def _now(self, name: str) -> str:
        """What the box says now, posted or to begin with."""
        value = self[name].value() if name in self.fields else ""
        return str(value or "")

    def sheltered(self) -> dict[str, Any]:
        """`compartment` is said even where there is none: a correction may take it out of one."""
        return {"compartment": self.said("compartment", None)}


# --- sources ---


class OfSource(Sheltered):
    name = forms.CharField(label="Name", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=named(SourceKind.choices))
    reliability = forms.ChoiceField(
        label="Reliability", required=False, choices=Reliability.choices, initial=Reliability.UNKNOWN
    )
    agenda = forms.CharField(
        label="Agenda", required=False, widget=LINE,
        help_text="What it wants, or whose interest it serves, as far as it is known.",
    )  # fmt: skip
    country = forms.ChoiceField(
        label="Country", required=False, choices=(),
        help_text="Left empty, only those who read what is protected everywhere see who it is.",
    )  # fmt: skip
    compartment = forms.ChoiceField(label="Compartment", required=False, choices=())

    MAY_BE_EMPTY: ClassVar = ("agenda", "country", "compartment", "reliability")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box: Any = self.fields["country"]
        box.choices = [("", "No one country"), *box.choices]

    def body(self) -> dict[str, Any]:
        plain = {name: self.said(name) for name in ("name", "kind", "reliability")}
        return {
            **without_empty(plain), "agenda": self.said("agenda"),
            "country": self.said("country", None), **self.sheltered(),
        }  # fmt: skip

    @staticmethod
    def of(source: Source) -> dict[str, Any]:
        plain = {name: getattr(source, name) for name in ("name", "kind", "reliability", "agenda")}
        return {**plain, "country": source.country_id or "", "compartment": source.compartment_id or ""}


class OfDocument(Sheltered):
    title = forms.CharField(label="Title", required=False)
    published_on = DayField(label="Published on", required=False)
    accessed_on = DayField(label="Accessed on", required=False)
    file = forms.FileField(
        label="File", required=False,
        help_text="PDF, pictures, Word, Excel and PowerPoint without macros, sound, film, plain text; up to"
        " 10 MB. Of a page on the web: its archived copy.",
    )  # fmt: skip
    url = forms.CharField(label="Address on the web", required=False)
    archived_url = forms.CharField(label="Address of an archived copy", required=False)
    holder = forms.CharField(
        label="Held elsewhere, by", required=False, help_text="For what may not be kept here."
    )
    reference = forms.CharField(label="Under the reference", required=False)
    compartment = forms.ChoiceField(label="Compartment", required=False, choices=())

    MAY_BE_EMPTY: ClassVar = (
        "published_on", "file", "url", "archived_url", "holder", "reference", "compartment",
    )  # fmt: skip
    AT: ClassVar = {"/held_elsewhere/holder": "holder", "/held_elsewhere/reference": "reference",
                    "/held_elsewhere": "holder"}  # fmt: skip

    def body(self) -> dict[str, Any]:
        said = {
            "title": self.said("title"),
            "published_on": self._day("published_on"),
            "accessed_on": self._day("accessed_on"),
            "file": self.files.get("file"),
            "url": self.said("url"),
            "archived_url": self.said("archived_url"),
            "held_elsewhere": without_empty(
                {"holder": self.said("holder"), "reference": self.said("reference")}
            ),
        }
        return without_empty(said) | self.sheltered()

    def _day(self, name: str) -> str:
        day = self.said(name, None)
        return day.isoformat() if day else ""


class CorrectedDocument(OfDocument):
    """What of a document can be corrected; the file stays as it was found."""

    file = None  # type: ignore[assignment]  # as Django takes a field out

    def body(self) -> dict[str, Any]:
        held = {name: self.said(name) for name in ("holder", "reference", "url", "archived_url")}
        days = {name: self._day(name) for name in ("published_on", "accessed_on")}
        return without_empty({"title": self.said("title"), **held, **days}) | self.sheltered()

    @staticmethod
    def of(document: Document) -> dict[str, Any]:
        names = ("title", "published_on", "accessed_on", "url", "archived_url", "holder", "reference")
        return {name: getattr(document, name) for name in names} | {
            "compartment": document.compartment_id or ""
        }


class OfCitation(AskedForm):
    place = forms.CharField(label="Place", required=False, help_text="The page, paragraph or minute.")
    quote = forms.CharField(
        label="Quote", required=False, widget=LINE, help_text="The words that stand there."
    )

    MAY_BE_EMPTY: ClassVar = ("quote",)

    def body(self) -> dict[str, Any]:
        return without_empty({"place": self.said("place")}) | {"quote": self.said("quote")}

    @staticmethod
    def of(citation: Citation) -> dict[str, Any]:
        return {"place": citation.place, "quote": citation.quote}


# --- incidents and allegations ---


class OfIncident(Sheltered, Dated):
    country = forms.ChoiceField(label="Country", required=False, choices=())
    title = forms.CharField(
        label="Title", required=False, help_text="Seen by all who read incidents: name no victim here."
    )
    location = forms.CharField(label="Location", required=False)
    narrative = forms.CharField(
        label="Narrative", required=False, widget=LINE, help_text="Protected: masked for everybody else."
    )
    victims_min = forms.CharField(label="Victims, at least", required=False)
    victims_max = forms.CharField(label="Victims, at most", required=False)
    victim_identities = forms.CharField(
        label="Who the victims are", required=False, widget=LINE,
        help_text="Protected: masked for everybody else.",
    )  # fmt: skip
    unit_unknown = forms.BooleanField(label="The unit is not known yet, and is to be found", required=False)
    compartment = forms.ChoiceField(label="Compartment", required=False, choices=())

    field_order = ["country", "title", "location"]
    MAY_BE_EMPTY: ClassVar = (
        "location", "narrative", "victims_min", "victims_max", "victim_identities", "unit_unknown",
        "compartment", "certain_from", "certain_to", "possible_from", "possible_to",
    )  # fmt: skip
    AT: ClassVar = {**Dated.AT, "/victims/min": "victims_min", "/victims/max": "victims_max"}

    def body(self) -> dict[str, Any]:
        victims = {end: self._count(f"victims_{end}") for end in ("min", "max")}
        words = {name: self.said(name) for name in ("location", "narrative", "victim_identities")}
        return {
            **without_empty({"title": self.said("title"), "country": self.said("country")}),
            **words,
            "when": self.when(),
            "victims": victims,
            "unit_unknown": self.said("unit_unknown", False),
            **self.sheltered(),
        }

    def _count(self, name: str) -> Any:
        """A number where it is one; what else was typed goes on as it is, to be refused in its place."""
        typed = self.said(name).strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else typed or None


class CorrectedIncident(OfIncident):
    country = None  # type: ignore[assignment]  # as Django takes a field out

    @staticmethod
    def of(incident: Incident) -> dict[str, Any]:
        names = ("title", "location", "narrative", "victims_min", "victims_max", "victim_identities",
                 "unit_unknown")  # fmt: skip
        plain = {name: getattr(incident, name) for name in names}
        return {**plain, **Dated.of(incident), "compartment": incident.compartment_id or ""}


class OfAllegation(Dated):
    perpetrator = forms.ChoiceField(
        label="Perpetrator", required=False, choices=PerpetratorKind.choices, widget=forms.RadioSelect,
        initial=PerpetratorKind.UNIT,
    )  # fmt: skip
    violation = forms.ChoiceField(label="Violation", required=False, choices=named(Violation.choices))
    involvement = forms.ChoiceField(label="Involvement", required=False, choices=Involvement.choices,
                                    initial=Involvement.UNKNOWN)  # fmt: skip

    MAY_BE_EMPTY: ClassVar = ("certain_from", "certain_to", "possible_from", "possible_to")
    AT: ClassVar = {**Dated.AT, "/perpetrator/kind": "perpetrator", "/perpetrator": "perpetrator"}

    def body(self) -> dict[str, Any]:
        plain = without_empty({name: self.said(name) for name in ("violation", "involvement")})
        days = self.when()
        return plain | ({"when": days} if days["certain"] or days["possible"] else {})


class CorrectedAllegation(OfAllegation):
    perpetrator = None  # type: ignore[assignment]  # as Django takes a field out


class Contradicts(AskedForm):
    other = forms.ChoiceField(
        label="Which one", required=False, widget=forms.RadioSelect, choices=(),
        help_text="Another allegation of the same incident, of which both cannot be so.",
    )  # fmt: skip
    reason = forms.CharField(label="Reason", required=False, widget=LINE)

    AT: ClassVar = {"/claims": "other"}


class Settled(AskedForm):
    accepted = forms.ChoiceField(
        label="Which is accepted", required=False, widget=forms.RadioSelect, choices=()
    )
    reason = forms.CharField(label="Reason", required=False, widget=LINE)


class OfNote(AskedForm):
    kind = forms.ChoiceField(label="Kind", required=False, choices=named(NoteKind.choices))
    note = forms.CharField(label="Note", required=False, widget=LINE)

    def body(self) -> dict[str, Any]:
        return without_empty({"kind": self.said("kind"), "note": self.said("note")})

    @staticmethod
    def of(note: DerogatoryNote) -> dict[str, Any]:
        return {"kind": note.kind, "note": note.note}
