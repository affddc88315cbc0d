"""Correcting or ending a listing, a waiver or a reinstatement: two people, and a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cspa import facts
from cspa.actions import words
from cspa.actions.reliefs import FORMAT, OfCountry, changed
from cspa.models import Listing, Reinstatement, Relief, Waiver
from cspa.rules import reliefs, who
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, NotNow, Problem
from foundation.signing import actions as signing
from foundation.signing.actions import Covered
from foundation.signing.models import Determination

THINGS: dict[str, Any] = {"listing": Listing, "waiver": Waiver, "reinstatement": Reinstatement}


@transaction.atomic
def recommend(*, thing: Any, changes: dict[str, Any], reason: str, by: User) -> Determination:
    """Put forward a correction. `changes`: as the body of that kind has them; `ended`: take it off."""
    thing = type(thing).objects.locked(thing.pk)
    who.check_can_correct(by, thing)
    if problems := wrong(thing, changes):
        raise Invalid(*problems)
    said = _as_said(changes)
    kind = words.kind_of(thing)
    return signing.recommend(
        kind="cspa-correction",
        target=f"cspa.{kind}:{thing.pk}",
        subject=OfCountry(thing.country),
        payload={
            "format": FORMAT,
            "decision": "cspa-correction",
            "written_by": by.username,
            "written_on": timezone.now().date().isoformat(),
            "country": words.called(thing.country),
            "corrects": {"kind": kind, "id": str(thing.pk), "version": thing.version},
            "fiscal_year": thing.fiscal_year,
            "was": words.said(thing),
            "changes": said,
            "reason": reason,
        },
        covers=[Covered(f"cspa.{kind}", thing.pk, thing.version, thing.recorded_by)],
        by=by,
        country=thing.country,
    )


def _as_said(changes: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = words.plain(changes)
    if changes.get("extent") == "full":
        said["parts"] = []
    elif "parts" in changes:
        said["parts"] = words.parts(changes["parts"])
    return said


def wrong(thing: Any, changes: Mapping[str, Any], *, programs: bool = True) -> list[Problem]:
    """Whether it could stand so: what a waiver needs, it still needs when corrected."""
    problems = _wrong(thing, _as_said(changes), programs=programs)
    return [Problem(each.code, each.detail, f"/changes{each.pointer or ''}") for each in problems]


def _wrong(thing: Any, said: Mapping[str, Any], *, programs: bool = True) -> list[Problem]:
    if not isinstance(thing, Relief) or said.get("ended"):
        return []
    now = {**words.said(thing), **said}
    found = {
        "country": thing.country,
        "fiscal_year": thing.fiscal_year,
        "extent": now["extent"],
        "parts": now["parts"],
        "from": words.day(now["from"]),
        "until": words.day(now["until"]),
        "certified_on": words.day(now["certified_on"]),
    }
    return reliefs.wrong(words.kind_of(thing), found, apart_from=thing, programs=programs)


# --- once it is signed ---


def thing_of(determination: Determination, *, locked: bool = False) -> Any:
    kind, _, pk = determination.target.removeprefix("cspa.").partition(":")
    objects = THINGS[kind].objects
    return objects.locked(pk) if locked else objects.get(pk=pk)


def check_still_stands(payload: dict[str, Any], thing: Any) -> None:
    if thing.version != payload["corrects"]["version"]:
        raise NotNow("It has been corrected meanwhile: return this, to be recommended anew.")
    if problems := _wrong(thing, payload["changes"]):
        raise NotNow(*(each.detail for each in problems), "Return it, to be recommended anew.")


def correct(thing: Any, determination: Determination, *, by: User) -> None:
    """As it was signed. What hangs on a listing that is taken off goes with it."""
    payload = determination.payload
    changed(
        thing,
        payload["changes"],
        cause=determination,
        by=determination.recommended_by,
        reason=payload["reason"],
    )
    if isinstance(thing, Listing) and thing.ended:
        _take_off_all(thing, determination)
    kind = words.kind_of(thing)
    audit.record(
        f"cspa.{kind}-corrected", by=by, target=thing, digest=determination.digest, version=thing.version,
        changed=sorted(payload["changes"]),
    )  # fmt: skip
    outbox.tell(facts.CHANGED, country=thing.country_id, fiscal_year=thing.fiscal_year)


def _take_off_all(listing: Listing, determination: Determination) -> None:
    hanging: list[Any] = [*listing.waivers.standing(), *listing.reinstatements.standing()]
    for each in hanging:
        reason = "Its listing was recorded in error."
        changed(each, {"ended": True}, cause=determination, by=determination.recommended_by, reason=reason)
