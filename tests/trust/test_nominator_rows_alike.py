"""When staff have done everything short of an outcome, the rows of a class are alike: to read, to act on, in
mail, in time. One is clean; the others are suspended, recommended, returned, sealed, matched."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from config import demo
from foundation.doors.jobs import Job
from foundation.outbox import relay
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from tests.support import database
from tests.support.classes import a_class, a_person, nominated
from tests.support.sizes import FULL, Size
from tests.support.worker import quiet
from tests.trust.crawl import Address, every_address
from tests.trust.nominator_class import Class, Reader, behind, changed, of_row, once, without_its_data
from vetting import resemblance, watch
from vetting.actions import cases
from vetting.days import today
from vetting.intake.check import check_nomination
from vetting.lookups import for_nominator
from vetting.models import Candidate, Nomination

# What a nominator finds at all; everything else is not there.
OWN_PAGES = {
    "my-work", "sign-in", "sign-out", "search", "nominations", "nomination-new", "nomination-upload",
    "nomination-template", "upload-columns", "upload-send", "import", "import-refused", "nomination",
    "nomination-results", "nomination-row", "row-act", "nomination-act", "healthz", "readyz",
    "metrics", "components", "password-again",
}  # fmt: skip
OWN_CALLS = ("auth/", "me/", "nominations/", "jobs/", "programs/", "search/")
IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"
PAIRS, SAME = 2_000, 2.0  # milliseconds between the medians
TIMED = pytest.mark.skipif(not FULL, reason="timed in the full run")


@pytest.fixture(scope="module")
def after(django_db_setup: database.Reset, django_db_blocker: DjangoDbBlocker) -> Iterator[Class]:
    """Committed once, for all the tests of this file."""
    with django_db_blocker.unblock(), override_settings(EMAIL_BACKEND=IN_MEMORY):
        people = demo.load_people(demo.load_places())
        demo.load_register(people["drl"])
        made = Class(people)
        for _what, act in behind(made):
            act()
        relay.drain()
        yield made
        quiet()
        django_db_setup()


@pytest.fixture
def undone(after: Class) -> Iterator[None]:
    mail.outbox.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def jana(after: Class, undone: None) -> Reader:
    return Reader(after.people["nominator"])


# --- to read ---


def test_rows_differ_by_their_own_data_alone(after: Class, jana: Reader) -> None:
    answers = {name: of_row(jana, row) for name, row in after.rows.items()}
    for name, answer in answers.items():
        assert not changed(answers["clean"], answer), name


# --- to act on ---

ACTS: list[tuple[str, Any]] = [
    ("withdraw", {}),
    ("substitute", "the alternate"),
    ("substitute", {"with": "nobody"}),
    ("answer", {"answer": "The second company."}),
    ("resubmit", {"changes": {"rank": "Major"}}),
    ("resubmit", {"changes": {"rank": 3}}),
]


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_acting_on_a_row_is_answered_alike(after: Class, jana: Reader, act: str, body: Any) -> None:
    """What comes back, and what the class says afterwards, but for which row it was."""
    said = {"with": str(after.alternate.pk)} if body == "the alternate" else body
    found = {name: acted(jana, after, row, act, said) for name, row in after.rows.items()}
    for name, answers in found.items():
        assert not changed(found["clean"], answers), name


def acted(jana: Reader, of: Class, row: Candidate, act: str, body: Any) -> dict[str, str]:
    """Call, page, and what is read after the call; then undone."""
    one = f"/api/v1/nominations/{row.nomination_id}/"
    page = f"/nominations/{row.nomination_id}/rows/{row.pk}/"
    with transaction.atomic():
        etag = jana.caller.get(one)["ETag"]
        said = {
            "call": spoken(jana.caller.post(f"{one}candidates/{row.pk}/{act}/", body, If_Match=etag)),
            "class": jana.answer(one),
            "row": jana.answer(f"{one}candidates/{row.pk}/"),
        }
        relay.drain()
        said["class, later"] = jana.answer(one)
        transaction.set_rollback(True)
    with transaction.atomic():
        form = {**body, "version": etag} if "changes" not in body else {"version": etag, "rank": "Major"}
        said["page"] = spoken(jana.client.post(f"{page}{act}/", form))
        said["page, later"] = jana.answer(page)
        transaction.set_rollback(True)
    return {what: same_place(without_its_data(answer, row), of, row) for what, answer in said.items()}


def spoken(response: Any) -> str:
    ignored = {"X-Request-Id"}
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name not in ignored]
    return once("\n".join([str(response.status_code), *headers, response.content.decode()]))


def same_place(answer: str, of: Class, row: Candidate) -> str:
    """The class's rows in one order, each without its own data: which of them was acted on is no matter."""
    for other in of.rows.values():
        answer = without_its_data(answer, other)
    for between in ("[{", "},{", "}]", "<tr"):
        answer = answer.replace(between, between.replace("{", "\n{").replace("]", "\n]").replace("<", "\n<"))
    parts = [part.rstrip(",") for part in answer.splitlines()]
    return moment("\n".join(sorted(parts)))


def moment(answer: str) -> str:
    """Without the instants at which something was done a moment ago, as calls and as pages write them."""
    now = timezone.now().strftime("%Y-%m-%dT")
    return re.sub(rf"{now}[\d:.]+Z?|\b\d\d:\d\d\b", "…", answer)


def test_an_answered_question_is_alike(after: Class, jana: Reader) -> None:
    """One row was asked about and nothing was ever found; of the other a section has reported something."""
    people, found = after.people, {}
    for name in ("clean", "sealed"):
        with transaction.atomic():
            ask = {"question": "Which company?", "fields": ["rank"], "by": people["section"]}
            cases.request_information(case=after.case(name), **ask)
            row, body = after.rows[name], {"answer": "The second.", "changes": {"rank": "Major"}}
            found[name] = {"asked": of_row(jana, row)["call"]} | acted(jana, after, row, "answer", body)
            transaction.set_rollback(True)
    for what in found["clean"]:
        assert questionless(found["clean"][what]) == questionless(found["sealed"][what]), what


def questionless(answer: str) -> str:
    """A question's id is its own."""
    begin, found, rest = answer.partition('"question":{"id":"')
    return begin + found + rest[36:] if found else answer


def test_moving_the_event_is_answered_alike(after: Class, jana: Reader) -> None:
    """Of a class of one, clean; and of one that is suspended, and one that is recommended."""
    people = after.people
    classes = [nominated([a_person(60 + number)], by=people["nominator"]) for number in range(3)]
    relay.drain()
    _clean, suspended, recommended = (each.cases.get(kind="individual") for each in classes)
    after.find(suspended)
    after.find(recommended)
    cases.suspend(case=suspended, reason="A report.", by=people["drl"])
    after.recommend(recommended)
    moved = a_class(1, by=people["nominator"], needed_by=...)["event"]
    for act, body in (("amend-event", {"event": moved | {"title": "Another"}}), ("withdraw", {})):
        clean, *others = (of_class(jana, each, act, body) for each in classes)
        for each in others:
            assert not changed(clean, each), act


def of_class(jana: Reader, nomination: Nomination, act: str, body: Any) -> dict[str, str]:
    one = f"/api/v1/nominations/{nomination.pk}/"
    with transaction.atomic():
        etag = jana.caller.get(one)["ETag"]
        told = {"call": spoken(jana.caller.post(f"{one}{act}/", body, If_Match=etag))}
        relay.drain()
        told |= {"class": jana.answer(one), "page": jana.answer(f"/nominations/{nomination.pk}/")}
        transaction.set_rollback(True)
    row = nomination.candidates.get()
    for own in (str(nomination.pk), nomination.reference, str(row.unit_case.subject_id)):
        told = {what: said.replace(own, "…") for what, said in told.items()}
    return {what: moment(without_its_data(said, row)) for what, said in told.items()}


# --- when it is told ---


def test_the_outcome_is_told_when_it_is_signed_and_not_before(after: Class, jana: Reader) -> None:
    """And so the comparisons above would have seen it. One letter tells both, in the order of the rows."""
    since = timezone.now()
    calls, pages = jana.calls(after, since), jana.pages()
    _tell()
    assert not mail.outbox
    for kind in ("withhold", "clear"):
        determination = Determination.objects.open().get(kind=kind)
        signing.approve(determination, read=determination.digest, by=after.people["approver"])
    one = f"nominations/{after.nomination.pk}/"
    assert {one, f"{one}results.csv"} < set(changed(calls, jana.calls(after, since)))
    assert {f"/{one}", "/nominations/"} < set(changed(pages, jana.pages()))
    _tell()
    [letter] = mail.outbox
    told = [line for line in str(letter.body).splitlines() if line.startswith("Row ")]
    rows = after.rows
    assert told == [f"Row {rows['withhold'].row}: Not cleared", f"Row {rows['clear'].row}: Cleared"]


def _tell() -> None:
    watch.tell_nominators()
    relay.drain()


# --- what is not there ---


def test_every_address_of_staff_is_nowhere_to_a_nominator(after: Class, jana: Reader) -> None:
    Job.objects.create(owner=after.people["drl"], kind="test")
    found = [
        (status, path)
        for address in every_address(most=3)
        for path in address.paths
        if (not is_own(address) or of_others(path, after)) and not path.startswith(EVERYBODYS)
        for status in _statuses(jana, path)
        if status != 404
    ]
    assert not found


EVERYBODYS = ("/public/", "/api/v1/public/")  # read without signing in


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


# --- time ---


def apart(size: Size, one: Callable[[], object], other: Callable[[], object]) -> float:
    """The difference of the medians of interleaved pairs, in milliseconds."""
    took: tuple[list[float], list[float]] = ([], [])
    for pair in range(PAIRS):
        for which in (0, 1) if pair % 2 else (1, 0):
            begun = time.perf_counter()
            (one, other)[which]()
            took[which].append((time.perf_counter() - begun) * 1000)
    size.note(f"{PAIRS:,} pairs, medians {median(took[0]):.2f} and {median(took[1]):.2f} ms")
    return abs(median(took[0]) - median(took[1]))


@TIMED
@pytest.mark.parametrize("name", ["suspended", "withhold", "sealed", "matched"])
def test_a_row_takes_as_long_as_a_clean_one(after: Class, jana: Reader, name: str, size: Size) -> None:
    address = f"nominations/{after.nomination.pk}/candidates/{{}}/"
    clean, other = (address.format(after.rows[each].pk) for each in ("clean", name))
    assert apart(size, lambda: jana.caller.get(other), lambda: jana.caller.get(clean)) < SAME


@TIMED
def test_a_dry_run_of_others_nominees_takes_as_long_as_of_invented_names(
    after: Class, undone: None, size: Size
) -> None:
    """What a worker does for it: the rows are checked, and compared with what was nominated before."""
    theirs = [a_person(number) for number in range(700, 705)]
    nominated(theirs, by=after.people["nominator2"], country="XB")
    by = after.people["nominator"]
    known = [*theirs, a_person(706, name={"full": "Branko Olmerin"})]
    invented = [a_person(number) for number in range(710, 716)]

    def dry_run(rows: list[dict[str, Any]]) -> list[Any]:
        draft, problems = check_nomination(a_class(rows, by=by), for_nominator(by), today())
        assert draft is not None, problems
        return resemblance.to_earlier(draft)

    assert dry_run(known) == dry_run(invented) == []
    assert apart(size, lambda: dry_run(known), lambda: dry_run(invented)) < SAME
