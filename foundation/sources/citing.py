"""Citing: what a claim rests on, and what rests on a citation.

A claim of any room is named by its kind, id and version, as signing names what it covers. A room says once,
at start-up, how its claims are found and called (`register_claim`); this room knows none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from foundation.accounts.models import User
from foundation.doors.fields import ReachRelatedField
from foundation.sources.claims import Claims, Found, kinds_of_claim, register_claim
from foundation.sources.models import Citation, Support

__all__ = ["CitationsField", "Found", "citations_of", "cite", "register_claim", "supports_of"]


def CitationsField(**options: Any) -> Any:  # called as a field's class is
    """Ids of citations within reach; left out: none named."""
    options.setdefault("label", "Citations")
    return ReachRelatedField(Citation, many=True, required=False, **options)


@transaction.atomic
def cite(kind: str, ref: Any, version: int, citations: Iterable[Citation], by: User | None) -> None:
    """From this version on, the claim rests on exactly these citations; the caller holds the claim's lock.

    What it rests on no more stands as it was, up to the version before.
    """
    wanted = {each.pk for each in citations}
    standing = Support.objects.standing().filter(kind=kind, ref=ref)
    held = set(standing.values_list("citation_id", flat=True))
    standing.filter(citation__in=held - wanted).update(until_version=version)
    Support.objects.bulk_create(
        Support(citation_id=pk, kind=kind, ref=ref, version=version, by=by) for pk in sorted(wanted - held)
    )


def citations_of(kind: str, refs: Iterable[Any]) -> dict[Any, list[Citation]]:
    """What each of these claims rests on now, in the order it was recorded; every ref has its entry."""
    found: dict[Any, list[Citation]] = {ref: [] for ref in refs}
    standing = Support.objects.standing().filter(kind=kind, ref__in=found)
    for each in standing.select_related("citation__document__source").order_by("at", "pk"):
        found[each.ref].append(each.citation)
    return found


def supports_of(citations: Iterable[Any], user: User) -> dict[Any, list[tuple[Support, Claims, Found]]]:
    """What rests on each of these citations (ids), among the claims that this person reads."""
    supports = list(Support.objects.filter(citation__in=list(citations)).order_by("at", "pk"))
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for each in supports:
        by_kind[each.kind].add(each.ref)
    kinds = kinds_of_claim()
    found = {kind: kinds[kind].find(user, refs) for kind, refs in by_kind.items() if kind in kinds}
    shown: dict[Any, list[tuple[Support, Claims, Found]]] = {pk: [] for pk in citations}
    for each in supports:
        if claim := found.get(each.kind, {}).get(each.ref):
            shown[each.citation_id].append((each, kinds[each.kind], claim))
    return shown
