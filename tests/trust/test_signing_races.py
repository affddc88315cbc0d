"""Locks that are not given, deadlocks, and an approver who races an editor."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import pytest
from django.db import connection

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.signing.models import Determination, State
from screening.models import Match, Verdict
from tests.foundation.together import together
from tests.support.calls import Caller
from tests.support.classes import a_person, screened
from tests.support.database import Superuser
from tests.support.environment import DATABASE
from tests.support.sizes import Size
from tests.trust.signing_things import a_known, fresh, withhold
from vetting.models import Case, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


class Holder:
    """Another session, that holds a row's lock and may want another's."""

    def __init__(self) -> None:
        self.above = Superuser(DATABASE)
        self.above("set deadlock_timeout = '60s'")  # so that it is never the one that is told to give way
        self.above("begin")
        self.watch = Superuser(DATABASE)  # inside a transaction, what is seen of others stands still

    def lock(self, case: Case) -> None:
        self.above("select 1 from vetting_case where id = %s for update", str(case.pk))

    def until_somebody_waits(self) -> None:
        end = time.monotonic() + 30
        waits = (
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        while not self.watch(waits):
            assert time.monotonic() < end, "Nobody waits for the lock."
            time.sleep(0.02)

    def let_go(self) -> None:
        self.above("rollback")
        self.above.close()
        self.watch.close()


def test_a_deadlock_is_tried_again_and_a_lock_that_is_not_given_is_503_with_nothing_done(
    people: People, call: Any
) -> None:
    """Signing a unit's withhold takes its case, then those of its people. Somebody who holds a person's case
    wants the unit's: a deadlock, in which the request is the one that gives way."""
    nomination = screened([a_person(1)], by=people["nominator"])
    unit, someone = nomination.cases.get(kind="unit"), nomination.cases.get(kind="individual")
    made = withhold(unit, people, grounds="gvhr")
    address = f"determinations/{made.pk}/"
    tag = call("approver").get(address)["ETag"]

    held = Holder()
    held.lock(someone)
    begun = time.monotonic()
    busy = call("approver").post(f"{address}approve/", If_Match=tag)  # waits as long as lock_timeout
    assert (busy.status_code, busy["Retry-After"]) == (503, "5")
    assert time.monotonic() - begun > 4
    assert fresh(unit).status == Status.WITHHOLD_RECOMMENDED
    assert Determination.objects.get(pk=made.pk).state == State.RECOMMENDED
    assert not Event.objects.filter(action="signing.approved").exists()

    answers: list[Any] = []

    def sign() -> None:
        answers.append(call("approver").post(f"{address}approve/", If_Match=tag))
        connection.close()

    signer = threading.Thread(target=sign)
    signer.start()
    held.until_somebody_waits()
    held.lock(unit)  # now each waits for the other, until the request gives way
    held.let_go()
    signer.join(timeout=60)
    assert [each.status_code for each in answers] == [200]
    assert (fresh(unit).status, fresh(someone).status) == (Status.WITHHELD, Status.BARRED)
    assert Event.objects.filter(action="signing.approved").count() == 1


def test_an_approver_who_races_an_editor_never_signs_what_was_not_read(
    people: People, size: Size, seed: int
) -> None:
    """Each round one signs a withhold that shows a match as unjudged, while another judges that match. Either
    the signature is first; or it is refused, and the determination is overtaken."""
    rounds = size("rounds", gate=15, full=300)
    nomination = screened([a_person(n) for n in range(1, rounds + 1)], by=people["nominator"])
    of_people = list(nomination.cases.filter(kind="individual").order_by("reference"))
    known = {case.pk: a_known(people, case.subject.name) for case in of_people}
    relay.drain(limit_seconds=600)
    approver, editor = Caller(people["approver"]), Caller(people["section"])
    judged = {"verdict": "unsure", "reason": "Alike."}
    chance, signed = random.Random(seed), 0
    for case in of_people:
        match = Match.objects.get(nominee=case.subject_id, known=known[case.pk].pk)
        made = withhold(case, people)
        assert {each["verdict"] for each in made.payload["matches"]} == {None}

        def sign(to: str = f"determinations/{made.pk}/approve/", tag: str = f'"{made.digest}"') -> int:
            time.sleep(chance.uniform(0, 0.02))
            return int(approver.post(to, If_Match=tag).status_code)

        def judge(to: str = f"matches/{match.pk}/verdict/", tag: str = f'"{match.version}"') -> int:
            time.sleep(chance.uniform(0, 0.02))
            return int(editor.post(to, judged, If_Match=tag).status_code)

        answers = together(sign, judge)
        made.refresh_from_db()
        assert answers[1] == 200
        assert (answers[0], made.state) in ((200, State.APPROVED), (409, State.OVERTAKEN))
        if made.state == State.APPROVED:
            signed += 1
            assert made.read_digest == made.digest
            assert made.decided_at is not None and made.decided_at < Verdict.objects.get(match=match).at
            assert fresh(case).status == Status.WITHHELD
        else:
            assert (made.read_digest, fresh(case).status) == ("", Status.IN_REVIEW)
    size.note(f"{signed} signed first, {rounds - signed} overtaken")
