"""Every act of every room leaves exactly one event; refused, one refusal and no other trace.

The acts are found in the code: one that acts_table.py does not have, fails. Each is done over REST and by its
page, by who may; and refused to who may not, on a thing of which it is too late, and to who read it before it
changed. One world, committed once; what each request does is rolled back.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from foundation.audit.chains import kind_of
from foundation.audit.models import Event
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import Bulk
from foundation.doors.etags import etag_of
from foundation.doors.views import ActsMixin
from tests.support import database
from tests.support.people import key
from tests.support.sizes import Size
from tests.trust import acts_table, acts_world
from tests.trust.acts_table import SEARCH, Doing
from tests.trust.acts_wayback import WAYBACK
from tests.trust.acts_world import World
from vetting.actions import checks
from vetting.models import Candidate, Check

ROOMS = ("foundation", "units", "evidence", "screening", "cspa", "vetting", "remediation", "config")
ACTS = {**acts_table.ACTS, **WAYBACK}
NO_TRACE_IN = ("audit_event", "audit_head", "doors_idempotencykey", "django_session")
REST, PAGE = "rest", "page"
DOORS = (REST, PAGE)
STALE = '"00000000000000000000000000000000"'
WAYS = ("not yours", "not now", "stale")
CODES = {"not yours": "not-yours", "not now": "not-now", "stale": "stale"}
PAGE_STATUS = (303, 403, 409, 412)  # back with a message, or a page that says why
STATUS = {"not yours": 403, "not now": 409, "stale": 412}


@pytest.fixture(scope="module")
def world(django_db_setup: database.Reset, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        made = acts_world.make()
        for name in sorted({name for each in ACTS.values() for name in (each.who, each.other)}):
            made.browser(name)
            made.call(name)
        yield made
        django_db_setup()


# --- what there is ---


@cache
def declared() -> tuple[dict[str, Act], dict[str, Bulk]]:
    """Every act in the rooms' modules, by the name it is declared under."""
    acts: dict[str, Act] = {}
    bulks: dict[str, Bulk] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if isinstance(value, Acts):
                acts |= {f"{name} {act}": each for act, each in value.items()}
            elif isinstance(value, Act):
                acts[name] = value
            elif isinstance(value, Bulk):
                bulks[name] = value
    return acts, bulks


def _modules() -> Iterator[Any]:
    for room in ROOMS:
        for each in pkgutil.walk_packages(sys.modules[room].__path__, f"{room}."):
            parts = each.name.split(".")
            if not {"migrations", "management", "__main__"} & set(parts) and parts[-1] != "wsgi":
                yield importlib.import_module(each.name)


def _viewsets(of: type) -> Iterator[type]:
    for each in of.__subclasses__():
        yield each
        yield from _viewsets(each)


def test_every_act_has_its_line_and_every_line_its_act() -> None:
    acts, bulks = declared()
    assert set(acts) - set(ACTS) == set(), (
        "Say in acts_table.py what these write, and to whom they are refused"
    )
    assert set(ACTS) - set(acts) == set()
    assert set(bulks) == set(BULKS)
    known = {id(each) for each in (*acts.values(), *(bulk.act for bulk in bulks.values()))}
    for view in _viewsets(ActsMixin):
        if not view.__module__.startswith(ROOMS):
            continue  # the tests' own
        found = [*view.acts.values(), *view.list_acts.values(), *(each.act for each in view.bulk_acts)]
        found += [view.creates] if hasattr(view, "creates") else []
        assert all(id(each) in known for each in found), view


# --- asking ---


class Rows:
    """A hash of every row of every table, but for those where a refusal may leave its trace."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """select relname from pg_class where relnamespace = 'public'::regnamespace
                   and relkind = 'r' and not relname = any(%s) order by 1""",
                [list(NO_TRACE_IN)],
            )
            self.tables = [name for (name,) in cursor.fetchall()]
        one = "select '{0}', coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {0} t"
        self.sql = " union all ".join(one.format(table) for table in self.tables)

    def __call__(self) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            return dict(cursor.fetchall())


@cache
def every_row() -> Rows:
    return Rows()


@cache
def as_made(rows: Rows) -> dict[str, str]:
    """The world's own rows: whatever a request did to them was rolled back."""
    return rows()


def words(told: Any, world: World) -> dict[str, Any]:
    return dict(told(world) if callable(told) else told)


def tag_of(thing: Any, user: Any) -> str:
    thing = type(thing)._default_manager.get(pk=thing.pk)
    return str(etag_of(thing.nomination if isinstance(thing, Candidate) else thing, user) or "")


def ask(world: World, door: str, act: str, doing: Doing, who: str, thing: Any, tag: str | None = None) -> Any:
    address = doing.rest if door == REST else doing.page
    if thing is not None:
        address = address.format(pk=thing.pk, **{"class": getattr(thing, "nomination_id", "")})
        tag = tag or tag_of(thing, world.people[who])
    if door == REST:
        return call(world, act, doing, who, address, tag)
    typed = words(doing.body if doing.form is None else doing.form, world)
    typed |= {"version": tag} if tag else {}
    return world.browser(who).post(address, typed)


def call(world: World, act: str, doing: Doing, who: str, address: str, tag: str | None) -> Any:
    caller, body = world.call(who), words(doing.body, world)
    if act == "IMPORT":
        return caller.send(address, body, **key())
    conditional = tag is not None and act not in ("INDIVIDUAL_ACTS unmask", "RECORD_LINK", "RECORD_POSTING")
    return caller.post(address, body, **({"If_Match": tag} if conditional else {}), **key())


def since(last: int) -> list[Event]:
    return list(Event.objects.filter(pk__gt=last).order_by("pk"))


def newest() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# --- each act ---


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_done_it_leaves_exactly_one_event(
    world: World, django_db_blocker: DjangoDbBlocker, act: str, door: str
) -> None:
    doing = ACTS[act]
    with django_db_blocker.unblock(), transaction.atomic():
        thing = doing.thing(world) if doing.thing else None
        if doing.before:
            doing.before(world, thing)
        last = newest()
        answer = ask(world, door, act, doing, doing.who, thing)
        events = since(last)
        transaction.set_rollback(True)
    said = (answer.status_code, answer.content[:600], [str(each) for each in events])
    assert answer.status_code in ((200, 201, 202) if door == REST else (200, 303)), said
    assert [each.actor for each in events if each.action == doing.event] == [doing.who], said
    assert {each.action for each in events} - {doing.event} == doing.also, said
    [event] = [each for each in events if each.action == doing.event]
    if doing.about:
        assert event.object_kind == doing.about, said
    else:
        assert (event.object_kind, event.object_id) == (kind_of(thing), str(thing.pk)), said


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_refused_it_leaves_a_refusal_and_no_other_trace(
    world: World, django_db_blocker: DjangoDbBlocker, act: str, door: str, size: Size
) -> None:
    doing, declared_ = ACTS[act], declared()[0][act]
    ways = ["not yours"] if door == REST or doing.other_by_page else []
    ways += ["not now"] if doing.later and (door == REST or doing.later_by_page) else []
    ways += ["stale"] if doing.thing and declared_.noun and declared_.conditional else []
    if door == PAGE and not size.full:  # the doors share their refusals: here one way of each act
        ways = [ways[sorted(ACTS).index(act) % len(ways)]] if ways else []
    with django_db_blocker.unblock():
        rows = every_row()
        for way in ways:
            with transaction.atomic():
                find = doing.later if way == "not now" else doing.thing
                thing = find(world) if find else None
                if doing.before and way != "not now":
                    doing.before(world, thing)
                before, last = rows() if doing.before else as_made(rows), newest()
                who = doing.other if way == "not yours" else doing.who
                answer = ask(world, door, act, doing, who, thing, STALE if way == "stale" else None)
                after, events = rows(), since(last)
                transaction.set_rollback(True)
            said = (way, answer.status_code, answer.content[:600], [str(each) for each in events])
            assert answer.status_code == STATUS[way] if door == REST else answer.status_code in PAGE_STATUS, (
                said
            )
            assert [(each.actor, each.details["code"]) for each in events] == [(who, CODES[way])], said
            assert events[0].action.endswith(".refused"), said
            assert events[0].details["act"] == declared_.name, said
            assert {table for table in before if before[table] != after[table]} == set(), said
    size.note(f"{len(ways)} ways, {len(rows.tables)} tables")


# --- the same to many ---


BULKS: dict[str, tuple[str, str, str, str, dict[str, Any]]] = {
    # who, other, event, REST, body
    "CLEAR_MANY": ("coordinator", "legal", "vetting.cleared", "cases/clear/", {"basis": "Nothing found."}),
    "COMPLETE_MANY": (
        "section", "coordinator", "vetting.check-completed", "checks/complete/",
        {"note": "Searched.", "searches": [SEARCH]},
    ),
    "REOPEN_MANY": ("drl", "legal", "vetting.reopened", "cases/reopen/", {"reason": "Lifted."}),
}  # fmt: skip
PAGES = {
    "CLEAR_MANY": "/my-work/clear/",
    "COMPLETE_MANY": "/my-work/finish/",
    "REOPEN_MANY": "/cases/reopen/",
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", sorted(BULKS))
def test_done_to_many_each_has_its_own_event_or_refusal(
    world: World, django_db_blocker: DjangoDbBlocker, name: str, door: str
) -> None:
    """Two it can be done to or one, and one it cannot; by somebody who may, and by somebody who may not."""
    who, other, event, _, _ = BULKS[name]
    with django_db_blocker.unblock():
        for person in (who, other):
            with transaction.atomic():
                good, bad = _many(world, name)
                last = newest()
                answer = _ask_many(world, name, door, person, [*good, *bad])
                events = since(last)
                transaction.set_rollback(True)
            done = [each.object_id for each in events if each.action == event]
            refused = [each.object_id for each in events if each.action == "vetting.refused"]
            wanted = (good, bad) if person == who else ([], [*good, *bad])
            said = (person, answer.status_code, answer.content[:600], [str(each) for each in events])
            assert (sorted(done), sorted(refused)) == (sorted(wanted[0]), sorted(wanted[1])), said
            assert {each.actor for each in events} == {person}


def _many(world: World, name: str) -> tuple[list[str], list[str]]:
    if name == "CLEAR_MANY":
        return [str(world.case("unit").pk)], [str(world.case("suspended").pk)]
    if name == "REOPEN_MANY":
        return [str(world.case("recalled").pk)], [str(world.case("suspended").pk)]
    nomination = world.case("open").nomination
    open_ = list(Check.objects.filter(case__nomination=nomination, queue__check_type="political"))
    for each in open_[:2]:
        checks.claim(check=each, by=world.people["section"])
    return [str(each.pk) for each in open_[:2]], [str(open_[2].pk)]


def _ask_many(world: World, name: str, door: str, who: str, ids: list[str]) -> Any:
    _, _, _, address, body = BULKS[name]
    if door == REST:
        return world.call(who).post(address, {"ids": ids, **body})
    typed = {key_: value for key_, value in body.items() if key_ != "searches"}
    searches = {f"searches[0].{key_}": value for key_, value in SEARCH.items()} if "searches" in body else {}
    record = {} if name == "REOPEN_MANY" else {"record": "1"}
    return world.browser(who).post(PAGES[name], {"ids": ids, **record, **typed, **searches})
