"""The bar of every page: where one can go. Who sees a place follows from what they may do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cspa.permissions import CspaPerm
from evidence.permissions import EvidencePerm
from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post
from foundation.sources.permissions import SourcePerm
from remediation.pages import duties
from remediation.permissions import PublicationPerm, RemediationPerm
from units.permissions import UnitPerm
from vetting.models import Queue
from vetting.pages import my_work
from vetting.permissions import CasePerm, NominationPerm, QueuePerm, RestrictionPerm


def may(*perms: str) -> Callable[[Any], bool]:
    """Shown to whoever holds one of these permissions at any place."""
    return lambda user: any(reach.holds_anywhere(user, perm, Country, Post, Organisation) for perm in perms)


@dataclass(frozen=True)
class Entry:
    """A place in the bar: its words, its address by name, who sees it, how much waits there."""

    label: str
    url_name: str
    shown: Callable[[Any], bool]
    count: Callable[[Any], int | None] | None = None


def _my_checks(user: Any) -> int | None:
    """Only of those who work a queue: to others a nought would say something that is not so."""
    return my_work.mine_to_do(user) if reach.holds_anywhere(user, QueuePerm.WORK, Queue) else None


ENTRIES: list[Entry] = [
    Entry("My work", "my-work", may(CasePerm.VIEW), count=_my_checks),
    Entry("To sign", "to-sign", may(CasePerm.APPROVE), count=my_work.mine_to_sign),
    Entry("Cases", "cases", may(CasePerm.VIEW)),
    Entry("Nominations", "nominations", may(NominationPerm.NOMINATE, NominationPerm.VIEW)),
    Entry("Units", "units", may(UnitPerm.VIEW)),
    Entry("People", "individuals", may(UnitPerm.VIEW)),
    Entry("Incidents", "incidents", may(EvidencePerm.VIEW)),
    Entry("Sources", "sources", may(SourcePerm.VIEW)),
    Entry("Child soldiers", "cspa-grid", may(CspaPerm.VIEW)),
    Entry("Restrictions", "restrictions", may(RestrictionPerm.VIEW)),
    Entry("Remediation", "remediations", may(RemediationPerm.VIEW), count=duties.of_files),
    Entry("Governments", "host-notifications", may(RemediationPerm.REMEDIATE), count=duties.of_notifications),
    Entry("Publications", "publications", may(PublicationPerm.PUBLISH), count=duties.of_publications),
]
