"""Keeping a remediation file: opened by a restriction, filled by people, closed by the last lift.

Lock order: the file, then its step, then whatever determination rests on the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from evidence.models import Allegation, Incident
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, Problem
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from remediation import facts, owners
from remediation.actions import versions
from remediation.models import (
    CommitteeNotice,
    IncidentOfFile,
    Remediation,
    Responsible,
    RestrictionOfFile,
)
from remediation.permissions import RemediationPerm
from remediation.rules import files as rules
from units.models import Individual, Subject
from vetting.models import Restriction

FILE = "remediation.remediation"


# --- opened and closed ---


def answer_restriction(restriction: Restriction, cause: Determination | None) -> Remediation:
    """The subject's open file, or a new one, answers this restriction too, with the incidents behind it."""
    file = Remediation.objects.open().filter(subject=restriction.subject_id).select_for_update().first()
    if file is None:
        file = open_file(restriction.subject, by=None)
    _, fresh = RestrictionOfFile.objects.get_or_create(
        restriction=restriction, defaults={"remediation": file, "at": timezone.now()}
    )
    named = _allegations_of(cause)
    incidents = Incident.objects.filter(allegations__in=named).distinct().order_by("created_at", "pk")
    added = add_incidents(file, incidents, by=None)
    if fresh or added:
        touch(file, "A further restriction or incident is in the file.", by=None)
    return file


def open_file(subject: Subject, *, by: User | None) -> Remediation:
    """Linked to the subject's last one, where there was one."""
    before = Remediation.objects.filter(subject=subject).order_by("-created_at", "-pk").first()
    unclosed = Remediation.objects.open().values_list("owner", flat=True)
    file = Remediation.objects.create(
        reference=_next_reference(),
        subject=subject,
        country=subject.country,
        owner=by or owners.least_busy(RemediationPerm.REMEDIATE, subject.country, unclosed),
        previous=before,
    )
    audit.record("remediation.opened", by=by, target=file, again=before is not None)
    outbox.tell(facts.OPENED, remediation=str(file.pk))
    return file


def close_if_answered(file: Remediation, *, by: User) -> None:
    """The last of its restrictions was lifted. The caller holds the file's lock."""
    if rules.restrictions_of(file).filter(until=None).exists():
        return
    file.closed_at = timezone.now()
    versions.save(file)
    audit.record("remediation.closed", by=by, target=file)
    outbox.tell(facts.CLOSED, remediation=str(file.pk))


@transaction.atomic
def reopen(*, file: Remediation, reason: str, by: User) -> Remediation:
    """New information: another file, linked to this one. It bars nothing by itself; a restriction does."""
    file = Remediation.objects.select_related("subject__country").locked(file.pk)
    rules.check_can_reopen(by, file)
    fresh = open_file(file.subject, by=by)
    audit.record("remediation.reopened", by=by, target=file, reason=reason, file=str(fresh.pk))
    return fresh


@transaction.atomic
def take(*, file: Remediation, by: User) -> Remediation:
    file = Remediation.objects.locked(file.pk)
    rules.check_can_take(by, file)
    file.owner = by
    versions.save(file)
    audit.record("remediation.taken", by=by, target=file)
    return file


# --- what is in it ---


@transaction.atomic
def add_incident(*, file: Remediation, incident: Incident, by: User) -> IncidentOfFile:
    file = Remediation.objects.locked(file.pk)
    rules.check_can_change(by, file)
    rules.check_not_in_it(file, incident)
    (added,) = add_incidents(file, [incident], by=by)
    touch(file, "A further incident is in the file.", by=by)
    return added


def add_incidents(
    file: Remediation, incidents: Iterable[Incident], *, by: User | None
) -> list[IncidentOfFile]:
    """Those that are not in it yet. The caller holds the file's lock."""
    there = set(file.incidents.values_list("incident_id", flat=True))
    added = [
        IncidentOfFile.objects.create(remediation=file, incident=each, by=by, at=timezone.now())
        for each in incidents
        if each.pk not in there
    ]
    audit.record_many(
        audit.entry("remediation.incident-added", by=by, target=file, incident=str(each.incident_id))
        for each in added
    )
    return added


@transaction.atomic
def add_responsible(
    *,
    file: Remediation,
    incident: Incident,
    by: User,
    individual: Individual | None = None,
    description: str = "",
) -> Responsible:
    """Somebody responsible: a person on record, or a description of one who is not identified."""
    file = Remediation.objects.locked(file.pk)
    rules.check_can_change(by, file)
    of = rules.find_in_it(file, incident)
    if individual and of.responsibles.filter(individual=individual).exists():
        raise Invalid(Problem("named-already", "Individual: named in this incident already.", "/individual"))
    added = Responsible.objects.create(
        of=of, individual=individual, description=description, by=by, at=timezone.now()
    )
    audit.record("remediation.responsible-added", by=by, target=file, responsible=str(added.pk))
    touch(file, "A further responsible person is in the file.", by=by)
    return added


@transaction.atomic
def tell_committee(*, file: Remediation, committee: str, sent_on: dt.date, by: User) -> CommitteeNotice:
    file = Remediation.objects.locked(file.pk)
    rules.check_can_tell_committees(by, file)
    rules.check_notice(file, committee, sent_on)
    notice = CommitteeNotice.objects.create(
        remediation=file, committee=committee, sent_on=sent_on, by=by, at=timezone.now()
    )
    audit.record(
        "remediation.committee-told", by=by, target=file, committee=committee, sent_on=sent_on.isoformat()
    )
    touch(file, "A further committee was told.", by=by)
    return notice


def touch(file: Remediation, changed: str, *, by: User | None) -> None:
    """A new version of the file: what was recommended in view of it is overtaken. The caller holds its
    lock."""
    versions.save(file)
    signing.overtake(kind=FILE, ref=file.pk, changed=changed, by=by)


def _allegations_of(cause: Determination | None) -> list[Any]:
    """Ids of the allegations that a withhold or restrict was signed on."""
    named = cause.payload.get("allegations", []) if cause else []
    ids = [each["id"] if isinstance(each, dict) else each for each in named]
    return list(Allegation.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _next_reference() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('remediation_file_number')")
        return f"R-{cursor.fetchone()[0]:04}"
