"""Reading grid.txt: who there is, what reaches what, and what each address should answer to one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("grid.txt")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HERE, OWN, NEAR, THERE, CLOSED, NONE = "here", "own", "near", "there", "closed", "none"
EVERY_WHICH = (HERE, OWN, NEAR, THERE, CLOSED, NONE)
EVERYWHERE = "everywhere"
NOTHING = "-"
HIDDEN = "404"
TAKEN = ("case", "check")  # what one person has at a time: to everybody's claim, taken is like over
# Where things are. A post of the same country is no reason to reach a case of the embassy, nor the embassy's
# people one of that post.
PLACES = {
    HERE: {"country": {"XA"}, "post": {"post XA"}, "organisation": {"organisation XA"},
           "post-of-country": {"post XA", "second post XA"}},
    NEAR: {"country": {"XA"}, "post": {"second post XA"}, "organisation": {"organisation XA"},
           "post-of-country": {"post XA", "second post XA"}},
    THERE: {"country": {"XB"}, "post": {"post XB"}, "organisation": {"organisation XB"},
            "post-of-country": {"post XB"}},
}  # fmt: skip


class Held(NamedTuple):
    role: str
    at: str  # "XA", "post XA", "organisation XA", or everywhere


@dataclass(frozen=True)
class Person:
    """Somebody who asks: which roles where, and with what they prove who they are."""

    name: str
    held: tuple[Held, ...] = ()
    session: bool = True
    token: bool = True
    valid: bool = True  # a session or token that ran out, or somebody disabled, proves nothing
    owns: frozenset[tuple[str, str]] = frozenset()  # (kind of thing, which)


@dataclass(frozen=True)
class Row:
    methods: tuple[str, ...]
    address: str
    about: str
    answers: tuple[tuple[str, str], ...]
    call: bool  # else a page


@dataclass
class Grid:
    who: dict[str, set[str]] = field(default_factory=dict)
    reach: dict[str, set[str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def by_address(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.address, []).append(row)
        return found

    def expected(self, rows: list[Row], method: str, person: Person, which: str) -> str:
        """What this person is answered at an address (all its rows), asked with this method of that thing."""
        row = row_for(rows, method)
        for_all = [answer for who, answer in row.answers if who == "everyone"] if row else _for_all(rows)
        if not is_known(person, rows[0]):
            return for_all[0] if for_all else ("401" if rows[0].call else "sign-in")
        if row is None:
            return "405" if self._has_to_do(rows, person) else HIDDEN
        if row.about != NOTHING and which == NONE:
            return HIDDEN
        answer = self._answer(row, person, which)
        now, _, later = answer.partition("/")
        over = which == CLOSED or (which == OWN and row.about in TAKEN)
        return later if later and over else now

    def _answer(self, row: Row, person: Person, which: str) -> str:
        roles = self._roles(row.about, person, which)
        for who, answer in row.answers:
            if who in ("everyone", "signed-in"):
                return answer
            if who == "owner" and (row.about, which) in person.owns:
                return answer
            if roles & self.who.get(who, {who}):
                return answer
        return HIDDEN

    def _roles(self, about: str, person: Person, which: str) -> set[str]:
        """The roles that this person holds at places from which the thing is reached."""
        ways = self.reach.get(about, set())
        if about == NOTHING or "anywhere" in ways:
            of_all = {f"{each.role}-everywhere" for each in person.held if each.at == EVERYWHERE}
            return of_all | {each.role for each in person.held}
        at = {EVERYWHERE}.union(*(PLACES[which if which in PLACES else HERE].get(way, set()) for way in ways))
        return {each.role for each in person.held if each.at in at}

    def _has_to_do(self, rows: list[Row], person: Person) -> bool:
        """A page's method is refused before it is asked who is there; a call that is nothing to somebody is
        not there whatever the method."""
        named = {who for row in rows for who, _ in row.answers}
        if not rows[0].call or named & {"everyone", "signed-in", "owner"} - self._owned_reads(rows):
            return True
        roles = {each.role for each in person.held}
        return any(roles & self.who.get(who, {who}) for who in named)

    def _owned_reads(self, rows: list[Row]) -> set[str]:
        """Where roles are named besides an owner, the roles decide."""
        others = {who for row in rows for who, _ in row.answers} - {"owner"}
        return {"owner"} if others else set()


def is_known(person: Person, row: Row) -> bool:
    return person.valid and (person.token or person.session if row.call else person.session)


def row_for(rows: list[Row], method: str) -> Row | None:
    """A call's HEAD is its GET."""
    for row in rows:
        if method in row.methods or "ANY" in row.methods:
            return row
        if row.call and method == "HEAD" and "GET" in row.methods:
            return row
    return None


def _for_all(rows: list[Row]) -> list[str]:
    return ["405" for row in rows for who, _ in row.answers if who == "everyone"]


# --- the file ---


def read() -> Grid:
    grid, section = Grid(), ""
    for line in FILE.read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and section in ("who", "reach"):
            _define(grid.who if section == "who" else grid.reach, line, of_each=section == "reach")
        elif line:
            grid.rows.append(_row(line, call=section == "calls"))
    return grid


def _define(into: dict[str, set[str]], line: str, *, of_each: bool) -> None:
    names, _, meaning = line.partition("=")
    for name in names.split():
        into[name] = into.get(name, set()) | set(meaning.split())
    assert of_each or len(names.split()) == 1, line


def _row(line: str, *, call: bool) -> Row:
    words = line.split()
    methods = [word for word in words if word in (*METHODS, "ANY")]
    address, about, *answers = words[len(methods) :]
    pairs = tuple(tuple(each.split(":", 1)) for each in answers)
    assert pairs and all(len(pair) == 2 for pair in pairs), line
    return Row(tuple(methods), "" if address == "/" else address, about, pairs, call)  # type: ignore[arg-type]


def fill(address: str, things: Mapping[str, str]) -> str:
    """`/cases/{case}/` with the ids of these things."""
    for name, ref in things.items():
        address = address.replace(f"{{{name}}}", ref)
    return f"/{address}"
