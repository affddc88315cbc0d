"""Who reads what is protected: who sources and victims are, what they say, and what is kept in a compartment.

A thing in a compartment is read by whoever reads that compartment; one of a country, by whoever reads what
is protected there; one of neither, only by whoever does so everywhere. Others see that it is there, and no
word of it, on every surface. Reading is an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from foundation.accounts import reach
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit
from foundation.sources.models import Citation, Compartment, Document, Source
from foundation.sources.permissions import SourcePerm


def may_read(user: User, *, country: Any, compartment: Any) -> bool:
    """Ids; None where there is none."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = reach.grants(user)
    if compartment is not None:
        return compartment in held.places(SourcePerm.COMPARTMENT, Compartment)
    if held.everywhere(SourcePerm.PROTECTED):
        return True
    return country is not None and country in held.countries(SourcePerm.PROTECTED)


def reads_source(user: User, source: Source) -> bool:
    return may_read(user, country=source.country_id, compartment=source.compartment_id)


def reads_document(user: User, document: Document) -> bool:
    """Its title, address and contents say who the source is: it takes both."""
    inside = document.compartment_id
    return reads_source(user, document.source) and (
        inside is None or may_read(user, country=None, compartment=inside)
    )


def reads_citation(user: User, citation: Citation) -> bool:
    return reads_document(user, citation.document)


def readers(
    *, country: Country | None, compartments: Iterable[Compartment | None], and_perm: str = ""
) -> QuerySet[User]:
    """Who can see it, before anything is saved: the people who read what stands there.

    `and_perm`: what they must hold at the country besides, to find the thing at all.
    """
    places = [country, *country.posts.all()] if country else []
    inside = [each for each in compartments if each is not None]
    found = (
        reach.people(SourcePerm.COMPARTMENT, [inside[0]])
        if inside
        else reach.people(SourcePerm.PROTECTED, places)
    )
    for more in inside[1:]:
        found = found.filter(pk__in=reach.people(SourcePerm.COMPARTMENT, [more]).values("pk"))
    if and_perm:
        found = found.filter(pk__in=reach.people(and_perm, places).values("pk"))
    return found


def note_read(by: User, things: Sequence[Model], *, what: str) -> None:
    """That somebody read what is protected: of one thing in its own chain, of a list in the person's."""
    if not things:
        return
    if len(things) == 1:
        audit.record(f"{what}-read", by=by, target=things[0])
    else:
        ids = [str(thing.pk) for thing in things]
        kind = things[0]._meta.label_lower
        audit.record(f"{what}-read", by=by, kind=kind, ids=ids)
