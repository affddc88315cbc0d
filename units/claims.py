"""This room's dated claims as those who cite for them call them: their kinds, and how each is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from foundation.accounts.models import User
from foundation.sources import citing
from units.models import Claim, CommandLink, LineageEvent, Posting, Subject

KINDS: dict[type[Claim], str] = {
    CommandLink: "units.command-link",
    Posting: "units.posting",
    LineageEvent: "units.lineage-event",
}


def kind_of(claim: Claim | type[Claim]) -> str:
    return KINDS[claim if isinstance(claim, type) else type(claim)]


def named(claim: Any) -> str:
    """In a line, with the names of units and people, which every reader of the claim reads."""
    if isinstance(claim, CommandLink):
        return f"{claim.child.name} under {claim.parent.name}"
    if isinstance(claim, Posting):
        return f"{claim.individual.name}, {claim.role}, {claim.unit.name}"
    before, after = (", ".join(unit.name for unit in units) for units in (claim.before, claim.after))
    return f"{claim.get_kind_display()}: {before}" + (f" → {after}" if after else "")


def page_of(claim: Claim) -> str:
    first = claim.linked[0]
    return reverse(first.kind, args=[first.pk])


def _finder(model: type[Claim]) -> Callable[[User, Iterable[UUID]], Mapping[UUID, citing.Found]]:
    def find(user: User, ids: Iterable[UUID]) -> Mapping[UUID, citing.Found]:
        claims: Any = model._default_manager
        found = claims.whole().visible_to(user).filter(pk__in=list(ids))
        return {claim.pk: citing.Found(named(claim), page_of(claim)) for claim in found}

    return find


SUBJECT = "units.subject"  # its names, and that there is such a unit or person


def _subjects(user: User, ids: Iterable[UUID]) -> Mapping[UUID, citing.Found]:
    found = Subject.objects.visible_to(user).filter(pk__in=list(ids))
    return {each.pk: citing.Found(each.name, reverse(each.kind, args=[each.pk])) for each in found}


def register() -> None:
    citing.register_claim(SUBJECT, noun="unit or person", find=_subjects)
    for model, kind in KINDS.items():
        citing.register_claim(kind, noun=str(model._meta.verbose_name), find=_finder(model))
