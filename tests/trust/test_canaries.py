"""A word that stands nowhere else in every field that not everybody may read; and nobody else ever reads it.

One world (canary_world.py), committed once, its last part done by a real worker. Who may read what:
canary_readers.py. A short run asks as some of the people, and of some of the things.
"""

from __future__ import annotations

import email.policy
import io
import logging
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from config import demo
from config.logs import JsonLines
from foundation.audit.models import Event
from foundation.doors.jobs import Job
from foundation.doors.models import IdempotencyKey
from foundation.outbox.models import Delivery, Fact
from screening.models import Screening
from tests.support import database
from tests.support.broker import held
from tests.support.classes import a_name
from tests.support.people import person
from tests.support.sizes import FULL, Size
from tests.support.undone import undone as and_then_not
from tests.support.worker import Worker, quiet
from tests.trust import canary_columns
from tests.trust.canary_readers import (
    FEW,
    GIVEN_BACK,
    KEPT,
    NOMINATORS,
    READERS,
    UNSAID,
    answers,
    is_masked,
    may_read,
    unsealed,
    whole,
    words_of,
)
from tests.trust.canary_world import World, canaries, canary
from tests.trust.crawl import Somebody, every_address, text_of
from vetting import watch

REAL_MAIL = "django.core.mail.backends.filebased.EmailBackend"
ASKED = READERS if FULL else FEW


@pytest.fixture(scope="module")
def lines() -> Iterator[io.StringIO]:
    """Every log line of this process, as it would be written."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def world(
    lines: io.StringIO,
    django_db_setup: database.Reset,
    _worker_process: Worker,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[World]:
    def worked() -> None:
        """By the worker, and the mail that follows."""
        _worker_process.listen()
        _worker_process.tick()
        _worker_process.until(lambda: not Delivery.objects.waiting().exists())
        for run in (watch.tell_nominators, watch.tell_approvers, watch.tell_suspended):
            with transaction.atomic():
                run()
        _worker_process.tick()
        _worker_process.until(lambda: not Delivery.objects.waiting().exists())
        _worker_process.pause()

    with django_db_blocker.unblock(), override_settings(EMAIL_BACKEND=REAL_MAIL):
        places = demo.load_places()
        people = demo.load_people(places)
        people["colleague"] = person("section", places["post XA"], "colleague")
        yield World(people, worked)
        quiet()
        django_db_setup()


@pytest.fixture
def undone(world: World) -> Iterator[None]:
    """What asking changes (a check is claimed, a session opened) is undone."""
    with and_then_not():
        yield


# --- what everybody can get ---


@pytest.mark.parametrize("username", ASKED)
def test_nobody_reads_what_is_not_theirs_at_any_address(
    world: World, undone: None, username: str, size: Size
) -> None:
    reader = Somebody(world.people[username])
    most, calls = size("of each kind", gate=5, full=100), 0
    read: dict[str, set[str]] = {}
    for address in every_address(most=most):
        for said in answers(reader, address):
            calls += 1
            for field in canaries(said):
                if not may_read(username, field):
                    read.setdefault(field, set()).add(address.route)
    size.note(f"{calls:,} answers")
    assert not read, sorted(read)


def test_those_who_may_do_read_them(world: World, undone: None) -> None:
    """And so the canaries are where the others looked."""
    read: set[str] = set()
    parts = {"drl": ("cases", "matches", "determinations", "units", "individuals", "restrictions", "postings",
                     "command-links", "jobs", "nominations", "remediations", "steps",
                     "host-notifications", "publications", "sources", "documents", "citations", "incidents",
                     "allegations", "derogatory-notes", "conflicts"),
             "nominator": ("nominations", "jobs"), "auditor": ("audit",),
             "legal": ("incidents", "sources")}  # fmt: skip
    for username, wanted in parts.items():
        reader = Somebody(world.people[username])
        for address in every_address():
            its_own = address.route.removeprefix("api/v1/").startswith(wanted)
            if its_own and "<slug" not in address.route:  # not the forms of each act
                read |= {field for path in address.paths for field in canaries(whole(reader.get(path)))}
    everywhere = {field for field in planted() if not is_masked(field)} - UNSAID - KEPT
    assert everywhere - read == set()
    assert read & {f"own{field}" for field in GIVEN_BACK} >= {"ownname", "ownunit", "ownquestion"}


def planted() -> set[str]:
    """Every canary that stands in some column."""
    return {field for _name, column in canary_columns.columns() for field in canary_columns.found(column)}


@pytest.mark.parametrize("username", ASKED)
def test_nobody_finds_by_searching_what_is_not_theirs(world: World, undone: None, username: str) -> None:
    reader = Somebody(world.people[username])
    words = ["Branko Olmerin", "Branka", "Company", "Regiment", "Ivo", "REF", *(a_name(n) for n in range(9))]
    found = set()
    for word in words:
        found |= canaries(text_of(reader.caller.post("search/", {"q": word})))
        asked = {"names": [word], "kind": "individual"}
        found |= canaries(text_of(reader.caller.post("screen/", asked)))
        for page in ("/search/", "/individuals/", "/units/"):
            found |= canaries(text_of(reader.client.post(page, {"q": word})))
    assert {field for field in found if not may_read(username, field)} == set()


def test_nothing_that_is_typed_stands_in_an_address(world: World, undone: None) -> None:
    """Of a search, a refusal, or a page that was not found: neither where it leads nor in a cookie."""
    drl, typed = Somebody(world.people["drl"]), canary("typedhere")
    of = world.case("asked")
    sent = [
        drl.client.post(page, {"q": typed, "name": typed, "reason": typed, "version": '"0"'})
        for page in (
            "/search/",
            "/units/",
            "/individuals/",
            f"/cases/{of.pk}/suspend/",
            f"/cases/{of.pk}/claim/",
        )
    ]
    sent.append(drl.caller.post("individuals/", {"name": {"full": typed}, "country": "XA"}))
    assert sent[-1].status_code == 201
    for each in sent:
        cookies = [unsealed(cookie.value) for cookie in each.cookies.values()]
        assert not canaries(f"{each.headers} {cookies}")


# --- what is kept and sent ---


def test_mail_says_nothing_of_anybody(world: World) -> None:
    """Real files, by a real worker."""
    mail = [_read(path) for path in Path(settings.EMAIL_FILE_PATH).glob("*.log")]
    to = {str(each["To"]).partition("@")[0] for part in mail for each in part}
    assert to >= {"nominator", "approver"}
    assert not {
        field
        for part in mail
        for each in part
        for field in canaries(f"{each.items()} {each.get_content()}")
        if field not in ("ownref", "otherref")  # a nominator's own number for its class
    }


def _read(path: Path) -> list[EmailMessage]:
    policy = email.policy.default
    parts = path.read_bytes().split(b"-" * 79 + b"\n")
    return [message_from_bytes(part, policy=policy) for part in parts if part.strip()]  # type: ignore[misc]


def test_log_lines_of_web_and_worker_name_nobody(
    world: World, undone: None, lines: io.StringIO, _worker_process: Worker
) -> None:
    for username in ("nominator", "section2", "drl"):
        reader = Somebody(world.people[username])
        for address in every_address(most=1):
            for _said in answers(reader, address):
                pass
    reader.client.get(f"/cases/?q={canary('queried')}")
    reader.caller.get(f"cases/?q={canary('queried')}")
    reader.client.post("/sign-in/", {"username": canary("typed"), "password": canary("password")})
    written = lines.getvalue()
    assert written.count("\n") > 400
    assert not canaries(written)
    worker = _worker_process.log.read_text(errors="replace")
    assert worker.count("\n") > 5
    assert not canaries(worker)


def test_facts_messages_and_the_files_of_the_system_name_nobody(world: World) -> None:
    facts = [words_of([fact.kind, fact.body]) for fact in Fact.objects.all()]
    errors = list(Delivery.objects.values_list("last_error", flat=True))
    assert not canaries("\n".join([*facts, *errors, *held()]))
    state = Path(settings.STATE)
    files = [path for path in state.rglob("*") if path.is_file()]
    assert not canaries(" ".join(map(str, files)))
    ours = ("mail", "documents")  # letters, and what documents are made of
    kept = [path for path in files if not set(ours) & set(path.parts)]
    assert not {field for path in kept for field in canaries(path.read_bytes().decode(errors="replace"))}


def test_events_hold_reasons_and_no_names(world: World) -> None:
    events = [f"{event} {event.chain} {event.body}" for event in Event.objects.all()]
    found = canaries("\n".join(events))
    assert found >= {"unmaskreason", "cancelnote"} or found >= {"unmaskreason"}
    assert not {field for field in found if field.startswith(("own", "other", "known")) or field in UNSAID}


def test_sessions_hold_nothing(world: World, undone: None) -> None:
    drl = Somebody(world.people["drl"])
    case = world.case("asked")
    for page in (f"/cases/{case.pk}/suspend/", f"/cases/{case.pk}/claim/", "/search/"):
        drl.client.get(f"/cases/{case.pk}/")
        drl.client.post(page, {"reason": canary("typedhere"), "q": canary("typedhere"), "version": '"0"'})
    sessions = [words_of(each.get_decoded()) for each in Session.objects.all()]
    assert sessions
    assert not canaries("\n".join(sessions))


def test_an_answer_kept_under_a_key_holds_nothing_masked(world: World) -> None:
    """What was shown once by `unmask` is not kept to be shown again; the rest is the client's own answer."""
    kept = {each.client.username: set() for each in IdempotencyKey.objects.select_related("client")}
    for each in IdempotencyKey.objects.select_related("client"):
        kept[each.client.username] |= canaries(words_of(each.headers) + bytes(each.content).decode())
    assert kept["nominator"] & {"ownname"}
    assert not {field for found in kept.values() for field in found if is_masked(field)}
    assert not {(who, field) for who, found in kept.items() for field in found if not may_read(who, field)}


def test_a_job_says_nothing_of_its_rows(world: World) -> None:
    """Of a file that was sent: its name, and what was wrong; the file itself is gone once it is read."""
    job = Job.objects.get(kind="nominations.import")
    assert job.state == Job.State.REFUSED
    assert job.input is None
    assert canaries(words_of([job.options, job.result, job.errors])) <= {"ownfile"}


# --- nothing is forgotten ---


def test_every_column_of_words_has_a_canary_or_a_reason(world: World) -> None:
    there = dict(canary_columns.columns())
    without = {name for name, field in there.items() if not canary_columns.holds(field, "zqx")}
    free = canary_columns.free()
    assert without - free == set(), "Plant a canary there, or say in canary_columns.py why it names nobody"
    assert free - without == set(), "These hold one, or are no longer there"
    assert Screening.objects.filter(asked__isnull=False).exists()


def test_every_nominator_has_its_own_canaries() -> None:
    assert set(NOMINATORS) | {"admin"} <= set(FEW) <= set(READERS)
