"""Opening a compartment, and letting groups in: an operator's act, and an event."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from foundation.accounts import actions as accounts
from foundation.accounts.models import RoleAtPlace
from foundation.audit import actions as audit
from foundation.sources.models import Compartment
from foundation.sources.permissions import SourcePerm


@transaction.atomic
def let_in(name: str, groups: Iterable[RoleAtPlace]) -> Compartment:
    """The compartment of this name, made if there is none; these roles at their places read it now."""
    compartment, _ = Compartment.objects.get_or_create(name=name)
    for held in groups:
        accounts.grant(group=held.group, permissions=[SourcePerm.COMPARTMENT], place=compartment)
        audit.record("sources.compartment-opened", by=None, target=compartment, group=held.group_id)
    return compartment
