"""The worksheet as a form: seven factors, five elements, two credibilities, a conclusion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from evidence.models import Assessment, Conclusion, Credibility, Element, Factor, Met
from evidence.pages.forms import LINE, named
from foundation.doors.asked import AskedForm, without_empty


class Worksheet(AskedForm):
    """Seven factors, five elements, two credibilities, a conclusion: a person's, out of no sum."""

    source_credibility = forms.ChoiceField(
        label="Credibility of the source", required=False, choices=named(Credibility.choices)
    )
    content_credibility = forms.ChoiceField(
        label="Credibility of what it says", required=False, choices=named(Credibility.choices)
    )
    conclusion = forms.ChoiceField(
        label="Conclusion", required=False, choices=Conclusion.choices, widget=forms.RadioSelect
    )
    basis = forms.CharField(label="Basis", required=False, widget=LINE)

    def __init__(self, *args: Any, citations: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        self.base_fields = {**_factor_boxes(list(citations)), **_element_boxes(), **self.base_fields}
        super().__init__(*args, **options)
        for name in self.fields:
            self.fields[name].required = name in ("source_credibility", "content_credibility", "conclusion",
                                                  "basis")  # fmt: skip

    AT: ClassVar = {
        **{f"/factors/{each.value}/{part}": f"{each.value}-{part}"
           for each in Factor for part in ("finding", "for", "against")},
        **{f"/elements/{each.value}/{part}": f"{each.value}-{part}"
           for each in Element for part in ("status", "note")},
    }  # fmt: skip

    @property
    def factor_rows(self) -> list[tuple[str, Any, Any, Any]]:
        return [
            (each.label, *(self[f"{each.value}-{part}"] for part in ("finding", "for", "against")))
            for each in Factor
        ]

    @property
    def element_rows(self) -> list[tuple[str, Any, Any]]:
        return [
            (each.label, *(self[f"{each.value}-{part}"] for part in ("status", "note"))) for each in Element
        ]

    def body(self) -> dict[str, Any]:
        plain = ("source_credibility", "content_credibility", "conclusion", "basis")
        return {
            "factors": {each.value: found for each in Factor if (found := self._factor(each.value))},
            "elements": {each.value: found for each in Element if (found := self._element(each.value))},
            **without_empty({name: self.said(name) for name in plain}),
        }

    def _factor(self, name: str) -> dict[str, Any]:
        finding = self.said(f"{name}-finding")
        ways = {part: self.said(f"{name}-{part}", []) for part in ("for", "against")}
        return {"finding": finding, **ways} if finding or any(ways.values()) else {}

    def _element(self, name: str) -> dict[str, Any]:
        status, note = self.said(f"{name}-status"), self.said(f"{name}-note")
        return {"status": status, "note": note} if status else {}

    @staticmethod
    def of(assessment: Assessment | None) -> dict[str, Any]:
        if assessment is None:
            return {}
        found = {
            f"{name}-{part}": value
            for name, each in assessment.factors.items()
            for part, value in each.items()
        } | {
            f"{name}-{part}": value
            for name, each in assessment.elements.items()
            for part, value in each.items()
        }
        plain = ("source_credibility", "content_credibility", "conclusion", "basis")
        return found | {name: getattr(assessment, name) for name in plain}


def _factor_boxes(citations: list[tuple[str, str]]) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for each in Factor:
        found[f"{each.value}-finding"] = forms.CharField(
            label=f"{each.label}: finding", widget=LINE, required=False
        )
        for part, words in (("for", "for it"), ("against", "against it")):
            found[f"{each.value}-{part}"] = forms.MultipleChoiceField(
                label=f"{each.label}: citations {words}",
                choices=citations,
                widget=forms.SelectMultiple,
                required=False,
            )
    return found


def _element_boxes() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for each in Element:
        found[f"{each.value}-status"] = forms.ChoiceField(
            label=f"{each.label}: answer", choices=named(Met.choices, "Not answered"), required=False
        )
        found[f"{each.value}-note"] = forms.CharField(
            label=f"{each.label}: note", widget=LINE, required=False
        )
    return found
