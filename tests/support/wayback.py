"""Units and people restricted, and remedied, by the real actions of the demo's people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evidence.models import Incident
from foundation.accounts.models import Country, User
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.models import Law
from remediation.actions import files, lifting, steps
from remediation.models import Committee, Remediation, Responsible, Step, StepKind
from tests.support import evidence
from units import actions as units
from units.models import Individual, Level, Subject, Unit, UnitStatus
from vetting.actions import restrict
from vetting.days import today
from vetting.models import Restriction

People = dict[str, User]
STATE, DOD = Law.STATE_LEAHY, Law.DOD_LEAHY
GROUNDS = {STATE: "effective-steps", DOD: "all-corrective-steps"}
REQUIRED = (StepKind.INVESTIGATION, StepKind.ADJUDICATION, StepKind.SANCTION)
SAID: dict[str, dict[str, Any]] = {
    StepKind.INVESTIGATION: {"outcome": "The military prosecutor heard nine witnesses.", "impartial": True},
    StepKind.ADJUDICATION: {"outcome": "Found guilty by the military court."},
    StepKind.SANCTION: {
        "outcome": "Sentence served since May.",
        "sentence": "Nine years",
        "proportionality": "What comparable acts are given there.",
    },
    StepKind.COMMAND_CHANGE: {"outcome": "Removed from command."},
    StepKind.OTHER: {"outcome": "Guards are trained twice a year."},
}


def a_unit(people: People, name: str = "3rd Harbour Company", country: str = "XA", **how: Any) -> Unit:
    unit = Unit(country=Country.objects.get(pk=country), level=Level.COMPANY, **how)
    return units.record(subject=unit, names=[units.Called(name)], by=people["drl"])


def a_person(people: People, name: str = "Ilko Varnesh", country: str = "XA") -> Individual:
    person = Individual(country=Country.objects.get(pk=country))
    return units.record(subject=person, names=[units.Called(name)], by=people["drl"])


def disband(unit: Unit, people: People) -> Unit:
    changes = {"status": UnitStatus.DISBANDED}
    return units.correct(subject=unit, changes=changes, names=None, reason="Decree.", by=people["drl"])


def signed(determination: Determination, people: People) -> Determination:
    return signing.approve(determination, read=determination.digest, by=people["approver"])


def recommended(subject: Subject, people: People, law: str = STATE, **how: Any) -> Determination:
    how = {"allegations": None, "basis": "What was reported."} | how
    how["allegations"] = how["allegations"] or evidence.credible(subject, people["drl"])
    return restrict.recommend(subject=subject, law=law, by=people["drl"], **how)


def restricted(subject: Subject, people: People, law: str = STATE, **how: Any) -> Restriction:
    signed(recommended(subject, people, law, **how), people)
    return Restriction.objects.get(subject=subject.pk, law=law, until=None)


def file_of(subject: Subject) -> Remediation:
    return Remediation.objects.get(subject=subject.pk, closed_at=None)


def named(
    file: Remediation, people: People, incident: Incident | None = None, description: str = "A sergeant"
) -> Responsible:
    incident = incident or file.incidents.get().incident
    return files.add_responsible(
        file=file, incident=incident, description=description, by=people["remediation"]
    )


def step_set(
    of: Responsible, people: People, kind: str = "investigation", owner: str = "remediation"
) -> Step:
    return steps.set_step(
        file=of.of.remediation,
        incident=of.of.incident,
        responsible=of,
        kind=kind,
        owner=people[owner],
        due=today() + dt.timedelta(days=30),
        by=people["remediation"],
    )


def completed(step: Step, people: People) -> Step:
    return steps.complete(step=step, by=people["remediation"], **SAID[step.kind])


def verified(step: Step, people: People) -> Step:
    return steps.verify(step=completed(step, people), reason="Read the judgment.", by=people["legal"])


def closed(of: Responsible, people: People, kinds: Any = REQUIRED) -> None:
    """Every step that a law requires of this person, verified."""
    for kind in kinds:
        verified(step_set(of, people, kind), people)


def told(file: Remediation, people: People) -> None:
    """All four committees."""
    for committee in Committee:
        files.tell_committee(file=file, committee=committee, sent_on=today(), by=people["remediation"])


def remedied(subject: Subject, people: People) -> Remediation:
    """One responsible person in each incident of the file, all closed, and the committees told."""
    file = file_of(subject)
    for of in file.incidents.select_related("incident"):
        closed(named(file, people, of.incident), people)
    if Restriction.objects.filter(subject=subject.pk, law=STATE, until=None).exists():
        told(file, people)
    return file


def lift(file: Remediation, people: People, law: str = STATE, grounds: str = "") -> Determination:
    return lifting.recommend(
        file=file,
        law=law,
        grounds=grounds or GROUNDS[Law(law)],
        basis="The government has done what the law asks.",
        by=people["remediation"],
    )
