"""Waivers and reinstatements: recommended by one person; written when another has signed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from cspa import facts, fiscal
from cspa.actions import words
from cspa.models import Listing, Relief
from cspa.rules import reliefs as rules
from cspa.rules import who
from foundation.accounts.models import Country, User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid, NotNow
from foundation.signing import actions as signing
from foundation.signing.actions import Covered
from foundation.signing.models import Determination

FORMAT = "probity-cspa-1"


class OfCountry:
    """A country as what a determination is about."""

    kind = "country"

    def __init__(self, country: Country) -> None:
        self.pk, self.name = country.pk, country.name


@transaction.atomic
def recommend_waiver(*, by: User, **given: Any) -> Determination:
    """Put forward that the President has waived the prohibition. It opens nothing until another signs."""
    return _recommend("waiver", given, by)


@transaction.atomic
def recommend_reinstatement(*, by: User, **given: Any) -> Determination:
    return _recommend("reinstatement", given, by)


def _recommend(kind: str, given: dict[str, Any], by: User) -> Determination:
    who.check_can_record(by, given["country"])
    _check(kind, given)
    [listing] = rules.listings_behind(given["country"], given["fiscal_year"])
    listing = Listing.objects.locked(listing.pk)
    _check(kind, given)
    return signing.recommend(
        kind=f"cspa-{kind}",
        target=f"cspa.listing:{listing.pk}",
        subject=OfCountry(given["country"]),
        payload=_payload(kind, given, listing, by),
        covers=[
            Covered("cspa.listing", listing.pk, listing.version, listing.recorded_by),
            *(Covered(f"cspa.{kind}", each.pk, each.version) for each in [given.get("replaces")] if each),
        ],
        by=by,
        country=given["country"],
    )


def _check(kind: str, found: dict[str, Any]) -> None:
    if wrong := rules.wrong(kind, {**found, "parts": found.get("parts") or []}):
        raise Invalid(*wrong)


def _payload(kind: str, given: dict[str, Any], listing: Listing, by: User) -> dict[str, Any]:
    first, last = rules.held(given)
    replaced = given.get("replaces")
    return {
        "format": FORMAT,
        "decision": f"cspa-{kind}",
        "written_by": by.username,
        "written_on": timezone.now().date().isoformat(),
        "country": words.called(given["country"]),
        "fiscal_year": given["fiscal_year"],
        "listing": {"id": str(listing.pk), "version": listing.version, "list_year": listing.list_year_id}
        | words.said(listing),
        "extent": given["extent"],
        "parts": words.parts(given.get("parts")),
        "from": first.isoformat(),
        "until": last.isoformat(),
        "instrument": {name: words.plain(given["instrument"].get(name)) for name in words.INSTRUMENT},
        "certified_on": words.plain(given["certified_on"]),
        "justification": given["justification"],
        "replaces": _replaced(replaced) if replaced else None,
    }


def _replaced(relief: Relief) -> dict[str, Any]:
    return {"id": str(relief.pk), "version": relief.version, **relief.when}


# --- once it is signed ---


def still_wrong(kind: str, payload: dict[str, Any]) -> list[str]:
    """What stands against it now, though nothing did when it was recommended."""
    found = _as_given(kind, payload)
    if found.get("replaces") is None and payload["replaces"]:
        return ["What it replaces is not on record any more."]
    return [problem.detail for problem in rules.wrong(kind, found)]


def _as_given(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    replaced = payload["replaces"]
    return {
        "country": Country.objects.get(pk=payload["country"]["code"]),
        "fiscal_year": payload["fiscal_year"],
        "extent": payload["extent"],
        "parts": payload["parts"],
        "from": words.day(payload["from"]),
        "until": words.day(payload["until"]),
        "replaces": rules.KINDS[kind]._default_manager.filter(pk=replaced["id"]).first()
        if replaced
        else None,
    }


def write(kind: str, determination: Determination, listing: Listing, *, by: User) -> Relief:
    """The record, as it was signed; what it replaces ends the day before it begins."""
    payload = determination.payload
    if payload["replaces"]:
        _shorten(kind, payload, determination, by)
    relief = rules.KINDS[kind](
        listing=listing,
        country=listing.country,
        fiscal_year=payload["fiscal_year"],
        cause=determination,
        recorded_by=determination.recommended_by,
    )
    taken = ("extent", "parts", "from", "until", "instrument", "certified_on", "justification")
    words.put(relief, {name: payload[name] for name in taken})
    relief.save(force_insert=True)
    words.keep(relief, by=determination.recommended_by, cause=determination)
    audit.record(
        f"cspa.{kind}-recorded", by=by, target=relief, digest=determination.digest,
        fiscal_year=relief.fiscal_year, extent=relief.extent,
    )  # fmt: skip
    outbox.tell(facts.CHANGED, country=relief.country_id, fiscal_year=relief.fiscal_year)
    return relief


def _shorten(kind: str, payload: dict[str, Any], cause: Determination, by: User) -> None:
    first = words.day(payload["from"])
    assert first is not None
    replaced = rules.KINDS[kind]._default_manager.locked(payload["replaces"]["id"])
    changed(
        replaced,
        {"until": fiscal.day_before(first).isoformat()},
        cause=cause,
        by=by,
        reason="Replaced by another.",
    )


def changed(
    thing: Any, changes: dict[str, Any], *, cause: Determination | None, by: User | None, reason: str
) -> None:
    """A new version of a record; what waits for a signature and rests on it is overtaken."""
    words.put(thing, changes)
    thing.version += 1
    thing.corrected = thing.corrected or cause is not None
    words.rewrite(thing)
    words.keep(thing, by=by, cause=cause, reason=reason)
    kind = words.kind_of(thing)
    signing.overtake(
        kind=f"cspa.{kind}", ref=thing.pk, changed=f"A {kind} that this rests on was corrected.", by=by
    )


def check_still_stands(kind: str, payload: dict[str, Any]) -> None:
    if sentences := still_wrong(kind, payload):
        raise NotNow(*sentences, "Return it, to be recommended anew.")
