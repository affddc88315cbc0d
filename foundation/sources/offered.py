"""Citations as a form offers them: those held already, and the latest, as far as its reader reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms

from foundation.accounts.models import User
from foundation.doors.asked import AskedForm
from foundation.sources import protection
from foundation.sources.models import Citation

MOST = 40  # of the latest


class Cited(AskedForm):
    """Which citations it rests on, among those that are offered."""

    citations = forms.MultipleChoiceField(
        label="Citations it rests on", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    MAY_BE_EMPTY: ClassVar = ("citations",)

    def body(self) -> dict[str, Any]:
        return {"citations": self.said("citations", [])}


class CitedAnew(Cited):
    """In a correction: what it holds and this reader does not read stays held."""

    @classmethod
    def of(cls, held: Sequence[Citation], user: User, posted: Any) -> CitedAnew:
        offered = offered_to(user, held)
        shown = {each.pk for each in offered}
        form = cls(
            posted,
            initial={"citations": [str(each.pk) for each in held]},
            choices={"citations": called(offered)},
        )
        form.before = {str(each.pk) for each in held if each.pk in shown}
        form.unseen = [str(each.pk) for each in held if each.pk not in shown]
        return form

    before: set[str]
    unseen: list[str]

    def body(self) -> dict[str, Any]:
        """Nothing, where nothing else was ticked."""
        ticked = self.said("citations", [])
        return {} if set(ticked) == self.before else {"citations": [*ticked, *self.unseen]}


def offered_to(user: User, held: Iterable[Citation], most: int = MOST) -> list[Citation]:
    latest = (
        Citation.objects.visible_to(user).select_related("document__source").order_by("-created_at", "pk")
    )
    known = {each.pk: each for each in [*held, *latest[:most]]}
    return [each for each in known.values() if protection.reads_citation(user, each)]


def called(citations: Iterable[Citation]) -> list[tuple[str, str]]:
    """By their document's title."""
    return [(str(each.pk), f"{each.document.title}, {each.place}") for each in citations]
