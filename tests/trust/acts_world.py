"""One thing of every kind in every state that an act asks for, made by real actions of the demo's people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from config import demo
from cspa.actions import corrections, plans
from evidence.protection import ALLEGATION
from foundation.accounts.models import Country, User
from foundation.outbox import relay
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources import conflicts
from foundation.sources.dated import days
from screening.models import Match
from tests.support import cspa, evidence
from tests.support.calls import Caller
from tests.support.classes import a_person, a_unit, case_at, screened
from tests.support.evidence import credible
from tests.support.world import found_nothing
from tests.trust import wayback_world
from units import actions as units
from units.models import CommandLink, Individual, LineageEvent, Posting, Unit
from vetting.actions import decide
from vetting.days import today
from vetting.models import Candidate, Case, Check, Status

STATES = (
    Status.IN_REVIEW, Status.CLEARED, Status.RETURNED, Status.RFI, Status.RECALLED, Status.SUSPENDED,
    Status.CANCELLED, Status.WITHHOLD_RECOMMENDED,
)  # fmt: skip


@dataclass
class World:
    people: dict[str, User]
    cases: dict[str, Case]
    known: dict[str, Any]
    callers: dict[str, Caller] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def call(self, username: str) -> Caller:
        if username not in self.callers:
            self.callers[username] = Caller(self.people[username])
        return self.callers[username]

    def browser(self, username: str) -> Client:
        if username not in self.browsers:
            self.browsers[username] = signed_in(self.people[username])
        return self.browsers[username]

    # --- things ---

    def case(self, state: str) -> Case:
        return Case.objects.get(pk=self.cases[state].pk)

    def check(self, case: str = "open") -> Check:
        """A political check: open, or done where its case has come further."""
        return Check.objects.get(case=self.cases[case], queue__check_type="political")

    def row(self, state: str) -> Candidate:
        return Candidate.objects.get(case=self.cases[state])

    def determination(self, state: str) -> Determination:
        return Determination.objects.get(target=f"vetting.case:{self.cases[state].pk}")


def signed_in(user: User) -> Client:
    """As people sign in: by the form, with a password."""
    client = Client()
    client.post(reverse("sign-in"), {"username": user.username, "password": demo.PASSWORD})
    assert client.session.get("_auth_user_id") == str(user.pk)
    return client


def make() -> World:
    people = demo.load_people(demo.load_places())
    cases: dict[str, Case] = {}
    spare = screened([a_person(11), a_person(12, role="alternate")], by=people["nominator"])
    cases["replaced"] = spare.candidates.get(role="participant").case
    cases |= {str(state): case_at(state, people) for state in STATES}
    cases["withheld"] = _withheld(people)
    cases["unit"] = _clean_unit(people)
    cases["open"] = screened(2, by=people["nominator"]).cases.filter(kind="individual")[0]
    demo.load_register(people["drl"])
    demo.load_class(people["nominator"])
    relay.drain()
    known = _register(people["drl"])
    match = Match.objects.filter(nominee__name="Branka Olmerin")[0]
    known |= {"match": match} | _cspa(people) | _evidence(known, people["drl"])
    return World(people, cases, known | wayback_world.things(people))


def _evidence(known: dict[str, Any], by: User) -> dict[str, Any]:
    """What is said of the known unit, by whom, and what contradicts it; and a conflict that is settled."""
    source = evidence.a_source(by, country=Country.objects.get(code="XA"))
    document = evidence.a_document(by, source)
    citation = evidence.a_citation(by, document)
    allegation = evidence.an_allegation(known["unit"], by, citations=[citation])
    pairs = [evidence.an_allegation(None, by, allegation.incident) for _ in range(3)]
    made, old = (
        conflicts.record(kind=ALLEGATION, claims=[allegation.pk, each.pk], reason="Not both.", by=by)
        for each in pairs[:2]
    )
    conflicts.settle(conflict=old, accepted=None, reason="Both, after all.", by=by)
    return {
        "source": source, "document": document, "citation": citation, "incident": allegation.incident,
        "allegation": allegation, "another": pairs[2], "note": evidence.a_note(known["unit"], by),
        "conflict": made, "old conflict": old,
    }  # fmt: skip


def _cspa(people: dict[str, User]) -> dict[str, Any]:
    """A listing that nothing hangs on, one with a waiver, one that was taken off; lists, and a plan."""
    year = today().year
    listing, waived = cspa.listed(people, list_year=year), cspa.listed(people, list_year=year - 1)
    off = cspa.listed(people, "XB", list_year=year - 1)
    by = people["cspa"]
    corrected = corrections.recommend(thing=off, changes={"ended": True}, reason="Misread.", by=by)
    cspa.signed(corrected, people)
    cspa.confirmed(people, year - 1)
    titles = [{"title": title} for title in ("Order", "Screening", "Training")]
    plan = plans.record(
        country=listing.country, title="Road map", citation="Page 1", milestones=titles, by=people["cspa"]
    )
    fresh, reported, verified = plan.milestones.all()
    for each in (reported, verified):
        plans.report(milestone=each, text="Done.", citation="Page 2", done_on=today(), by=people["cspa"])
    plans.verify(milestone=verified, reason="Read it.", by=people["legal"])
    return {
        "listing": listing, "waiver": cspa.waived(people, waived), "off": off, "list": listing.list_year,
        "sure list": waived.list_year, "plan": plan, "fresh": fresh, "reported": reported,
        "verified": verified,
    }  # fmt: skip


def _withheld(people: dict[str, User]) -> Case:
    """Somebody, of a unit, whose names are like nobody's else here: they are restricted from now on."""
    nomination = screened([a_person(98_765, unit=a_unit(77))], by=people["nominator"])
    found_nothing("section", "drl", people=people)
    case = nomination.cases.get(kind="individual")
    made = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )
    signing.approve(made, read=made.digest, by=people["approver"])
    return case


def _clean_unit(people: dict[str, User]) -> Case:
    """Nothing in it is like anything else here: one person may clear it."""
    unit = {"name": "Lakeside Signals Platoon", "commander": {"full": "Teodor Maskil"}}
    nomination = screened([a_person(45_678, unit=unit)], by=people["nominator"])
    found_nothing("section", "drl", people=people)
    return nomination.cases.get(kind="unit")


def _register(by: User) -> dict[str, Any]:
    country, since = Country.objects.get(code="XA"), days(dt.date(2019, 1, 1), None)
    above, unit = (
        units.record(subject=Unit(country=country), names=[units.Called(name)], by=by)
        for name in ("1st Ferry Regiment", "2nd Ferry Company")
    )
    person = units.record(subject=Individual(country=country), names=[units.Called("Ivo Tarskalov")], by=by)
    dated = {"certain": since, "possible": since}
    link, old_link = (
        units.link(claim=CommandLink(child=unit, parent=above, kind=kind, **dated), by=by)
        for kind in ("command", "administrative")
    )
    post, old_post = (
        units.link(claim=Posting(individual=person, unit=at, role="commander", **dated), by=by)
        for at in (unit, above)
    )
    event, old_event = (
        units.record_lineage(event=LineageEvent(kind=kind, **dated), before=[above], after=[unit], by=by)
        for kind in ("split", "reconstituted")
    )
    units.correct_lineage(event=old_event, changes={"kind": "split"}, reason="Misread.", by=by)
    units.correct_claim(claim=old_link, changes={"kind": "operational"}, reason="Misread.", by=by)
    units.correct_claim(claim=old_post, changes={"rank": "Major"}, reason="Misread.", by=by)
    return {
        "above": above, "unit": unit, "person": person, "link": link, "posting": post,
        "old link": old_link, "old posting": old_post, "event": event, "old event": old_event,
    }  # fmt: skip
