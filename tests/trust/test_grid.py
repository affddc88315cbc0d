"""Every address × method × person × thing: what is answered is what grid.txt says, and tells nothing more.

The grid is generated from the URLconf and the routers: an address without a row fails. Hidden and nonexistent
are one answer. One world, committed once; each call is rolled back. A short run asks some of it, and the full
one all of it.
"""

from __future__ import annotations

import pytest

from config import roles
from tests.support.sizes import Size
from tests.trust import grid_people, grid_rows
from tests.trust.grid_addresses import every_address
from tests.trust.grid_rows import HERE, NOTHING, row_for
from tests.trust.grid_sweep import OTHER, Sweep, World, addresses

GRID = grid_rows.read()
SHOWN = 60  # deviations named in a failure; the rest are counted
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
BOTH = pytest.mark.parametrize("part", ["calls", "pages"])


def check(sweep: Sweep, size: Size) -> None:
    size.note(f"{sweep.calls:,} calls")
    more = len(sweep.wrong) - SHOWN
    told = [*sweep.wrong[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
    assert not sweep.wrong, f"{len(sweep.wrong)} deviations:\n" + "\n".join(told)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    rows = {row.address for row in GRID.rows}
    there = every_address()
    assert there - rows == set(), "Write what these answer, and to whom, in grid.txt"
    assert rows - there == set(), "These are no longer there"


def test_every_row_names_what_there_is() -> None:
    known = {who for row in GRID.rows for who, _ in row.answers}
    held = {f"{role}{how}" for role in roles.ROLES for how in ("", "-everywhere")}
    assert known - set(GRID.who) - held == {"everyone", "signed-in", "owner"}
    assert {row.about for row in GRID.rows} - {NOTHING} == set(GRID.reach)
    assert {role for group in GRID.who.values() for role in group} <= set(roles.ROLES)


@BOTH
def test_each_answer_is_what_the_grid_says_and_hidden_is_like_nonexistent(
    world: World, part: str, size: Size
) -> None:
    sweep = Sweep(GRID, world)
    for rows, method in addresses(GRID, part, lambda rows, method: method in ("GET", "POST")):
        if row_for(rows, method):
            sweep.look(rows, method)
    check(sweep, size)


@BOTH
def test_a_method_without_a_row_does_nothing(world: World, part: str, size: Size) -> None:
    sweep = Sweep(GRID, world)
    for rows, method in addresses(
        GRID, part, lambda rows, method: method in OTHER or not row_for(rows, method)
    ):
        sweep.look(rows, method)
    check(sweep, size)


@BOTH
@pytest.mark.parametrize(("method", "other"), [("GET", "POST"), ("GET", "DELETE"), ("POST", "PUT")])
def test_a_header_makes_no_other_method_of_a_request(
    world: World, part: str, method: str, other: str, size: Size
) -> None:
    sweep = Sweep(GRID, world)
    headers = dict.fromkeys(OVERRIDES, other)
    for rows, each in addresses(GRID, part, lambda rows, each: row_for(rows, each) is not None):
        if each == method:
            asked = sweep.ask(rows, method, grid_people.named("drl everywhere"), HERE, **headers)
            sweep.wrong += [] if asked.is_as_expected else [f"{asked} under a header, not {asked.expected}"]
    check(sweep, size)
