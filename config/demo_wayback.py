"""The demo's way back, on three invented units: one barred, one half-way back, one restored.

Each record is made by the acts, by people of the demo, as it would be in earnest.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from evidence.actions import allegations, incidents
from evidence.models import Allegation, Element, Factor
from foundation.accounts.models import Country, User
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources import actions as sources
from foundation.sources.dated import days
from foundation.sources.models import Citation, Law, Reliability, Source, SourceKind
from remediation.actions import files, informing, lifting, publication, steps
from remediation.models import Committee, Remediation, Responsible
from units import actions as units
from units.models import ForceType, Level, Subject, Unit, UnitStatus
from vetting.actions import restrict
from vetting.days import add_working_days, today
from vetting.models import Restriction

People = dict[str, User]
BARRED, HALF_WAY, RESTORED = (
    "Wadi Sarim Intervention Company", "Hajar Gate Guard Company", "Qasr Patrol Company",
)  # fmt: skip
SAYS = (
    "Assistance to this unit is withheld on credible information of a gross violation of human rights."
    " We ask the government to inquire, and offer our help in bringing those responsible to justice."
)
SOURCE = "Sarim Legal Aid (invented)"
QUOTE = "Each of those who were heard named the same place, and the same unit."
ASSESSED: dict[str, Any] = {
    "factors": {
        each.value: {"finding": "Two sources, each by itself.", "for": [], "against": []} for each in Factor
    },
    "elements": {each.value: {"status": "met", "note": "As both accounts have it."} for each in Element},
    "source_credibility": "high",
    "content_credibility": "medium",
    "basis": "Two accounts, taken apart, agree on the place, the day and the unit.",
}
DONE: dict[str, dict[str, Any]] = {
    "investigation": {
        "outcome": "The prosecutor of another district heard eleven witnesses.",
        "impartial": True,
        "impartial_reasons": "Nobody of the unit or its command took part.",
    },
    "adjudication": {"outcome": "Found guilty by the criminal court."},
    "sanction": {
        "outcome": "Serving the sentence since May.",
        "sentence": "Nine years, dismissed from service",
        "proportionality": "Within what the code gives for the act, as in two comparable judgments.",
    },
}


def load(people: People) -> None:
    if Restriction.objects.filter(subject__kind="unit").exists():
        return
    _barred(people)
    _half_way(people)
    _restored(people)


def _barred(people: People) -> None:
    """Under both laws; the government was told, the public too; nobody is named yet."""
    unit = _unit(BARRED, people)
    alleged = _allege(unit, "Beatings at the market gate", people)
    restriction = _restrict(unit, alleged, Law.STATE_LEAHY, people)
    _restrict(unit, alleged, Law.DOD_LEAHY, people)
    _inform(restriction, people)
    publication.publish(publication=restriction.publication, by=people["publication"])


def _half_way(people: People) -> None:
    """Two incidents: one closed, one with an inquiry that nobody has verified."""
    unit = _unit(HALF_WAY, people)
    alleged = _allege(unit, "A death in custody", people)
    restriction = _restrict(unit, alleged, Law.STATE_LEAHY, people)
    _inform(restriction, people)
    publication.publish(publication=restriction.publication, by=people["publication"])
    file = Remediation.objects.get(subject=unit.pk)
    _close(_responsible(file, alleged, "A captain, known to the court", people), people)
    second = _allege(unit, "Disappearance of a driver", people)
    of = _responsible(file, second, "The officer of the night shift, not identified", people)
    step = _step(of, "investigation", people)
    steps.complete(step=step, by=people["remediation"], **DONE["investigation"])
    _step(of, "adjudication", people)


def _restored(people: People) -> None:
    """Everything is done, the committees were told, and two people lifted it."""
    unit = _unit(RESTORED, people)
    alleged = _allege(unit, "Shots at a crossing", people)
    restriction = _restrict(unit, alleged, Law.STATE_LEAHY, people)
    _inform(restriction, people)
    publication.publish(publication=restriction.publication, by=people["publication"])
    file = Remediation.objects.get(subject=unit.pk)
    _close(_responsible(file, alleged, "A sergeant, known to the court", people), people)
    for committee in Committee:
        files.tell_committee(file=file, committee=committee, sent_on=today(), by=people["remediation"])
    lift = lifting.recommend(
        file=file,
        law=Law.STATE_LEAHY,
        grounds="effective-steps",
        basis="The government has tried and sentenced the one responsible, and has told us of it.",
        by=people["remediation"],
    )
    _sign(lift, people)


def _unit(name: str, people: People) -> Unit:
    unit = Unit(
        country=Country.objects.get(code="XB"),
        level=Level.COMPANY,
        force_type=ForceType.GENDARMERIE,
        status=UnitStatus.ACTIVE,
    )
    return units.record(subject=unit, names=[units.Called(name)], by=people["drl"])


def _allege(unit: Unit, title: str, people: People) -> Allegation:
    """By one source, in a report of its own, which is kept elsewhere."""
    by, then = people["drl"], days(dt.date(2024, 3, 1), dt.date(2024, 3, 31))
    incident = incidents.record_incident(
        by=by, country=unit.country, title=title, when={"certain": None, "possible": then}
    )
    allegation = allegations.record_allegation(
        by=by,
        incident=incident,
        perpetrator={"perpetrator_kind": "unit", "unit": unit, "individual": None},
        violation="torture",
        involvement="direct",
        citations=[_cited(unit, title, by)],
    )
    return allegations.assess(allegation=allegation, conclusion="credible", by=by, **ASSESSED)


def _cited(unit: Unit, title: str, by: User) -> Citation:
    source = Source.objects.filter(country=unit.country).first() or sources.record_source(
        name=SOURCE, kind=SourceKind.NGO, reliability=Reliability.HIGH, country=unit.country, by=by
    )
    document = sources.record_document(
        source=source, title=f"{title}: a report", accessed_on=today(), published_on=dt.date(2024, 5, 2),
        held_elsewhere={"holder": source.name, "reference": f"{unit.name}, 2024"}, by=by,
    )  # fmt: skip
    return sources.record_citation(document=document, place="Chapter 3", quote=QUOTE, by=by)


def _restrict(unit: Unit, alleged: Allegation, law: Law, people: People) -> Restriction:
    recommended = restrict.recommend(
        subject=Subject.objects.get(pk=unit.pk),
        law=law,
        basis="Credible information, by two accounts that agree.",
        allegations=[alleged],
        by=people["drl"],
    )
    _sign(recommended, people)
    return Restriction.objects.get(subject=unit.pk, law=law, until=None)


def _inform(restriction: Restriction, people: People) -> None:
    by, notification = people["remediation"], restriction.notifications.get()
    informing.draft(notification=notification, on=today(), text=SAYS, by=by)
    informing.deliver(notification=notification, on=today(), to="Ministry of the Interior", by=by)


def _responsible(file: Remediation, of: Allegation, description: str, people: People) -> Responsible:
    return files.add_responsible(
        file=file, incident=of.incident, description=description, by=people["remediation"]
    )


def _step(of: Responsible, kind: str, people: People) -> Any:
    return steps.set_step(
        file=of.of.remediation,
        incident=of.of.incident,
        responsible=of,
        kind=kind,
        owner=people["remediation"],
        due=add_working_days(today(), 20),
        by=people["remediation"],
    )


def _close(of: Responsible, people: People) -> None:
    for kind, said in DONE.items():
        step = steps.complete(step=_step(of, kind, people), by=people["remediation"], **said)
        steps.verify(step=step, reason="Read the file and the judgment.", by=people["legal"])


def _sign(determination: Determination, people: People) -> None:
    signing.approve(determination, read=determination.digest, by=people["approver"])
