"""search/ and screen/: names in bodies, never in addresses, and found within reach."""

from __future__ import annotations

from typing import Any

import pytest

from screening.models import Match
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


def test_search_finds_by_name_within_reach(call: Any, restricted: list[Case]) -> None:
    def kinds(who: str, q: str, **more: Any) -> list[str]:
        answer = call(who).post("search/", {"q": q, **more})
        assert answer.status_code == 200, answer.content
        return [each["kind"] for each in answer.json()]

    assert kinds("section", "Olmerin", kinds=["individual"]) == ["individual", "individual"]
    assert kinds("section", "branco olmarin", kinds=["individual"])  # spelled otherwise
    assert set(kinds("section", "Олмерин")) == {"individual"}
    assert kinds("section", "olmerin", kinds=["case", "nomination"]) == ["case", "nomination"]
    assert kinds("section", restricted[0].reference) == ["case"]
    assert kinds("section2", "Olmerin") == []
    assert kinds("nominator", "Olmerin") == ["nomination"]
    assert kinds("nominator2", "Olmerin") == []
    assert call("section").post("search/", {"q": "?!", "kinds": ["spy"]}).status_code == 400


def test_screening_names_that_nobody_nominated_records_the_search_only(
    call: Any, restricted: list[Case]
) -> None:
    asked = {"names": ["Branko Olmerin"], "kind": "individual", "date_of_birth": "1971-06", "country": "XA"}
    matches = Match.objects.count()
    [found] = call("section").post("screen/", asked).json()
    assert found["known"]["name"] == "Branko Olmerin" and found["reasons"] == ["restricted:state-leahy"]
    assert found["explanation"][0]["feature"] == "name"
    many = call("section").post("screen/", [asked, asked | {"names": ["Nobody Whatever"]}]).json()
    assert [len(each) for each in many] == [1, 0]
    assert Match.objects.count() == matches
    assert call("approver").post("screen/", asked).status_code == 403
    assert call("nominator").post("screen/", asked).status_code == 404
    wrong = call("section").post("screen/", [asked, {"names": ["7"], "kind": "ship"}])
    assert {each["pointer"] for each in wrong.json()["errors"]} >= {"/1/kind", "/1/names/0"}
