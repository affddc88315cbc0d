"""A world in which every field that not everybody may read holds a word that stands nowhere else.

A canary is `zqx…zqx` around the name of its field. What a nominator gave begins with `own` (for the nominator
of the first country) or `other` (of the second); what is known of people, with `known`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from config import demo
from evidence.protection import ALLEGATION
from foundation.accounts.models import Country, User
from foundation.doors import jobs
from foundation.outbox import relay
from foundation.refused import Problem
from foundation.signing import actions as signing
from foundation.sources import actions as sources
from foundation.sources import conflicts
from foundation.sources.dated import days
from foundation.sources.models import Law
from remediation.actions import informing, lifting, publication, steps
from screening.models import Match
from tests.evidence.test_sources import a_compartment
from tests.support import cspa, evidence
from tests.support import wayback as way
from tests.support.calls import Caller
from tests.support.classes import a_class, a_name, a_person, a_unit, nominated
from tests.support.evidence import credible
from units import actions as units
from units.models import CommandLink, Individual, Level, Posting
from vetting.actions import cases, checks, decide, matches, nominator, restrict
from vetting.days import today
from vetting.models import Case, CheckState, InformationRequest

People = dict[str, User]
CANARY = re.compile(r"zqx(\w+?)zqx")
ROWS = ("suspended", "recommended", "returned", "cleared", "withheld", "asked", "matched", "skipped",
        "cancelled", "sealed", "answered")  # fmt: skip
DONE = ROWS[:7]  # whose checks are all completed


def canary(field: str) -> str:
    return f"zqx{field}zqx"


def canaries(text: str) -> set[str]:
    return set(CANARY.findall(text.casefold()))


def of_whom(whose: str, number: int, **changes: Any) -> dict[str, Any]:
    """A nominee with canaries in everything about it."""
    unit = a_unit(
        number=1 if whose == "own" else 2,
        name=f"1st {canary(whose + 'unit')} Company",
        english_name=f"First {canary(whose + 'english')} Company",
        aliases=[f"{canary(whose + 'unitalias')} Guards"],
        parents=[f"{canary(whose + 'parent')} Regiment"],
        location=canary(whose + "location"),
        commander={"full": f"Ivo {canary(whose + 'commander')}"},
    )
    given = a_person(
        number + (0 if whose == "own" else 500),
        name={"full": f"{a_name(number)} {canary(whose + 'name')}"},
        aliases=[f"{a_name(number + 900)} {canary(whose + 'alias')}"],
        national_id=f"{canary(whose + 'id')}{number}",
        place_of_birth={
            "city": canary(whose + "birth"),
            "state": canary(whose + "birthstate"),
            "country": "XA",
        },
        rank=canary(whose + "rank"),
        job_title=canary(whose + "job"),
        unit=unit,
    )
    return {name: value for name, value in (given | changes).items() if value is not ...}


def of_class(whose: str, by: User) -> dict[str, Any]:
    """What else a nomination says."""
    event = a_class(1, by=by)["event"]
    event |= {"title": canary(whose + "event"), "location": canary(whose + "place")}
    return {"event": event, "purpose": canary(whose + "purpose"), "reference": f"REF {canary(whose + 'ref')}",
            "program": "OTHER", "program_label": canary(whose + "program"), "law": "FAA"}  # fmt: skip


class World:
    """`worked` waits until the outbox is empty: the last of it is done by a real worker."""

    def __init__(self, people: People, worked: Callable[[], None]) -> None:
        self.people = people
        User.objects.filter(username="section").update(name=f"Ana {canary('staff')}")
        people["section"].refresh_from_db()
        cspa.confirmed(people)  # what OTHER is, nobody knows: the child-soldier gate takes it as reached
        self._know()
        self._evidence()
        self._wayback()
        rows = [of_whom("own", number) for number in range(len(ROWS))]
        rows[ROWS.index("matched")] |= {"name": {"full": "Branka Olmerin"}, "aliases": [canary("ownalias")]}
        rows[ROWS.index("skipped")] |= {"unknown": {"rank": canary("ownunknown")}}
        del rows[ROWS.index("skipped")]["rank"]
        rows[ROWS.index("answered")]["name"] = {"parts": ["Ada", canary("ownname"), "Marrow"]}
        self.nomination = nominated(rows, by=people["nominator"], **of_class("own", people["nominator"]))
        self._elsewhere()
        relay.drain()
        self.cases = dict(zip(ROWS, self._cases(), strict=True))
        self._act()
        relay.drain()
        self._ask()
        worked()

    def _know(self) -> None:
        """The register of the first country: a restricted man, and where he served."""
        drl, country = self.people["drl"], Country.objects.get(code="XA")
        man = demo._individual(country, ["Branko Olmerin", f"Branko {canary('knownname')}"], "1971-06", drl)
        restrict.impose(subject=man, law=Law.STATE_LEAHY, includes_subunits=False, cause=None, by=drl)
        regiment = demo._unit(country, [f"2nd {canary('knownunit')} Regiment"], Level.REGIMENT, drl)
        above = demo._unit(country, [f"3rd {canary('knownabove')} Corps"], Level.CORPS, drl)
        dated = {"certain": None, "possible": days(None, None)}
        post = {"role": canary("knownrole"), "rank": canary("knownrank"), "title": canary("knowntitle")}
        units.link(claim=CommandLink(child=regiment, parent=above, **dated), by=drl)
        units.link(claim=Posting(individual=man, unit=regiment, **post, **dated), by=drl)

    def _evidence(self) -> None:
        """Of the first country; what begins with `ev` is for those alone who read what is protected there."""
        drl, country = self.people["drl"], Country.objects.get(code="XA")
        unit = demo._unit(country, ["8th Ferry Company"], Level.COMPANY, drl)
        source = evidence.a_source(drl, name=canary("evname"), agenda=canary("evagenda"), country=country)
        address = f"https://harbour.example/{canary('evurl')}"
        link = evidence.a_document(
            drl, source, title=canary("evtitle"), url=address, archived_url=f"{address}/{canary('evcopy')}"
        )
        held = {"holder": canary("evholder"), "reference": canary("evreference")}
        evidence.a_document(drl, source, held_elsewhere=held)
        content = f"Seen by {canary('evfile')}.".encode()
        file = SimpleUploadedFile(f"{canary('evfilename')}.txt", content)
        evidence.a_document(drl, source, file=file)
        citation = evidence.a_citation(drl, link, place=canary("evplace"), quote=canary("evquote"))
        sources.correct_citation(
            citation=citation, changes={"place": canary("evplace")}, reason=canary("mendreason"), by=drl
        )
        incident = evidence.an_incident(
            drl, title=canary("incidenttitle"), location=canary("incidentplace"),
            narrative=canary("evnarrative"), victim_identities=canary("evvictims"),
        )  # fmt: skip
        allegation = evidence.an_allegation(unit, drl, incident, citations=[citation])
        finding = {"finding": canary("evfinding"), "for": [], "against": []}
        answer = {"status": "unknown", "note": canary("evanswer")}
        evidence.assessed(
            allegation, drl, "undetermined", factors={"bias": finding}, elements={"act": answer},
            basis=canary("evbasis"),
        )  # fmt: skip
        evidence.a_note(unit, drl, note=canary("notetext"), citations=[citation])
        inside = a_compartment("legal", people=self.people)
        evidence.an_incident(drl, narrative=canary("shutnarrative"), compartment=inside)
        evidence.a_source(drl, name=canary("shutname"), country=country, compartment=inside)
        pair = [allegation.pk, evidence.an_allegation(None, drl, incident).pk]
        said = conflicts.record(kind=ALLEGATION, claims=pair, reason=canary("conflictreason"), by=drl)
        conflicts.settle(conflict=said, accepted=None, reason=canary("settledreason"), by=drl)

    def _wayback(self) -> None:
        """A unit that is restricted, excepted from publication, and half-way back; and one to be lifted."""
        people, officer = self.people, self.people["remediation"]
        unit = way.a_unit(people, f"6th {canary('wbunit')} Company")
        restriction = way.restricted(unit, people, basis=canary("wbbasis"))
        notification = restriction.notifications.get()
        said = {"to": canary("wbto"), "note": canary("wbnote"), "on": today(), "by": officer}
        text = canary("wbtext")
        notification = informing.draft(notification=notification, text=text, **said)
        notification = informing.deliver(notification=notification, **said)
        informing.answer(notification=notification, text=canary("wbanswer"), **said)
        way.signed(
            publication.recommend_exception(
                publication=restriction.publication,
                justification=canary("wbjustification"),
                reported_on=today(),
                by=people["publication"],
            ),
            people,
        )
        of = way.named(way.file_of(unit), people, description=canary("wbresponsible"))
        for kind, words in (
            ("investigation", {"impartial": True, "impartial_reasons": canary("wbimpartial")}),
            ("sanction", {"sentence": canary("wbsentence"), "proportionality": canary("wbproportion")}),
        ):
            step = way.step_set(of, people, kind)
            steps.complete(step=step, outcome=canary("wboutcome"), by=officer, **words)
            steps.verify(step=step, reason=canary("wbreason"), by=people["legal"])
        other = way.a_unit(people, f"5th {canary('wbother')} Company")
        allegations = evidence.credible(other, people["drl"])
        way.restricted(other, people, allegations=allegations)
        evidence.assessed(allegations[0], people["drl"], "not-credible")
        lifting.recommend(
            file=way.file_of(other),
            law=Law.STATE_LEAHY,
            grounds="not-credible",
            basis=canary("wbliftbasis"),
            by=officer,
        )

    def _elsewhere(self) -> None:
        """The second country's: one whose unit's commander is not known."""
        unit = of_whom("other", 1)["unit"] | {"commander_unknown_reason": canary("othernocommander")}
        theirs = of_whom("other", 1, nationality="XB", unit=unit | {"commander": None})
        by = self.people["nominator2"]
        nominated([theirs], by=by, country="XB", **of_class("other", by))

    def _cases(self) -> list[Case]:
        return [row.case for row in self.nomination.candidates.select_related("case").order_by("row")]

    def case(self, row: str) -> Case:
        return Case.objects.get(pk=self.cases[row].pk)

    def _act(self) -> None:
        people, case = self.people, self.case
        coordinator, drl, section = people["coordinator"], people["drl"], people["section"]
        checks.recommend_skip(
            check=case("skipped").checks.all()[0], reason=canary("skipreason"), by=coordinator
        )
        unit = Case.objects.get(pk=case("cleared").unit_case_id)
        for each in (unit, *map(case, DONE)):
            self._find(each)
        self._seal(case("sealed"))
        decide.clear(case=unit, basis=canary("unitbasis"), by=coordinator)
        decide.clear(case=case("cleared"), basis=canary("basis"), by=coordinator)
        cases.recall(case=case("cleared"), reason=canary("recallreason"), by=drl)
        cases.reopen(case=case("cleared"), reason=canary("reopenreason"), by=drl)
        cases.suspend(case=case("suspended"), reason=canary("suspendreason"), by=drl)
        cases.resume(case=case("suspended"), reason=canary("resumereason"), by=drl)
        cases.opinion(case=case("recommended"), view="object", note=canary("opinionnote"), by=people["legal"])
        self._withhold("recommended")
        returned = self._withhold("returned")
        signing.return_(returned, read=returned.digest, reason=canary("returnreason"), by=people["approver"])
        withdrawn = self._withhold("returned")
        signing.withdraw(withdrawn, read=withdrawn.digest, reason=canary("withdrawreason"), by=drl)
        withheld = self._withhold("withheld")
        signing.approve(withheld, read=withheld.digest, by=people["approver"])
        cases.request_information(case=case("asked"), question=canary("ownquestion"), fields=[], by=section)
        self._answer()
        match = Match.objects.get(nominee=case("matched").subject_id)
        matches.judge(match=match, verdict="unsure", reason=canary("verdictreason"), by=section)
        cases.cancel(case=case("cancelled"), reason="lapsed", note=canary("cancelnote"), by=coordinator)
        person = Individual.objects.get(pk=case("asked").subject_id)
        units.unmask(individual=person, field="national_id", reason=canary("unmaskreason"), by=drl)

    def _answer(self) -> None:
        case = self.case("answered")
        cases.request_information(case=case, question=canary("ownearlier"), fields=[], by=self.people["drl"])
        row = case.candidates.get()
        nominator.answer(candidate=row, answer=canary("ownanswer"), draft=None, by=self.people["nominator"])
        assert InformationRequest.objects.filter(answer=canary("ownanswer")).exists()

    def _find(self, case: Case) -> None:
        """Derogatory for a suspended one; nothing for the rest."""
        bad = case.pk == self.cases["suspended"].pk
        for username in ("section", "drl"):
            by = self.people[username]
            for check in case.checks.worked_by(by).filter(state=CheckState.OPEN):
                checks.claim(check=check, by=by)
                finding = "derogatory" if bad else "nothing-found"
                note = canary("findingnote")
                checks.complete(check=check, finding=finding, note=note, searches=[_searched("query")], by=by)

    def _seal(self, case: Case) -> None:
        """One section has found something; another still owes its finding, and may not read it until then."""
        by = self.people["section"]
        check = case.checks.worked_by(by).filter(state=CheckState.OPEN, queue__check_type="political")[0]
        checks.claim(check=check, by=by)
        sealed = {
            "finding": "derogatory",
            "note": canary("sealednote"),
            "searches": [_searched("sealedquery")],
        }
        checks.complete(check=check, by=by, **sealed)

    def _withhold(self, row: str) -> Any:
        drl = self.people["drl"]
        return decide.recommend_withhold(
            case=self.case(row),
            grounds="gvhr",
            basis=canary("withholdbasis"),
            allegations=credible(self.case(row).subject, drl),
            by=drl,
        )

    def _ask(self) -> None:
        """By call, under keys: what the doors themselves keep of a request and its answer."""
        drl, jana = Caller(self.people["drl"]), Caller(self.people["nominator"])
        asked = {"names": [canary("screened")], "kind": "individual"}
        drl.post("screen/", asked, Idempotency_Key="of-a-screening")
        address = f"individuals/{self.case('asked').subject_id}/unmask/"
        shown = drl.post(address, {"field": "national_id", "reason": "To search."}, Idempotency_Key="unmask")
        assert canaries(shown.content.decode()) == {"ownid"}
        given = a_class([of_whom("own", 40)], by=self.people["nominator"])
        assert jana.post("nominations/", given, Idempotency_Key="of-a-class").status_code == 201
        Caller(self.people["drl"]).post(
            "auth/token/", {"username": canary("typed"), "password": canary("password")}
        )
        self._jobs(jana)

    def _jobs(self, jana: Caller) -> None:
        """A file whose rows are refused; and one with a result that is its owner's alone."""
        rows = f"kind,role,name\r\nindividual,participant,{canary('ownrow')}\r\n".encode()
        form = {name: value for name, value in a_class(1, by=jana.user).items() if isinstance(value, str)}
        event = {f"event_{name}": value for name, value in a_class(1, by=jana.user)["event"].items()}
        file = SimpleUploadedFile(f"{canary('ownfile')}.csv", rows, "text/csv")
        sent = {**form, **event, "date_order": "ymd", "mode": "all", "file": file}
        assert jana.send("nominations/import/", sent, Idempotency_Key="of-a-file").status_code == 202
        job = jobs.queue(kind="test", owner=self.people["drl"])
        job.attach("refused.csv", canary("jobfile").encode())
        job.refuse([Problem("wrong", canary("joberror"))], {"said": canary("jobresult")})


def _searched(field: str) -> dict[str, Any]:
    return {"source": canary(f"{field}source"), "query": canary(field), "script": canary(f"{field}script"),
            "results": 0}  # fmt: skip
