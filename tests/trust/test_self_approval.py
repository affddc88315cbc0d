"""Nobody approves what is their own: every way one could try, through every interface there is.

Ways of the test plan whose feature does not exist, and so need no refusal:
- a second linked sign-in of the same person: a person has one username, and no outside identity is linked
- acting for somebody: nothing is delegated
- merging or splitting cases: nothing is merged; sameness is a link, and a case keeps its subject
- becoming the drafter's manager: there are no managers
- lowering the number of signatures, or a policy row that is missing: it is two, in code and in a constraint
- a decision by file, a signed link in a mail, Django's admin, an admin's action: there are none
- approving in bulk: there is no such route, which is tested below
The race of an approver with an editor is in test_signing.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from config import roles
from config.celery import app
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.outbox import actions as outbox
from foundation.outbox import relay
from foundation.outbox.models import Delivery
from foundation.refused import NotYours, Refused
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.classes import a_person, screened
from tests.support.people import person
from tests.support.sizes import Size
from tests.support.worker import Worker
from tests.vetting.browsing import BACKEND
from units import actions as units
from units.models import Individual
from vetting.actions import cases, checks, decide, matches
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
WATCHED = (
    "signing_determination", "signing_cover", "signing_contributor", "vetting_case", "vetting_check",
    "vetting_finding", "vetting_restriction", "vetting_clearance", "vetting_candidate", "outbox_fact",
)  # fmt: skip


@dataclass
class Attempt:
    """`by` tries to approve this, having read `read`; where they sit, and what more they send."""

    determination: Determination
    by: User
    read: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None  # what happens between the page and the press

    def __post_init__(self) -> None:
        self.read = self.read or self.determination.digest
        self.client = Client(raise_request_exception=True)
        self.client.force_login(self.by, BACKEND)
        self.token = AuthToken.objects.create(self.by)[1]


# --- the ways: each prepares one case, and answers who tries what ---


def withhold(case: Case, by: User) -> Determination:
    return decide.recommend_withhold(case=case, grounds="non-hr", basis="What was reported.", by=by)


def signs_too(user: User) -> User:
    """The same person, with an approver's role everywhere as well."""
    roles.hold(user, "approver", None)
    return User.objects.get(pk=user.pk)


def a_match(case: Case, by: User) -> Match:
    """With a known person of the same name, recorded now."""
    person = Individual(country_id="XA", nationality="XA")
    known = units.record(subject=person, names=[units.Called(case.subject.name)], by=by)
    relay.drain()
    return Match.objects.get(nominee=case.subject_id, known=known.pk)


def own(case: Case, people: People) -> Attempt:
    return Attempt(withhold(case, people["drl"]), signs_too(people["drl"]))


def own_after_changing_name_and_mail(case: Case, people: People) -> Attempt:
    determination, drl = withhold(case, people["drl"]), signs_too(people["drl"])
    drl.name, drl.email = "Somebody Else", "else@demo.invalid"
    drl.save()
    return Attempt(determination, drl)


def own_given_the_role_after_recommending(case: Case, people: People) -> Attempt:
    author = person("drl")
    determination = withhold(case, author)
    return Attempt(determination, author, before=lambda: roles.hold(author, "approver", None))


def own_put_forward_by_another(case: Case, people: People) -> Attempt:
    first, second = signs_too(person("drl")), person("drl")
    drafted = withhold(case, first)
    signing.withdraw(drafted, read=drafted.digest, reason="On second thoughts.", by=first)
    return Attempt(withhold(Case.objects.get(pk=case.pk), second), first)


def wrote_a_finding(case: Case, people: People) -> Attempt:
    section = signs_too(person("section", case.post))
    check = case.checks.get(queue__check_type="political")
    checks.claim(check=check, by=section)
    checks.complete(check=check, finding="derogatory", note="A report.", by=section)
    decided = case.checks.get(queue__check_type="consular")  # nothing is sealed to them: both are in
    checks.claim(check=decided, by=people["section"])
    checks.complete(check=decided, finding="unable", note="Closed.", by=people["section"])
    return Attempt(withhold(case, people["drl"]), section)


def judged_the_match(case: Case, people: People) -> Attempt:
    bureau = signs_too(person("drl"))
    match = a_match(case, bureau)
    matches.judge(match=match, verdict="unsure", reason="Alike.", by=bureau)
    return Attempt(withhold(Case.objects.get(pk=case.pk), people["drl"]), bureau)


def gave_an_opinion(case: Case, people: People) -> Attempt:
    legal = signs_too(person("legal"))
    cases.opinion(case=case, view="object", note="Too thin.", by=legal)
    return Attempt(withhold(Case.objects.get(pk=case.pk), people["drl"]), legal)


def suspended_it(case: Case, people: People) -> Attempt:
    bureau = signs_too(person("drl"))
    cases.suspend(case=case, reason="A report.", by=bureau)
    return Attempt(withhold(Case.objects.get(pk=case.pk), people["drl"]), bureau)


def nominated_it(case: Case, people: People) -> Attempt:
    return Attempt(withhold(case, people["drl"]), signs_too(people["nominator"]))


def edited_it_then_approves(case: Case, people: People) -> Attempt:
    """The approver, who also judges matches, adds a verdict after the recommendation."""
    bureau = signs_too(person("drl"))
    match = a_match(case, bureau)
    determination = withhold(Case.objects.get(pk=case.pk), people["drl"])
    matches.judge(match=match, verdict="unsure", reason="Alike.", by=bureau)
    return Attempt(determination, bureau)


def after_a_covered_thing_changed(case: Case, people: People) -> Attempt:
    determination = withhold(case, people["drl"])
    signing.overtake(kind="units.subject", ref=case.subject_id, changed="The name was corrected.", by=None)
    return Attempt(determination, people["approver"])


def another_text(case: Case, people: People) -> Attempt:
    """The digest of what was recommended before, and returned."""
    old = withhold(case, people["drl"])
    signing.return_(old, read=old.digest, reason="Say which court.", by=people["approver"])
    new = decide.recommend_withhold(
        case=Case.objects.get(pk=case.pk), grounds="non-hr", basis="What the court found.", by=people["drl"]
    )
    return Attempt(new, people["approver"], read=old.digest)


def an_approver_elsewhere(case: Case, people: People) -> Attempt:
    return Attempt(withhold(case, people["drl"]), people["approver2"])


def own_and_an_approver_elsewhere(case: Case, people: People) -> Attempt:
    author = person("drl")
    roles.hold(author, "approver", Country.objects.get(code="XB"))
    return Attempt(withhold(case, author), User.objects.get(pk=author.pk))


def lost_the_role_between_page_and_press(case: Case, people: People) -> Attempt:
    approver = person("approver")
    gone = lambda: approver.groups.set(Group.objects.none())  # noqa: E731
    return Attempt(withhold(case, people["drl"]), approver, before=gone)


def switched_off_between_page_and_press(case: Case, people: People) -> Attempt:
    approver = person("approver")
    gone = lambda: User.objects.filter(pk=approver.pk).update(is_active=False)  # noqa: E731
    return Attempt(withhold(case, people["drl"]), approver, before=gone)


def a_second_signature(case: Case, people: People) -> Attempt:
    """The approver who signed signs again; the recommender as well."""
    determination = withhold(case, people["drl"])
    signing.approve(determination, read=determination.digest, by=people["approver"])
    return Attempt(determination, people["approver"])


def own_naming_another_as_its_author(case: Case, people: People) -> Attempt:
    sent = {"recommended_by": "approver", "decided_by": "approver", "state": "approved"}
    return Attempt(withhold(case, people["drl"]), signs_too(people["drl"]), sent=sent)


def an_admin(case: Case, people: People) -> Attempt:
    return Attempt(withhold(case, people["drl"]), people["admin"])


def an_auditor(case: Case, people: People) -> Attempt:
    return Attempt(withhold(case, people["drl"]), people["auditor"])


def the_skip_one_recommended(case: Case, people: People) -> Attempt:
    coordinator = signs_too(people["coordinator"])
    check = case.checks.get(queue__check_type="consular")
    skip = checks.recommend_skip(check=check, reason="Closed.", by=people["coordinator"])
    return Attempt(skip, coordinator)


NOT_YOURS, NOT_NOW, STALE, NOT_THERE, INVALID = "403", "409", "412", "404", "400"
SIGN_IN = "401"
WAYS: tuple[tuple[Callable[[Case, People], Attempt], str], ...] = (
    (own, NOT_YOURS),
    (own_after_changing_name_and_mail, NOT_YOURS),
    (own_given_the_role_after_recommending, NOT_YOURS),
    (own_put_forward_by_another, NOT_YOURS),
    (wrote_a_finding, NOT_YOURS),
    (judged_the_match, NOT_YOURS),
    (gave_an_opinion, NOT_YOURS),
    (suspended_it, NOT_YOURS),
    (nominated_it, NOT_YOURS),
    (edited_it_then_approves, NOT_NOW),
    (after_a_covered_thing_changed, NOT_NOW),
    (another_text, STALE),
    (an_approver_elsewhere, NOT_THERE),
    (own_and_an_approver_elsewhere, NOT_YOURS),
    (lost_the_role_between_page_and_press, NOT_THERE),
    (switched_off_between_page_and_press, SIGN_IN),
    (a_second_signature, NOT_NOW),
    (own_naming_another_as_its_author, NOT_YOURS),
    (an_admin, NOT_THERE),
    (an_auditor, NOT_YOURS),
    (the_skip_one_recommended, NOT_YOURS),
)


# --- the interfaces: each answers what it was told, as a status of REST ---


def by_form(attempt: Attempt, **headers: str) -> str:
    url = reverse("determination-act", args=[attempt.determination.pk, "approve"])
    response = attempt.client.post(url, {"version": f'"{attempt.read}"', **attempt.sent}, headers=headers)
    if response.status_code in (302, 303) and response.headers["Location"].startswith("/sign-in/"):
        return SIGN_IN
    return str(response.status_code) if response.status_code != 303 else _recorded(attempt)


def by_form_with_htmx(attempt: Attempt) -> str:
    return by_form(attempt, HX_Request="true")


def by_call_with_a_token(attempt: Attempt, **headers: str) -> str:
    url = f"/api/v1/determinations/{attempt.determination.pk}/approve/"
    proof = {"Authorization": f"Token {attempt.token}"}
    return _call(Client(), url, attempt, {**proof, **headers})


def by_call_under_a_key(attempt: Attempt) -> str:
    """Twice, as a client does that lost the first answer."""
    first, second = (by_call_with_a_token(attempt, Idempotency_Key="the-same-key") for _ in range(2))
    assert first == second
    return first


def by_call_with_the_session(attempt: Attempt) -> str:
    return _call(attempt.client, f"/api/v1/determinations/{attempt.determination.pk}/approve/", attempt, {})


def by_the_action(attempt: Attempt) -> str:
    """As a shell or another room would call it: with the person as they were read before."""
    try:
        signing.approve(attempt.determination, read=attempt.read, by=attempt.by)
    except Refused as refused:
        return {"not-yours": NOT_YOURS, "not-now": NOT_NOW, "stale": STALE}[refused.code]
    return "200"


INTERFACES = (
    by_form, by_form_with_htmx, by_call_with_a_token, by_call_under_a_key, by_call_with_the_session,
    by_the_action,
)  # fmt: skip


def _call(client: Client, url: str, attempt: Attempt, headers: dict[str, str]) -> str:
    tag = {"If-Match": f'"{attempt.read}"'}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"data": attempt.sent, "content_type": "application/json"}
    return str(client.post(url, **sent, headers={**tag, **named}).status_code)


def _recorded(attempt: Attempt) -> str:
    """A form that is refused goes back to the page: which refusal it was stands in the record."""
    last = Event.objects.filter(actor=attempt.by.username).order_by("-pk").first()
    if last is None or last.action != "signing.refused":
        return "200" if last and last.action == "signing.approved" else INVALID
    return {"not-yours": NOT_YOURS, "not-now": NOT_NOW, "stale": STALE}[last.details["code"]]


AT_THE_GATE = (by_form_with_htmx, by_call_with_a_token, by_call_with_the_session, by_the_action)
EDGES = tuple(each for each in INTERFACES if each is not by_the_action)
UNSAID = {NOT_THERE, SIGN_IN, INVALID}  # nothing within reach was refused, so no refusal is recorded


def expected(said: str, by: Callable[..., str]) -> str:
    """The action knows no reach: who does not see it is told that it is not theirs."""
    return NOT_YOURS if by is by_the_action and said in (NOT_THERE, SIGN_IN) else said


def rows() -> dict[str, list[Any]]:
    """All but the word that mail last told a nominator, which changes by the clock."""
    with connection.cursor() as cursor:
        found = {}
        for table in WATCHED:
            cursor.execute(f"SELECT (to_jsonb(t) - 'told_word')::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def refusals(user: User) -> int:
    return Event.objects.filter(actor=user.username, action="signing.refused").count()


@pytest.fixture
def waiting(people: People) -> Iterator[Case]:
    """As many people's cases in review as there are ways."""
    return in_review(len(WAYS), people)


def in_review(count: int, people: People) -> Iterator[Case]:
    nomination = screened([a_person(n) for n in range(1, count + 1)], by=people["nominator"])
    return iter(nomination.cases.filter(kind="individual").order_by("reference"))


def test_no_way_through_any_interface_approves_what_is_ones_own(
    people: People, waiting: Iterator[Case], size: Size
) -> None:
    wrong, tried = [], 0
    for way, said in WAYS:
        attempt = way(next(waiting), dict(people))
        attempt.before()
        before = rows()
        for by in INTERFACES if size.full else AT_THE_GATE:
            told_before = refusals(attempt.by)
            tried += 1
            got = by(attempt)
            if got != expected(said, by):
                wrong.append((way.__name__, by.__name__, f"{got} instead of {expected(said, by)}"))
            if rows() != before:
                wrong.append((way.__name__, by.__name__, "something changed"))
            if by in EDGES and (got not in UNSAID) != (refusals(attempt.by) > told_before):
                wrong.append((way.__name__, by.__name__, f"{got}, and the record does not say so"))
        people = {name: User.objects.get(pk=each.pk) for name, each in people.items()}
    size.note(f"{len(WAYS)} ways, {tried} attempts")
    assert wrong == []


# --- what is not for people: bulk routes, workers, commands, SQL ---


@pytest.fixture
def mine(people: People) -> Attempt:
    return own(next(in_review(1, people)), people)


def test_no_bulk_route_approves(mine: Attempt, people: People) -> None:
    before, pk = rows(), str(mine.determination.pk)
    case_pk = mine.determination.target.partition(":")[2]
    calls = [
        ("determinations/approve/", {"ids": [pk]}, 405),
        ("determinations/", {"ids": [pk], "state": "approved"}, 405),
        ("cases/approve/", {"ids": [case_pk]}, 405),
        ("cases/clear/", {"ids": [case_pk], "basis": "Fine."}, 200),
        ("checks/complete/", {"ids": [pk], "note": "", "searches": []}, 200),
    ]
    for address, body, status in calls:
        response = mine.client.post(f"/api/v1/{address}", body, content_type="application/json")
        assert response.status_code == status, (address, response.content)
        if status == 200:
            assert {each["status"] for each in response.json()["results"]} <= {403, 404, 409}
    for page in ("/my-work/clear/", "/my-work/finish/"):
        mine.client.post(page, {"ids": [case_pk], "basis": "Fine.", "record": "1"})
    assert rows() == before


def test_no_message_and_no_delivery_approves(mine: Attempt, people: People, worker: Worker) -> None:
    """Whoever can write to the broker, or to the outbox, tells workers to look: no more than that."""
    pk, before = str(mine.determination.pk), rows()
    named = {"determination": pk, "read": mine.determination.digest, "by": str(people["approver"].pk)}
    for task in ("foundation.signing.actions.approve", "signing.approve", "outbox.approve"):
        app.send_task(task, kwargs=named)
    app.send_task("outbox.drain", args=[named])
    worker.tick()
    with transaction.atomic():
        outbox.tell("signing.approved", **named)
        outbox.tell("vetting.withheld", case=mine.determination.target, **named)
    worker.tick()
    worker.until(lambda: "Received unregistered task" in worker.last_lines(400))
    worker.until(lambda: not Delivery.objects.filter(state="waiting").exists())
    after = rows()
    assert {table for table in WATCHED if after[table] != before[table]} <= {"outbox_fact"}


def test_no_command_approves(mine: Attempt, tmp_path: Any) -> None:
    """`loaddata` writes rows as the application's role; the others write nothing about a determination."""
    from_database = Determination.objects.get(pk=mine.determination.pk)
    for change in ({}, {"state": "approved", "decided_by": [str(mine.by.pk)]}):
        fixture = tmp_path / "rows.json"
        fixture.write_text(_fixture(from_database, **change))
        with pytest.raises((DatabaseError, CommandError), match="permission denied"), transaction.atomic():
            call_command("loaddata", str(fixture), verbosity=0)
    before = rows()
    for command in (["audit_verify"], ["outbox_status"], ["outbox_retry", "--all-dead"], ["state_diagram"]):
        call_command(*command)
    assert rows() == before


def _fixture(determination: Determination, **change: Any) -> str:
    fields = {
        "kind": determination.kind, "target": determination.target, "state": "recommended",
        "recommended_by": str(determination.recommended_by_id),
        "recommended_at": determination.recommended_at.isoformat(), "canonical": "e30=",
        "subject_kind": "individual", "subject_id": determination.subject_id, "subject_label": "X",
        **change,
    }  # fmt: skip
    return json.dumps([{"model": "signing.determination", "pk": str(determination.pk), "fields": fields}])


class ByHand(NamedTuple):
    """An approval in SQL: whose it is, which digest, and which layer of the database refuses."""

    way: Callable[[Case, People], Attempt]
    refused_by: str


BY_HAND = (
    ByHand(own, "whoever wrote what it rests on may not approve it"),
    ByHand(wrote_a_finding, "whoever wrote what it rests on may not approve it"),
    ByHand(own_put_forward_by_another, "whoever wrote what it rests on may not approve it"),
    ByHand(nominated_it, "whoever wrote what it rests on may not approve it"),
    ByHand(another_text, "signing_two_people_same_text"),
    ByHand(after_a_covered_thing_changed, "a determination that has ended is not changed"),
    ByHand(a_second_signature, "a determination that has ended is not changed"),
)


def by_hand(attempt: Attempt) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signing_determination SET state = 'approved', decided_by_id = %s, decided_at = now(),"
            " read_digest = %s WHERE id = %s",
            [attempt.by.pk, attempt.read, attempt.determination.pk],
        )


def test_no_sql_of_the_application_approves(people: People) -> None:
    waiting = in_review(len(BY_HAND), people)
    for each in BY_HAND:
        attempt = each.way(next(waiting), dict(people))
        before = rows()
        with pytest.raises(DatabaseError, match=each.refused_by), transaction.atomic():
            by_hand(attempt)
        assert rows() == before, each


def test_who_lost_the_role_while_waiting_for_a_lock_does_not_sign(people: People) -> None:
    """What a request read of its person before it waited is not believed after."""
    attempt = Attempt(withhold(next(in_review(1, people)), people["drl"]), person("approver"))
    assert attempt.by.has_perm("vetting.approve_case", attempt.determination.country)  # now remembered
    User.objects.get(pk=attempt.by.pk).groups.clear()
    with pytest.raises(NotYours, match="Only an approver"):
        signing.approve(attempt.determination, read=attempt.read, by=attempt.by)
    attempt.determination.refresh_from_db()
    assert attempt.determination.state == "recommended"
