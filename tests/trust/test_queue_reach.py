"""The human rights bureau has one queue for everywhere: who reads one country's cases works only those."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from foundation.refused import NotYours
from tests.support.calls import Caller
from tests.support.world import found_nothing
from vetting.actions import checks
from vetting.models import Case, Check


@pytest.fixture
def waiting(routed: list[Case], people: dict[str, User]) -> Check:
    """A check of a case here that waits for the bureau, after its post."""
    found_nothing("section", people=people)
    return Check.objects.filter(queue__check_type="drl", state="open").order_by("pk")[0]


def test_the_checks_of_another_country_are_not_there(waiting: Check, call: Callable[[str], Caller]) -> None:
    elsewhere, everywhere = call("drl2"), call("drl")
    assert elsewhere.get(f"checks/{waiting.pk}/").status_code == 404
    assert elsewhere.get("checks/").json()["results"] == []
    assert elsewhere.post(f"checks/{waiting.pk}/claim/", If_Match='"1"').status_code == 404
    assert everywhere.get(f"checks/{waiting.pk}/").status_code == 200


def test_the_next_check_is_never_one_of_another_country(
    waiting: Check, call: Callable[[str], Caller]
) -> None:
    assert call("drl2").post("checks/next/").status_code == 204
    assert call("drl").post("checks/next/").status_code == 200


def test_the_action_refuses_who_does_not_read_the_case(waiting: Check, people: dict[str, User]) -> None:
    with pytest.raises(NotYours):
        checks.claim(check=waiting, by=people["drl2"])


def test_the_list_of_queues_counts_only_what_its_reader_reads(
    waiting: Check, people: dict[str, User], client: object
) -> None:
    def counted(username: str) -> int:
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
        page = client.get("/queues/")  # type: ignore[attr-defined]
        return sum(each.waiting for each, _works in page.context["queues"] if each.check_type == "drl")

    assert counted("drl") > 0
    assert counted("drl2") == 0
