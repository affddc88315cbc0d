"""The real class lists, from intake to decision: what is refused and why, and how long each step takes.

    python -m bench.alone bench.real_classes

Every unit is nominated as printed; checks find nothing, since nothing is known of these units here. What the
fast lane then does not clear is counted with its reasons.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench.class_lists import COUNTRIES, DATA, class_nominations, without_refused  # noqa: E402
from config import demo, roles  # noqa: E402
from foundation.accounts.models import Country, Organisation, Post, User  # noqa: E402
from foundation.outbox import relay  # noqa: E402
from foundation.refused import Refused  # noqa: E402
from vetting.actions import checks, decide, nominate  # noqa: E402
from vetting.days import today  # noqa: E402
from vetting.intake.check import check_nomination  # noqa: E402
from vetting.lookups import for_nominator  # noqa: E402
from vetting.models import Case, Queue, Status  # noqa: E402

SEARCH = {"source": "Embassy files", "query": "as nominated", "results": 0}


def main() -> None:
    if not (DATA / "batches").is_dir():
        print("The class lists are not here, so there is nothing to measure.")
        return
    people = load_world()
    with timed("nominated"):
        refused, rows = nominate_all(people["lists"])
    print(f"rows accepted {rows}; refused {sum(refused.values())}: {dict(refused.most_common())}")
    print(f"cases {Case.objects.count()}")
    with timed("screened and routed, in one process"):
        while relay.drain():
            pass
    print(f"by status: {dict(Counter(Case.objects.values_list('status', flat=True)))}")
    with timed("checked"):
        print(f"checks completed {find_nothing(people)}")
    with timed("cleared"):
        clear_all(people["drl"])
    print(f"by status: {dict(Counter(Case.objects.values_list('status', flat=True)))}")


def load_world() -> dict[str, User]:
    people = demo.load_people(demo.load_places())
    lists = Organisation.objects.create(name="Class lists")
    for name, code in COUNTRIES.items():
        country = Country.objects.create(code=code, name=name)
        lists.countries.add(country)
        post = Post.objects.create(country=country, name=f"Embassy, {name}")
        for check_type in ("political", "consular"):
            Queue.objects.create(name=f"{check_type}, {name}", check_type=check_type, post=post)
        roles.hold(people["section"], "section", post)
    nominator = User.objects.create(username="lists", name="Class lists", organisation=lists)
    roles.hold(nominator, "nominator", lists)
    return {username: User.objects.get(username=username) for username in ("section", "drl", "lists")}


def nominate_all(nominator: User) -> tuple[Counter[str], int]:
    """Each event's class; a row that is refused is counted by its reason and left out."""
    refused: Counter[str] = Counter()
    rows = 0
    for each in class_nominations(today(), str(nominator.organisation_id)):
        known = for_nominator(nominator)
        draft, problems = check_nomination(each.body, known, today())
        if draft is None:
            bad = {
                int(problem.pointer.split("/")[2]): problem.code for problem in problems if problem.pointer
            }
            refused.update(bad.values())
            draft, _ = check_nomination(without_refused(each.body, set(bad)), known, today())
        if draft is not None:
            nominate.nominate(draft=draft, by=nominator)
            rows += len(draft.candidates)
    return refused, rows


def find_nothing(people: dict[str, User]) -> int:
    done = 0
    for username in ("section", "drl"):
        while check := checks.claim_next(by=people[username]):
            checks.complete(check=check, finding="nothing-found", by=people[username], searches=[SEARCH])
            done += 1
    return done


def clear_all(drl: User) -> None:
    why: Counter[str] = Counter()
    for case in Case.objects.filter(status=Status.IN_REVIEW):
        try:
            decide.clear(case=case, basis="Nothing found.", by=drl)
        except Refused as refused:
            why[refused.sentence] += 1
    print(f"not cleared by one person: {dict(why)}")


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
