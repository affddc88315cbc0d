"""What happens behind a class is nothing its nominator can read, until the outcome is told.

The same addresses are read before and after each thing that staff do: every byte of every answer (bodies,
ETags, order, counts, files, pages) must be the same. The rows of one class, each brought to another state,
differ by their own data alone. All that is not theirs is not there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from config import demo
from foundation.accounts.models import User
from foundation.doors.jobs import Job
from foundation.outbox import relay
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.classes import a_name, a_person, nominated
from tests.support.world import SEARCH
from tests.trust.crawl import Address, Somebody, every_address, text_of
from tests.vetting.browsing import Page
from units import actions as units
from units.models import Individual
from vetting import watch
from vetting.actions import cases, checks, decide, matches
from vetting.models import Candidate, Case, CheckState, Nomination, Word

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
ROWS = ("clean", "suspended", "withhold", "clear", "returned", "sealed", "matched")
BORN = "1985-03-09"
# What a nominator finds at all; everything else is not there.
OWN_PAGES = {
    "my-work", "sign-in", "sign-out", "search", "nominations", "nomination-new", "nomination-upload",
    "nomination-template", "upload-columns", "upload-send", "import", "import-refused", "nomination",
    "nomination-results", "nomination-row", "row-act", "nomination-act", "healthz", "readyz",
    "metrics", "components",
}  # fmt: skip
OWN_CALLS = ("auth/", "me/", "nominations/", "jobs/", "programs/", "search/")


@pytest.fixture(autouse=True)
def kept(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


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
        self.nomination = nominated(given, by=people["nominator"])
        self.other = nominated([a_person(50)], by=people["nominator"])
        relay.drain()
        self.rows = dict(zip(ROWS, self.nomination.candidates.order_by("row"), strict=True))

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


@pytest.fixture
def of_seven(people: People) -> Class:
    demo.load_register(people["drl"])
    return Class(people)


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
    yield "a withhold is recommended", lambda: decide.recommend_withhold(case=case("withhold"), **withhold)
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


def _unmask(of: Class) -> None:
    person = Individual.objects.get(pk=of.case("clean").subject_id)
    units.unmask(individual=person, field="national_id", reason="To search.", by=of.people["drl"])


def _recommend_clear(of: Class) -> None:
    decide.recommend_clear(case=of.case("clear"), basis="Explained.", by=of.people["drl"])


def _returned(of: Class, withhold: dict[str, Any]) -> None:
    determination = decide.recommend_withhold(case=of.case("returned"), **withhold)
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


def test_nothing_that_staff_do_moves_anything_a_nominator_reads(of_seven: Class) -> None:
    jana, since = Reader(of_seven.people["nominator"]), timezone.now()
    calls, pages = jana.calls(of_seven, since), jana.pages()
    assert len(calls) > 15
    assert len(pages) > 20
    for what, act in behind(of_seven):
        act()
        relay.drain()
        assert not changed(calls, jana.calls(of_seven, since)), what
    assert not changed(pages, jana.pages())
    mail.outbox.clear()
    with transaction.atomic():
        watch.tell_nominators()
    relay.drain()
    assert not mail.outbox


def test_the_outcome_is_told_when_it_is_signed_and_not_before(of_seven: Class) -> None:
    """And so the comparison above would have seen it."""
    jana, since = Reader(of_seven.people["nominator"]), timezone.now()
    for _what, act in behind(of_seven):
        act()
    relay.drain()
    calls, pages = jana.calls(of_seven, since), jana.pages()
    determination = Determination.objects.open().get(kind="withhold")
    signing.approve(determination, read=determination.digest, by=of_seven.people["approver"])
    one = f"nominations/{of_seven.nomination.pk}/"
    assert {one, f"{one}results.csv"} < set(changed(calls, jana.calls(of_seven, since)))
    assert {f"/{one}", "/nominations/"} < set(changed(pages, jana.pages()))


def test_rows_differ_by_their_own_data_alone(of_seven: Class) -> None:
    for _what, act in behind(of_seven):
        act()
    relay.drain()
    jana = Reader(of_seven.people["nominator"])
    answers = {name: _of_row(jana, row) for name, row in of_seven.rows.items()}
    for name, answer in answers.items():
        assert not changed(answers["clean"], answer), name


def _of_row(jana: Reader, row: Candidate) -> dict[str, str]:
    call = f"/api/v1/nominations/{row.nomination_id}/candidates/{row.pk}/"
    page = f"/nominations/{row.nomination_id}/rows/{row.pk}/"
    read = {"call": call, "page": page}
    read |= {act: f"{page}{act}/" for act in ("withdraw", "answer", "resubmit", "substitute")}
    return {what: _without_its_data(jana.answer(address), row) for what, address in read.items()}


def _without_its_data(answer: str, row: Candidate) -> str:
    given = row.versions.get().given
    for own in (str(row.pk), row.subject.name, given["national_id"], given["date_of_birth"]):
        answer = answer.replace(own, "…")
    answer = re.sub(rf'"row":{row.row}\b|\b[Rr]ow {row.row}\b', "row …", answer)
    return re.sub(r"Content-Length: \d+|2 June 1971|9 March 1985", "…", answer)


# --- what is not there ---


def test_every_address_of_staff_is_nowhere_to_a_nominator(of_seven: Class) -> None:
    for _what, act in behind(of_seven):
        act()
    jana = Reader(of_seven.people["nominator"])
    Job.objects.create(owner=of_seven.people["drl"], kind="test")
    found = [
        (status, path)
        for address in every_address(most=3)
        for path in address.paths
        if not is_own(address) or of_others(path, of_seven)
        for status in _statuses(jana, path)
        if status != 404
    ]
    assert not found


def is_own(address: Address) -> bool:
    if address.is_call:
        return address.route.removeprefix("api/v1/").startswith(OWN_CALLS)
    return address.name in OWN_PAGES


def of_others(path: str, of: Class) -> bool:
    """Another organisation's class, another person's job."""
    theirs = Nomination.objects.exclude(organisation=of.people["nominator"].organisation).values_list(
        "pk", flat=True
    )
    return any(str(pk) in path for pk in [*theirs, *Job.objects.values_list("pk", flat=True)])


def _statuses(jana: Reader, path: str) -> list[int]:
    return [each.status_code for each in (jana.get(path), jana.post(path)) if each.status_code != 405]
