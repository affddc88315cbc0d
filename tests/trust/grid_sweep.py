"""Going over the grid: every address, method, person and thing; in a short run, some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from config import demo
from foundation.accounts.models import Post, User
from tests.support import people
from tests.support.sizes import FULL
from tests.trust import grid_people, grid_rows, grid_things
from tests.trust.grid_asking import Answer, Asker, Proof
from tests.trust.grid_rows import EVERY_WHICH, HERE, HIDDEN, NONE, NOTHING, Grid, Person, Row
from tests.trust.grid_things import Things
from vetting.models import Queue

ONE_IN = 80  # of what a short run does not always ask
OTHER = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


class World(NamedTuple):
    things: Things
    proofs: dict[str, Proof]
    users: dict[str, User]


class Asked(NamedTuple):
    row: Row
    method: str
    person: Person
    which: str
    expected: str
    answer: Answer
    ids: dict[str, str]  # of what stood in the address
    path: str

    @property
    def is_as_expected(self) -> bool:
        said = self.answer.said
        return said in ("200", "204") if self.expected == "2xx" else said == self.expected

    def __str__(self) -> str:
        thing = "" if self.row.about == NOTHING else f" ({self.which})"
        return f"{self.method} /{self.row.address}{thing} as {self.person.name}: {self.answer.said}"


class Sweep:
    """Asks, and keeps what was not as it should be."""

    def __init__(self, grid: Grid, world: World) -> None:
        self.grid, self.world, self.asker = grid, world, Asker()
        self.calls = 0
        self.wrong: list[str] = []

    def look(self, rows: list[Row], method: str) -> None:
        """One address with one method: by everybody of whom it is asked, about every thing there is."""
        found = [
            self.ask(rows, method, person, which)
            for person in grid_people.PEOPLE
            for which in self._which(rows, method, person)
        ]
        self.wrong += [f"{each}, and not {each.expected}" for each in found if not each.is_as_expected]
        self.wrong += [f"{each}, but not as where there is none" for each in told_apart(found)]

    def ask(
        self,
        rows: list[Row],
        method: str,
        person: Person,
        which: str,
        *,
        query: str = "",
        body: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> Asked:
        self.calls += 1
        row = grid_rows.row_for(rows, method) or rows[0]
        named = {kind: found for kind, found in self.world.things.items() if f"{{{kind}}}" in row.address}
        ids = {kind: found.get(which, found[HERE]) for kind, found in named.items()}
        path, proof = grid_rows.fill(row.address, ids), self.world.proofs[person.name]
        asked = f"{path}?{query}" if query else path
        answer = self.asker.ask(method, asked, proof, call=row.call, body=body, **headers)
        expected = self.grid.expected(rows, method, person, which)
        return Asked(row, method, person, which, expected, answer, ids, path)

    def _which(self, rows: list[Row], method: str, person: Person) -> list[str]:
        """Of which things this person is to ask, here first."""
        row = grid_rows.row_for(rows, method)
        if method in OTHER or row is None:  # no matter of which thing
            return [HERE] if person.name in (grid_people.SOME if FULL else grid_people.FEW) else []
        drawn = FULL or _draw(person, row, method)
        always = [HERE] if person.name in grid_people.ALWAYS else []
        if row.about == NOTHING or not grid_rows.is_known(person, row):
            return [HERE] if drawn or always else []
        nearby = grid_people.NEXT_DOOR.get(person.name, ())
        if row.call or method == "POST":  # pages take long to read
            nearby += grid_people.NEARBY.get(person.name, ())
        wanted = EVERY_WHICH if drawn else [*always, *nearby]
        return [which for which in wanted if which in self.world.things[row.about]]


def told_apart(found: list[Asked]) -> Iterator[Asked]:
    """Hidden things whose answer is not, to the letter, what the same person gets where there is nothing."""
    nothing = {each.person: each.answer.without(each.ids) for each in found if each.which == NONE}
    for each in found:
        if each.answer.said == HIDDEN and each.answer.without(each.ids) != nothing.get(
            each.person, each.answer.without(each.ids)
        ):
            yield each


def _draw(person: Person, row: Row, method: str) -> bool:
    """The same ones each time, so that a failure comes again."""
    return crc32(f"{person.name} {method} {row.address}".encode()) % ONE_IN == 0


def addresses(
    grid: Grid, part: str, wanted: Callable[[list[Row], str], bool]
) -> Iterator[tuple[list[Row], str]]:
    """(an address' rows, a method) of the calls or of the pages."""
    for rows in grid.by_address().values():
        for method in grid_rows.METHODS:
            if rows[0].call == (part == "calls") and wanted(rows, method):
                yield rows, method


def make_world() -> World:
    """Committed; whoever calls this puts the database back."""
    places = demo.load_places()
    morvania, talmara = places["country XA"], places["country XB"]
    second = Post.objects.create(country=morvania, name="Zavod consulate")
    for check_type in ("political", "consular"):
        Queue.objects.create(check_type=check_type, post=second, name=f"{check_type} section, Zavod")
    places |= {
        "XA": morvania,
        "XB": talmara,
        "second post XA": second,
        "second organisation XA": people.organisation("Second Institute", "XA"),
    }
    who = demo.load_people(places)
    users = grid_people.make(places)
    return World(grid_things.make(who, places, users), grid_people.prove(users), users)
