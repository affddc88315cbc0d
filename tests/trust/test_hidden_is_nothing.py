"""Whatever way a hidden thing is named, the answer is what it would be if there were none: as a filter, in a
body, under another's key, by another's cursor; and, in the full run, as fast."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from itertools import product
from statistics import median
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django_filters import UUIDFilter
from rest_framework import serializers
from rest_framework.relations import ManyRelatedField

from config import api
from evidence.models import Allegation
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors.acts import Act
from foundation.doors.fields import ReachRelatedField
from remediation.models import Publication, Remediation
from tests.support import cspa
from tests.support.classes import a_class, a_person
from tests.support.sizes import FULL, Size
from tests.trust.grid_asking import Answer, Asker
from tests.trust.grid_rows import CLOSED, HERE, NEAR, OWN, THERE
from tests.trust.grid_sweep import World
from units.models import CommandLink
from vetting.models import Candidate, Restriction

V1 = "/api/v1/"
# Who asks, and of which things that person reaches none.
HIDDEN_FROM = [
    ("section here", THERE),
    ("section here", NEAR),
    ("section of a second post", HERE),
    ("coordinator elsewhere", CLOSED),
    ("drl elsewhere", OWN),
    ("nominator elsewhere", HERE),
]
# What a post's people read of their whole country, and so of its other post.
OF_THE_COUNTRY = {"subject", "child", "parent", "individual", "unit", "plan", "source", "document",
                  "incident", "claim", "restriction"}  # fmt: skip
SAME = 2.0  # milliseconds between the medians
PAIRS = 2_000


class Asking:
    """One person's calls, each undone."""

    def __init__(self, world: World, who: str) -> None:
        self.asker, self.proof, self.who = Asker(), world.proofs[who], who

    def get(self, address: str) -> Answer:
        """A call; a page where it begins with a slash."""
        call = not address.startswith("/")
        return self.asker.ask("GET", V1 + address if call else address, self.proof, call=call)

    def post(self, address: str, body: Mapping[str, Any], *, undo: bool = True, **headers: str) -> Answer:
        return self.asker.ask("POST", V1 + address, self.proof, call=True, body=body, undo=undo, **headers)


def alike(ref: str, hidden: Answer, none: str, nothing: Answer) -> bool:
    """To the letter, but for the id that was sent."""
    return hidden.without({"sent": ref}) == nothing.without({"sent": none})


# --- filters ---


def filters_by_id() -> Iterator[tuple[str, str]]:
    """(list, parameter) of every list that is narrowed by the id of something."""
    for prefix, view in api.ROUTES:
        for name, each in getattr(getattr(view, "filterset_class", None), "base_filters", {}).items():
            if isinstance(each, UUIDFilter):
                yield f"{prefix}/", name


PAGE_FILTERS = [("/cases/", "queue")]


# Where a filter is not called by the kind of what it names: the list's own thing, and what that refers to.
OF_THE_LIST = {
    ("restrictions/", "subject"): ("restriction", Restriction, "subject_id"),
    ("remediations/", "subject"): ("remediation", Remediation, "subject_id"),
    ("remediations/", "restriction"): ("publication", Publication, "restriction_id"),
    ("host-notifications/", "restriction"): ("publication", Publication, "restriction_id"),
    ("publications/", "restriction"): ("publication", Publication, "restriction_id"),
    ("allegations/", "unit"): ("allegation", Allegation, "unit_id"),
    ("command-links/", "child"): ("command-link", CommandLink, "child_id"),
    ("command-links/", "parent"): ("command-link", CommandLink, "parent_id"),
    ("conflicts/", "claim"): ("allegation", Allegation, "pk"),
}


def an_id(world: World, address: str, name: str, which: str) -> str | None:
    """What a filter of this name takes: by the things there are."""
    if (address, name) not in OF_THE_LIST:
        return world.things[name].get(which)
    kind, model, of = OF_THE_LIST[address, name]
    pk = world.things[kind].get(which)
    return pk and str(getattr(model._default_manager.get(pk=pk), of))


def test_a_filter_by_what_is_hidden_finds_what_a_filter_by_nothing_finds(world: World, size: Size) -> None:
    filters = list(filters_by_id())
    assert len(filters) > 8
    wrong, calls = [], 0
    for (who, which), (address, name) in product(HIDDEN_FROM, [*filters, *PAGE_FILTERS]):
        ref = an_id(world, address, name, which)
        if ref is None or (which == HERE and who == "section of a second post" and name in OF_THE_COUNTRY):
            continue
        asking, none, calls = Asking(world, who), str(uuid.uuid4()), calls + 2
        hidden, nothing = asking.get(f"{address}?{name}={ref}"), asking.get(f"{address}?{name}={none}")
        if not alike(ref, hidden, none, nothing):
            wrong.append(f"{address}?{name}= ({which}) as {who}: {hidden.said}, {hidden.body[:200]!r}")
    size.note(f"{calls:,} calls")
    assert not wrong


def test_a_filter_by_what_is_in_reach_finds_it(world: World) -> None:
    """And so the comparison above would have seen what is there."""
    drl = Asking(world, "drl everywhere")
    empty = {
        f"{address}?{name}="
        for address, name in filters_by_id()
        if not drl.get(f"{address}?{name}={an_id(world, address, name, HERE)}").json()["results"]
    }
    assert empty == {"allegations/?individual="}  # here they are of units


def test_q_does_not_find_what_is_hidden(world: World) -> None:
    kinds = {"cases": "case", "nominations": "nomination", "remediations": "remediation"}
    found, missed = Asking(world, "drl everywhere"), Asking(world, "section here")
    for prefix, view in api.ROUTES:
        if not getattr(view, "q_fields", ()):
            continue
        there = view.model._default_manager.get(pk=world.things[kinds[prefix]][THERE])
        for q in (str(there.pk), there.reference):
            assert found.get(f"{prefix}/?q={q}").json()["results"]
            assert missed.get(f"{prefix}/?q={q}").json() == {"results": [], "next": None, "previous": None}


def test_only_auditors_everywhere_reach_an_event(world: World) -> None:
    """Not by the address alone, which is not there for others: the rows themselves are out of reach."""
    readers = {name for name, user in world.users.items() if Event.objects.visible_to(user).exists()}
    assert readers == {"auditor everywhere"}


# --- bodies ---


class Naming(NamedTuple):
    """A body that is right but for the id in it."""

    who: str
    address: str
    pointer: str  # where the id stands
    hidden: str  # the id of something that is there, out of this person's reach
    body: Any  # by the id


def namings(world: World) -> list[Naming]:
    here = {kind: ids[HERE] for kind, ids in world.things.items()}
    there = {kind: ids.get(THERE, "") for kind, ids in world.things.items()}
    coordinator, nominator, always = "coordinator here", "nominator here", {"certain": None, "possible": None}
    own = Candidate.objects.get(pk=here["candidate"])
    organisation = str(own.nomination.organisation_id)
    theirs = Candidate.objects.get(pk=there["candidate"])
    sent = {"by": own.nomination.submitted_by, "country": "XA"}
    taken = a_class(1, **sent) | {"reference": theirs.nomination.reference}

    def of_unit(ref: str) -> Any:
        return a_class([a_person(1, unit={"id": ref})], **sent)

    link, posting = f"command-links/{here['command-link']}/", f"postings/{here['posting']}/"
    event = f"lineage-events/{here['lineage-event']}/"
    row = f"nominations/{here['nomination']}/candidates/{own.pk}/"
    return [
        Naming(coordinator, "command-links/", "/child", there["unit"],
               lambda ref: {"child": ref, "parent": here["unit"], "when": always}),
        Naming(coordinator, "command-links/", "/parent", there["unit"],
               lambda ref: {"child": here["unit"], "parent": ref, "when": always}),
        Naming(coordinator, f"{link}correct/", "/changes/parent", there["unit"],
               lambda ref: {"changes": {"parent": ref}, "reason": "As read."}),
        Naming(coordinator, "postings/", "/individual", there["individual"],
               lambda ref: {"individual": ref, "unit": here["unit"], "role": "clerk", "when": always}),
        Naming(coordinator, "postings/", "/unit", there["unit"],
               lambda ref: {"individual": here["individual"], "unit": ref, "role": "clerk", "when": always}),
        Naming(coordinator, f"{posting}correct/", "/changes/unit", there["unit"],
               lambda ref: {"changes": {"unit": ref}, "reason": "As read."}),
        Naming(coordinator, "lineage-events/", "/from/0", there["unit"],
               lambda ref: {"kind": "renamed", "from": [ref], "to": [here["unit"]], "when": always}),
        Naming(coordinator, "lineage-events/", "/to/0", there["unit"],
               lambda ref: {"kind": "renamed", "from": [here["unit"]], "to": [ref], "when": always}),
        Naming(coordinator, f"{event}correct/", "/changes/to/0", there["unit"],
               lambda ref: {"changes": {"to": [ref]}, "reason": "As read."}),
        Naming("cspa here", "cspa/waivers/", "/replaces", there["waiver"],
               lambda ref: cspa.body(**{"from": f"{cspa.this_year()}-04-01", "replaces": ref})),
        Naming("section here", "checks/next/", "/queue", there["queue"], lambda ref: {"queue": ref}),
        Naming(nominator, f"{row}substitute/", "/with", there["candidate"], lambda ref: {"with": ref}),
        Naming(nominator, "nominations/", "/organisation", str(theirs.nomination.organisation_id),
               lambda ref: taken | {"organisation": ref}),
        Naming(nominator, "nominations/", "/candidates/0/unit/id", here["unit"],
               lambda ref: of_unit(ref) | {"organisation": organisation}),
        Naming(nominator, "nominations/", "/candidates/0/unit/id", str(theirs.unit_case.subject_id),
               lambda ref: of_unit(ref) | {"organisation": organisation}),
    ]  # fmt: skip


def test_a_body_that_names_what_is_hidden_is_answered_as_if_there_were_none(world: World) -> None:
    for each in namings(world):
        asking, none = Asking(world, each.who), str(uuid.uuid4())
        headers = {"Idempotency-Key": "of-a-naming", "If-Match": '"1"'}
        hidden = asking.post(each.address, each.body(each.hidden), **headers)
        nothing = asking.post(each.address, each.body(none), **headers)
        assert nothing.said == "400", (each.address, nothing.body)
        assert set(nothing.problems) == {each.pointer}, each.address
        assert alike(each.hidden, hidden, none, nothing), (each.address, each.pointer, hidden.body)


def test_a_body_may_name_nothing_of_another_country(world: World) -> None:
    """Every field of every body that names a thing: what it takes is within reach of who sends it."""
    there = {
        ids[THERE]
        for kind, ids in world.things.items()
        if kind not in ("listed-country", "event") and ids.get(THERE) not in (None, ids.get(HERE))
    }
    taken: dict[str, set[str]] = {}
    for who in ("coordinator here", "drl here", "section here", "cspa here", "nominator here"):
        request = SimpleNamespace(user=world.users[who])
        for _prefix, view in api.ROUTES:
            for act in acts_of(view):
                for name, field in related_of(act, request):
                    pks = map(str, field.get_queryset().values_list("pk", flat=True))
                    taken.setdefault(name, set()).update(there.intersection(pks))
    assert {name: ids for name, ids in taken.items() if ids} == {}
    asked = {each.pointer.rstrip("/0123456789").rpartition("/")[2] for each in namings(world)}
    assert taken.keys() >= {"incident", "citations", "document", "source", "subject", "allegations"}
    assert asked - {"id", "organisation"} <= taken.keys() | {"from", "to"}  # those two: a nomination's own


def acts_of(view: Any) -> Iterator[Act]:
    for name in ("acts", "list_acts"):
        yield from getattr(view, name, {}).values()
    if hasattr(view, "creates"):
        yield view.creates


def related_of(act: Act, request: Any) -> Iterator[tuple[str, ReachRelatedField]]:
    if act.body is not None:
        yield from _related(act.body(context={"request": request}))


def _related(body: serializers.BaseSerializer[Any]) -> Iterator[tuple[str, ReachRelatedField]]:
    body = getattr(body, "child", body)
    for name, field in getattr(body, "fields", {}).items():
        if isinstance(field, ReachRelatedField):
            if field.model is not User:  # people are named by username, to those who read the thing
                yield name, field
        elif isinstance(field, ManyRelatedField):
            yield name, field.child_relation
        elif isinstance(field, serializers.BaseSerializer):
            yield from _related(field)


@pytest.mark.parametrize(
    ("who", "address", "kind", "more"),
    [
        ("coordinator here", "cases/clear/", "case", {"basis": "As read."}),
        ("section here", "checks/complete/", "check", {"searches": []}),
    ],
)
def test_an_act_on_many_finds_the_hidden_as_little_as_the_missing(
    world: World, who: str, address: str, kind: str, more: dict[str, Any]
) -> None:
    hidden, none = world.things[kind][THERE], str(uuid.uuid4())
    answer = Asking(world, who).post(address, {"ids": [hidden, none, "no id"], **more})
    first, second, third = ({**each, "id": ""} for each in answer.json()["results"])
    assert first == second == third
    assert first["status"] == 404


# --- keys and cursors ---


def test_another_clients_key_is_nobodys(world: World) -> None:
    """Used by one, a key is to another what a fresh one is: no answer comes back, and no 422."""
    organisation = Candidate.objects.get(pk=world.things["candidate"][HERE]).nomination.organisation_id
    body = a_class(1, by=world.users["nominator here"], organisation=str(organisation))
    first, second = Asking(world, "nominator here"), Asking(world, "nominator elsewhere")
    with transaction.atomic():
        made = first.post("nominations/", body, undo=False, **{"Idempotency-Key": "taken"})
        assert made.said == "201", made.body
        again = first.post("nominations/", body, **{"Idempotency-Key": "taken"})
        assert (again.said, again.body) == (made.said, made.body)
        for sent in (body, body | {"reference": "another"}):
            taken = second.post("nominations/", sent, **{"Idempotency-Key": "taken"})
            assert taken == second.post("nominations/", sent, **{"Idempotency-Key": "fresh"})
            assert taken.said == "400"
        transaction.set_rollback(True)


def test_another_persons_cursor_is_none(world: World) -> None:
    one, other = Asking(world, "drl everywhere"), Asking(world, "drl here")
    for prefix, view in api.ROUTES:
        if not hasattr(view, "list"):
            continue
        following = one.get(f"{prefix}/?limit=1").json().get("next") if "(?P" not in prefix else None
        if following is None:
            continue
        cursor = following.partition("cursor=")[2]
        theirs = other.get(f"{prefix}/?limit=1&cursor={cursor}")
        assert theirs.said == "400", prefix
        assert theirs == other.get(f"{prefix}/?limit=1&cursor=made-up")
        assert one.get(f"{prefix}/?limit=1&cursor={cursor}").said == "200"
        assert one.get(f"{prefix}/?limit=1&cursor={cursor[:-1]}").said == "400"


# --- time ---


@pytest.mark.skipif(not FULL, reason="timed in the full run")
@pytest.mark.parametrize(
    ("method", "address", "call"),
    [
        ("GET", "/api/v1/cases/{}/", True),
        ("POST", "/api/v1/cases/{}/claim/", True),
        ("GET", "/cases/{}/", False),
        ("GET", "/api/v1/cases/?nomination={}", True),
    ],
)
def test_what_is_hidden_takes_as_long_as_nothing(
    world: World, method: str, address: str, call: bool, size: Size
) -> None:
    asker, proof = Asker(), world.proofs["section here"]
    hidden = world.things["nomination" if "?" in address else "case"][THERE]
    took: tuple[list[float], list[float]] = ([], [])
    for pair in range(PAIRS):
        for which in (0, 1) if pair % 2 else (1, 0):
            path = address.format((hidden, str(uuid.uuid4()))[which])
            begun = time.perf_counter()
            asker.ask(method, path, proof, call=call)
            took[which].append((time.perf_counter() - begun) * 1000)
    apart = median(took[0]) - median(took[1])
    size.note(f"{PAIRS:,} pairs, medians {median(took[0]):.2f} and {median(took[1]):.2f} ms")
    assert abs(apart) < SAME
