"""A thing of each kind in the rooms of evidence, of the way back and of the child-soldier gate."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cspa.actions import plans
from cspa.actions.reliefs import recommend_reinstatement
from evidence.protection import ALLEGATION
from foundation.accounts.models import Country, User
from foundation.sources import conflicts
from foundation.sources.dated import days
from foundation.sources.models import Compartment
from remediation.actions import files, informing
from tests.support import cspa, evidence
from tests.support import wayback as way
from tests.support.people import person
from units import actions as units
from units.models import Level, LineageEvent, Unit
from vetting.days import today


def of_the_gate(country: Country, officer: User, approver: User) -> dict[str, Any]:
    """A country on last year's list, waived in part and reinstated in part, with a plan."""
    people = {"cspa": officer, "approver": approver}
    listing = cspa.listed(people, country.pk)
    part = {"extent": "partial", "parts": [{"program": "IMET"}]}
    spring = dt.date(listing.fiscal_year, 3, 31)  # so that another may follow it
    waiver = cspa.waived(people, listing, until=spring, **part)
    cspa.signed(recommend_reinstatement(by=officer, **cspa.relief(listing, **part)), people)
    plan = plans.record(
        country=country, title="Road map", citation="Page 1", milestones=[{"title": "Screening"}], by=officer
    )
    return {
        "listing": listing,
        "waiver": waiver,
        "reinstatement": listing.reinstatements.get(),
        "plan": plan,
        "milestone": plan.milestones.get(),
        "list_year": listing.list_year,
        "listed_country": country,
    }


def of_evidence(country: Country, by: User) -> dict[str, Any]:
    """A source with a document and a citation, on which an allegation against a unit rests; a note on it."""
    unit = units.record(
        subject=Unit(country=country, level=Level.COMPANY),
        names=[units.Called(f"9th {country.name} Ferry Company")],
        by=by,
    )
    source = evidence.a_source(by, country=country)
    file = SimpleUploadedFile("report.txt", b"What was seen.")
    document = evidence.a_document(by, source, file=file)
    citation = evidence.a_citation(by, document)
    incident = evidence.an_incident(by, country.pk)
    allegation = evidence.an_allegation(unit, by, incident, citations=[citation])
    another = evidence.an_allegation(None, by, incident)
    pair = [allegation.pk, another.pk]
    return {
        "conflict": conflicts.record(kind=ALLEGATION, claims=pair, reason="Another did it.", by=by),
        "source": source,
        "document": document,
        "citation": citation,
        "compartment": Compartment.objects.create(name=f"Closed, {country.name}"),
        "incident": incident,
        "allegation": allegation,
        "derogatory_note": evidence.a_note(unit, by),
        "subject": unit,
    }


def of_the_way_back(code: str, people: dict[str, User]) -> dict[str, Any]:
    """A unit restricted under the State law, and what that opens; a step of one responsible person."""
    unit = way.a_unit(people, f"7th {code} Ferry Platoon", code)
    restricted = way.restricted(unit, people)
    file = way.file_of(unit)
    return {
        "remediation": file,
        "step": way.step_set(way.named(file, people), people),
        "host_notification": restricted.notifications.get(),
        "publication": restricted.publication,
    }


def more(people: dict[str, User], country: Country) -> None:
    """What some acts ask for: a list that nobody has confirmed, a letter that is drafted, and what somebody
    else keeps."""
    cspa.listed(people, country.pk, list_year=2012)
    above, below = (
        way.a_unit(people, f"{number} {country.name} Lancers", country.pk) for number in ("1st", "2nd")
    )
    dated = {"certain": None, "possible": days(None, None)}
    units.record_lineage(
        event=LineageEvent(kind="split", **dated), before=[above], after=[below], by=people["drl"]
    )
    of_the_way_back(country.pk, people)
    restricted = way.restricted(way.a_unit(people, f"8th {country.name} Ferry Platoon", country.pk), people)
    another = person("remediation")
    files.take(file=way.file_of(restricted.subject), by=another)
    letter = restricted.notifications.get()
    informing.draft(notification=letter, on=today(), text="What we ask of you.", by=another)
    informing.take(notification=letter, by=another)
