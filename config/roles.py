"""Roles as data: what each may do, where it is held. Groups are brought in line after every migrate.

To change what a role may do, change it here; to add a role, add a row (docs/how-to.md).
"""

from __future__ import annotations

from collections.abc import Iterable

from cspa.permissions import CspaPerm
from evidence.permissions import EvidencePerm
from foundation.accounts import actions as accounts
from foundation.accounts.models import Country, Organisation, Post, RoleAtPlace, User
from foundation.audit.permissions import AuditPerm
from foundation.sources.permissions import SourcePerm
from remediation.permissions import PublicationPerm, RemediationPerm
from screening.permissions import ScreeningPerm
from units.permissions import UnitPerm
from vetting.models import Queue
from vetting.permissions import CasePerm, NominationPerm, QueuePerm, RestrictionPerm

READS: set[str] = {
    CasePerm.VIEW,
    NominationPerm.VIEW,
    UnitPerm.VIEW,
    ScreeningPerm.VIEW,
    RestrictionPerm.VIEW,
    SourcePerm.VIEW,
    EvidencePerm.VIEW,
    CspaPerm.VIEW,
    RemediationPerm.VIEW,
    PublicationPerm.VIEW,
}
# Records and judges evidence; and, with those who judge and sign, reads what is protected in it.
EVIDENCE: set[str] = {SourcePerm.RECORD, SourcePerm.PROTECTED, EvidencePerm.RECORD, EvidencePerm.ASSESS}
CHECKS: set[str] = READS | {
    CasePerm.ASK,
    CasePerm.OWN,
    UnitPerm.UNMASK,
    ScreeningPerm.JUDGE,
    ScreeningPerm.SCREEN,
}

ROLES: dict[str, set[str]] = {
    "nominator": {NominationPerm.NOMINATE},
    "coordinator": CHECKS
    | {CasePerm.RETURN, CasePerm.CANCEL, CasePerm.CLEAR, CasePerm.REOPEN, CasePerm.SKIP, UnitPerm.CHANGE},
    "section": CHECKS,
    "drl": CHECKS
    | {CasePerm.REVIEW, CasePerm.CLEAR, CasePerm.REOPEN, UnitPerm.CHANGE, RestrictionPerm.RESTRICT}
    | {CspaPerm.VERIFY, RemediationPerm.VERIFY}
    | EVIDENCE,
    "desk": READS | {CasePerm.OPINE, CspaPerm.VERIFY, RemediationPerm.VERIFY},
    "legal": READS | {CasePerm.OPINE, CspaPerm.VERIFY, RemediationPerm.VERIFY, SourcePerm.PROTECTED},
    "approver": READS | {CasePerm.APPROVE, CspaPerm.APPROVE, SourcePerm.PROTECTED},
    "remediation": READS | {RemediationPerm.REMEDIATE, RemediationPerm.VERIFY},
    "cspa": READS | {CspaPerm.RECORD, CspaPerm.VERIFY},
    "publication": READS | {PublicationPerm.PUBLISH},
    "auditor": READS | {AuditPerm.VIEW},
    "admin": set(),  # configures; decides and reads nothing of a case
}

# Who may see and work the queues of a check type. A section's queues belong to a post, so does its role.
QUEUES: dict[str, dict[str, set[str]]] = {
    "political": {"section": {QueuePerm.SEE, QueuePerm.WORK}},
    "consular": {"section": {QueuePerm.SEE, QueuePerm.WORK}},
    "drl": {"drl": {QueuePerm.SEE, QueuePerm.WORK}},
}
SEES_EVERY_QUEUE = {"coordinator", "drl", "auditor", "admin"}

Place = Country | Post | Organisation | None


def hold(user: User, role: str, place: Place, *, by: User | None = None) -> None:
    """Give a person a role at a place."""
    group = accounts.group_for(role=role, place=place, permissions=sorted(ROLES[role]), by=by)
    grant_queues(RoleAtPlace.objects.get(group=group), Queue.objects.all())
    accounts.put_in_group(user=user, group=group, by=by)


def sync() -> None:
    """Bring every group's grants in line with this file."""
    queues = list(Queue.objects.select_related("post"))
    for held in RoleAtPlace.objects.select_related("group", "country", "post", "organisation"):
        permissions = ROLES.get(held.role, set())
        accounts.grant(group=held.group, permissions=sorted(permissions), place=held.place)
        grant_queues(held, queues)


def grant_queues(held: RoleAtPlace, queues: Iterable[Queue]) -> None:
    for queue in queues:
        rights = queue_rights(held, queue)
        accounts.grant(group=held.group, permissions=sorted(rights), place=queue)


def queue_rights(held: RoleAtPlace, queue: Queue) -> set[str]:
    """What this role at this place may do with this queue."""
    if not _reaches(held, queue):
        return set()
    rights = set(QUEUES.get(queue.check_type, {}).get(held.role, set()))
    return rights | ({QueuePerm.SEE} if held.role in SEES_EVERY_QUEUE else set())


def _reaches(held: RoleAtPlace, queue: Queue) -> bool:
    country = queue.post.country_id if queue.post else queue.country_id
    if held.post_id:
        return queue.post_id == held.post_id
    if held.country_id:
        return country in (held.country_id, None)
    return held.organisation_id is None
