"""Incidents and the allegations of each, in the browser."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from evidence import against, protection
from evidence.acts import INCIDENT_ACTS, RECORD_ALLEGATION, RECORD_INCIDENT
from evidence.models import Allegation, Incident, PerpetratorKind
from evidence.pages import finding, forms
from evidence.pages.asking import Asked, asked
from evidence.pages.offers import offer
from evidence.pages.sources import offered_citations
from evidence.permissions import EvidencePerm
from evidence.rules import recording as rules
from foundation.accounts.models import Country
from foundation.doors.asked import posted
from foundation.doors.paging import page_of
from foundation.doors.reader import reader
from foundation.sources import protection as sources
from foundation.sources import versions
from foundation.sources.actions import CITATION
from foundation.sources.offered import Cited, called
from units.models import Individual, Unit
from units.pages.forms import Chosen, Reason

page = require_http_methods(["GET", "POST"])


class Narrowed(django_forms.Form):
    country = django_forms.ModelChoiceField(
        Country.objects.none(), label="Country", required=False, empty_label="Any country"
    )
    unit_unknown = django_forms.BooleanField(label="The unit is still to be found", required=False)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, auto_id="narrow-%s")
        self.fields["country"].queryset = finding.countries_read(request)  # type: ignore[attr-defined]

    def narrow(self, incidents: Any) -> Any:
        self.is_valid()
        return incidents.filter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    finding.only_readers(request)
    form, user = Narrowed(request), reader(request)
    found = form.narrow(Incident.objects.visible_to(user).select_related("country"))
    listed = page_of(request, found.order_by("-created_at", "pk"))
    return render(
        request,
        "evidence/incidents.html",
        {
            "form": form,
            "page": listed,
            "lines": _lines(user, listed.rows),
            "may_record": finding.countries_recorded(request).exists(),
        },
    )


def _lines(user: Any, rows: list[Incident]) -> list[dict[str, Any]]:
    """Each incident with how its allegations stand, counted."""
    standing: dict[Any, list[str]] = {each.pk: [] for each in rows}
    allegations = Allegation.objects.visible_to(user).filter(incident__in=rows).order_by("pk")
    for each in against.with_assessments(allegations):
        standing[each.incident_id].append(against.conclude(each).conclusion)
    return [
        {
            "incident": each,
            "conclusions": {code: standing[each.pk].count(code) for code in dict.fromkeys(standing[each.pk])},
        }
        for each in rows
    ]


@require_GET
def incident(request: HttpRequest, pk: Any) -> HttpResponse:
    found, user = finding.find_incident(request, pk), reader(request)
    reads = protection.reads_incident(user, found)
    allegations = Allegation.objects.visible_to(user).filter(incident=found).order_by("created_at", "pk")
    if reads:
        sources.note_read(user, [found], what=protection.INCIDENT)
    return render(
        request,
        "evidence/incident.html",
        {
            "incident": found,
            "reads": reads,
            "allegations": [against.conclude(each) for each in against.with_assessments(allegations)],
            "versions": versions.of(protection.INCIDENT, found.pk),
            "readers": list(
                sources.readers(
                    country=found.country, compartments=[found.compartment], and_perm=EvidencePerm.VIEW
                )
            )
            if reads
            else [],
            "acts": [
                offer(user, "Record an allegation…", reverse("incident-allege", args=[found.pk]),
                      rules.check_can_allege, found),
                offer(user, "Correct it…", reverse("incident-correct", args=[found.pk]),
                      rules.check_can_correct_incident, found),
            ],
        },
    )  # fmt: skip


@page
def new_incident(request: HttpRequest) -> HttpResponse:
    finding.only_readers(request)
    countries = finding.countries_recorded(request)
    form = forms.OfIncident(
        posted(request),
        initial={"country": getattr(countries.first(), "pk", "")},
        countries=countries,
        compartments=finding.compartments(request),
    )
    return asked(
        request,
        Asked(
            RECORD_INCIDENT, [form], form.body, lambda _, made: made.get_absolute_url(),
            reverse("incidents"), "Record an incident", template="evidence/record_incident.html",
            who=lambda: sources.readers(
                country=form.the_country, compartments=[form.the_compartment], and_perm=EvidencePerm.VIEW
            ),
        ),
    )  # fmt: skip


@page
def correct_incident(request: HttpRequest, pk: Any) -> HttpResponse:
    found = finding.find_incident(request, pk)
    reads = protection.reads_incident(reader(request), found)
    form = forms.CorrectedIncident(
        posted(request),
        initial=forms.CorrectedIncident.of(found) if reads else {},
        countries=(),
        compartments=finding.compartments(request),
    )
    reason, home = Reason(posted(request)), found.get_absolute_url()
    return asked(
        request,
        Asked(
            INCIDENT_ACTS["correct"], [form, reason],
            lambda: {"changes": form.body(), "reason": reason.said("reason")},
            lambda *_: home, home, "Correct an incident", thing=found,
            reads=[(protection.INCIDENT, [found] if reads else [])],
            template="evidence/record_incident.html",
            who=lambda: sources.readers(
                country=found.country, compartments=[form.the_compartment], and_perm=EvidencePerm.VIEW
            ),
        ),
    )  # fmt: skip


@page
def allege(request: HttpRequest, pk: Any) -> HttpResponse:
    """Whom, found by name; what; how involved; on which citations."""
    incident, user = finding.find_incident(request, pk), reader(request)
    form = forms.OfAllegation(posted(request))
    kind = str(form["perpetrator"].value() or PerpetratorKind.UNIT)
    model: Any = Individual if kind == PerpetratorKind.INDIVIDUAL else Unit
    chosen = Chosen.among(model.objects.visible_to(user), posted(request), "perpetrator/id")
    offered = offered_citations(request, [])
    cited = Cited(posted(request), choices={"citations": called(offered)})
    home = incident.get_absolute_url()

    def body() -> dict[str, Any]:
        pk = chosen.data.get("chosen") if kind != PerpetratorKind.UNIDENTIFIED else None
        perpetrator = {"kind": kind, **({"id": pk} if pk else {})}
        return {"incident": str(incident.pk), "perpetrator": perpetrator, **form.body(), **cited.body()}

    return asked(
        request,
        Asked(
            RECORD_ALLEGATION, [form, chosen, cited], body, lambda _, made: made.get_absolute_url(), home,
            "Record an allegation", template="evidence/record_allegation.html",
            check=rules.check_can_allege, checked=incident, about={"incident": incident},
            reads=[(CITATION, offered)],
        ),
    )  # fmt: skip
