"""A masked field is shown to who says why; that it was shown, and why, is on the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import User
from tests.stories import vetting
from tests.stories.conftest import Somebody
from tests.support.classes import a_person, nominated

pytestmark = pytest.mark.django_db(transaction=True)

WHO = a_person(1)
NUMBER = WHO["national_id"]
WHY = "To ask the registry in Corvasht about this number."


def test_a_national_id_is_shown_once_with_a_reason(
    register: dict[str, User], somebody: Somebody, call: Callable[[str], Any], worked: Callable[[], None]
) -> None:
    nomination = nominated([WHO], by=register["nominator"])
    worked()
    person = str(nomination.candidates.get().subject_id)

    ana = somebody("section")
    vetting.opens_the_case(ana, WHO["name"]["full"])
    ana.reads_nothing_of(NUMBER)
    ana.follows("Show national ID (recorded)…")
    ana.presses("Show it, recorded")
    ana.reads("Nothing was given here: fill it in.")
    ana.reads_nothing_of(NUMBER)
    assert not shown_of(person, call)

    ana.types("Why do you need it?", WHY)
    ana.presses("Show it, recorded")
    ana.reads(NUMBER, "shown to you", "It is shown this once")
    ana.follows("Back to the case")
    ana.reads_nothing_of(NUMBER)
    assert shown_of(person, call) == [("section", {"field": "national_id", "reason": WHY})]

    nora = somebody("legal")
    vetting.opens_the_case(nora, WHO["name"]["full"])
    nora.reads("On record, not shown to your role")
    nora.reads_nothing_of(NUMBER)


def shown_of(person: str, call: Callable[[str], Any]) -> list[tuple[str, dict[str, str]]]:
    """What the auditor reads of it: who saw which field, and why."""
    answer = call("auditor").get(f"audit/events/?object={person}&action=units.unmasked")
    return [(event["actor"], event["details"]) for event in answer.json()["results"]]
