"""A refusal is written after the rollback, in a transaction of its own; and what was exported is an event."""

from __future__ import annotations

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.audit.models import Event
from foundation.doors import jobs
from foundation.doors.acts import Act
from foundation.refused import NotNow
from tests.support.calls import Caller
from tests.support.classes import nominated
from tests.trust.acts_world import signed_in
from vetting.actions import checks
from vetting.acts.cases import CASE_ACTS
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("pk"))


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claiming writes, and refuses only then: what it wrote must be gone, and the refusal must stand."""

    def run(*, case: Case, by: User) -> Case:
        Case.objects.filter(pk=case.pk).update(owner=by)
        audit.record("vetting.claimed", by=by, target=case)
        raise NotNow("Too late for that.")

    act = Act("claim", lambda user, thing: None, run, "case")
    monkeypatch.setitem(CASE_ACTS._acts, "claim", act)


@pytest.mark.usefixtures("late")
def test_what_was_written_before_the_refusal_is_gone_and_the_refusal_stays(people: People) -> None:
    case = nominated(1, by=people["nominator"]).cases.get(kind="individual")
    caller = Caller(people["drl"])
    response = caller.post(f"cases/{case.pk}/claim/", If_Match=caller.get(f"cases/{case.pk}/")["ETag"])
    assert response.status_code == 409, response.content
    case.refresh_from_db()
    assert case.owner is None
    assert events("vetting.claimed") == []
    [refused] = events("vetting.refused")
    assert (refused.actor, refused.object_id, refused.details["act"]) == ("drl", str(case.pk), "claim")


def test_a_refusal_that_cannot_be_written_is_still_a_refusal(people: People) -> None:
    """The database takes no writes: the answer stays 403, and is no fault of ours."""
    case = nominated(1, by=people["nominator"]).cases.get(kind="individual")
    caller = Caller(people["legal"])
    tag = caller.get(f"cases/{case.pk}/")["ETag"]
    with connection.cursor() as cursor:
        cursor.execute("set default_transaction_read_only = on")
    try:
        response = caller.post(f"cases/{case.pk}/claim/", If_Match=tag)
    finally:
        connection.close()
    assert (response.status_code, response.json()["type"]) == (403, "/problems/not-yours")
    assert events("vetting.refused") == []


def test_the_head_of_a_chain_that_is_held_does_not_turn_a_refusal_into_a_fault(people: People) -> None:
    case = nominated(1, by=people["nominator"]).cases.get(kind="individual")
    caller = Caller(people["legal"])
    tag = caller.get(f"cases/{case.pk}/")["ETag"]
    url = {**connection.get_connection_params()}
    other = psycopg2.connect(**{name: url[name] for name in ("dbname", "user", "password", "host", "port")})
    try:
        with other.cursor() as cursor:
            cursor.execute(
                """insert into audit_event
                   (chain, seq, at, action, actor, object_kind, object_id, body, prev, hash)
                   values (%s, 0, now(), 'tests.held', 'tests', '', '', '{}', '', '')""",
                [f"vetting.case:{case.pk}"],
            )
            with connection.cursor() as ours:
                ours.execute("set lock_timeout = '300ms'")
            response = caller.post(f"cases/{case.pk}/claim/", If_Match=tag)
    finally:
        other.rollback()
        other.close()
        connection.close()
    assert response.status_code == 403, response.content


# --- what was exported ---


def test_each_export_says_who_took_what_and_how_many_rows(people: People, routed: list[Case]) -> None:
    section, nominator = people["section"], people["nominator"]
    assert checks.claim_next(by=section)
    nomination = routed[0].nomination
    job = jobs.queue(kind="nominations.import", owner=nominator, input=b"", options={})
    job.attach("refused.csv", b"name,reasons\r\n")
    job.refuse([])
    taken: list[tuple[str, Caller | Client, str]] = [
        ("section", Caller(section), "checks/mine.csv"),
        ("nominator", Caller(nominator), f"nominations/{nomination.pk}/results.csv"),
        ("nominator", signed_in(nominator), reverse("nomination-results", args=[nomination.pk])),
        ("nominator", Caller(nominator), f"jobs/{job.pk}/refused.csv"),
        ("nominator", signed_in(nominator), reverse("import-refused", args=[job.pk])),
    ]
    for _, by, address in taken:
        response = by.get(address)
        assert (response.status_code, response["Content-Type"][:8]) == (200, "text/csv"), address
    wrote = sorted([*events("vetting.exported"), *events("doors.exported")], key=lambda event: event.pk)
    assert [each.actor for each in wrote] == [who for who, _, _ in taken]
    rows = len(nomination.candidates.all())
    results = {"file": "results.csv", "rows": rows}
    refused = {"file": "refused.csv"}
    assert [each.details for each in wrote] == [
        {"file": "mine.csv", "rows": 1}, results, results, refused, refused
    ]  # fmt: skip
    assert [each.object_id for each in wrote] == ["", *[str(nomination.pk)] * 2, *[str(job.pk)] * 2]


def test_no_export_without_its_event(people: People, routed: list[Case]) -> None:
    """Where it cannot be written down, nothing is handed out."""
    caller = Caller(people["nominator"])
    address = f"nominations/{routed[0].nomination_id}/results.csv"
    caller.get(address)
    with connection.cursor() as cursor:
        cursor.execute("set default_transaction_read_only = on")
    try:
        response = Caller.get(caller, address)
    except Exception as fault:  # the test client raises what a server would answer as 500
        assert "read-only" in str(fault)
    else:
        assert response.status_code >= 500
        assert b"cleared" not in response.content
    finally:
        connection.close()
    assert settings.DEBUG is False
