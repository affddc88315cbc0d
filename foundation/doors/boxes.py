"""Dates typed in three boxes, so that nobody guesses the order of day and month."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MONTHS = list(calendar.month_name)[1:]
MONTH_CHOICES = [("", "Month"), *((str(number), name) for number, name in enumerate(MONTHS, 1))]


class DateBoxes(forms.MultiWidget):
    """Day, month by name, year. Posted as NAME_0, NAME_1, NAME_2."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day = forms.TextInput(attrs={"aria-label": "Day", "maxlength": 2})
        month = forms.Select(attrs={"aria-label": "Month"}, choices=MONTH_CHOICES)
        year = forms.TextInput(attrs={"aria-label": "Year", "maxlength": 4})
        super().__init__([day, month, year], attrs)

    def decompress(self, value: str | date | None) -> list[str]:
        """ISO, whole or partial: `1980`, `1980-03`, `1980-03-05`."""
        year, month, day = (*str(value or "").split("-"), "", "", "")[:3]
        return [day.lstrip("0"), month.lstrip("0"), year]


class PartialDateField(forms.Field):
    """A date as far as it is known; gives `"1980"`, `"1980-03"` or `"1980-03-05"`, and `""` for none."""

    widget = DateBoxes

    def to_python(self, value: list[str] | str | None) -> str:
        day, month, year = _typed(value)
        if not (day or month or year):
            return ""
        if not year:
            raise ValidationError(f"{self._named()}: give the year; the rest may stay empty.", code="no-year")
        if day and not month:
            raise ValidationError(f"{self._named()}: a day needs its month.", code="no-month")
        return _iso(self._named(), year, month, day)

    def _named(self) -> str:
        return str(self.label or "Date")


class DayField(PartialDateField):
    """A whole date; gives a `date`, and None for none."""

    def to_python(self, value: list[str] | str | None) -> Any:
        parts = super().to_python(value)
        if parts and len(parts) < 10:
            raise ValidationError(f"{self._named()}: give day, month and year.", code="incomplete")
        return date.fromisoformat(parts) if parts else None


def _typed(value: list[str] | str | None) -> tuple[str, str, str]:
    if isinstance(value, str):
        value = DateBoxes().decompress(value)
    day, month, year = ((part or "").strip() for part in (value or ["", "", ""]))
    return day, month, year


def _iso(named: str, year: str, month: str, day: str) -> str:
    if not all(part.isascii() and part.isdigit() for part in (year, month, day) if part) or len(year) != 4:
        raise ValidationError(
            f"{named}: write the year in four figures, the day in figures.", code="not-a-date"
        )
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as impossible:
        raise ValidationError(f"{named}: there is no such day.", code="no-such-day") from impossible
    return "-".join(part.zfill(2) for part in (year, month, day) if part)
