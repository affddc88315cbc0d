"""Bad bodies, sent to every call that takes one: refused in words, with a pointer, and nothing is written."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.support.classes import a_class, a_person, nominated
from tests.support.people import Caller, key, organisation, person, pointers
from tests.support.sizes import Size
from tests.trust import plain
from tests.trust.bad_bodies import AS_BYTES, WRONG, Raw, places, pointer, sample, with_wrong
from tests.trust.bad_forms import bad_forms
from tests.trust.test_contract import KEYS, OPERATIONS, PLACES, SCHEMA, World, undone, view_of
from tests.vetting.intake.builders import csv_of
from tests.vetting.test_imports import a_form, line

PARTS = SCHEMA.raw_schema["components"]["schemas"]
# Signing in counts its failures and then answers 429; it has tests of its own.
WRITES = [
    label
    for label, operation in OPERATIONS.items()
    if operation.method.upper() != "GET" and "auth/token" not in label and "import/" not in label
]
SOME = 3  # of the bodies, in a small run
# A refusal is an event, and a call's key is held while it runs.
MAY_BE_WRITTEN = re.compile(r"audit_|doors_idempotencykey")
WRITING = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield World()


class Written(list[str]):
    """The tables that are written to, whether or not it is undone again."""

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found = WRITING.match(str(sql))
        if found and not MAY_BE_WRITTEN.match(found[1]):
            self.append(found[1])
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Written]:
    written = Written()
    with undone(), connection.execute_wrapper(written):
        yield written


def send(caller: Caller, address: str, content: bytes, media_type: str = "application/json") -> Any:
    """As they are: Django's own `post` would decode them."""
    headers = {"Authorization": f"Token {caller.token}", "Idempotency-Key": key()["Idempotency_Key"]}
    return Client().generic("POST", address, content, media_type, headers=headers)


def aimed(world: World, label: str) -> tuple[Caller, str] | None:
    """Somebody who may do it just now, and the address of what they may do it to."""
    path = OPERATIONS[label].path
    if "{" not in path:
        return next(((caller, path) for caller in world.callers if _may_send(caller, path)), None)
    able = world.may_act(label)
    if not able:
        return None
    caller, thing = able[0]
    view = view_of(OPERATIONS[label])
    fields = {view.lookup_field: "pk", **view.parents}
    return caller, re.sub(r"{(\w+)}", lambda name: str(getattr(thing, fields.get(name[1], "pk"))), path)


def _may_send(caller: Caller, path: str) -> bool:
    with undone():
        return bool(send(caller, path, b'{"nosuch": 1}').status_code == 400)


# --- as bytes ---


def test_bytes_that_no_call_may_take(world: World, size: Size, seed: int) -> None:
    """A small run sends some of them to each address; which, the seed says."""
    chance, wrong, calls, unaimed = random.Random(seed), [], 0, []
    for label in WRITES:
        at = aimed(world, label)
        if at is None:
            unaimed.append(label)
            continue
        for each in AS_BYTES if size.full else chance.sample(AS_BYTES, SOME):
            calls += 1
            with watched() as written:
                response = send(*at, each.content, each.media_type)
            wrong += [f"{label}, {each.what}: {fault}" for fault in ill_answered(response, each, written)]
    size.note(f"{calls:,} calls of {len(WRITES) - len(unaimed)} addresses, {len(AS_BYTES)} bodies")
    assert not wrong, "\n".join(wrong[:30])
    assert unaimed == []


def ill_answered(response: Any, sent: Raw, written: list[str]) -> list[str]:
    if response.status_code != sent.status:
        return [f"answered {response.status_code}: {response.content[:300]!r}"]
    found = [*ill_shaped(response), *(f"wrote {table}" for table in written)]
    said = {each["code"] for each in response.json()["errors"]}
    if sent.codes and not sent.codes & said:
        found.append(f"said {said}, not {set(sent.codes)}")
    return found


def ill_shaped(response: Any) -> list[str]:
    """CONTRACT §1, and sentences for people."""
    if response["Content-Type"] != "application/problem+json":
        return [f"answered {response['Content-Type']}"]
    said = response.json()
    found = [] if set(said) == KEYS else [f"has {sorted(said)}"]
    found += [
        f"places it at {sorted(each)}"
        for each in said["errors"]
        if set(each) - {"code", "detail"} not in PLACES
    ]
    return found + plain.all_faults(said["errors"])


def test_forms_that_no_import_may_take(world: World, size: Size) -> None:
    jana = world.callers[0]
    form = a_form(jana.user, b"")
    sound = {name: value for name, value in form.items() if isinstance(value, str)}
    bad = bad_forms(sound, csv_of([line(1)]))
    size.note(f"{len(bad)} forms")
    wrong = []
    for each in bad:
        with watched() as written:
            response = send(jana, "/api/v1/nominations/import/", each.content, each.media_type)
        wrong += [f"{each.what}: {fault}" for fault in ill_answered(response, each, written)]
    assert not wrong, "\n".join(wrong)


def test_another_organisations_unit_is_no_unit(world: World) -> None:
    """By its id, in any spelling: the same words as for an id of nobody's."""
    jana, other = world.callers[0], person("nominator", at=organisation())
    unit = nominated(1, by=other).cases.get(kind="unit").subject_id
    said = []
    for sent in (str(unit), str(unit).upper(), uuid.UUID(int=7).hex, "a\0b", "x" * 200):
        body = a_class([a_person(1, unit={"id": sent})], by=jana.user)
        with watched() as written:
            response = jana.post("nominations/", body, **key())
        assert (response.status_code, list(written)) == (400, [])
        assert pointers(response)[0][0] == "/candidates/0/unit/id"
        said.append(response.json()["errors"])
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize(("rows", "status"), [(501, 413), (10_001, 413)])
def test_more_rows_than_a_call_takes(world: World, rows: int, status: int) -> None:
    jana = world.callers[0]
    body = a_class(1, by=jana.user)
    body["candidates"] = body["candidates"] * rows
    with watched() as written:
        response = jana.post("nominations/", body, **key())
    assert (response.status_code, list(written)) == (status, [])
    assert not plain.faults(response.json()["detail"])


# --- one wrong value in every place ---


def test_one_wrong_value_in_every_place_of_every_body(world: World, size: Size, seed: int) -> None:
    """A small run takes one wrong value for each place; which, the seed says."""
    chance, wrong, calls = random.Random(seed), [], 0
    for label in WRITES:
        at, body = aimed(world, label), body_of(label)
        if at is None or body is None:
            continue
        for place, kind in places(body):
            some = list(WRONG[kind].items())
            for what, value in some if size.full else [chance.choice(some)]:
                calls += 1
                with watched() as written:
                    response = send(*at, json.dumps(with_wrong(body, place, value)).encode())
                faults = ill_placed(response, pointer(place), written)
                wrong += [f"{label}, {what} at {pointer(place)}: {fault}" for fault in faults]
    size.note(f"{calls:,} calls")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:30])


def body_of(label: str) -> Any:
    kinds = OPERATIONS[label].definition.raw.get("requestBody", {}).get("content", {})
    return sample(kinds["application/json"]["schema"], PARTS) if kinds else None


def ill_placed(response: Any, at: str, written: list[str]) -> list[str]:
    """The problem stands where the wrong value does, or at what holds it."""
    if response.status_code != 400:
        return [f"answered {response.status_code}: {response.content[:300]!r}"]
    said = [each.get("pointer") or "" for each in response.json()["errors"]]
    near = [each for each in said if each.startswith(at) or at.startswith(each)]
    found = [*ill_shaped(response), *(f"wrote {table}" for table in written)]
    return found if near else [*found, f"said only of {said[:5]}"]
