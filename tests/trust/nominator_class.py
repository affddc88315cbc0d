"""A class whose rows are told apart by what becomes of them; everything that staff do with it; and what its
nominator gets to read, byte for byte."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from config import demo
from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.signing import actions as signing
from screening.models import Match
from tests.support.classes import a_name, a_person, nominated
from tests.support.evidence import credible
from tests.support.world import SEARCH
from tests.trust.crawl import Somebody, text_of
from tests.vetting.browsing import Page
from units import actions as units
from units.models import Individual
from vetting.actions import cases, checks, decide, matches
from vetting.models import Candidate, Case, CheckState, Word

People = dict[str, User]
ROWS = ("clean", "suspended", "withhold", "clear", "returned", "sealed", "matched")
BORN = "1985-03-09"


class Class:
    """A class whose rows are told apart by what becomes of them, and nothing else."""

    def __init__(self, people: People) -> None:
        self.people = people
        given = [
            a_person(number, date_of_birth=BORN, national_id=f"XA-{number:06}")
            for number in range(1, len(ROWS) + 1)
        ]
        # Nearly a restricted man's name and birth date.
        given[-1] |= {"name": {"full": "Branka Olmerin"}, "date_of_birth": "1971-06-02"}
        alternate = a_person(40, role="alternate", date_of_birth=BORN)
        self.nomination = nominated([*given, alternate], by=people["nominator"])
        self.other = nominated([a_person(50)], by=people["nominator"])
        relay.drain()
        *rows, self.alternate = self.nomination.candidates.order_by("row")
        self.rows = dict(zip(ROWS, rows, strict=True))

    def case(self, row: str) -> Case:
        return Case.objects.get(pk=self.rows[row].case_id)

    def unit(self) -> Case:
        return Case.objects.get(pk=self.rows["clean"].unit_case_id)

    def find(self, case: Case) -> None:
        """Those who work its queues complete its checks, finding nothing."""
        for username in ("section", "drl"):
            by = self.people[username]
            for check in case.checks.worked_by(by).filter(state=CheckState.OPEN):
                checks.claim(check=check, by=by)
                checks.complete(check=check, finding="nothing-found", searches=[SEARCH], by=by)

    def recommend(self, case: Case) -> None:
        decide.recommend_withhold(
            case=case,
            grounds="gvhr",
            basis="As read.",
            allegations=credible(case.subject, self.people["drl"]),
            by=self.people["drl"],
        )


# --- what staff do ---


def behind(of: Class) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything that leaves a row in review, in an order in which it can be done."""
    people, case = of.people, of.case
    drl = people["drl"]
    withhold: dict[str, Any] = {"grounds": "gvhr", "basis": "As read.", "by": drl}
    yield "a unit's checks are done", lambda: of.find(of.unit())
    yield "it is cleared", lambda: decide.clear(case=of.unit(), basis="Clean.", by=people["coordinator"])
    yield "checks are claimed", lambda: checks.claim_next(by=people["section"])
    yield "they are released", lambda: _release_all(people["section"])
    yield "one section finds something", lambda: _one_finding(of, "sealed")
    for row in ROWS:
        if row != "sealed":
            yield f"the checks of {row} are done", lambda row=row: of.find(case(row))
    yield "a match is left unsure", lambda: _judge(of, "unsure")
    yield "it is judged to be another man", lambda: _judge(of, "different")
    yield "a case is owned", lambda: cases.claim(case=case("suspended"), by=drl)
    yield "it is suspended", lambda: cases.suspend(case=case("suspended"), reason="A report.", by=drl)
    yield (
        "legal gives an opinion",
        lambda: cases.opinion(case=case("withhold"), view="object", note="Too thin.", by=people["legal"]),
    )
    yield "something is alleged", lambda: credible(case("withhold").subject, drl)
    yield "a withhold is recommended", lambda: _withhold(case("withhold"), withhold)
    yield "a clear is recommended", lambda: _recommend_clear(of)
    yield "a withhold is recommended, and returned", lambda: _returned(of, withhold)
    yield (
        "a masked value is shown",
        lambda: units.unmask(
            individual=Individual.objects.get(pk=case("clean").subject_id),
            field="national_id",
            reason="To search.",
            by=drl,
        ),
    )
    yield (
        "a known subject appears who resembles one",
        lambda: demo._individual(of.nomination.country, [a_name(1)], "1985-03-09", drl),
    )


def _release_all(by: User) -> None:
    for case in Case.objects.all():
        for check in case.checks.filter(claimed_by=by, state=CheckState.CLAIMED):
            checks.release(check=check, by=by)


def _one_finding(of: Class, row: str) -> None:
    by = of.people["section"]
    check = of.case(row).checks.worked_by(by).filter(state=CheckState.OPEN)[0]
    checks.claim(check=check, by=by)
    checks.complete(check=check, finding="derogatory", note="Reported.", searches=[SEARCH], by=by)


def _judge(of: Class, verdict: str) -> None:
    match = Match.objects.get(nominee=of.case("matched").subject_id)
    matches.judge(match=match, verdict=verdict, reason="By his birth date.", by=of.people["section"])


def _recommend_clear(of: Class) -> None:
    decide.recommend_clear(case=of.case("clear"), basis="Explained.", by=of.people["drl"])


def _withhold(case: Case, how: dict[str, Any]) -> Any:
    return decide.recommend_withhold(case=case, allegations=credible(case.subject, how["by"]), **how)


def _returned(of: Class, withhold: dict[str, Any]) -> None:
    determination = _withhold(of.case("returned"), withhold)
    signing.return_(determination, read=determination.digest, reason="Say more.", by=of.people["approver"])


# --- what a nominator reads ---


class Reader(Somebody):
    """A nominator: every answer there is for it, by address."""

    def calls(self, of: Class, since: dt.datetime) -> dict[str, str]:
        return {address: self.answer(f"/api/v1/{address}") for address in self._calls(of, since)}

    def pages(self) -> dict[str, str]:
        return {address: self.answer(address) for address in self._pages()}

    def answer(self, path: str) -> str:
        """Its status, its headers and its body."""
        response = self.get(path)
        sheet = "spreadsheet" in response.get("Content-Type", "")  # holds the time, and so is of any length
        ignored = {"X-Request-Id", *(["Content-Length"] if sheet else [])}
        headers = [f"{name}: {value}" for name, value in response.headers.items() if name not in ignored]
        return once("\n".join([str(response.status_code), *headers, text_of(response)]))

    def _calls(self, of: Class, since: dt.datetime) -> list[str]:
        instant = since.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        each = [f"nominations/{of.nomination.pk}/candidates/{row.pk}/" for row in of.rows.values()]
        lists = ["nominations/", f"nominations/?updated_since={instant}", "nominations/?limit=1"]
        lists += [f"nominations/?status={word}" for word in Word.values]
        one = f"nominations/{of.nomination.pk}/"
        return ["me/", *lists, one, f"{one}results.csv", *each]

    def _pages(self) -> list[str]:
        """Whatever links lead to, from the first page on."""
        found, waiting = [], ["/nominations/"]
        while waiting:
            address = waiting.pop()
            found.append(address)
            response = self.client.get(address)
            if "text/html" in response.get("Content-Type", ""):
                links = {self._local(link, address) for link in Page(response.content.decode()).links}
                waiting += sorted(links - {"", *found, *waiting})
        return sorted(found)

    def _local(self, link: str, here: str) -> str:
        link = link.partition("#")[0]
        if link.startswith("?"):
            link = here.partition("?")[0] + link
        return link if link.startswith("/") and not link.startswith(("//", "/static/")) else ""


def once(answer: str) -> str:
    """Without what is made anew for each answer: a form's secrets, a nonce, the time of a signature."""
    answer = re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*', r"\1", answer)
    answer = re.sub(r"nonce(=\"|-)[\w+/=-]+", "nonce", answer)
    return re.sub(r"(cursor=[\w.=-]*)(?::|%3A)[\w:%-]+", r"\1", answer)


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """By address, the first thing that is other than before."""
    found = {}
    for address in {*before, *after}:
        was, now = before.get(address, ""), after.get(address, "")
        if was != now:
            at = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 0)
            found[address] = f"{was[max(at - 60, 0) : at + 60]!r} → {now[max(at - 60, 0) : at + 60]!r}"
    return found


def of_row(jana: Reader, row: Candidate) -> dict[str, str]:
    call = f"/api/v1/nominations/{row.nomination_id}/candidates/{row.pk}/"
    page = f"/nominations/{row.nomination_id}/rows/{row.pk}/"
    read = {"call": call, "page": page}
    read |= {act: f"{page}{act}/" for act in ("withdraw", "answer", "resubmit", "substitute")}
    return {what: without_its_data(jana.answer(address), row) for what, address in read.items()}


def without_its_data(answer: str, row: Candidate) -> str:
    given = row.versions.get().given
    for own in (str(row.pk), row.subject.name, given["national_id"], given["date_of_birth"]):
        answer = answer.replace(own, "…")
    answer = re.sub(rf'"row":{row.row}\b|\b[Rr]ow {row.row}\b', "row …", answer)
    return re.sub(r"Content-Length: \d+|2 June 1971|9 March 1985", "…", answer)
