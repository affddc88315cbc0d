"""Exactly what is signed: every value of the payload is on the page, in what is read and in its own bytes."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from foundation.accounts.models import User
from tests.support.evidence import credible
from tests.vetting.browsing import Browser
from vetting.actions import cases, checks, decide
from vetting.models import Case
from vetting.pages import sheet

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_value_of_the_payload_is_on_the_page(people: dict[str, User], restricted: list[Case]) -> None:
    case, section = Case.objects.get(candidates__row=3), people["section"]
    for check in case.checks.all():
        checks.claim(check=check, by=section)
        searches = [{"source": "Open press", "query": "Бранка <Олмерин>", "script": "Cyrillic", "results": 3}]
        checks.complete(check=check, finding="unable", note="No & access.", searches=searches, by=section)
    cases.opinion(case=case, view="object", note="One witness “only”.", by=people["legal"])
    case = Case.objects.get(pk=case.pk)
    found = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="First.\n\nSecond.",
        allegations=credible(case.subject, people["drl"]),
        by=people["drl"],
    )

    response = Browser(people["approver"]).client.get(reverse("determination", args=[found.pk]))
    page = html.unescape(response.content.decode())
    signed = page[page.index('id="text"') : page.index("Digest of this text")]
    for value in sheet.flat(found.payload):
        for line in sheet.text(value).split("\n"):
            assert line in signed, value
    assert bytes(found.canonical).decode() in page
    assert found.digest in page


def test_values_are_read_in_lines_and_what_has_parts_stands_below() -> None:
    payload = {
        "law": {"code": "state-leahy", "version": "2022"},
        "checks": [{"queue": "A", "searches": [{"source": "Files"}]}],
        "screening": {"limits": {"match": 0.65, "unit": {"bare": 0.16}}},
        "notes": [],
        "includes_subunits": True,
        "rule": None,
    }
    read = {node.label: node for node in sheet.sheet(payload)}
    assert read["Law"].text == "code state-leahy; version 2022"
    check = read["Checks"].under[0]
    assert (check.text, check.under[0].under[0].text) == ("queue A", "source Files")
    assert read["Screening"].text == "limits (match 0.65; unit bare 0.16)"
    assert [read[label].text for label in ("Notes", "Includes its sub-units", "Rule")] == [
        "none",
        "yes",
        "none",
    ]
