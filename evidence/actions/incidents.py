"""Recording and correcting incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from evidence.actions.telling import told_anew
from evidence.models import Allegation, Incident
from evidence.protection import INCIDENT
from evidence.rules import existence
from evidence.rules import recording as rules
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit
from foundation.refused import Invalid, Problem
from foundation.signing import actions as signing
from foundation.sources import versions

FIELDS = (
    "country_id", "title", "location", "certain", "possible", "narrative", "victims_min", "victims_max",
    "victim_identities", "compartment_id", "unit_unknown",
)  # fmt: skip
CHANGED = "An incident that it rests on was corrected."


@transaction.atomic
def record_incident(*, by: User, country: Country, **said: Any) -> Incident:
    """`said`: title, location, when, narrative, victims, victim_identities, compartment, unit_unknown."""
    rules.check_can_record(by, country)
    incident = Incident(country=country, recorded_by=by, **_columns(said))
    incident.save(force_insert=True)
    versions.keep(INCIDENT, incident, FIELDS, by=by)
    audit.record("evidence.incident-recorded", by=by, target=incident)
    return incident


@transaction.atomic
def correct_incident(*, incident: Incident, changes: dict[str, Any], reason: str, by: User) -> Incident:
    """A new version. Its allegations are unassessed until somebody judges them anew."""
    incident = Incident.objects.select_related("country").locked(incident.pk)
    rules.check_can_correct_incident(by, incident)
    columns = _columns(changes)
    allegations = list(_locked_allegations(incident))
    if "possible" in columns:
        _date_allegations(allegations, columns)
    versions.correct(INCIDENT, incident, columns, FIELDS, by=by, reason=reason)
    audit.record(
        "evidence.incident-corrected",
        by=by,
        target=incident,
        fields=sorted(changes),
        version=incident.version,
        reason=reason,
    )
    signing.overtake(kind=INCIDENT, ref=incident.pk, changed=CHANGED, by=by)
    for each in allegations:
        told_anew(each, changed=CHANGED, by=by)
    return incident


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    """`when` and `victims` as their columns."""
    columns = {name: value for name, value in said.items() if name not in ("when", "victims")}
    if victims := said.get("victims"):
        columns |= {f"victims_{end}": victims.get(end) for end in ("min", "max")}
    return columns | said.get("when", {})


def _locked_allegations(incident: Incident) -> Any:
    found = Allegation.objects.filter(incident=incident).select_related("unit", "individual")
    return found.select_for_update(no_key=True, of=("self",)).order_by("pk")


def _date_allegations(allegations: list[Allegation], days: Mapping[str, Any]) -> None:
    """Those that were given no days of their own happened when the incident did."""
    for each in allegations:
        if each.dated_apart:
            continue
        if each.perpetrator and (why := existence.why_not_then(each.perpetrator, days["possible"])):
            raise Invalid(Problem("did-not-exist", f"When: {why}", "/changes/when"))
        each.certain, each.possible = days["certain"], days["possible"]
        each.save(update_fields=["certain", "possible", "updated_at"])
