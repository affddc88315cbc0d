"""Publication: published by one, excepted by two; and what the public may read, and may not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from remediation.actions import publication as publishing
from remediation.models import Publication
from tests.support import wayback as way
from tests.support.calls import sentences
from units.models import Unit
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
LIST, CSV, PAGE = (
    "/api/v1/public/ineligible-units/", "/api/v1/public/ineligible-units.csv", "/public/ineligible-units/",
)  # fmt: skip


@pytest.fixture
def unit(people: People) -> Unit:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    return unit


def excepted(people: People) -> Determination:
    return publishing.recommend_exception(
        publication=Publication.objects.get(),
        justification="A hostage is held.",
        reported_on=today(),
        by=people["publication"],
    )


def read(address: str, **query: str) -> Any:
    return Client().get(address, query)


def test_published_anybody_reads_it(people: People, unit: Unit) -> None:
    assert read(LIST).json() == {"results": [], "next": None, "previous": None}
    publishing.publish(publication=Publication.objects.get(), by=people["publication"])
    [row] = read(LIST, country="XA").json()["results"]
    assert (row["unit"], row["country"], row["law"]) == (unit.name, "XA", "state-leahy")
    assert row["citation"] == "22 U.S.C. 2378d" and row["published_on"] == today().isoformat()
    assert unit.name in read(CSV).content.decode() and unit.name in read(PAGE).content.decode()
    assert read(LIST, country="xa").json() == read(LIST, country="XA").json()


def test_of_what_is_not_published_not_a_word(people: People, unit: Unit) -> None:
    """A country with something undecided, one with something excepted, and one that there is not, answer
    alike to the byte, headers and all."""
    undecided = [answer_of(address, "XA") for address in (LIST, CSV, PAGE)]
    way.signed(excepted(people), people)
    assert [answer_of(address, "XA") for address in (LIST, CSV, PAGE)] == undecided
    for address, answer in zip((LIST, CSV, PAGE), undecided, strict=True):
        there_is_none = answer_of(address, "QQ")
        assert there_is_none[0] == answer[0]
        assert there_is_none[1].replace(b"QQ", b"XA") == answer[1]


def answer_of(address: str, country: str) -> tuple[dict[str, str], bytes]:
    response = read(address, country=country)
    assert response.status_code == 200
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-Id"}
    return headers, response.content


@pytest.mark.parametrize("address", [LIST, CSV, PAGE])
def test_it_may_be_kept_on_the_way_and_says_nothing_of_who_reads(
    people: People, unit: Unit, address: str
) -> None:
    publishing.publish(publication=Publication.objects.get(), by=people["publication"])
    signed_in = Client()
    signed_in.force_login(people["drl"], "django.contrib.auth.backends.ModelBackend")
    stranger, staff = Client().get(address), signed_in.get(address)
    assert stranger["Cache-Control"] == "public, max-age=300"
    assert staff.content == stranger.content and not staff.cookies


def test_only_what_may_be_asked(people: People, unit: Unit) -> None:
    assert read(LIST, order="published").status_code == 400
    assert Client().post(LIST).status_code == 405
    assert Client().post(PAGE).status_code == 405


def test_published_by_one_publication_officer(call: Any, people: People, unit: Unit) -> None:
    address = f"publications/{Publication.objects.get().pk}/"
    for username in ("drl", "approver", "remediation"):
        assert call(username).act(address, "publish").status_code == 403
    assert call("publication").act(address, "publish").json()["state"] == "published"
    again = call("publication").act(address, "publish")
    assert again.status_code == 409 and "was published" in sentences(again)[0]


def test_an_exception_takes_two_and_a_report(call: Any, people: People, unit: Unit) -> None:
    address = f"publications/{Publication.objects.get().pk}/"
    officer = call("publication")
    wrong = officer.act(address, "recommend-exception", {"justification": ""})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/justification", "/reported_on"}
    late = {"justification": "A hostage is held.", "reported_on": "2999-01-01"}
    assert officer.act(address, "recommend-exception", late).status_code == 400
    said = {"justification": "A hostage is held.", "reported_on": today().isoformat()}
    made = officer.act(address, "recommend-exception", said)
    assert made.status_code == 201 and Publication.objects.get().state == "undecided"
    determination = f"determinations/{made.json()['id']}/"
    assert officer.act(determination, "approve").status_code == 403
    assert call("approver").act(determination, "approve").status_code == 200
    found = Publication.objects.get()
    assert (found.state, found.reported_on) == ("excepted", today())


def test_publishing_overtakes_an_exception_that_waits(people: People, unit: Unit) -> None:
    waiting = excepted(people)
    publishing.publish(publication=Publication.objects.get(), by=people["publication"])
    waiting.refresh_from_db()
    assert waiting.state == "overtaken"
    with pytest.raises(NotNow, match="cannot be excepted"):
        excepted(people)


def test_excepted_it_may_still_be_published_later(people: People, unit: Unit) -> None:
    way.signed(excepted(people), people)
    published = publishing.publish(publication=Publication.objects.get(), by=people["publication"])
    assert published.state == "published" and published.exception is not None


@pytest.mark.parametrize("change", [{"state": "undecided"}, {"state": "excepted"}, {"published_on": None}])
def test_what_the_public_has_read_stays_published(people: People, unit: Unit, change: Any) -> None:
    publishing.publish(publication=Publication.objects.get(), by=people["publication"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.update(**change)


def test_no_exception_without_its_two_signatures(people: People, unit: Unit) -> None:
    for determination in (excepted(people), Determination.objects.get(kind="restrict")):
        with pytest.raises(DatabaseError), transaction.atomic():
            Publication.objects.update(
                state="excepted", exception=determination, reported_on=dt.date(2026, 1, 1)
            )


def test_only_a_unit_under_the_state_law_has_a_publication(people: People, unit: Unit) -> None:
    other = way.restricted(unit, people, way.DOD)
    person = way.restricted(way.a_person(people), people)
    for restriction in (other, person):
        with pytest.raises(DatabaseError), transaction.atomic():
            Publication.objects.create(restriction=restriction, country_id="XA", due_on=today())


def test_who_wrote_it_does_not_sign_it(people: People, unit: Unit) -> None:
    waiting = excepted(people)
    with pytest.raises(NotYours):
        signing.approve(waiting, read=waiting.digest, by=people["publication"])
