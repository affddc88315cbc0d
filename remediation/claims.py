"""How this room's claims are called beside the citations that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from foundation.accounts.models import User
from foundation.sources.citing import Found
from remediation.models import Step


def steps(user: User, ids: Iterable[UUID]) -> Mapping[UUID, Found]:
    found = Step.objects.visible_to(user).filter(pk__in=list(ids)).select_related("remediation")
    return {
        each.pk: Found(f"{each.get_kind_display()}, {each.remediation.reference}", each.get_absolute_url())
        for each in found
    }
