"""The layers of the database, each told from the others by the code and name of its refusal.

As the application, row by row, too: tests/foundation/test_signing_rows.py.
"""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from foundation.accounts.models import User
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from tests.support.database import Superuser
from tests.support.environment import DATABASE
from tests.trust.signing_things import withhold
from vetting.actions import cases
from vetting.models import Case

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
