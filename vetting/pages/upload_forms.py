"""The forms of an upload: the file with its header, and which of their columns stands for which of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms

from foundation.doors.asked import AskedForm
from foundation.doors.text import cleaned
from vetting.intake.columns import COLUMNS, match_columns
from vetting.intake.sheet import Sheet
from vetting.intake.text import closest
from vetting.pages.class_forms import HeaderForm

ORDERS = [
    ("dmy", "Day first: 31/12/1980"),
    ("mdy", "Month first: 12/31/1980"),
    ("ymd", "Year first: 1980-12-31"),
]
CHECK, ALL, VALID = "check", "all", "valid-rows"
WHAT = [
    (CHECK, "Check it first. Nothing is sent."),
    (ALL, "Send it, if every row reads well."),
    (VALID, "Send the rows that read well; the others come back with reasons."),
]
LEAVE_OUT = "-"
SAMPLES = 3
SHOWN = 40  # characters of a sample


class UploadForm(HeaderForm):
    """The header beside a file; no order of dates is chosen before a person chooses."""

    file = forms.FileField(
        label="The file",
        required=False,
        allow_empty_file=True,
        help_text="A .csv or .xlsx of at most 10 MB and 10,000 rows.",
    )
    date_order = forms.ChoiceField(
        label="Which comes first in your dates", required=False, choices=ORDERS, widget=forms.RadioSelect
    )
    what = forms.ChoiceField(
        label="What to do with it", required=False, choices=WHAT, widget=forms.RadioSelect
    )

    AT: ClassVar[Mapping[str, str]] = {}
    MAY_BE_EMPTY: ClassVar[Collection[str]] = ("program_label", "purpose")

    def header(self) -> dict[str, Any]:
        """The fields of the form, as an import takes them."""
        body = self.body()
        event = {f"event_{name}": value for name, value in body.pop("event").items()}
        return {name: value for name, value in (body | event).items() if value is not None}


class ColumnsForm(AskedForm):
    """For each of their headings, one of our columns or none. What matches by name or nearly is suggested."""

    def __init__(self, sheet: Sheet, *args: Any, **options: Any) -> None:
        self.sheet = sheet
        matched = match_columns(sheet)
        self.known = {place: column for column, place in matched.places.items()}
        self.base_fields = {
            f"column{place}": forms.ChoiceField(
                label=heading,
                required=False,
                choices=[("", "Choose"), (LEAVE_OUT, "Leave it out"), *((each, each) for each in COLUMNS)],
                initial=self.known.get(place) or self._near(heading),
                widget=forms.Select(attrs={"class": "usa-select", "aria-label": f"Our column for {heading}"}),
            )
            for place, heading in enumerate(sheet.headings)
            if heading
        }
        super().__init__(*args, **options)

    def _near(self, heading: str) -> str:
        taken = set(self.known.values())
        return closest(heading, [column for column in COLUMNS if column not in taken]) or ""

    def mapping(self) -> dict[str, str | None]:
        """Their heading → our column, or None for one to leave out; what is not chosen is left unsaid."""
        chosen = {self.sheet.headings[place]: self.said(f"column{place}") for place in self._places()}
        return {
            heading: None if column == LEAVE_OUT else column for heading, column in chosen.items() if column
        }

    def lines_of_table(self) -> list[dict[str, Any]]:
        return [
            {
                "heading": self.sheet.headings[place],
                "samples": self._samples(place),
                "box": self[f"column{place}"],
                "known": place in self.known,
            }
            for place in self._places()
        ]

    def _places(self) -> list[int]:
        return [int(name.removeprefix("column")) for name in self.fields]

    def _samples(self, place: int) -> list[str]:
        cells = (row.cells[place] for row in self.sheet.rows)
        return [cleaned(cell)[:SHOWN] for cell in cells if cell][:SAMPLES]
