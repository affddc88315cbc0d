"""A word that stands nowhere else in every field that not everybody may read; and nobody else ever reads it.

A canary is `zqx…zqx` around the name of its field. What a nominator gave begins with `own` (for the nominator
of the first country) or `other` (of the second), and comes back to its organisation alone.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from config import demo
from config.logs import JsonLines
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.doors.jobs import Job
from foundation.outbox import relay
from foundation.outbox.models import Delivery, Fact
from foundation.signing import actions as signing
from foundation.sources.models import Law
from screening.models import Match
from tests.support.classes import a_name, a_person, a_unit, nominated
from tests.support.worker import broker
from tests.trust.crawl import Address, Somebody, every_address, text_of
from units import actions as units
from units.models import Individual, Level
from vetting import watch
from vetting.actions import cases, checks, decide, matches, restrict
from vetting.models import Case, CheckState

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
CANARY = re.compile(r"zqx(\w+?)zqx")
PERSONAL = ("name", "id", "birth", "unit", "commander")  # in no event, fact, log line, message or mail at all
READERS = {"nominator": "own", "nominator2": "other", "section2": "other"}
ROWS = (
    "suspended",
    "recommended",
    "returned",
    "cleared",
    "withheld",
    "asked",
    "matched",
    "skipped",
    "cancelled",
)


def canary(field: str) -> str:
    return f"zqx{field}zqx"


def canaries(text: str) -> set[str]:
    return set(CANARY.findall(text.casefold()))


# --- a world full of them ---


def of_whom(whose: str, number: int, **changes: Any) -> dict[str, Any]:
    """A nominee with canaries in everything about it."""
    unit = a_unit(
        number=1 if whose == "own" else 2,
        name=f"1st {canary(whose + 'unit')} Company",
        commander={"full": f"Ivo {canary(whose + 'commander')}"},
    )
    return a_person(
        number + (0 if whose == "own" else 500),
        name={"full": f"{a_name(number)} {canary(whose + 'name')}"},
        national_id=f"{canary(whose + 'id')}{number}",
        place_of_birth={"city": canary(whose + "birth"), "country": "XA"},
        unit=unit,
        **changes,
    )  # fmt: skip


class World:
    def __init__(self, people: People) -> None:
        self.people = people
        self._know()
        rows = [of_whom("own", number) for number in range(len(ROWS))]
        rows[ROWS.index("matched")] |= {"name": {"full": "Branka Olmerin"}, "aliases": [canary("ownname")]}
        self.nomination = nominated(rows, by=people["nominator"])
        theirs = of_whom("other", 1, nationality="XB")
        nominated([theirs], by=people["nominator2"], country="XB")
        relay.drain()
        self.cases = dict(zip(ROWS, self._cases(), strict=True))
        self._act()
        relay.drain()

    def _know(self) -> None:
        """The register of the first country: a restricted man."""
        drl, country = self.people["drl"], Country.objects.get(code="XA")
        man = demo._individual(country, ["Branko Olmerin", f"Branko {canary('knownname')}"], "1971-06", drl)
        restrict.impose(subject=man, law=Law.STATE_LEAHY, includes_subunits=False, cause=None, by=drl)
        demo._unit(country, [f"2nd {canary('knownunit')} Regiment"], Level.REGIMENT, drl)

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
        for each in (unit, *map(case, ROWS[:7])):
            self._find(each)
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
        match = Match.objects.get(nominee=case("matched").subject_id)
        matches.judge(match=match, verdict="unsure", reason=canary("verdictreason"), by=section)
        cases.cancel(case=case("cancelled"), reason="lapsed", note=canary("cancelnote"), by=coordinator)
        person = Individual.objects.get(pk=case("asked").subject_id)
        units.unmask(individual=person, field="national_id", reason=canary("unmaskreason"), by=drl)
        Job.objects.create(owner=drl, kind="test", result={"said": canary("jobresult")}, state="done")

    def _find(self, case: Case) -> None:
        """Derogatory for a suspended one, so that its note is sealed to others; nothing for the rest."""
        bad = case.pk == self.cases["suspended"].pk
        search = {"source": canary("source"), "query": canary("query"), "results": 0}
        for username in ("section", "drl"):
            by = self.people[username]
            for check in case.checks.worked_by(by).filter(state=CheckState.OPEN):
                checks.claim(check=check, by=by)
                finding = "derogatory" if bad else "nothing-found"
                checks.complete(
                    check=check, finding=finding, note=canary("findingnote"), searches=[search], by=by
                )

    def _withhold(self, row: str) -> Any:
        drl = self.people["drl"]
        return decide.recommend_withhold(
            case=self.case(row), grounds="gvhr", basis=canary("withholdbasis"), by=drl
        )


@pytest.fixture
def world(people: People, settings: Any, caplog: pytest.LogCaptureFixture) -> World:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caplog.set_level(logging.INFO)
    return World(people)


# --- what everybody can get ---


@pytest.mark.parametrize("username", READERS)
def test_nobody_reads_what_is_not_theirs_at_any_address(world: World, username: str) -> None:
    reader = Somebody(world.people[username])
    read: dict[str, set[str]] = {}
    for address in every_address(most=15):  # every case, and some of what there is more of
        for said in answers(reader, address):
            for field in canaries(said) - allowed(username):
                read.setdefault(field, set()).add(address.route)
    assert not read


def test_those_who_may_do_read_them(world: World) -> None:
    """And so the canaries are where the others looked."""
    drl, read = Somebody(world.people["drl"]), set()
    for address in every_address():
        if address.route.startswith(("api/v1/cases", "cases", "api/v1/matches", "api/v1/determinations")):
            read |= {field for path in address.paths for field in canaries(text_of(drl.get(path)))}
    assert read >= {
        "findingnote",
        "source",
        "query",
        "withholdbasis",
        "opinionnote",
        "verdictreason",
        "ownname",
    }


def allowed(username: str) -> set[str]:
    whose = READERS[username]
    return {f"{whose}{field}" for field in ("name", "unit", "commander", "question")}


def answers(reader: Somebody, address: Address) -> Iterable[str]:
    """To reading each thing there, and to sending nothing to the first."""
    for path in address.paths:
        yield whole(reader.get(path))
    for path in address.paths[:1]:
        yield whole(reader.post(path))


def whole(response: Any) -> str:
    return f"{response.headers}\n{text_of(response)}"


@pytest.mark.parametrize("username", READERS)
def test_nobody_finds_by_searching_what_is_not_theirs(world: World, username: str) -> None:
    reader = Somebody(world.people[username])
    words = [
        "Branko Olmerin",
        "Branka",
        "Company",
        "Regiment",
        "Ivo",
        *(a_name(n).split()[0] for n in range(9)),
    ]
    found = set()
    for word in words:
        found |= canaries(text_of(reader.caller.post("search/", {"q": word})))
        found |= canaries(text_of(reader.client.post("/search/", {"q": word})))
        asked = {"names": [word], "kind": "individual"}
        found |= canaries(text_of(reader.caller.post("screen/", asked)))
    assert found <= allowed(username)


# --- what is kept and sent ---


def test_no_mail_says_anything_of_anybody(world: World) -> None:
    for run in (watch.tell_nominators, watch.tell_approvers, watch.tell_suspended):
        with transaction.atomic():
            run()
    relay.drain()
    assert {each.to[0].partition("@")[0] for each in mail.outbox} >= {"nominator", "approver"}
    assert not canaries("\n".join(str(each.message()) for each in mail.outbox))


def test_events_facts_messages_and_log_lines_name_nobody(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        watch.tell_nominators()
    relay.drain()
    for username in (*READERS, "drl"):
        reader = Somebody(world.people[username])
        for address in every_address(most=2):
            for _said in answers(reader, address):
                pass
    lines = [JsonLines().format(each) for each in (*caplog.get_records("setup"), *caplog.records)]
    assert len(lines) > 100
    assert not canaries("\n".join(lines))
    facts = [str(fact) for fact in Fact.objects.all()]
    assert not canaries(
        "\n".join([*facts, *Delivery.objects.values_list("last_error", flat=True), *messages()])
    )
    events = [f"{event} {event.chain} {event.body}" for event in Event.objects.all()]
    assert not {field for field in canaries("\n".join(events)) if is_personal(field)}


def is_personal(field: str) -> bool:
    return field.startswith(("own", "other", "known")) and field.endswith(PERSONAL)


def messages() -> list[str]:
    """Everything in the broker, its bodies decoded."""
    with broker() as store:
        found = [_value(store, key) for key in store.scan_iter()]
    bodies = [json.loads(each).get("body", "") for value in found for each in value if each.startswith("{")]
    return [str(value) for value in found] + [base64.b64decode(body).decode() for body in bodies]


def _value(store: Any, key: bytes) -> list[str]:
    kind = store.type(key).decode()
    if kind == "list":
        return [each.decode() for each in store.lrange(key, 0, -1)]
    if kind == "hash":
        return [each.decode() for each in store.hgetall(key).values()]
    if kind in ("set", "zset"):
        return [
            each.decode() for each in (store.smembers(key) if kind == "set" else store.zrange(key, 0, -1))
        ]
    return [(store.get(key) or b"").decode()]
