"""How the system grows: what a page costs at 1,000 cases and at 100,000, and how fast cases go in.

    python -m bench.alone bench.growth

The ratio between the two sizes is the figure that matters, and queries must not grow with rows. Times are of
this machine, in one process, without a web server between.
"""

from __future__ import annotations

import logging
import math
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import config.wsgi  # noqa: F401  as the web server has it
from bench.copies import copy_cases
from config import demo
from config.celery import app
from config.embedded.state import ROOT
from foundation.accounts.models import User
from vetting.actions import checks
from vetting.days import today
from vetting.models import Case, Queue, Status

FIRST, TIMES, ROUNDS = 1_000, 99, 40
ROWS = 97  # and one unit with them: 98 cases a nomination


def main() -> None:
    logging.disable(logging.INFO)  # a line a request
    demo.load()
    routed_before = Case.objects.exclude(status=Status.RECEIVED).count()
    accepted = measure_accepting()
    routed = measure_routing(routed_before)
    print(
        f"cases a second: {accepted:.0f} accepted by REST, {routed:.0f} screened and routed by two processes"
    )
    some_findings()
    small = measure_pages()
    start = time.monotonic()
    copy_cases(TIMES)
    print(f"copied to {Case.objects.count():,} cases in {time.monotonic() - start:.0f} s")
    report(small, measure_pages())


# --- going in ---


def measure_accepting() -> float:
    client = signed_in("nominator")
    organisation = str(User.objects.get(username="nominator").organisation_id)
    bodies = [a_class(organisation, number) for number in range(math.ceil(FIRST / (ROWS + 1)))]
    start = time.monotonic()
    for body in bodies:
        answer = client.post(
            "/api/v1/nominations/",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        assert answer.status_code == 201, answer.content[:2000]
    return len(bodies) * (ROWS + 1) / (time.monotonic() - start)


def a_class(organisation: str, number: int) -> dict[str, Any]:
    body = demo.border_class(organisation, today())
    body["reference"] = f"BENCH-{number}"
    pattern = body["candidates"][0]
    pattern["unit"] = pattern["unit"] | {"name": f"{number + 20}th River Battalion"}
    syllables = (
        "ba",
        "ko",
        "ri",
        "ste",
        "lun",
        "vor",
        "mi",
        "das",
        "pel",
        "tu",
        "gra",
        "nes",
        "hol",
        "ze",
        "fi",
        "jo",
    )
    body["candidates"] = []
    for row in range(ROWS):
        at = number * ROWS + row
        first, last = (
            syllables[at % 16] + syllables[at // 16 % 16],
            syllables[at // 7 % 16] + syllables[at // 256 % 16],
        )
        body["candidates"].append(
            pattern
            | {
                "name": {"parts": [first.capitalize() + "an", (last + syllables[at // 3 % 16]).capitalize()]},
                "date_of_birth": f"{1970 + at % 30}-{1 + at % 12:02}-{1 + at % 28:02}",
                "national_id": f"XA-{at:07}",
            }
        )
    return body


def measure_routing(before: int) -> float:
    """Real workers, real broker; beat's tick is sent by hand."""
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config.celery",
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "ERROR",
        ],
        cwd=ROOT,
    )
    try:
        start, count = None, before
        while Case.objects.filter(status=Status.RECEIVED).exists():
            now = Case.objects.exclude(status=Status.RECEIVED).count()
            if now > before and start is None:
                start, count = time.monotonic(), now
            tick()
            time.sleep(0.5)
        assert start is not None
        return (Case.objects.count() - count) / (time.monotonic() - start)
    finally:
        worker.terminate()
        worker.wait()


def tick() -> None:
    app.send_task("outbox.tick")


def some_findings() -> None:
    """A third of the work done, so that the pages show every kind of row."""
    section = User.objects.get(username="section")
    for _ in range(FIRST // 3):
        check = checks.claim_next(by=section)
        assert check is not None
        checks.complete(
            check=check,
            finding="nothing-found",
            by=section,
            searches=[{"source": "Embassy files", "query": "as nominated", "results": 0}],
        )
    for _ in range(30):
        checks.claim_next(by=section)


# --- pages ---


def measure_pages() -> dict[str, tuple[float, float, int]]:
    """Name → (median ms, p95 ms, queries)."""
    section, drl, nominator = signed_in("section"), signed_in("drl"), signed_in("nominator")
    queue = Queue.objects.get(check_type="political", post__country="XA")
    cases = list(Case.objects.filter(status=Status.IN_REVIEW).order_by("reference")[:ROUNDS])
    return {
        "my work": measure(lambda _: section.get("/")),
        "queue page": measure(lambda _: section.get(f"/queues/{queue.pk}/")),
        "case page": measure(lambda round_: drl.get(f"/cases/{cases[round_ % len(cases)].pk}/")),
        "cases list, page": measure(lambda _: drl.get("/cases/")),
        "cases list, REST": measure(lambda _: drl.get("/api/v1/cases/")),
        "checks list, REST": measure(lambda _: section.get("/api/v1/checks/?state=open")),
        # Of ten: of the first thousand cases there are hardly more.
        "nominations list, REST": measure(lambda _: nominator.get("/api/v1/nominations/?limit=10")),
    }


def measure(call: Callable[[int], Any]) -> tuple[float, float, int]:
    call(0)
    with CaptureQueriesContext(connection) as queries:
        answer = call(0)
    counted = len(queries)  # now: the next request empties the log
    assert answer.status_code == 200, (answer.status_code, answer.content[:500])
    times = []
    for round_ in range(ROUNDS):
        start = time.perf_counter()
        call(round_)
        times.append((time.perf_counter() - start) * 1000)
    return median(times), sorted(times)[math.ceil(ROUNDS * 0.95) - 1], counted


def signed_in(username: str) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def report(small: dict[str, tuple[float, float, int]], large: dict[str, tuple[float, float, int]]) -> None:
    print(f"{'':24} {'1,000 cases':>26} {'100,000 cases':>26}   ratio of p95")
    for name, (middle, worst, queries) in small.items():
        middle2, worst2, queries2 = large[name]
        print(
            f"{name:24} {middle:6.1f} {worst:6.1f} ms {queries:4} queries"
            f"{middle2:9.1f} {worst2:6.1f} ms {queries2:4} queries {worst2 / worst:8.2f}"
        )


if __name__ == "__main__":
    main()
