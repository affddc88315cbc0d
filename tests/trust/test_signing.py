"""Two signatures, one mechanism: layer by layer, and where others work at the same moment.

Who may not sign what, through which interface: test_self_approval.py. Rows by raw SQL as the application,
one by one: tests/foundation/test_signing_rows.py; here each layer of the database is told from the others.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import roles
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.outbox import relay
from foundation.refused import Refused
from foundation.signing import actions as signing
from foundation.signing import kinds, rules, waiting
from foundation.signing.actions import Covered
from foundation.signing.models import Determination, State
from foundation.sources.models import Law
from screening.models import Match, Verdict
from tests.foundation.test_signing_rows import Naming
from tests.foundation.together import together
from tests.support.calls import Caller
from tests.support.classes import a_person, a_unit, screened
from tests.support.database import Superuser
from tests.support.environment import DATABASE
from tests.support.people import person
from tests.support.sizes import Size
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser
from units import actions as units
from units.models import Individual, SameAs
from vetting import mail
from vetting.actions import cases, checks, decide, matches, nominator, restrict
from vetting.intake.given import draft_of
from vetting.intake.shape import EventDraft, Name
from vetting.models import Case, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
DENIED, KEPT, REFUSED_BY_CHECK, UNIQUE = "42501", "23001", "23514", "23505"
FROZEN = (
    "id", "kind", "target", "subject_kind", "subject_id", "subject_label", "law", "country_id", "post_id",
    "canonical", "recommended_by_id", "recommended_at",
)  # fmt: skip
OTHERWISE = {
    "id": "gen_random_uuid()", "country_id": "NULL", "post_id": "gen_random_uuid()", "canonical": "'\\x7b7d'",
    "recommended_by_id": "(SELECT id FROM accounts_user WHERE username = 'legal')", "recommended_at": "now()",
}  # fmt: skip


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def a_known(people: People, name: str = "Somebody Known") -> Individual:
    someone = Individual(country_id="XA", nationality="XA")
    return units.record(subject=someone, names=[units.Called(name)], by=people["drl"])


def a_match(case: Case, people: People) -> Match:
    """With a known person of the same name, recorded now."""
    known = a_known(people, case.subject.name)
    relay.drain()
    return Match.objects.get(nominee=case.subject_id, known=known.pk)


def withhold(case: Case, people: People, **how: Any) -> Determination:
    how = {"grounds": "non-hr", "basis": "What was reported."} | how
    return decide.recommend_withhold(case=fresh(case), by=people["drl"], **how)


# --- a kind is a registration in its own room ---


@pytest.fixture
def naming() -> Iterator[Naming]:
    kind = Naming()
    kinds.register(kind)
    yield kind
    kinds._kinds.pop(kind.name)


def name_it(case: Case, by: User) -> Determination:
    return signing.recommend(
        kind=Naming.name,
        target=str(case.pk),
        subject=case.subject,
        payload={"name": "Ordinary"},
        covers=[Covered("a-note", 7, 1)],
        by=by,
        country=case.country,
    )


def test_a_kind_that_only_tests_know_takes_every_way_through_every_door(
    naming: Naming, call: Any, people: People, routed: list[Case]
) -> None:
    """Signing, its calls, its pages, the lists and the mail know nothing of it but its registration."""
    browser, approver = Browser(people["approver"]), call("approver")
    ends = {"approve": State.APPROVED, "return": State.RETURNED, "withdraw": State.WITHDRAWN}
    for case, (act, state) in zip(routed, ends.items(), strict=False):
        made = name_it(case, people["drl"])
        address = f"determinations/{made.pk}/"
        assert approver.get(address).json()["payload"] == {"name": "Ordinary"}
        assert [each["id"] for each in approver.get("determinations/?waiting=me").json()["results"]] == [
            str(made.pk)
        ]
        assert str(made.pk) in str(browser.read("/signatures/").links)
        assert "Ordinary" in browser.read(reverse("determination", args=[made.pk])).text
        assert list(waiting.for_signature_of(people["approver"])) == [made]
        who = call("drl") if act == "withdraw" else approver
        answer = who.act(address, act, {} if act == "approve" else {"reason": "Said so."})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    overtaken = name_it(routed[3], people["drl"])
    signing.overtake(kind="a-note", ref=7, changed="The note was corrected.", by=None)
    assert approver.get(f"determinations/{overtaken.pk}/").json()["changed"] == ["The note was corrected."]
    by_form = name_it(routed[3], people["drl"])
    page = reverse("determination", args=[by_form.pk])
    browser.then(browser.press(page, reverse("determination-act", args=[by_form.pk, "approve"])))
    assert naming.signed == [routed[0].pk, routed[3].pk]
    assert naming.closed == [State.RETURNED, State.WITHDRAWN, State.OVERTAKEN]


# --- the layers of the database, each by its own name ---


def as_application(statement: str, *values: Any) -> tuple[str, str]:
    """(SQLSTATE, the constraint's name or the sentence) of the refusal; fails where there is none."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    return _of(refused.value.__cause__)


def as_owner(statement: str, *values: Any) -> tuple[str, str]:
    """Over a connection that no grant holds back."""
    above = Superuser(DATABASE)
    try:
        with pytest.raises(psycopg2.Error) as refused:
            above(statement, *values)
    finally:
        above.close()
    return _of(refused.value)


def _of(error: Any) -> tuple[str, str]:
    return error.pgcode, error.diag.constraint_name or error.diag.message_primary


def frozen_columns() -> list[tuple[str, str]]:
    return [(column, f"UPDATE signing_determination SET {column} = {OTHERWISE.get(column, chr(39) * 2)}")
            for column in FROZEN]  # fmt: skip


def test_grants_stop_the_application_before_anything_else(people: People, routed: list[Case]) -> None:
    withhold(routed[1], people)
    statements = [
        *(statement for _, statement in frozen_columns()),
        "DELETE FROM signing_determination",
        "DELETE FROM signing_cover",
        "DELETE FROM signing_contributor",
        "UPDATE signing_cover SET version = '0'",
        "UPDATE signing_contributor SET user_id = gen_random_uuid()",
        "TRUNCATE signing_determination CASCADE",
        "ALTER TABLE signing_determination DISABLE TRIGGER ALL",
        "ALTER TABLE signing_determination DROP CONSTRAINT signing_two_people_same_text",
        "DROP TRIGGER signing_written_once ON signing_determination",
        "SET session_replication_role = replica",
    ]
    assert {statement: as_application(statement)[0] for statement in statements} == dict.fromkeys(
        statements, DENIED
    )


def test_triggers_stop_even_the_owner(people: People, routed: list[Case]) -> None:
    signed = withhold(routed[1], people)
    signing.approve(signed, read=signed.digest, by=people["approver"])
    made = withhold(routed[2], people)
    rewritten = {
        column: as_owner(f"{statement} WHERE id = %s", str(made.pk)) for column, statement in frozen_columns()
    }
    assert rewritten == dict.fromkeys(FROZEN, (KEPT, "what was recommended is written once"))
    unsigned = "UPDATE signing_determination SET reason = 'x' WHERE id = %s"
    assert as_owner(unsigned, str(signed.pk)) == (KEPT, "a determination that has ended is not changed")
    assert as_owner("DELETE FROM signing_determination") == (KEPT, "a determination is kept")
    kept = [
        "TRUNCATE signing_determination CASCADE",
        *(f"DELETE FROM signing_{table}" for table in ("cover", "contributor")),
        "UPDATE signing_cover SET version = '0'",
        "UPDATE signing_contributor SET user_id = determination_id",
    ]
    assert {as_owner(statement)[0] for statement in kept} == {KEPT}


def written_by_hand(author: User, state: str = "recommended", decided_by: User | None = None) -> str:
    """An INSERT by the application of a determination that has no contributors."""
    return (
        "INSERT INTO signing_determination (id, kind, target, subject_kind, subject_id, subject_label, law,"
        " canonical, state, recommended_by_id, recommended_at, decided_by_id, decided_at, read_digest,"
        " reason, changed, updated_at) VALUES ('00000000-0000-4000-8000-000000000001', 'by-hand', 'x',"
        f" 'individual', 'x', 'X', '', '\\x7b7d', '{state}', '{author.pk}', now(),"
        + (
            f" '{decided_by.pk}', now(), encode(sha256('\\x7b7d'), 'hex')"
            if decided_by
            else " NULL, NULL, ''"
        )
        + ", '', '[]', now())"
    )


APPROVED = (
    "UPDATE signing_determination SET state = 'approved', decided_by_id = %s, decided_at = now(),"
    " read_digest = digest WHERE id = %s"
)


def test_two_people_are_a_check_of_their_own(people: People) -> None:
    """Without contributors, so that the trigger has nothing to say."""
    with connection.cursor() as cursor:
        cursor.execute(written_by_hand(people["drl"]))
    made = Determination.objects.get(kind="by-hand")
    check = (REFUSED_BY_CHECK, "signing_two_people_same_text")
    assert as_application(APPROVED, people["drl"].pk, made.pk) == check
    assert as_application(APPROVED, None, made.pk) == check
    unread = APPROVED.replace("read_digest = digest", "read_digest = repeat('0', 64)")
    assert as_application(unread, people["approver"].pk, made.pk) == check
    undated = APPROVED.replace("now()", "NULL")
    assert as_application(undated, people["approver"].pk, made.pk) == (
        REFUSED_BY_CHECK, "signing_decided_by_and_at")  # fmt: skip
    again = written_by_hand(people["drl"]).replace("0001'", "0002'")
    assert as_application(again) == (UNIQUE, "signing_one_open_per_target")


def test_it_begins_as_recommended_and_its_writers_are_a_trigger_of_their_own(
    people: People, routed: list[Case]
) -> None:
    begun = written_by_hand(people["drl"], "approved", people["approver"])
    assert as_application(begun) == (REFUSED_BY_CHECK, "a determination begins as recommended")
    cases.opinion(case=routed[1], view="concur", note="", by=people["legal"])
    made = withhold(routed[1], people)
    wrote = (REFUSED_BY_CHECK, "whoever wrote what it rests on may not approve it")
    assert as_application(APPROVED, people["legal"].pk, made.pk) == wrote


# --- nothing that a payload rests on is left uncovered ---

COVERED_BY = {
    "case": "vetting.case", "nomination": "vetting.nomination", "subject": "units.subject",
    "unit": "units.subject", "commander": "units.subject", "matches": "screening.match",
    "opinions": "vetting.opinion", "restrictions": "vetting.restriction",
    "earlier_cases": "vetting.earlier-case", "check": "vetting.check",
}  # fmt: skip
BY_ITS_AUTHOR = {"checks", "suspensions"}  # covered as findings and suspensions; their authors are compared
OF_THE_DECISION = {  # what its author says in it, and how it came about
    "format", "decision", "written_by", "written_on", "law", "rule", "screening", "basis", "grounds",
    "allegations", "notes", "includes_subunits", "reason",
}  # fmt: skip


def everything_happened(case: Case, people: People) -> Case:
    """Findings by two sections, opinions, a suspension, a verdict, another law, an earlier case."""
    match = a_match(case, people)
    restrict.impose(subject=match.known, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    namesake = screened([a_person(91, name={"full": case.subject.name})], by=people["nominator"])
    earlier = Match.objects.get(nominee__cases__nomination=namesake, known=match.known)
    judge = person("section", case.post)
    for each in (match, earlier):
        matches.judge(match=each, verdict="same", reason="One person.", by=judge)
    found_nothing("section", "drl", people=people)
    cases.suspend(case=fresh(case), reason="A report.", by=person("drl"))
    for who in ("legal", "desk"):
        cases.opinion(case=fresh(case), view="concur", note="Read.", by=people[who])
    cases.resume(case=fresh(case), reason="Weighed.", by=people["drl"])
    return fresh(case)


def names_in(value: Any) -> set[str]:
    """Everybody who stands as `by` in it, however deep."""
    if isinstance(value, list):
        return {name for each in value for name in names_in(each)}
    if not isinstance(value, dict):
        return set()
    return {
        *([value["by"]] if value.get("by") else []),
        *(n for each in value.values() for n in names_in(each)),
    }


def ids_in(part: Any) -> set[str]:
    each_of = part if isinstance(part, list) else [part]
    return {each["id"] for each in each_of if isinstance(each, dict) and "id" in each}


def test_whatever_a_payload_holds_is_covered_and_its_authors_are_contributors(
    people: People, routed: list[Case]
) -> None:
    case = everything_happened(routed[1], people)
    decide.clear(case=fresh(routed[0]), basis="Nothing found.", by=people["coordinator"])
    clear = decide.recommend_clear(case=case, basis="Weighed.", by=people["drl"])
    signing.withdraw(clear, read=clear.digest, reason="To withhold.", by=people["drl"])
    held = withhold(case, people)
    other = screened([a_person(92)], by=people["nominator"]).cases.get(kind="individual")
    skip = checks.recommend_skip(
        check=other.checks.get(queue__check_type="consular"), reason="Closed.", by=people["coordinator"]
    )
    for made in (clear, held, skip):
        payload = made.payload
        assert set(payload) <= COVERED_BY.keys() | BY_ITS_AUTHOR | OF_THE_DECISION, made.kind
        covered = set(made.covers.values_list("kind", "ref"))
        for part, kind in COVERED_BY.items():
            if (made.kind, part) == ("check-skip", "case"):
                continue  # it says which case, and rests on nothing that is found on it
            missing = {(kind, ref) for ref in ids_in(payload.get(part))} - covered
            assert not missing, (made.kind, part)
        assert "sources.law-text" in {kind for kind, _ in covered}
        writers = set(made.contributors.values_list("user__username", flat=True))
        assert names_in(payload) | {payload["written_by"], "nominator"} <= writers, made.kind
    for part in ("checks", "matches", "opinions", "suspensions", "restrictions", "earlier_cases"):
        assert held.payload[part], part  # or it would prove nothing of it


# --- whoever changes what is covered overtakes what rests on it ---


def a_name_is_corrected(case: Case, people: People) -> Determination:
    skip = _skip(case, people)
    cases.request_information(case=fresh(case), question="Which name?", fields=["name"], by=people["section"])
    row = case.candidates.get()
    draft = replace(draft_of(row.versions.get().given, row.row), name=Name(full="Another Name"))
    nominator.answer(candidate=row, answer="This.", draft=draft, by=people["nominator"])
    return skip


def the_event_is_moved(case: Case, people: People) -> Determination:
    made = withhold(case, people)
    _move_the_event(case, people)
    return made


def the_event_of_a_skip_is_moved(case: Case, people: People) -> Determination:
    made = _skip(case, people)
    _move_the_event(case, people)
    return made


def a_match_is_judged(case: Case, people: People) -> Determination:
    match = a_match(case, people)
    made = withhold(case, people)
    matches.judge(match=match, verdict="different", reason="Younger.", by=people["section"])
    return made


def another_law_restricts_the_commander_of_its_unit(case: Case, people: People) -> Determination:
    made = withhold(case, people)
    commander = case.unit_case.commander  # type: ignore[union-attr]
    assert commander is not None
    restrict.impose(subject=commander, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None)
    restrict.meet_everywhere(subject=commander, by=None)
    return made


def its_unit_is_recalled(case: Case, people: People) -> Determination:
    found_nothing("section", "drl", people=people)
    unit = case.unit_case
    assert unit is not None
    decide.clear(case=fresh(unit), basis="Nothing found.", by=people["coordinator"])
    made = decide.recommend_clear(case=fresh(case), basis="Weighed.", by=people["drl"])
    cases.recall(case=fresh(unit), reason="A later report.", by=people["drl"])
    return made


def an_earlier_case_is_suspended(case: Case, people: People) -> Determination:
    known = a_known(people)
    other = screened([a_person(93)], by=people["nominator"]).cases.get(kind="individual")
    for nominee in (case.subject, other.subject):
        SameAs.objects.create(nominee=nominee, known=known, made_by=people["drl"], made_at=case.opened_at)
    made = withhold(case, people)
    cases.suspend(case=other, reason="A report.", by=people["drl"])
    return made


def _skip(case: Case, people: People) -> Determination:
    check = case.checks.get(queue__check_type="consular")
    return checks.recommend_skip(check=check, reason="Closed.", by=people["coordinator"])


def _move_the_event(case: Case, people: People) -> None:
    of = case.nomination
    event = EventDraft(of.event_title, "Elsewhere", of.event_starts_on, of.event_ends_on)
    nominator.amend_event(nomination=of, event=event, needed_by=of.needed_by, by=people["nominator"])


CALLED = ("", "Lagoon", "Meadow", "Quarry", "Thicket", "Summit", "Orchard", "Viaduct")  # unlike each other
CHANGES: tuple[tuple[Callable[[Case, People], Determination], str], ...] = (
    (a_name_is_corrected, "What was nominated has been corrected."),
    (the_event_is_moved, "The event was moved."),
    (the_event_of_a_skip_is_moved, "The event was moved."),
    (a_match_is_judged, "A possible match was judged anew."),
    (another_law_restricts_the_commander_of_its_unit, "A restriction reaches it that did not then."),
    (its_unit_is_recalled, "Its unit is no longer cleared."),
    (an_earlier_case_is_suspended, "Another case on the same subject has moved."),
)


def test_whoever_changes_what_is_covered_overtakes_it(people: People, call: Any) -> None:
    for number, (change, sentence) in enumerate(CHANGES, start=1):
        row = a_person(number, unit=a_unit(number * 7, name=f"{CALLED[number]} Company"))
        nomination = screened([row], by=people["nominator"])
        made = change(nomination.cases.get(kind="individual"), people)
        made.refresh_from_db()
        assert (made.state, made.changed) == (State.OVERTAKEN, [sentence]), change.__name__
        answer = call("approver").act(f"determinations/{made.pk}/", "approve")
        assert (answer.status_code, "recommended anew" in answer.json()["detail"]) == (409, True)


def test_what_nobody_told_is_found_before_the_signature(
    people: People, routed: list[Case], call: Any
) -> None:
    """Something is written past every action: the text is compared once more with what is known."""
    made = withhold(routed[1], people)
    restrict.impose(
        subject=routed[1].subject, law=Law.DOD_LEAHY, includes_subunits=False, cause=None, by=None
    )
    answer = call("approver").act(f"determinations/{made.pk}/", "approve")
    assert answer.status_code == 409
    assert "not as it was recommended any more (restrictions)" in answer.json()["detail"]
    assert fresh(routed[1]).status == Status.WITHHOLD_RECOMMENDED


# --- one list of what waits ---


def test_one_list_of_what_waits_and_it_is_what_one_may_sign(people: People, mailoutbox: list[Any]) -> None:
    """Pages, REST and mail name the same: those that the rules let this person sign."""
    nomination = screened([a_person(n) for n in range(1, 8)], by=people["nominator"])
    rows = list(nomination.cases.filter(kind="individual").order_by("reference"))
    sealed = person("approver", username="sealed")  # owes a finding in the consular section
    roles.hold(sealed, "section", rows[0].post)
    roles.hold(people["legal"], "approver", None)
    roles.hold(people["drl"], "approver", None)
    political = rows[0].checks.get(queue__check_type="political")
    checks.claim(check=political, by=people["section"])
    checks.complete(check=political, finding="derogatory", note="A report.", by=people["section"])
    cases.opinion(case=rows[1], view="concur", note="", by=people["legal"])
    for case in rows[:3]:
        withhold(case, people)
    for case in rows[3:6]:
        _skip(case, people)
    cases.suspend(case=rows[4], reason="A report.", by=people["drl"])
    cases.request_information(case=rows[5], question="Which?", fields=[], by=people["section"])
    seen: dict[str, int] = {}
    for user in (*people.values(), sealed):
        user = User.objects.get(pk=user.pk)
        may = {each.pk for each in Determination.objects.visible_to(user) if may_sign(user, each)}
        assert {each.pk for each in waiting.for_signature_of(user)} == may, user.username
        seen[user.username] = len(may)
        if may:
            assert_listed(user, may)
            mail.tell_approver(str(user.pk))
            assert {str(pk) for pk in may} == set(
                re.findall(r"/determinations/([0-9a-f-]+)/", mailoutbox[-1].body)
            )
    assert (seen["approver"], seen["legal"], seen["drl"]) == (4, 3, 1)
    assert seen["sealed"] == 3
    assert (seen["approver2"], seen["admin"], seen["coordinator"]) == (0, 0, 0)


def may_sign(user: User, determination: Determination) -> bool:
    try:
        rules.check_can_approve(user, determination)
    except Refused:
        return False
    return True


def assert_listed(user: User, may: set[Any]) -> None:
    called = Caller(user).get("determinations/?waiting=me").json()["results"]
    assert {each["id"] for each in called} == {str(pk) for pk in may}
    page = Browser(user).client.get("/signatures/")
    assert {each.pk for each in page.context["to_sign"]} == may
    other = {each.pk for each in page.context["others"]}
    assert not other & may


# --- locks ---


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
