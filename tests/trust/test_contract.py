"""The whole REST side, called from its own schema with what nobody thought of, as several people.

Each call is made on the things of one world, and undone. What must hold of every answer: no fault of ours,
no status, header or shape that the schema does not name, every error as the contract has it, every effect
one that Postgres would commit and the workers can follow up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, models
from django.db.models.expressions import RawSQL
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pytest_django.plugin import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi import checks as conforms

from config import demo, demo_cspa, demo_wayback
from config.wsgi import application
from foundation.accounts.models import User
from foundation.doors.jobs import Job
from foundation.outbox import relay
from foundation.outbox.models import Delivery
from foundation.refused import Refused
from tests.support.calls import Caller
from tests.support.classes import a_class, a_person, case_at, nominated
from tests.support.sizes import FULL, Size
from tests.support.undone import undone
from tests.support.world import SEARCH
from tests.trust import room_things
from units.models import Individual, Unit
from vetting.actions import cases, checks
from vetting.models import Candidate, Case, Check

AS = (
    "nominator", "section", "coordinator", "drl", "legal", "approver", "remediation", "publication", "cspa",
    "admin",
)  # fmt: skip
# Examples for each operation: what its schema takes, and what it does not.
EXAMPLES = {GenerationMode.POSITIVE: 60 if FULL else 5, GenerationMode.NEGATIVE: 40 if FULL else 4}
MADE: Counter[str] = Counter()  # calls of each operation, in this process
ALWAYS = 10  # in ten
KEYS = {"type", "title", "status", "detail", "errors"}
PLACES: tuple[set[str], ...] = ({"pointer"}, {"row"}, {"row", "column"}, {"column"}, set())
CHECKS = [
    not_a_server_error,
    conforms.status_code_conformance,
    conforms.content_type_conformance,
    conforms.response_headers_conformance,
    conforms.response_schema_conformance,
]
STATES = ("cleared", "recalled", "returned", "rfi", "suspended", "withhold-recommended")
SCHEMA = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
FOUND: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
OPERATIONS = {operation.label: operation for operation in FOUND}


# --- the world, and its undoing ---


class World:
    """The demo's people with a class in every state, and what makes sense for each name that a body has."""

    def __init__(self) -> None:
        places = demo.load_places()
        people = demo.load_people(places)
        demo_cspa.load(people)
        demo_wayback.load(people)
        for country in (places["country XA"], places["country XB"]):
            room_things.of_evidence(country, people["drl"])
            room_things.more(people, country)
        room_things.of_the_gate(places["country XA"], people["cspa"], people["approver"])
        for status in STATES:
            case_at(status, people)
        demo.load_register(people["drl"])
        demo.load_class(people["nominator"])
        nominated([a_person(8), a_person(9, role="alternate")], by=people["nominator"])
        relay.drain()
        checks.claim_next(by=people["section"])
        cases.claim(case=Case.objects.filter(status="in-review")[0], by=people["drl"])
        self.callers = [Caller(people[username]) for username in AS]
        self.sensible = sensible(a_class(2, by=people["nominator"]))
        self.may_act = cache(self._may_act)

    def _may_act(self, label: str) -> list[tuple[Caller, Any]]:
        """Some of those who may do it just now, each with a thing they may do it to."""
        view, name = view_of(OPERATIONS[label]), label.split("/")[-2]
        act = getattr(view, "acts", {}).get(name)
        if act is None:
            creates = getattr(view, "creates", None)
            return [(each, None) for each in self.callers if creates is None or may(creates, each.user)]
        things = as_written(view.model._default_manager.all())
        seen = [
            (caller, ids_of(things.model._default_manager.visible_to(caller.user))) for caller in self.callers
        ]
        pairs = ((caller, thing) for thing in things for caller, their in seen if thing.pk in their)
        return list(islice((pair for pair in pairs if may(act, pair[0].user, pair[1])), 3))


def sensible(body: dict[str, Any]) -> dict[str, list[Any]]:
    """By the name of a field; more than one where it stands for several kinds of thing."""
    said = ("reason", "basis", "note", "question", "answer", "title", "role", "rank")
    units = ids(Unit.objects.all())
    return {
        **{name: [value] for name, value in body.items()},
        **dict.fromkeys(said, ["As read."]),
        **dict.fromkeys(("name", "full", "text"), ["Ada Marrow", {"full": "Ada Marrow"}]),
        "parts": [["Ada", "Marrow"]],
        **dict.fromkeys(("unit", "child", "parent"), units),
        **dict.fromkeys(("allegations", "notes", "citations", "aliases"), [[]]),
        "individual": ids(Individual.objects.all()),
        "ids": [ids(Case.objects.all())[:4], ids(Check.objects.all())[:4], units[:1]],
        "with": ids(Candidate.objects.filter(role="alternate")),
        "username": list(AS),
        "password": [demo.PASSWORD],
        "names": [["Ada Marrow"], []],
        "nationality": ["XA"],
        "date_of_birth": ["1980", "1980-03", "1980-03-09"],
        "fields": [["date_of_birth"], []],
        "searches": [[SEARCH]],
        "when": [{"certain": None, "possible": {"from": "2019-01-01", "to": None}}],
        "changes": [{"rank": "Major"}, {"date_of_birth": "1981"}, {"level": "post"}, {"kind": "operational"}],
        "file": [b"kind,name,unit\nindividual,Ada Marrow,3rd Company\n"],
    }  # fmt: skip


def ids(things: models.QuerySet[Any]) -> list[str]:
    return [str(pk) for pk in as_written(things).values_list("pk", flat=True)]


def as_written(things: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """In the order of the rows on their pages: the same in every run, as no order of ids is."""
    return things.order_by(RawSQL(f"{things.model._meta.db_table}.ctid", ()))


def ids_of(things: models.QuerySet[Any]) -> set[Any]:
    return set(things.values_list("pk", flat=True))


def may(act: Any, user: User, thing: Any = None) -> bool:
    try:
        act.check(user, thing)
    except Refused:
        return False
    return True


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all the calls of this file, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), undone():
        yield World()


@contextmanager
def one_connection() -> Iterator[None]:
    """As Django's own test client does: the end of a request leaves the test's transaction alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# --- the calls ---


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", EXAMPLES, ids=["sound", "unsound"])
def test_every_call_is_answered_as_its_schema_says(
    world: World, label: str, mode: GenerationMode, seed: int
) -> None:
    @given(case=drawn_anew(OPERATIONS[label].as_strategy(generation_mode=mode)), chance=st.data())
    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=not FULL,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call_it(case: schemathesis.Case, chance: st.DataObject) -> None:
        able = aim(case, world, chance)
        with undone():
            check(case, able)
        if mode is GenerationMode.POSITIVE:
            with undone():
                check(case, chance.draw(st.sampled_from(world.callers)), has_read=chance.draw(st.booleans()))

    nothing_to_get_wrong = [Unsatisfiable] if mode is GenerationMode.NEGATIVE else []
    with suppress(*nothing_to_get_wrong):
        hypothesis.seed(seed)(call_it)() if FULL else call_it()


@st.composite
def drawn_anew(draw: st.DrawFn, cases: st.SearchStrategy[schemathesis.Case]) -> schemathesis.Case:
    """Some bodies with a file in them the tool makes and then cannot weigh itself; another is drawn."""
    try:
        return draw(cases)
    except ValueError as error:
        if "Unsupported type: 'Binary'" not in str(error):
            raise
        hypothesis.reject()


def test_no_operation_was_left_out(size: Size, seed: int) -> None:
    """Of those that this process was given."""
    size.note(f"{MADE.total():,} calls of {len(MADE)} operations")
    assert MADE
    assert not set(MADE) - set(OPERATIONS)


def aim(case: schemathesis.Case, world: World, chance: st.DataObject) -> Caller:
    """At somebody who may do it, and a thing it may be done to; now and then at any, or at none."""
    caller, thing = world.callers[0], None
    if able := world.may_act(case.operation.label):
        caller, thing = chance.draw(st.sampled_from(able))
    aimed = chance.draw(st.integers(0, 7))
    if case.path_parameters and aimed:
        case.path_parameters = address_of(thing if aimed > 1 else None, case, chance)
    if case.body is not NOT_SET:
        often = chance.draw(st.sampled_from([0, 5, ALWAYS, ALWAYS]))
        case.body = with_sense(case.body, world.sensible, chance, often)
    return caller


def address_of(thing: Any, case: schemathesis.Case, chance: st.DataObject) -> dict[str, Any]:
    view = view_of(case.operation)
    if thing is None:
        there = list(as_written(view.model._default_manager.all())[:20])
        thing = chance.draw(st.sampled_from(there)) if there else None
    fields = {view.lookup_field: "pk", **view.parents}
    return {
        name: str(getattr(thing, fields.get(name, "pk"), made_up))
        for name, made_up in case.path_parameters.items()
    }


def view_of(operation: Any) -> Any:
    """The view that answers an operation of the schema."""
    func: Any = resolve(operation.path.replace("{", "").replace("}", "")).func
    return getattr(func, "cls", func)


def with_sense(body: Any, sensible: dict[str, list[Any]], chance: st.DataObject, often: int) -> Any:
    """The body with some of its values replaced by sensible ones of the same type: `often` times in ten."""
    if isinstance(body, list):
        return [with_sense(each, sensible, chance, often) for each in body]
    if not isinstance(body, dict):
        return body
    return {name: _sense(name, value, sensible, chance, often) for name, value in body.items()}


def _sense(name: str, value: Any, sensible: dict[str, list[Any]], chance: st.DataObject, often: int) -> Any:
    if often == ALWAYS and isinstance(value, str) and not value.isprintable():
        value = "As read."
    fit = [each for each in sensible.get(name, ()) if type(each) is type(value)]
    if fit and chance.draw(st.integers(1, 10)) <= often:
        return chance.draw(st.sampled_from(fit))
    return with_sense(value, sensible, chance, often)


def check(case: schemathesis.Case, caller: Caller, *, has_read: bool = True) -> None:
    """One call, with the ETag of what it is aimed at where they have read it, else one made up."""
    headers = {"Authorization": f"Token {caller.token}"}
    if has_read and "If-Match" in (case.headers or {}):
        thing = case.formatted_path.rstrip("/").rpartition("/")[0] + "/"
        headers["If-Match"] = caller.get(thing).get("ETag") or '"1"'
    if "Idempotency-Key" in (case.headers or {}):
        headers["Idempotency-Key"] = case.id
    MADE[case.operation.label] += 1
    with one_connection():
        response = case.call(app=application, headers=headers)
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        check_problem(response)
    elif case.method == "POST":
        check_effects()


def check_problem(response: schemathesis.Response) -> None:
    """CONTRACT §1."""
    assert response.headers["content-type"] == ["application/problem+json"]
    said = response.json()
    assert set(said) == KEYS, said
    assert said["status"] == response.status_code
    assert all(isinstance(said[name], str) and said[name] for name in ("type", "title", "detail"))
    for each in said["errors"]:
        assert each["code"] and each["detail"]
        assert set(each) - {"code", "detail"} in PLACES, each


def check_effects() -> None:
    """Postgres would commit it, and the workers can follow it up."""
    connection.check_constraints()
    relay.drain()
    assert not Delivery.objects.exclude(last_error="").values_list("subscriber", "last_error")
    assert not Job.objects.filter(state=Job.State.FAILED)
