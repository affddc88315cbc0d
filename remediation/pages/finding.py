"""Things within this person's reach, with what their pages read of them; anything else is not there (404)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from remediation.models import HostNotification, Publication, Remediation, Step


def find_file(request: HttpRequest, pk: Any) -> Remediation:
    found = Remediation.objects.visible_to(reader(request))
    return get_object_or_404(found.select_related("subject__country", "country", "owner", "previous"), pk=pk)


def find_step(request: HttpRequest, pk: Any) -> Step:
    found = Step.objects.visible_to(reader(request)).select_related(
        "remediation__subject", "remediation__country", "responsible__individual",
        "responsible__of__incident", "owner", "completed_by", "verified_by",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


def find_notification(request: HttpRequest, pk: Any) -> HostNotification:
    found = HostNotification.objects.visible_to(reader(request))
    return get_object_or_404(found.select_related("restriction__subject", "country", "owner"), pk=pk)


def find_publication(request: HttpRequest, pk: Any) -> Publication:
    found = Publication.objects.visible_to(reader(request))
    return get_object_or_404(
        found.select_related("restriction__subject", "country", "owner", "published_by", "exception"), pk=pk
    )


def only_readers(request: HttpRequest, perm: str) -> None:
    """A list is nothing to somebody who reads none of it anywhere: 404, as each of it would be."""
    if not reach.holds_anywhere(reader(request), perm, Country, Post):
        raise Http404


class Narrowed(forms.Form):
    """What a list is narrowed by. Something unknown in the address narrows nothing."""

    country = forms.ModelChoiceField(
        Country.objects.none(), label="Country", required=False, empty_label="Any country"
    )
    state = forms.ChoiceField(label="State", required=False)

    def __init__(self, request: HttpRequest, perm: str, states: list[tuple[str, str]]) -> None:
        super().__init__(request.GET, auto_id="narrow-%s")
        held = reach.grants(reader(request))
        countries = Country.objects.all()
        seen = countries if held.everywhere(perm) else countries.filter(pk__in=held.countries(perm))
        self.fields["country"].queryset = seen  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", "All"), *states]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())

    def narrow(self, found: QuerySet[Any]) -> QuerySet[Any]:
        country = self.cleaned_data.get("country")
        return found.filter(country=country) if country else found

    @property
    def wanted(self) -> str:
        """The state asked for, or none."""
        return str(self.cleaned_data.get("state") or "")
