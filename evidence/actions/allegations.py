"""Recording, correcting and assessing allegations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from evidence import facts
from evidence.actions.telling import told_anew
from evidence.models import Allegation, Assessment, Incident
from evidence.protection import ALLEGATION, ASSESSMENT
from evidence.rules import recording as rules
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.refused import NotNow
from foundation.sources import versions
from foundation.sources.citing import cite
from foundation.sources.models import Citation

FIELDS = (
    "incident_id", "perpetrator_kind", "unit_id", "individual_id", "violation", "involvement", "certain",
    "possible", "dated_apart",
)  # fmt: skip
NEW = "An allegation is new."
CORRECTED = "An allegation that it rests on was corrected."
ASSESSED = "An allegation that it rests on was assessed anew."


@transaction.atomic
def record_allegation(
    *,
    by: User,
    incident: Incident,
    perpetrator: Mapping[str, Any],
    citations: Sequence[Citation] = (),
    **said: Any,
) -> Allegation:
    """`perpetrator`: {perpetrator_kind, unit, individual}; `said`: violation, involvement, when.

    Without days of its own it happened when the incident did.
    """
    incident = Incident.objects.select_related("country").locked(incident.pk)
    rules.check_can_allege(by, incident)
    days = said.pop("when", None)
    allegation = Allegation(
        incident=incident,
        recorded_by=by,
        dated_apart=days is not None,
        **perpetrator,
        **(days or {"certain": incident.certain, "possible": incident.possible}),
        **said,
    )
    allegation.save(force_insert=True)
    versions.keep(ALLEGATION, allegation, FIELDS, by=by)
    cite(ALLEGATION, allegation.pk, allegation.version, citations, by)
    audit.record(
        "evidence.allegation-recorded",
        by=by,
        target=incident,
        allegation=str(allegation.pk),
        violation=allegation.violation,
    )
    told_anew(allegation, changed=NEW, by=by)
    return allegation


@transaction.atomic
def correct_allegation(
    *, allegation: Allegation, changes: dict[str, Any], reason: str, by: User
) -> Allegation:
    """A new version, unassessed until somebody judges it. Whom it is against does not change: an allegation
    against the wrong one is assessed *not credible*, and one against the right one recorded."""
    incident = Incident.objects.select_related("country").locked(allegation.incident_id)
    allegation = Allegation.objects.select_related("unit", "individual").locked(allegation.pk)
    allegation.incident = incident
    rules.check_can_correct_allegation(by, allegation)
    columns = _columns(changes, incident)
    citations = columns.pop("citations", None)
    if "perpetrator_kind" in columns and allegation.perpetrator_id:
        raise NotNow("Whom an allegation is against does not change: assess this one, and record another.")
    versions.correct(ALLEGATION, allegation, columns, FIELDS, by=by, reason=reason)
    if citations is not None:
        cite(ALLEGATION, allegation.pk, allegation.version, citations, by)
    audit.record(
        "evidence.allegation-corrected",
        by=by,
        target=incident,
        allegation=str(allegation.pk),
        fields=sorted(changes),
        version=allegation.version,
        reason=reason,
    )
    told_anew(allegation, changed=CORRECTED, by=by)
    return allegation


def _columns(changes: Mapping[str, Any], incident: Incident) -> dict[str, Any]:
    """`perpetrator` and `when` as their columns; `when: null` is the incident's again."""
    columns = {name: value for name, value in changes.items() if name not in ("when", "perpetrator")}
    if "when" in changes:
        own = changes["when"]
        days = own or {"certain": incident.certain, "possible": incident.possible}
        columns |= {"dated_apart": own is not None, **days}
    return columns | changes.get("perpetrator", {})


@transaction.atomic
def assess(
    *,
    allegation: Allegation,
    factors: Mapping[str, Any],
    elements: Mapping[str, Any],
    source_credibility: str,
    content_credibility: str,
    conclusion: str,
    basis: str,
    by: User,
) -> Allegation:
    """A new version of the judgement: a person's, on the worksheet's answers, nothing is reckoned."""
    incident = Incident.objects.select_related("country").locked(allegation.incident_id)
    allegation = Allegation.objects.locked(allegation.pk)
    allegation.incident = incident
    rules.check_can_assess(by, allegation)
    weighed = [each for factor in factors.values() for each in (*factor["for"], *factor["against"])]
    assessment = Assessment.objects.create(
        allegation=allegation,
        version=allegation.assessments.count() + 1,
        allegation_version=allegation.version,
        incident_version=incident.version,
        factors={name: _factor(each) for name, each in factors.items()},
        elements={name: dict(each) for name, each in elements.items()},
        source_credibility=source_credibility,
        content_credibility=content_credibility,
        conclusion=conclusion,
        basis=basis,
        by=by,
    )
    cite(ASSESSMENT, allegation.pk, assessment.version, weighed, by)
    audit.record(
        "evidence.assessed",
        by=by,
        target=incident,
        allegation=str(allegation.pk),
        version=assessment.version,
        conclusion=conclusion,
    )
    told_anew(allegation, changed=ASSESSED, by=by, fact=facts.ASSESSED)
    Allegation.objects.filter(pk=allegation.pk).update(updated_at=assessment.at)
    return allegation


def _factor(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "finding": said["finding"],
        "for": [str(each.pk) for each in said["for"]],
        "against": [str(each.pk) for each in said["against"]],
    }
