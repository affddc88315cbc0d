"""This room's claims, as they are found and called where a citation is shown with what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from evidence.models import Allegation, DerogatoryNote, Incident
from evidence.protection import ALLEGATION, ASSESSMENT, INCIDENT, NOTE
from foundation.accounts.models import User
from foundation.sources.citing import Found, register_claim


def allegations(user: User, ids: Iterable[UUID]) -> dict[UUID, Found]:
    found = Allegation.objects.visible_to(user).filter(pk__in=list(ids)).select_related("incident")
    return {each.pk: Found(_called(each), each.get_absolute_url()) for each in found}


def assessments(user: User, ids: Iterable[UUID]) -> dict[UUID, Found]:
    """Named by their allegation: of one allegation they are versions."""
    return {pk: Found(f"Assessment: {each.label}", each.url) for pk, each in allegations(user, ids).items()}


def incidents(user: User, ids: Iterable[UUID]) -> dict[UUID, Found]:
    found = Incident.objects.visible_to(user).filter(pk__in=list(ids))
    return {each.pk: Found(each.title, each.get_absolute_url()) for each in found}


def notes(user: User, ids: Iterable[UUID]) -> dict[UUID, Found]:
    found = DerogatoryNote.objects.visible_to(user).filter(pk__in=list(ids))
    return {each.pk: Found(f"{each.get_kind_display()}", each.get_absolute_url()) for each in found}


def _called(allegation: Any) -> str:
    return f"{allegation.get_violation_display()}: {allegation.incident.title}"


def register() -> None:
    register_claim(INCIDENT, noun="Incident", find=incidents)
    register_claim(ALLEGATION, noun="Allegation", find=allegations)
    register_claim(ASSESSMENT, noun="Assessment", find=assessments)
    register_claim(NOTE, noun="Derogatory note", find=notes)
