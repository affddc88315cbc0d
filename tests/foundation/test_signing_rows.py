"""Two people, the text that was read, and nothing rewritten: held by Postgres against the application itself.

A kind that only these tests know is signed too: signing itself need not change for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import NotNow, NotYours, Stale
from foundation.signing import actions as signing
from foundation.signing import kinds
from foundation.signing.actions import Covered
from foundation.signing.models import Determination, State
from vetting.models import Case
from vetting.permissions import CasePerm

pytestmark = pytest.mark.django_db(transaction=True)


class Naming(kinds.Kind):
    """What only these tests decide: what a case shall be called."""

    name = "test-naming"
    label = "Name a case"
    view_perm = CasePerm.VIEW
    sign_perm = CasePerm.APPROVE

    def __init__(self) -> None:
        self.signed: list[Any] = []
        self.closed: list[Any] = []

    def find(self, determination: Determination) -> Case:
        return Case.objects.get(pk=determination.target)

    def lock(self, determination: Determination) -> Case:
        return Case.objects.locked(determination.target)

    def when_signed(self, determination: Determination, thing: Case, by: User) -> None:
        self.signed.append(thing.pk)

    def when_closed(self, determination: Determination, thing: Case, by: User | None) -> None:
        self.closed.append(determination.state)


@pytest.fixture
def naming() -> Iterator[Naming]:
    kind = Naming()
    kinds.register(kind)
    yield kind
    kinds._kinds.pop(kind.name)


@pytest.fixture
def determination(naming: Naming, people: dict[str, User], routed: list[Case]) -> Determination:
    return recommended(people, routed[0])


def recommended(people: dict[str, User], case: Case, covers: list[Covered] | None = None) -> Determination:
    return signing.recommend(
        kind="test-naming",
        target=str(case.pk),
        subject=case.subject,
        payload={"name": "Ordinary"},
        covers=covers or [],
        by=people["drl"],
        country=case.country,
    )


def test_a_kind_of_one_room_is_signed_by_another_person(
    naming: Naming, determination: Determination, people: dict[str, User]
) -> None:
    signing.approve(determination, read=determination.digest, by=people["approver"])
    determination.refresh_from_db()
    assert determination.state == State.APPROVED
    assert naming.signed == [Case.objects.get(pk=determination.target).pk]


def test_what_was_not_read_is_not_signed(determination: Determination, people: dict[str, User]) -> None:
    with pytest.raises(Stale):
        signing.approve(determination, read="0" * 64, by=people["approver"])


def test_an_approver_of_another_country_does_not_sign(
    determination: Determination, people: dict[str, User]
) -> None:
    with pytest.raises(NotYours):
        signing.approve(determination, read=determination.digest, by=people["approver2"])


def test_whoever_wrote_what_it_covers_does_not_sign(
    naming: Naming, people: dict[str, User], routed: list[Case]
) -> None:
    wrote = [Covered("a-note", 1, 1, people["approver"])]
    determination = recommended(people, routed[0], wrote)
    with pytest.raises(NotYours, match="wrote something"):
        signing.approve(determination, read=determination.digest, by=people["approver"])
    with refused("wrote what it rests on"):
        decide(determination, people["approver"])


def test_a_covered_thing_that_changes_overtakes_it(
    naming: Naming, people: dict[str, User], routed: list[Case]
) -> None:
    determination = recommended(people, routed[0], [Covered("a-note", 7, 1)])
    signing.overtake(kind="a-note", ref=7, changed="The note was corrected.", by=people["section"])
    determination.refresh_from_db()
    assert (determination.state, determination.changed) == (State.OVERTAKEN, ["The note was corrected."])
    assert naming.closed == [State.OVERTAKEN]
    with pytest.raises(NotNow, match="recommended anew"):
        signing.approve(determination, read=determination.digest, by=people["approver"])


def test_one_waits_at_a_time(
    determination: Determination, people: dict[str, User], routed: list[Case]
) -> None:
    with pytest.raises(NotNow, match="waits for its signature"):
        recommended(people, routed[0])


def test_each_step_leaves_one_event(determination: Determination, people: dict[str, User]) -> None:
    signing.return_(determination, read=determination.digest, reason="Say more.", by=people["approver"])
    events = Event.objects.filter(object_id=str(determination.pk)).order_by("seq")
    assert [event.action for event in events] == ["signing.recommended", "signing.returned"]


# --- by raw SQL, as the application's role ---


def test_its_recommender_cannot_approve_it(determination: Determination, people: dict[str, User]) -> None:
    with refused("signing_two_people_same_text|wrote what it rests on"):
        decide(determination, people["drl"])


def test_another_digest_cannot_be_signed(determination: Determination, people: dict[str, User]) -> None:
    with refused("signing_two_people_same_text"):
        decide(determination, people["approver"], read="0" * 64)


def test_it_cannot_begin_as_approved(determination: Determination, people: dict[str, User]) -> None:
    with refused("begins as recommended|permission denied"):
        sql(
            "INSERT INTO signing_determination (id, kind, target, subject_kind, subject_id, subject_label,"
            " law, canonical, state, recommended_by_id, recommended_at, decided_by_id, decided_at,"
            " read_digest, reason, changed, updated_at)"
            " SELECT gen_random_uuid(), 'x', 'y', subject_kind, subject_id, subject_label, law, canonical,"
            " 'approved', recommended_by_id, now(), %s, now(), encode(sha256(canonical), 'hex'),"
            " '', '[]', now() FROM signing_determination",
            people["approver"].pk,
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signing_determination SET canonical = '\\x7b7d'",
        "UPDATE signing_determination SET recommended_by_id = decided_by_id",
        "UPDATE signing_determination SET subject_id = 'another'",
        "DELETE FROM signing_determination",
        "TRUNCATE signing_determination CASCADE",
        "DELETE FROM signing_contributor",
        "UPDATE signing_contributor SET user_id = NULL",
        "DELETE FROM signing_cover",
        "ALTER TABLE signing_determination DISABLE TRIGGER ALL",
        "ALTER TABLE signing_determination DROP CONSTRAINT signing_two_people_same_text",
        "DROP TRIGGER signing_written_once ON signing_determination",
        "SET session_replication_role = replica",
    ],
)
def test_what_was_recommended_cannot_be_rewritten(determination: Determination, change: str) -> None:
    with refused("permission denied|must be owner|is kept|written once|kept as they were"):
        sql(change)


def test_what_was_signed_cannot_be_unsigned(determination: Determination, people: dict[str, User]) -> None:
    signing.approve(determination, read=determination.digest, by=people["approver"])
    with refused("has ended"):
        sql("UPDATE signing_determination SET state = 'recommended', decided_by_id = NULL, decided_at = NULL")


def decide(determination: Determination, by: User, read: str | None = None) -> None:
    sql(
        "UPDATE signing_determination SET state = 'approved', decided_by_id = %s, decided_at = now(),"
        " read_digest = %s WHERE id = %s",
        by.pk,
        read or determination.digest,
        determination.pk,
    )


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused(match: str) -> Any:
    return pytest.raises(DatabaseError, match=match)
