"""Published history, recorded by an operator: listings and waivers from a file, all of it or nothing.

A file imported again updates what it told before and never doubles it. What people recorded or corrected is
theirs: it is left as it stands, and said.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import transaction
from django_countries import countries as the_world

from cspa import facts, fiscal
from cspa.actions import reliefs, words
from cspa.models import Confidence, Coverage, Extent, Listing, ListYear, Waiver
from cspa.rules.years import today
from cspa.sheet import Known, Line, read
from cspa.tellings import Telling, Waived, sure_years, tellings
from foundation.accounts.models import Country
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import Invalid
from foundation.signing import actions as signing

REASON = "Imported anew."
CHAIN = "cspa:imports"


@dataclass
class Imported:
    """What an import did, or would do. `changes`: `{row, list_year, country, what, of}`, in the file's order;
    `what`: new, changed, ended, same or kept (somebody's own)."""

    rows: int
    changes: list[dict[str, Any]] = field(default_factory=list)
    years: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    touched: set[tuple[str, int]] = field(default_factory=set)

    def note(self, telling: Telling, of: str, what: str, **more: Any) -> None:
        about = {"row": telling.row, "list_year": telling.list_year, "country": telling.country}
        self.changes.append({**about, "of": of, "what": what, **more})
        if what not in ("same", "kept"):
            self.touched.add((telling.country, fiscal.bitten_by(telling.list_year)))

    def counts(self, of: str) -> dict[str, int]:
        return dict(Counter(each["what"] for each in self.changes if each["of"] == of))


@transaction.atomic
def record(*, content: bytes, name: str, rehearse: bool = False) -> Imported:
    """Read the file and write what it tells. `name` is its name; `rehearse`: and take it all back.

    Raises Invalid with every row and column that is wrong; then nothing was written.
    """
    lines, wrong = read(content, known())
    told, together = tellings(lines)
    if wrong or together:
        raise Invalid(*sorted([*wrong, *together], key=lambda each: (each.row or 0, each.column or "")))
    done = Imported(rows=len(lines), notes=[_note(line) for line in lines if _is_unclear(line)])
    _record_all(lines, told, name, done)
    audit.record(
        "cspa.imported", by=None, chain=CHAIN, sha256=sha256(content).hexdigest(), rows=done.rows,
        listings=done.counts("listing"), waivers=done.counts("waiver"),
        confirmed=[each["list_year"] for each in done.years if each["confirmed"]],
    )  # fmt: skip
    for country, year in sorted(done.touched):
        outbox.tell(facts.CHANGED, country=country, fiscal_year=year)
    if rehearse:
        transaction.set_rollback(True)
    return done


def _is_unclear(line: Line) -> bool:
    return any(part.program is None for part in line.parts or ())


def _note(line: Line) -> dict[str, Any]:
    """Not wrong, but nothing is open by it."""
    limits = "; ".join(part.limit for part in line.parts or () if part.program is None and part.limit)
    said = f"“{limits}” names no program" if limits else "No program is named"
    detail = f"{said}: kept so, and the gate answers unconfirmed for what the rest does not cover."
    return {"row": line.row, "column": "programs_waived", "detail": detail}


def known() -> Known:
    """Countries by their ISO codes and those that are here; programs that the Act reaches."""
    here = Country.objects.values_list("code", flat=True)
    programs = Coverage.objects.filter(reached=True).values_list("program", flat=True)
    return Known({*here, *(code for code, _ in the_world)}, set(programs), today())


def _record_all(lines: list[Line], told: list[Telling], name: str, done: Imported) -> None:
    for code in sorted({each.country for each in told}):
        Country.objects.get_or_create(code=code, defaults={"name": str(the_world.name(code))[:200]})
    years = {year: ListYear.objects.locked(year) for year in sorted({each.list_year for each in told})}
    fresh: set[int] = set()
    for telling in told:
        _listing(telling, years[telling.list_year], name, done, fresh)
    _end_tellings(told, done)
    for year, sure in sorted(sure_years(lines).items()):
        _year(years[year], sure, name, done, changed=year in fresh)


# --- listings ---


def _listing(telling: Telling, year: ListYear, name: str, done: Imported, fresh: set[int]) -> None:
    standing = Listing.objects.filter(
        country=telling.country, list_year=year, account=telling.account
    ).first()
    if standing is None:
        standing = _new_listing(telling, year, name)
        fresh.add(year.pk)
        done.note(telling, "listing", "new")
    elif not standing.imported or standing.corrected:
        done.note(telling, "listing", "kept")
        return
    else:
        _update(standing, _said_of(telling, name), telling, "listing", done)
    _waivers(Listing.objects.locked(standing.pk), telling, done)


def _said_of(telling: Telling, name: str) -> dict[str, Any]:
    return {
        "finding": telling.note,
        "citation": name[:500],
        "confidence": _confidence(telling.sure),
        "ended": False,
    }


def _new_listing(telling: Telling, year: ListYear, name: str) -> Listing:
    listing = Listing(
        country_id=telling.country, list_year=year, account=telling.account, imported=True,
        **_said_of(telling, name),
    )  # fmt: skip
    listing.save(force_insert=True)
    words.keep(listing, by=None, reason="Imported.")
    return listing


def _update(thing: Any, said: dict[str, Any], telling: Telling, of: str, done: Imported) -> None:
    was = words.said(thing)
    changes = {name: value for name, value in said.items() if was[name] != value}
    if not changes.keys() - {"citation"}:  # the same, read from a file of another name
        done.note(telling, of, "same")
        return
    reliefs.changed(thing, changes, cause=None, by=None, reason=REASON)
    before = {name: was[name] for name in changes}
    done.note(telling, of, "ended" if changes.get("ended") else "changed", was=before, now=changes)


def _end_tellings(told: list[Telling], done: Imported) -> None:
    """Where the file now tells a country's year once, what it told otherwise before is taken off."""
    last = {(each.list_year, each.country): each for each in told}
    for telling in last.values():
        over = Listing.objects.standing().filter(
            country=telling.country, list_year=telling.list_year, account__gt=telling.account,
            imported=True, corrected=False,
        )  # fmt: skip
        for listing in over:
            for waiver in listing.waivers.standing():
                _update(waiver, {"ended": True}, telling, "waiver", done)
            _update(listing, {"ended": True}, telling, "listing", done)


# --- waivers ---


def _waivers(listing: Listing, telling: Telling, done: Imported) -> None:
    standing = list(listing.waivers.standing())
    if any(not each.imported or each.corrected for each in standing):
        done.note(telling, "waiver", "kept")
        return
    wanted = {each.first: each for each in telling.waivers}
    by_first = {each.days.lower: each for each in standing}
    for first in [first for first in by_first if first not in wanted]:
        _update(by_first[first], {"ended": True}, telling, "waiver", done)
    for first in sorted(first for first in by_first if first in wanted):
        _update(by_first[first], _waiver_said(wanted[first]), telling, "waiver", done)
    for first in sorted(first for first in wanted if first not in by_first):
        _new_waiver(listing, wanted[first])
        done.note(telling, "waiver", "new")


def _waiver_said(waived: Waived) -> dict[str, Any]:
    parts = words.parts([dataclasses.asdict(part) for part in waived.parts or ()])
    return {
        "extent": str(Extent.FULL if waived.parts is None else Extent.PARTIAL),
        "parts": parts,
        "from": waived.first.isoformat(),
        "until": waived.last.isoformat(),
        "confidence": _confidence(waived.sure),
    }


def _new_waiver(listing: Listing, waived: Waived) -> None:
    waiver = Waiver(listing=listing, country=listing.country, fiscal_year=listing.fiscal_year, imported=True)
    words.put(waiver, _waiver_said(waived))
    waiver.save(force_insert=True)
    words.keep(waiver, by=None, reason="Imported.")


def _confidence(sure: bool) -> str:
    return str(Confidence.HIGH if sure else Confidence.LOW)


# --- list years ---


def _year(year: ListYear, sure: bool, name: str, done: Imported, *, changed: bool) -> None:
    """Confirmed where every row of it is of high confidence, but what two people said of it stands."""
    signed = year.confirmation_id is not None
    moved = not signed and year.confirmed != sure
    if moved:
        year.confirmed, year.citation = sure, name[:500]
        done.touched.add(("", year.fiscal_year))
    if moved or changed:
        year.version += 1
        words.rewrite(year)
        words.keep(year, by=None, reason="Imported.")
        signing.overtake(kind="cspa.list-year", ref=year.pk, changed="The list was imported anew.", by=None)
    done.years.append({
        "list_year": year.pk, "confirmed": year.confirmed, "by": _by(year), "changed": moved,
    })  # fmt: skip


def _by(year: ListYear) -> str | None:
    if not year.confirmed:
        return None
    return "two people" if year.confirmation_id else "import"
