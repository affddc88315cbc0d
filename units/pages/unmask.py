"""A masked field shown: the reason is asked first, looking is recorded, the value is shown once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.accounts import reach
from foundation.doors.acts import why_not
from foundation.doors.asked import posted
from foundation.doors.reader import reader
from foundation.doors.refusals import attempt
from foundation.doors.stepup import prove
from foundation.doors.text import NotText, cleaned
from foundation.refused import Invalid
from units import actions, rules
from units.models import Individual
from units.pages.finding import find_individual
from units.permissions import UnitPerm

FIELDS = {"national_id": "National ID", actions.BIRTHPLACE: "Place of birth"}
TELLS_NOTHING = 8  # characters of a number, of which two give nothing away


class Reason(forms.Form):
    field = forms.ChoiceField(label="What to show", choices=list(FIELDS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why you need it",
        max_length=500,
        help_text="Recorded with your name, the field and the time, before anything is shown.",
        error_messages={"required": "Give a reason: one line is enough."},
    )

    def clean_reason(self) -> str:
        try:
            return cleaned(self.cleaned_data["reason"], multiline=False)
        except NotText as wrong:
            raise forms.ValidationError(str(wrong), code=wrong.code) from wrong


@never_cache
@require_http_methods(["GET", "POST"])
def unmask(request: HttpRequest, pk: Any) -> HttpResponse:
    """The value is in this answer only: it is in no message, session or address."""
    individual = find_individual(request, pk)
    form = Reason(posted(request), initial={"field": request.GET.get("field", "national_id")})
    value = None
    if request.method == "POST":
        attempt(request, "unmask", individual)
        rules.check_can_unmask(reader(request), individual)
    if form.is_valid() and _is_proven(request, form):
        value = _in_words(actions.unmask(individual=individual, by=reader(request), **form.cleaned_data))
    about = {
        "individual": individual,
        "form": form,
        "shown": value is not None,
        "value": value,
        "at": timezone.now(),
        "label": FIELDS.get(form.data.get("field", ""), ""),
        "refused": why_not(rules.check_can_unmask, reader(request), individual),
    }
    return render(request, "units/unmask.html", about, status=400 if form.errors else 200)


def _is_proven(request: HttpRequest, form: Reason) -> bool:
    try:
        prove(request)
    except Invalid as wrong:
        form.add_error(None, wrong.sentence)
        return False
    return True


def masks_of(request: HttpRequest, individual: Individual) -> list[dict[str, Any]]:
    """Each masked field for a list of facts: its tail and where it is shown, refused, or not on record."""
    may = reach.holds_in_country(reader(request), UnitPerm.UNMASK, individual.country)
    born_at = (individual.birth_city, individual.birth_state, individual.birth_country)
    number = individual.national_id
    tail = number[-2:] if len(number) >= TELLS_NOTHING else ""
    return [
        {
            "field": "national_id",
            "label": FIELDS["national_id"],
            "tail": tail,
            "there": bool(number),
            "may": may,
        },
        {
            "field": actions.BIRTHPLACE,
            "label": FIELDS[actions.BIRTHPLACE],
            "tail": "",
            "there": any(born_at),
            "may": may,
        },
    ]


def _in_words(value: Any) -> str:
    """Text as it is; a place's parts in one line."""
    return ", ".join(part for part in value.values() if part) if isinstance(value, dict) else str(value or "")
