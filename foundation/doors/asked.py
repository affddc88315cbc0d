"""Forms of pages that put an act's body together. Nothing is required here: the body itself says what is
owed,
and everything wrong is told at once, each beside its box."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, QueryDict

from foundation.refused import Problem


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, be it nothing at all; None where the page was only asked for."""
    return request.POST if request.method == "POST" else None


class AskedForm(forms.Form):
    """`AT`: JSON pointer into the body → the box it is asked in; one below it counts with it."""

    AT: ClassVar[Mapping[str, str]] = {}
    MAY_BE_EMPTY: ClassVar[Collection[str]] = ()  # boxes drawn as optional; what is owed the body says

    def __init__(
        self, *args: Any, choices: Mapping[str, Iterable[tuple[str, str]]] | None = None, **options: Any
    ) -> None:
        """`choices`: of boxes that offer something else to each reader."""
        options.setdefault("use_required_attribute", False)
        super().__init__(*args, **options)
        for name, offered in (choices or {}).items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]
        if self.is_bound:
            self.full_clean()
        for name, field in self.fields.items():
            field.required = name not in self.MAY_BE_EMPTY  # how it is drawn: reading is done

    def said(self, name: str, default: Any = "") -> Any:
        """What stands in a box, read; the default where it is empty or could not be read."""
        return self.cleaned_data.get(name) or default

    def unread(self) -> list[Problem]:
        """What could not be read of the boxes themselves (a day that is none), as problems of the body."""
        places = {box: pointer for pointer, box in reversed(list(self.AT.items()))}
        return [
            Problem(error.code or "invalid", sentence, places.get(name, f"/{name}"))
            for name, errors in self.errors.as_data().items()
            for error in errors
            for sentence in error.messages
        ]

    def tell(self, problems: Iterable[Problem]) -> list[Problem]:
        """Puts each problem beside its box; answers those that have none."""
        loose = []
        for problem in problems:
            name = self.box_of(problem.pointer or "")
            if name is None:
                loose.append(problem)
            elif (said := beside(problem)) not in self.said_of(name):
                self.add_error(name, forms.ValidationError(said, code=problem.code))
        return loose

    def said_of(self, name: str) -> list[str]:
        """What is said beside a box already."""
        label = str(self.fields[name].label)
        return [_without(label, str(sentence)) for sentence in self.errors.get(name, [])]

    def lines(self, before: str = "") -> list[dict[str, str]]:
        """What is wrong as lines of a list, each leading to its box; `before` says where: "Row 2, "."""
        return [
            {
                "label": f"{before}{label[:1].lower()}{label[1:]}" if before else label,
                "detail": sentence,
                "href": f"#{self.first_box(name)}",
            }
            for name in self.errors
            for label in [str(self.fields[name].label)]
            for sentence in self.said_of(name)
        ]

    def first_box(self, name: str) -> str:
        many = isinstance(self.fields[name].widget, (forms.MultiWidget, forms.RadioSelect))
        return f"{self[name].auto_id}_0" if many else self[name].auto_id

    def box_of(self, pointer: str) -> str | None:
        """The box of the nearest pointer above this one."""
        while pointer:
            name = self.AT.get(pointer, pointer.strip("/"))
            if name in self.fields:
                return name
            pointer = pointer.rpartition("/")[0]
        return None


def beside(problem: Problem) -> str:
    """What is wrong, without a call's name of the field: it stands beside a box with a name of its own."""
    said = problem.detail
    for step in (problem.pointer or "").split("/"):
        words = step.replace("_", " ").replace("national id", "national ID")
        said = _without(words[:1].upper() + words[1:], said) if words else said
    return said


def _without(label: str, sentence: str) -> str:
    """A sentence that stands beside its label does not say it again."""
    said = sentence.removeprefix(f"{label}: ")
    return said[:1].upper() + said[1:]


def lines_of(text: str) -> list[str]:
    """One to a line; empty lines say nothing."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def without_empty(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value not in (None, "", [], {})}
