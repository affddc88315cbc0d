"""What the components page shows: every part in every state, with invented words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from config import drawings, words
from foundation.doors.boxes import DayField, PartialDateField
from foundation.refused import Problem

START, NOW, NEEDED = date(2026, 11, 13), date(2026, 11, 24), date(2026, 11, 27)
AT = datetime(2026, 11, 24, 7, 55, tzinfo=UTC)
PAUSE = [(date(2026, 11, 17), date(2026, 11, 20))]


class Specimen(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Full name", help_text="As the service writes it, in its own script")
    born = PartialDateField(label="Date of birth", help_text="The year alone will do", required=False)
    starts_on = DayField(label="Event starts on")
    gender = forms.ChoiceField(
        label="Gender", choices=[("", "Choose"), ("female", "female"), ("male", "male")]
    )
    order = forms.ChoiceField(
        label="Order of day and month in your file",
        choices=[("dmy", "31/12/1980"), ("mdy", "12/31/1980"), ("ymd", "1980-12-31")],
        widget=forms.RadioSelect,
    )
    asked = forms.MultipleChoiceField(
        label="What is asked for",
        choices=[("rank", "Rank"), ("unit", "Unit")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    keep = forms.BooleanField(label="Save the valid rows and leave the others", required=False)
    reason = forms.CharField(label="Your reason", widget=forms.Textarea, help_text="One line is enough")
    file = forms.FileField(label="Your list", help_text="CSV or XLSX, up to 10 MB", required=False)


def everything() -> dict[str, Any]:
    return {
        "statuses": statuses(),
        "clocks": clocks(),
        "acts": ACTS,
        "at": AT,
        "form": Specimen(prefix="kept", initial={"born": "1979-03", "starts_on": date(2027, 1, 11)}),
        "wrong": Specimen(WRONG, prefix="wrong"),
        "file_problems": FILE_PROBLEMS,
        "chain": [
            {"name": "14th Border Battalion", "url": "#names"},
            {"name": "Eastern Border Regiment"},
            {"name": "Border Guard Service"},
        ],
        "crumbs": [{"label": "My work", "url": "#head"}, {"label": "XM-26-04417"}],
        "aside": [{"label": "1 of 14 in Mine"}, {"label": "Next", "url": "#head"}],
        "counts": [
            {"label": "Mine", "count": 14, "url": "#head", "current": True},
            {"label": "Unassigned", "count": 23, "url": "#head"},
        ],
        "keys": [
            {"keys": ["N"], "does": "next case"},
            {"keys": ["1", "2", "3"], "does": "same, different, unsure"},
        ],
        "sorted_by_day": {"label": "Results needed by", "url": "#rows", "sort": "ascending"},
    }


def statuses() -> list[tuple[str, list[tuple[str, words.Status]]]]:
    return [
        (kind.replace("-", " ").capitalize(), list(known.items())) for kind, known in words.STATUSES.items()
    ]


def clocks() -> list[dict[str, Any]]:
    def drawn(forecast: date | None, now: date = NOW, pauses: Any = ()) -> drawings.Track | None:
        return drawings.track(START, now, NEEDED, forecast, pauses)

    return [
        {"day": NEEDED, "word": "3 days to spare", "state": "on-time", "drawing": drawn(date(2026, 11, 24))},
        {"day": NEEDED, "word": "1 day to spare", "state": "due", "drawing": drawn(date(2026, 11, 26))},
        {
            "day": NEEDED,
            "word": "Will miss by 4 days",
            "state": "will-miss",
            "drawing": drawn(date(2026, 12, 3), NOW, PAUSE),
        },
        {"day": NEEDED, "word": "Late by 1 day", "state": "late", "drawing": drawn(None, date(2026, 11, 30))},
        {
            "day": NEEDED,
            "word": "Stopped until the nominator answers",
            "state": "paused",
            "drawing": drawn(None, NOW, [(date(2026, 11, 20), None)]),
        },
        {"day": None, "word": "The nominator gave none", "state": "none"},
    ]


ACTS = [
    {"label": "Suspend for review…", "allowed": True, "url": "#action", "key": "u", "hint": "Starts 30 days"},
    {"label": "Claim", "allowed": True, "url": "", "post": True},
    {
        "label": "Recommend clear",
        "allowed": False,
        "why_not": ["Stage 2 has not opened.", "The unit is not cleared."],
    },
    {
        "label": "Approve withhold",
        "allowed": False,
        "why_not": "Only approvers can approve.",
        "refusal": "not-yours",
    },
]
WRONG = {"wrong-born_0": "31", "wrong-born_1": "6", "wrong-born_2": "1988", "wrong-starts_on_2": "2027"}
FILE_PROBLEMS = [
    Problem("no-such-day", "June has 30 days.", row=4, column="Date of birth"),
    Problem("missing", "A person is always vetted with a unit.", pointer="/candidates/8/unit"),
]
