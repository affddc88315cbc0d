"""No address takes a name that it did not offer: not to filter or order by, not as a field to set.

Every column of every model of ours goes to every address. A call names each as unknown; a page shows what it
shows without them; nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from tests.support.sizes import FULL, Size
from tests.trust import grid_people, grid_rows, grid_unknown
from tests.trust.grid_rows import HERE, OWN, Row
from tests.trust.grid_sweep import Asked, Sweep, World

GRID = grid_rows.read()
# One of these may do any act there is.
ACTING = ("coordinator here", "section here", "drl here", "approver here", "recommender", "nominator here",
          "legal here", "cspa everywhere", "remediation here", "publication here")  # fmt: skip
READING = ("drl everywhere", "auditor everywhere", "nominator here", "admin everywhere")
REFUSED = {"400", "303-400", "303-403", "303-409", "303-428", "403", "404", "405", "409"}
# What lists of cases and people are narrowed by on pages, and where they go on.
OFFERED = {
    "q",
    "status",
    "kind",
    "country",
    "queue",
    "level",
    "force_type",
    "page",
    "view",
    "word",
    "unit_unknown",
}
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}")
SCHEMA = "api/schema/"  # says what there is to everybody alike
ONCE = re.compile(rb'name="once" value="[^"]*"')  # a form's own key, made anew each time
ASKED_WITH = {  # what they need to be told is a parameter, and without it they answer nothing
    "api/v1/overlaps/", "api/v1/cspa/gate/", "api/v1/documents/readers/", "api/v1/incidents/readers/",
    "api/v1/compartments/{compartment}/",
}  # fmt: skip
NOT_JSON = "api/v1/nominations/import/"  # a form with a file; tests/vetting/test_imports.py asks it


def rows_of(method: str, *, call: bool) -> Iterator[Row]:
    for row in GRID.rows:
        if method in row.methods and row.call == call and "{nowhere}" not in row.address:
            yield row


def asked_by(
    sweep: Sweep, row: Row, method: str, who: Iterable[str], which: str = HERE, **more: Any
) -> Iterator[Asked]:
    for name in who:
        person = grid_people.named(name)
        if row.about == "-" or which in sweep.world.things[row.about]:
            yield sweep.ask([row], method, person, which, **more)


def the_reader(sweep: Sweep, row: Row) -> Asked | None:
    """Of those who read everything, the first whom this address shows something."""
    return next((each for each in asked_by(sweep, row, "GET", READING) if each.answer.said == "200"), None)


def test_a_call_names_every_parameter_that_it_did_not_offer(world: World, size: Size) -> None:
    sweep, wrong, unread = Sweep(GRID, world), [], set()
    for row in rows_of("GET", call=True):
        if row.address == SCHEMA:
            continue
        reader = the_reader(sweep, row)
        if reader is None:
            unread.add(row.address)
            continue
        view, action = grid_unknown.view_of(reader.path)
        names = set(grid_unknown.model_paths(view)) - grid_unknown.declared_parameters(view, action)
        for some in grid_unknown.portions(names):
            asked = sweep.ask([row], "GET", reader.person, HERE, query=urlencode(dict.fromkeys(some, "x")))
            said = asked.answer.body.decode()
            missed = [name for name in some if f"no parameter “{name[:60]}”" not in said]
            if asked.answer.said != "400" or missed:
                wrong.append(f"{asked}: takes {missed[:9]}")
    size.note(f"{sweep.calls:,} calls")
    assert not wrong
    assert unread == ASKED_WITH


def test_a_page_shows_what_it_shows_without_them(world: World, size: Size) -> None:
    sweep, wrong = Sweep(GRID, world), []
    paths = {*grid_unknown.field_names(), "subject__name__startswith", "owner__username"} - OFFERED
    for row in rows_of("GET", call=False):
        who = next((each for each in asked_by(sweep, row, "GET", READING) if each.answer.said == "200"), None)
        if who is None:  # a redirect, or one person's own
            continue
        paths = [*grid_unknown.field_names(), "subject__name__startswith", "case__owner", "owner__username"]
        asked = sweep.ask(
            [row], "GET", who.person, HERE, query=urlencode(dict.fromkeys(set(paths) - OFFERED, "x"))
        )
        if asked.answer.said != "200" or things_on(asked) != things_on(who):
            wrong.append(str(asked))
    size.note(f"{sweep.calls:,} calls")
    assert not wrong


def things_on(asked: Asked) -> list[bytes]:
    """The ids on a page, in their order."""
    return ID.findall(ONCE.sub(b"", asked.answer.body))


def test_a_call_names_every_field_that_it_did_not_offer(world: World, size: Size) -> None:
    """And writes nothing, not even for a moment: the transaction never got a number."""
    sweep, wrong = Sweep(GRID, world), []
    for row in rows_of("POST", call=True):
        if row.address == NOT_JSON:
            continue
        parts = grid_unknown.parts_of(grid_unknown.body_of(path_of(sweep, row)))
        first, *rest = grid_unknown.portions(grid_unknown.field_names(), len(parts))
        found = reached(sweep, row, ACTING, parts, first)
        if not found:
            wrong.append(f"{row.address}: nobody got as far as its body")
        for some in rest:  # by one of them
            found += reached(sweep, row, [each.person.name for each, _owed in found[:1]], parts, some)
        for each, owed in found:
            if each.answer.said != "400" or each.answer.wrote:
                wrong.append(f"{each}; wrote: {each.answer.wrote}")
            elif missed := owed - grid_unknown.named_unknown(each.answer):
                wrong.append(f"{each} does not name {sorted(missed)[:9]}")
    size.note(f"{sweep.calls:,} calls, {len(grid_unknown.field_names())} names")
    assert not wrong


def reached(
    sweep: Sweep, row: Row, who: Iterable[str], parts: dict[str, set[str]], names: list[str]
) -> list[tuple[Asked, set[str]]]:
    """Who got as far as the body (a small run takes the first), and the pointers that each must name."""
    body, owed = grid_unknown.stuffed(parts, names), grid_unknown.owed(parts, names)
    asked = (each for which in (HERE, OWN) for each in asked_by(sweep, row, "POST", who, which, body=body))
    found = ((each, owed) for each in asked if each.answer.said not in ("403", "404"))
    return list(islice(found, None if FULL else 1))


def path_of(sweep: Sweep, row: Row) -> str:
    return grid_rows.fill(row.address, {kind: ids[HERE] for kind, ids in sweep.world.things.items()})


def test_a_form_with_fields_of_no_box_does_nothing(world: World, size: Size) -> None:
    sweep, wrong = Sweep(GRID, world), []
    planted = dict.fromkeys(grid_unknown.of_no_box(), "planted")
    for number, row in enumerate(rows_of("POST", call=False)):
        some = ACTING if size.full else [ACTING[(number + at) % len(ACTING)] for at in range(4)]
        for each in asked_by(sweep, row, "POST", some, body=planted):
            if each.answer.said not in REFUSED and not each.is_as_expected:
                wrong.append(str(each))
    size.note(f"{sweep.calls:,} calls")
    assert not wrong
