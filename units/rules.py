"""Who may record what is known, and what cannot be so. Writes nothing: raises or returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from units.models import Claim, CommandLink, LineageEnd, LineageEvent, LineageKind, Side, Subject, Unit
from units.permissions import UnitPerm
from units.spans import Span, common, holds, span


def check_can_record(user: User, country: Any) -> None:
    if not reach.holds_in_country(user, UnitPerm.CHANGE, country):
        raise NotYours(
            "Only the post coordinator or the human rights bureau records units and people of this country."
        )


def check_can_record_somewhere(user: User) -> None:
    """Before it is said of which country: whether there is any."""
    if not reach.holds_anywhere(user, UnitPerm.CHANGE, Country, Post):
        raise NotYours("Only the post coordinator or the human rights bureau records units and people.")


def check_can_record_of(user: User, subjects: Iterable[Subject]) -> None:
    for subject in subjects:
        check_can_record(user, subject.country)


def check_can_correct_claim(user: User, claim: Claim) -> None:
    check_can_record(user, claim.linked[0].country)
    if claim.superseded_by is not None:
        raise NotNow("This has been corrected since: correct the version that stands.")


def check_can_correct(user: User, subject: Subject) -> None:
    check_can_record(user, subject.country)
    if subject.provisional:
        raise NotNow(
            "This is a nominee, kept as nominated: its nominator corrects it by answering or resubmitting."
        )


def check_can_unmask(user: User, subject: Subject) -> None:
    if not reach.holds_in_country(user, UnitPerm.UNMASK, subject.country):
        raise NotYours("Only those who check people of this country can have a masked field shown.")


# --- what can be so ---


def check_not_its_own_ancestor(claim: Claim, instead_of: Claim | None = None) -> None:
    """`instead_of`: the version that this one replaces, which is not counted."""
    if not isinstance(claim, CommandLink):
        return
    links = CommandLink.objects.current().exclude(pk=instead_of.pk if instead_of else None)
    if leads_back(claim, lambda units: links.filter(child__in=units, possible__overlap=claim.possible)):
        raise Invalid(
            Problem(
                "own-ancestor",
                "This would put the unit above itself: check which is the parent, and the days.",
                "/parent",
            )
        )


def leads_back(claim: CommandLink, above: Callable[[Iterable[Any]], Iterable[CommandLink]]) -> bool:
    """Whether this link would put its unit above itself, on any one day on which all the links in between may
    hold. `above`: the links from these units to those above them."""
    fresh: dict[Any, list[Span]] = {claim.parent_id: [span(claim.possible)]}
    seen: dict[Any, list[Span]] = {}
    while fresh:
        if claim.child_id in fresh:
            return True
        for unit, stretches in fresh.items():
            seen.setdefault(unit, []).extend(stretches)
        fresh = _above(above(fresh), fresh, seen)
    return False


def _above(
    links: Iterable[CommandLink], here: dict[Any, list[Span]], seen: dict[Any, list[Span]]
) -> dict[Any, list[Span]]:
    """The units above, each with the days on which the whole way to it may hold."""
    found: dict[Any, list[Span]] = {}
    for link in links:
        for days in here[link.child_id]:
            both = common(days, span(link.possible))
            known = (*seen.get(link.parent_id, ()), *found.get(link.parent_id, ()))
            if both and not any(holds(each, both) for each in known):
                found.setdefault(link.parent_id, []).append(both)
    return found


SHAPES = {  # kind → (least and most units before, least and most after); None: any number
    LineageKind.RENAMED: ((1, 1), (1, 1)),
    LineageKind.MERGED: ((1, None), (1, 1)),
    LineageKind.SPLIT: ((1, 1), (1, None)),
    LineageKind.RESUBORDINATED: ((1, 1), (0, 1)),
    LineageKind.DISBANDED: ((1, None), (0, 0)),
    LineageKind.RECONSTITUTED: ((1, None), (1, None)),
}


BOTH_SIDES = "The same unit stands on both sides: it did not become itself."
CAME_FROM_ITSELF = "This would make a unit its own ancestor: it came from what it becomes here."


def check_lineage(
    kind: str, before: Sequence[Unit], after: Sequence[Unit], instead_of: LineageEvent | None = None
) -> None:
    """Its shape, and that no unit becomes, by this and what is on record, what it came from."""
    wrong = [*misshapen(kind, before, after), *_nominees("/from", before), *_nominees("/to", after)]
    both = {unit.pk for unit in before} & {unit.pk for unit in after}
    if both:
        wrong.append(
            Problem("own-ancestor", "The same unit stands on both sides: it did not become itself.", "/to")
        )
    elif _came_from(before, after, instead_of):
        wrong.append(
            Problem(
                "own-ancestor",
                "This would make a unit its own ancestor: it came from what it becomes here.",
                "/to",
            )
        )
    if wrong:
        raise Invalid.of(wrong)


def misshapen(kind: str, before: Sequence[Unit], after: Sequence[Unit]) -> Iterable[Problem]:
    words = LineageKind(kind).label.lower()
    for pointer, units, (least, most) in zip(
        ("/from", "/to"), (before, after), SHAPES[LineageKind(kind)], strict=True
    ):
        if len(units) < least or (most is not None and len(units) > most):
            yield Problem("wrong-number", f"“{words}” takes {_number(least, most)} here.", pointer)


def _number(least: int, most: int | None) -> str:
    if most is None:
        return "at least one unit"
    if most == 0:
        return "no unit"
    return "exactly one unit" if least else "at most one unit"


def _nominees(pointer: str, units: Iterable[Unit]) -> Iterable[Problem]:
    if any(unit.provisional for unit in units):
        yield Problem(
            "nominee",
            "A nominee is kept as nominated: name the known unit that it was judged to be.",
            pointer,
        )


def _came_from(before: Iterable[Unit], after: Iterable[Unit], instead_of: LineageEvent | None) -> bool:
    """Whatever the days: a unit that came back is recorded as a unit of its own."""
    wanted = {unit.pk for unit in before}
    events = LineageEvent.objects.current().exclude(pk=instead_of.pk if instead_of else None)
    ends = LineageEnd.objects.filter(event__in=events)
    seen: set[Any] = set()
    fresh = {unit.pk for unit in after}
    while fresh:
        if fresh & wanted:
            return True
        seen |= fresh
        going = ends.filter(side=Side.FROM, unit__in=fresh).values("event")
        fresh = set(ends.filter(side=Side.TO, event__in=going).values_list("unit_id", flat=True)) - seen
    return False
