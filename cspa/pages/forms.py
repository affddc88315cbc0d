"""The room's forms, each giving the body of its act."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from cspa import fiscal
from cspa.models import Confidence, Coverage, Extent, Force, Listing, Relief
from cspa.rules.years import today
from foundation.doors.asked import AskedForm, without_empty
from foundation.doors.boxes import DayField

PARTS = 6  # programs that a partial one names on the page; by REST there may be more
PART = ("program", "purpose", "limit")
NONE = ("", "None")


def fiscal_years() -> list[tuple[str, str]]:
    """The newest first: those that follow a list there can be."""
    newest = fiscal.bitten_by(today().year)
    return [(str(year), str(year)) for year in range(newest, fiscal.bitten_by(fiscal.FIRST_LIST) - 1, -1)]


def list_years() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in range(today().year, fiscal.FIRST_LIST - 1, -1)]


def programs() -> list[tuple[str, str]]:
    reached = Coverage.objects.filter(reached=True).order_by("program").values_list("program", flat=True)
    return [NONE, *((each, each) for each in reached)]


class Reason(AskedForm):
    reason = forms.CharField(
        label="Why it is corrected",
        required=False,
        widget=forms.Textarea,
        help_text="Who signs reads it. The version before stays on the record.",
    )

    def body(self) -> dict[str, Any]:
        return {"reason": self.said("reason")}


# --- listings ---


class OfListing(AskedForm):
    forces = forms.MultipleChoiceField(
        label="Whose forces", required=False, widget=forms.CheckboxSelectMultiple, choices=Force.choices
    )
    finding = forms.CharField(
        label="Finding", required=False, widget=forms.Textarea, help_text="What the list says of it."
    )
    citation = forms.CharField(label="Citation", required=False, help_text="Where it can be read.")
    confidence = forms.ChoiceField(
        label="Confidence", required=False, widget=forms.RadioSelect, choices=Confidence.choices
    )

    def body(self) -> dict[str, Any]:
        plain = {name: self.said(name) for name in ("finding", "citation", "confidence")}
        return without_empty({**plain, "forces": self.said("forces", [])})

    @staticmethod
    def of(listing: Listing) -> dict[str, Any]:
        return {name: getattr(listing, name) for name in ("forces", "finding", "citation", "confidence")}


class NewListing(OfListing):
    country = forms.ChoiceField(label="Country", required=False)
    list_year = forms.ChoiceField(
        label="List of", required=False, help_text="It bites the fiscal year after it."
    )

    field_order: ClassVar = ["country", "list_year"]

    def body(self) -> dict[str, Any]:
        year = self.said("list_year")
        said = {"country": self.said("country"), "list_year": int(year) if year else None}
        return super().body() | without_empty(said)


class CorrectedListing(OfListing):
    ended = forms.BooleanField(
        label="It was recorded in error: take it off, with what hangs on it", required=False
    )

    MAY_BE_EMPTY: ClassVar = ("ended",)

    def changes(self) -> dict[str, Any]:
        return _changed(self, super().body()) | ({"ended": True} if self.said("ended", False) else {})


# --- waivers and reinstatements ---


class OfRelief(AskedForm):
    """What a waiver or reinstatement says. Its parts are asked in rows."""

    extent = forms.ChoiceField(
        label="Extent", required=False, widget=forms.RadioSelect, choices=Extent.choices
    )
    first = DayField(label="From", required=False)
    until = DayField(label="Until", required=False, help_text="Empty: to the end of the fiscal year.")
    official = forms.CharField(
        label="Decided by", required=False, help_text="The office, as the paper has it."
    )
    number = forms.CharField(label="Number of the paper", required=False)
    dated = DayField(label="Dated", required=False)
    reported_on = DayField(label="Congress told on", required=False)
    certified_on = DayField(label="Certified on", required=False)
    justification = forms.CharField(label="Justification", required=False, widget=forms.Textarea)

    MAY_BE_EMPTY: ClassVar = (
        "until", "reported_on", *(f"{box}_{at}" for box in PART for at in range(PARTS)),
    )  # fmt: skip
    AT: ClassVar = {
        "/from": "first",
        "/parts": "program_0",
        **{f"/instrument/{name}": name for name in ("official", "number", "dated", "reported_on")},
        "/instrument": "official",
        **{f"/parts/{at}/{box}": f"{box}_{at}" for box in PART for at in range(PARTS)},
    }  # fmt: skip

    def __init__(self, *args: Any, choices: dict[str, Any] | None = None, **options: Any) -> None:
        self.base_fields = {**self.base_fields, **_part_boxes()}
        offered = {f"program_{at}": programs() for at in range(PARTS)}
        super().__init__(*args, choices={**offered, **(choices or {})}, **options)

    @property
    def part_rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"program_{at}"], self[f"purpose_{at}"], self[f"limit_{at}"]) for at in range(PARTS)]

    def parts(self) -> list[dict[str, str]]:
        """Rows in which anything was typed; the body says where a program is owed."""
        typed = [{box: self.said(f"{box}_{at}") for box in PART} for at in range(PARTS)]
        return [each if each["program"] else without_empty(each) for each in typed if any(each.values())]

    def body(self) -> dict[str, Any]:
        """An instrument is sent even where it is empty, so that each of its fields is asked for."""
        instrument = {"official": self.said("official"), "number": self.said("number"),
                      "dated": self._day("dated"), "reported_on": self._day("reported_on")}  # fmt: skip
        said = {
            "extent": self.said("extent"),
            "parts": self.parts(),
            "from": self._day("first"),
            "until": self._day("until"),
            "certified_on": self._day("certified_on"),
            "justification": self.said("justification"),
        }
        return without_empty(said) | {"instrument": without_empty(instrument)}

    def _day(self, name: str) -> str | None:
        day = self.said(name, None)
        return day.isoformat() if day else None

    @staticmethod
    def of(relief: Relief) -> dict[str, Any]:
        names = ("extent", "official", "number", "dated", "reported_on", "certified_on", "justification")
        found = {name: getattr(relief, name) for name in names}
        for at, part in enumerate(_named(relief.parts)[:PARTS]):
            found |= {f"{box}_{at}": part[box] for box in PART}
        last = relief.days.upper
        return found | {"first": relief.days.lower, "until": fiscal.day_before(last) if last else None}


def _named(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a form can ask: imported history may hold parts that name no program."""
    return [part for part in parts if part["program"]]


def _part_boxes() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for at in range(PARTS):
        found[f"program_{at}"] = forms.ChoiceField(label=f"Program {at + 1}", required=False)
        found[f"purpose_{at}"] = forms.CharField(
            label=f"Only for this purpose {at + 1}", required=False, max_length=200
        )
        found[f"limit_{at}"] = forms.CharField(label=f"Only within this limit {at + 1}", required=False)
    return found


class NewRelief(OfRelief):
    country = forms.ChoiceField(label="Country", required=False)
    fiscal_year = forms.ChoiceField(label="Fiscal year", required=False)
    replaces = forms.ChoiceField(
        label="Replaces", required=False, help_text="That one then ends the day before this one begins."
    )

    MAY_BE_EMPTY: ClassVar = (*OfRelief.MAY_BE_EMPTY, "replaces")

    def body(self) -> dict[str, Any]:
        year = self.said("fiscal_year")
        said = {"country": self.said("country"), "fiscal_year": int(year) if year else None,
                "replaces": self.said("replaces")}  # fmt: skip
        return super().body() | without_empty(said)


class CorrectedRelief(OfRelief):
    confidence = forms.ChoiceField(
        label="Confidence", required=False, widget=forms.RadioSelect, choices=Confidence.choices
    )
    ended = forms.BooleanField(label="It was recorded in error: take it off", required=False)

    MAY_BE_EMPTY: ClassVar = (
        *OfRelief.MAY_BE_EMPTY, "ended", "official", "number", "dated", "certified_on", "justification",
    )  # fmt: skip

    def changes(self, was: dict[str, Any]) -> dict[str, Any]:
        """Only what is otherwise than it was: what imported history left open may stay open."""
        if self.said("ended", False):
            return {"ended": True}
        now = self.body() | without_empty({"confidence": self.said("confidence")})
        was = {**was, "parts": _named(was["parts"])}
        before = without_empty(was) | {"instrument": without_empty(was["instrument"])}
        return {name: value for name, value in now.items() if value and before.get(name) != value}

    @staticmethod
    def of(relief: Relief) -> dict[str, Any]:
        return OfRelief.of(relief) | {"confidence": relief.confidence}


def _changed(form: AskedForm, said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if form.initial.get(name) != value}


# --- list years ---


class Confirm(AskedForm):
    citation = forms.CharField(
        label="Citation", required=False, help_text="Where the whole list can be read."
    )
    published_on = DayField(label="Published on", required=False)

    MAY_BE_EMPTY: ClassVar = ("published_on",)

    def body(self) -> dict[str, Any]:
        day = self.said("published_on", None)
        return without_empty({"citation": self.said("citation"), "published_on": day and day.isoformat()})


# --- action plans ---


class OfPlan(AskedForm):
    title = forms.CharField(label="Title", required=False)
    agreed_with = forms.CharField(label="Agreed with", required=False)
    agreed_on = DayField(label="Agreed on", required=False)
    citation = forms.CharField(label="Citation", required=False, help_text="Where it can be read.")

    MAY_BE_EMPTY: ClassVar = ("agreed_with", "agreed_on")

    def body(self) -> dict[str, Any]:
        day = self.said("agreed_on", None)
        plain = {name: self.said(name) for name in ("title", "agreed_with", "citation")}
        return without_empty({**plain, "agreed_on": day and day.isoformat()})

    def changes(self) -> dict[str, Any]:
        now = {**self.body(), "agreed_with": self.said("agreed_with")}
        before = {
            **self.initial,
            "agreed_on": self.initial.get("agreed_on") and str(self.initial["agreed_on"]),
        }
        return {name: value for name, value in now.items() if before.get(name) != value}


class NewPlan(OfPlan):
    country = forms.ChoiceField(label="Country", required=False)

    field_order: ClassVar = ["country", "title"]

    def body(self) -> dict[str, Any]:
        return super().body() | without_empty({"country": self.said("country")})


class NewMilestone(AskedForm):
    title = forms.CharField(label="Milestone", required=False)
    due = DayField(label="Due", required=False)

    MAY_BE_EMPTY: ClassVar = ("due",)

    def body(self) -> dict[str, Any]:
        day = self.said("due", None)
        return without_empty({"title": self.said("title"), "due": day and day.isoformat()})


class Report(AskedForm):
    text = forms.CharField(label="What shows it", required=False, widget=forms.Textarea)
    citation = forms.CharField(label="Citation", required=False, help_text="Where it can be read.")
    done_on = DayField(label="Done on", required=False)

    def body(self) -> dict[str, Any]:
        day = self.said("done_on", None)
        plain = {name: self.said(name) for name in ("text", "citation")}
        return without_empty({**plain, "done_on": day and day.isoformat()})


class Judged(AskedForm):
    reason = forms.CharField(
        label="Why", required=False, widget=forms.Textarea, help_text="It stays on the record with your name."
    )

    def body(self) -> dict[str, Any]:
        return without_empty({"reason": self.said("reason")})
