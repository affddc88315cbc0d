"""How long it takes to hold one person against every incident: 5,000 units, 20,000 postings, 2,000 incidents.

    python -m bench.alone bench.overlaps

Invented units under one another in five levels, with dated links (a tenth of them moved once), one in twenty
renamed; four thousand people with five postings each; an allegation for each incident. Times are of this
machine, in one process, without a web server between.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import config.wsgi  # noqa: F401  as the web server has it
from config import demo
from evidence.models import Allegation, Incident
from evidence.overlap import overlaps
from foundation.accounts.models import User
from foundation.sources.dated import days
from units.actions import Called, Recorded, many
from units.models import CommandLink, Individual, LineageEvent, LineageKind, Posting, Unit

UNITS, PEOPLE, POSTINGS_EACH, INCIDENTS, BRANCH = 5_000, 4_000, 5, 2_000, 8
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2025, 12, 31)
ROUNDS = 10


def main() -> None:
    logging.disable(logging.INFO)  # a line a request
    demo.load()
    draw = random.Random(7)
    units, people = build(draw)
    drl = User.objects.get(username="drl")
    report("one of the rank and file", lambda: overlaps([people[-1].pk], drl, country="XA"))
    report("who commanded a brigade", lambda: overlaps([people[1].pk], drl, country="XA"))
    report("who commanded everything", lambda: overlaps([people[0].pk], drl, country="XA"))
    client = signed_in(drl)
    report("the same by REST", lambda: rest(client, people[0]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    report("who commanded everything, after ANALYZE", lambda: overlaps([people[0].pk], drl, country="XA"))
    assert len(units) == UNITS


def build(draw: random.Random) -> tuple[list[Unit], list[Individual]]:
    start = time.monotonic()
    units = [Unit(country_id="XA") for _ in range(UNITS)]
    people = [Individual(country_id="XA") for _ in range(PEOPLE)]
    many.record_many([Recorded(unit, [Called(f"Unit {at}")]) for at, unit in enumerate(units)])
    many.record_many([Recorded(person, [Called(f"Person {at}")]) for at, person in enumerate(people)])
    many.link_many(list(links(units, draw)))
    renamed = draw.sample(range(UNITS - 1), UNITS // 20)
    many.lineage_many(
        [
            (LineageEvent(kind=LineageKind.RENAMED), [units[at].pk], [units[at + 1].pk])
            for at in sorted(renamed)
        ]
    )
    many.link_many(list(postings(units, people, draw)))
    incidents = [
        Incident(country_id="XA", title=f"Incident {at}", possible=some_days(draw, 30))
        for at in range(INCIDENTS)
    ]
    Incident.objects.bulk_create(incidents)
    Allegation.objects.bulk_create(
        Allegation(
            incident=incident,
            perpetrator_kind="unit",
            unit=draw.choice(units),
            violation="torture",
            possible=incident.possible,
        )
        for incident in incidents
    )
    print(
        f"{Unit.objects.count():,} units, {CommandLink.objects.count():,} command links,"
        f" {LineageEvent.objects.count():,} lineage events, {Posting.objects.count():,} postings,"
        f" {Incident.objects.count():,} incidents, built in {time.monotonic() - start:.0f} s"
    )
    return units, people


def links(units: list[Unit], draw: random.Random) -> Any:
    """Each unit under the one that its number is below, a tenth of them under another from some day on."""
    for at, unit in enumerate(units[1:], start=1):
        parent = units[(at - 1) // BRANCH]
        moved = draw.random() < 0.1
        turn = FIRST + dt.timedelta(draw.randrange((LAST - FIRST).days))
        yield CommandLink(child=unit, parent=parent, possible=days(FIRST, turn if moved else None))
        if moved:
            other = units[draw.randrange(max(1, (at - 1) // BRANCH + 1))]
            yield CommandLink(child=unit, parent=other, possible=days(turn + dt.timedelta(1), None))


def postings(units: list[Unit], people: list[Individual], draw: random.Random) -> Any:
    """The first commanded everything all of the time, the next eight a brigade each."""
    length = (LAST - FIRST).days // POSTINGS_EACH
    for at, person in enumerate(people):
        for turn in range(POSTINGS_EACH):
            since = FIRST + dt.timedelta(turn * length)
            unit = units[at] if at <= BRANCH else draw.choice(units)
            when = days(since, since + dt.timedelta(length - 1))
            yield Posting(individual=person, unit=unit, role="commander", possible=when, certain=when)


def some_days(draw: random.Random, most: int) -> Any:
    since = FIRST + dt.timedelta(draw.randrange((LAST - FIRST).days))
    return days(since, since + dt.timedelta(draw.randrange(most)))


def rest(client: Client, person: Individual) -> Any:
    answer = client.get(f"/api/v1/overlaps/?individual={person.pk}")
    assert answer.status_code == 200, answer.content[:500]
    return answer.json()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def report(name: str, ask: Callable[[], Any]) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = ask()
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    p95 = sorted(times)[math.ceil(ROUNDS * 0.95) - 1]
    slowest = max((float(each["time"]) for each in queries), default=0) * 1000
    print(
        f"{name}: {len(found):,} answered, median {median(times):.0f} ms, p95 {p95:.0f} ms,"
        f" {len(queries)} queries, the slowest {slowest:.0f} ms"
    )


if __name__ == "__main__":
    main()
