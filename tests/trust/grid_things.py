"""What is asked about: a thing of each kind here, somebody's own, one of the country's other post, one there,
one here whose work is over, and none."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from foundation.accounts.models import Country, Post, User
from foundation.audit.models import Event
from foundation.doors import jobs
from foundation.outbox import relay
from foundation.refused import Problem
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.dated import days
from foundation.sources.models import Law
from screening.models import Match
from tests.support.classes import a_person, a_unit, nominated
from tests.support.evidence import credible
from tests.trust import room_things
from tests.trust.grid_rows import CLOSED, HERE, NEAR, NONE, OWN, THERE
from units import actions as units
from units.models import CommandLink, Individual, Level, LineageEvent, Posting, Unit
from vetting import imports, kept_files
from vetting.actions import cases, checks, decide, nominator, restrict
from vetting.models import Nomination, Queue, RoutingRule

Things = dict[str, dict[str, str]]  # kind → which → id
MARKED = {"XA": "Branko Olmerin", "XB": "Selim Hadravi"}
NEARLY = {"XA": "Branka Olmerin", "XB": "Selima Hadravi"}
NO_YEAR = {"list-year": "1999", "listed-country": "QQ"}
FILE: dict[str, Any] = {"form": {}, "date_order": "ymd", "what": "check", "columns": None}


def make(demo: Mapping[str, User], places: Mapping[str, Any], users: Mapping[str, User]) -> Things:
    """`demo` are those who bring it about; `users` those who ask, and own some of it."""
    found: Things = {}
    _reference(found)
    for which, code, number, by, owner in (
        (HERE, "XA", 301, demo["nominator"], users["nominator here"]),
        (THERE, "XB", 302, demo["nominator2"], users["nominator elsewhere"]),
    ):
        _put(found, which, **_register(places[code], demo["drl"]))
        _put(found, which, **room_things.of_evidence(places[code], demo["drl"]))
        _put(found, which, **room_things.of_the_gate(places[code], demo["cspa"], demo["approver"]))
        _put(found, which, **_class(code, number, by))
        _put(found, which, **_jobs(owner))
        _put(found, which, determination=_recommended(code, number + 2, by, users["recommender"]))
        _put(found, which, queue=Queue.objects.get(check_type="political", post=places[f"post {code}"]))
        _put(found, which, **room_things.of_the_way_back(code, dict(demo)))
    _closed(found, demo, users)
    _own(found, users)
    _near(found, places["second post XA"], demo, users)
    _put(found, HERE, event=Event.objects.order_by("pk")[0])
    _put(found, THERE, event=Event.objects.order_by("-pk")[0])
    for kind in found:
        found[kind][NONE] = _none(kind)
    return found


def _put(found: Things, which: str, **things: Any) -> None:
    for kind, thing in things.items():
        found.setdefault(kind.replace("_", "-"), {})[which] = str(thing.pk)


def _none(kind: str) -> str:
    return {"program": "NONE", "event": "987654321", **NO_YEAR}.get(kind) or str(uuid.uuid4())


def _reference(found: Things) -> None:
    found["program"] = {HERE: "INCLE"}
    found["nowhere"] = {HERE: "nowhere/"}
    _put(found, HERE, routing_rule=RoutingRule.objects.order_by("pk")[0])


def _register(country: Country, by: User) -> dict[str, Any]:
    """A known unit under another, somebody posted there, and somebody restricted."""
    above, unit = (
        units.record(
            subject=Unit(country=country, level=Level.REGIMENT),
            names=[units.Called(f"{number} {country.name} Rifles")],
            by=by,
        )
        for number in ("1st", "2nd")
    )
    person, marked = (
        units.record(subject=Individual(country=country), names=[units.Called(name)], by=by)
        for name in (f"Ostap {country.name}in", MARKED[country.code])
    )
    always = days(None, None)
    dated = {"certain": None, "possible": always}
    return {
        "unit": unit,
        "individual": person,
        "command_link": units.link(claim=CommandLink(child=unit, parent=above, **dated), by=by),
        "posting": units.link(claim=Posting(individual=person, unit=unit, role="clerk", **dated), by=by),
        "lineage_event": units.record_lineage(
            event=LineageEvent(kind="split", **dated), before=[above], after=[unit], by=by
        ),
        "restriction": restrict.impose(
            subject=marked, law=Law.STATE_LEAHY, includes_subunits=False, cause=None, by=by
        ),
    }


def _nominated(code: str, by: User, number: int, **changes: Any) -> Nomination:
    unit = a_unit(number, name=f"{number}th {code} Guard")
    nomination = nominated([a_person(number, unit=unit, **changes)], by=by, country=code)
    relay.drain()
    return nomination


def _class(code: str, number: int, by: User, born: str = "1985-03-09") -> dict[str, Any]:
    """A class of one who nearly bears the restricted subject's name; in review."""
    nomination = _nominated(code, by, number, name={"full": NEARLY[code]}, date_of_birth=born)
    case = nomination.cases.get(kind="individual")
    return {
        "nomination": nomination,
        "candidate": nomination.candidates.get(),
        "case": case,
        "check": case.checks.get(queue__check_type="political"),
        "match": Match.objects.standing().get(nominee=case.subject_id),
    }


def _recommended(code: str, number: int, by: User, recommender: User) -> Determination:
    nomination = _nominated(code, by, number)
    case = nomination.cases.get(kind="individual")
    return decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=credible(case.subject, recommender),
        by=recommender,
    )


def _closed(found: Things, demo: Mapping[str, User], users: Mapping[str, User]) -> None:
    """A class that was withdrawn, and a determination that was approved."""
    nomination = _nominated("XA", demo["nominator"], 305)
    nominator.withdraw(nomination=nomination, by=demo["nominator"])
    case = nomination.cases.get(kind="individual")
    check = case.checks.get(queue__check_type="political")
    _put(found, CLOSED, nomination=nomination, candidate=nomination.candidates.get(), case=case, check=check)
    signed = _recommended("XA", 306, demo["nominator"], users["recommender"])
    signing.approve(signed, read=signed.digest, by=demo["approver"])
    _put(found, CLOSED, determination=signed)
    relay.drain()


def _own(found: Things, users: Mapping[str, User]) -> None:
    """A class that one nominator sent in person, a check and a case that somebody took, and a
    recommendation of theirs."""
    section, drl = users["section here"], users["drl here"]
    own = _class("XA", 307, users["nominator here"], born="1986-04-10")
    checks.claim(check=own["check"], by=section)
    cases.claim(case=own["case"], by=drl)
    recommended = _recommended("XA", 308, users["nominator here"], drl)
    del own["match"]  # nobody's own
    _put(found, OWN, determination=recommended, **own)


def _near(found: Things, post: Post, demo: Mapping[str, User], users: Mapping[str, User]) -> None:
    """The same of the country's other post: the one that comes first by its name gets what is nominated."""
    Post.objects.filter(pk=post.pk).update(name="Consulate Zavod")
    near = _class("XA", 309, demo["nominator"], born="1987-05-11")
    assert near["case"].post_id == post.pk
    queue = Queue.objects.get(check_type="political", post=post)
    determination = _recommended("XA", 310, demo["nominator"], demo["drl"])
    _put(found, NEAR, determination=determination, queue=queue, **near)


def _jobs(owner: User) -> dict[str, Any]:
    """An import whose rows were refused, and a file kept between the steps of its upload."""
    asked = {"filename": "class.csv", "mode": "all", "dry_run": False, **FILE}
    job = jobs.queue(kind=imports.KIND, owner=owner, options=asked)
    job.attach("refused.csv", b"row,reason\r\n1,none\r\n")
    job.refuse([Problem("required", "Name: give one.", row=1, column="name")])
    kept = kept_files.keep(
        content=b"their name,their rank\r\nA,B\r\n", filename="class.csv", said=FILE, by=owner
    )
    return {"job": job, "import": job, "kept": kept}
