"""Listings, waivers, reinstatements, corrections and list years: who, when, and what is left behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from config import demo_cspa
from cspa import fiscal, gate
from cspa.actions import corrections, reliefs, years
from cspa.models import Kept, Listing, ListYear, Reinstatement, Waiver
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.outbox.models import Fact
from foundation.refused import Invalid, NotNow, NotYours
from foundation.signing import actions as signing
from foundation.signing.models import Determination, State
from foundation.sources.dated import days
from tests.support.cspa import confirmed, listed, relief, signed, this_year, waived
from tests.support.people import person
from vetting.days import today

pytestmark = pytest.mark.django_db

People = dict[str, User]
DAY = dt.date


def state(program: str = "FMF", country: str = "XA", day: DAY | None = None) -> str:
    on = day or fiscal.first_day(this_year()) + dt.timedelta(days=100)
    return gate.ask(country, (on, on), program).state


def codes(refused: Any) -> set[str]:
    return {each.code for each in refused.value.problems}


# --- listings ---


def test_a_listing_bars_at_once_on_one_persons_word(people: People) -> None:
    assert state() == "not-on-record"
    listing = listed(people)
    assert (state(), state(country="XB")) == ("barred", "unconfirmed")
    assert listing.fiscal_year == this_year() and listing.recorded_by == people["cspa"]
    [kept] = Kept.objects.filter(kind="listing")
    assert (kept.ref, kept.version, kept.said["finding"]) == (str(listing.pk), 1, "As published.")
    event = Event.objects.get(action="cspa.listed")
    assert (event.chain, event.actor) == ("country:XA", "cspa")
    fact = Fact.objects.get(kind="cspa.changed")
    assert fact.body == {"country": "XA", "fiscal_year": this_year()}


def test_who_may_record_and_where(people: People) -> None:
    here = person("cspa", Country.objects.get(pk="XA"))
    with pytest.raises(NotYours):
        listed(people | {"cspa": here}, country="XB")
    listed(people | {"cspa": here}, country="XA")
    for role in ("drl", "approver", "coordinator", "auditor", "admin"):
        with pytest.raises(NotYours):
            listed(people | {"cspa": people[role]}, country="XB")


@pytest.mark.parametrize(
    ("list_year", "code"), [(2009, "before-first-list"), (today().year + 1, "future-list")]
)
def test_a_list_that_there_was_not(people: People, list_year: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        listed(people, list_year=list_year)
    assert codes(refused) == {code} and not Listing.objects.exists()


def test_a_country_is_listed_once_for_a_year(people: People) -> None:
    listed(people)
    with pytest.raises(Invalid) as refused:
        listed(people)
    assert codes(refused) == {"listed-already"}


# --- waivers and reinstatements ---


def test_a_waiver_opens_nothing_until_another_has_signed(people: People) -> None:
    listing = listed(people)
    determination = reliefs.recommend_waiver(by=people["cspa"], **relief(listing))
    assert state() == "barred" and not Waiver.objects.exists()
    with pytest.raises(NotYours):
        signing.approve(determination, read=determination.digest, by=people["cspa"])
    with pytest.raises(NotYours):
        signing.approve(determination, read=determination.digest, by=people["approver2"])  # another country's
    signed(determination, people)
    waiver = Waiver.objects.get()
    assert state() == "open-under-waiver"
    assert (waiver.cause, waiver.recorded_by) == (determination, people["cspa"])
    assert waiver.when == {
        "from": fiscal.first_day(this_year()).isoformat(), "until": fiscal.last_day(this_year()).isoformat()
    }  # fmt: skip
    [event] = Event.objects.filter(action="cspa.waiver-recorded")
    assert (event.actor, event.chain) == ("approver", "country:XA")


def test_a_partial_waiver_covers_its_parts(people: People) -> None:
    parts = [{"program": "IMET"}, {"program": "PKO", "limit": "Logistics only"}]
    waived(people, listed(people), extent="partial", parts=parts)
    assert [state(each) for each in ("FMF", "IMET", "PKO", "INCLE")] == [
        "barred", "open-under-waiver", "open-under-waiver", "not-covered"]  # fmt: skip


def test_a_reinstatement_opens(people: People) -> None:
    determination = reliefs.recommend_reinstatement(by=people["cspa"], **relief(listed(people)))
    signed(determination, people)
    assert state() == "open" and Reinstatement.objects.get().cause == determination


def test_a_waiver_is_changed_in_mid_year_by_one_that_replaces_it(people: People) -> None:
    first = waived(people, listed(people), extent="partial", parts=[{"program": "IMET"}])
    change = DAY(this_year(), 6, 28)
    second = waived(people, first.listing, **{"from": change, "replaces": first})
    first.refresh_from_db()
    assert (first.when["until"], second.when["from"]) == (f"{this_year()}-06-27", f"{this_year()}-06-28")
    assert (state(day=change - dt.timedelta(days=1)), state(day=change)) == ("barred", "open-under-waiver")
    versions = Kept.objects.filter(kind="waiver", ref=str(first.pk)).values_list("version", "reason")
    assert list(versions) == [(1, ""), (2, "Replaced by another.")]


DAY_AFTER = dt.timedelta(days=1)
NEXT = today().year + 2  # a fiscal year whose list is not out
IMET = {"program": "IMET"}
WRONG: list[tuple[str, Any, set[str]]] = [
    ("before its year", lambda of: {"from": fiscal.first_day(of.fiscal_year) - DAY_AFTER}, {"outside-year"}),
    ("outliving its listing", lambda of: {"until": fiscal.last_day(of.fiscal_year) + DAY_AFTER},
     {"outlives"}),
    ("upside down", lambda of: {"from": DAY(of.fiscal_year, 3, 2), "until": DAY(of.fiscal_year, 3, 1)},
     {"upside-down"}),
    ("a country not listed", lambda of: {"country": Country.objects.get(pk="XB")}, {"not-listed"}),
    ("a year before the first list", lambda of: {"fiscal_year": 2010, "from": DAY(2010, 1, 1)},
     {"before-first-list"}),
    ("a list that is not out", lambda of: {"fiscal_year": NEXT, "from": DAY(NEXT, 1, 1)}, {"future-list"}),
    ("an unknown program", lambda of: {"extent": "partial", "parts": [{"program": "XYZ"}]},
     {"unknown-program"}),
    ("a program not reached", lambda of: {"extent": "partial", "parts": [{"program": "INCLE"}]},
     {"not-reached"}),
    ("parts of a full one", lambda of: {"parts": [IMET]}, {"parts-of-a-full"}),
    ("a partial one of nothing", lambda of: {"extent": "partial", "parts": []}, {"missing"}),
    ("a program twice", lambda of: {"extent": "partial", "parts": [IMET, IMET]}, {"twice"}),
    ("certified in the future", lambda of: {"certified_on": today() + DAY_AFTER}, {"future-day"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_cannot_be_recorded(people: People, changes: Any, said: set[str]) -> None:
    listing = listed(people)
    with pytest.raises(Invalid) as refused:
        reliefs.recommend_waiver(by=people["cspa"], **relief(listing, **changes(listing)))
    assert codes(refused) == said and not Determination.objects.exists()


def test_waivers_that_overlap_are_refused(people: People) -> None:
    first = waived(people, listed(people), until=DAY(this_year(), 3, 31))
    with pytest.raises(Invalid) as refused:
        waived(people, first.listing, **{"from": DAY(this_year(), 3, 31)})
    assert codes(refused) == {"overlapping"}
    waived(people, first.listing, **{"from": DAY(this_year(), 4, 1)})


def test_what_was_sound_when_recommended_is_asked_once_more_at_the_signature(people: People) -> None:
    listing = listed(people)
    waiting = reliefs.recommend_waiver(by=people["cspa"], **relief(listing))
    with transaction.atomic():
        Waiver(
            listing=listing, country=listing.country, fiscal_year=listing.fiscal_year, extent="full",
            days=days(DAY(this_year(), 3, 1), DAY(this_year(), 3, 2)), imported=True,
        ).save()  # fmt: skip
    with pytest.raises(NotNow, match="Another waiver holds"):
        signed(waiting, people)


def test_a_second_waiver_of_the_same_listing_waits_for_the_first(people: People) -> None:
    listing = listed(people)
    reliefs.recommend_waiver(by=people["cspa"], **relief(listing))
    with pytest.raises(NotNow):
        reliefs.recommend_waiver(by=people["cspa"], **relief(listing))


# --- list years ---


def test_absence_says_something_only_once_two_people_have_confirmed_the_list(people: People) -> None:
    list_year = fiscal.list_behind(this_year())
    year = ListYear(list_year=list_year)
    determination = years.recommend_confirmed(year=year, citation="The report", by=people["cspa"])
    assert state() == "unconfirmed"
    signed(determination, people)
    assert state() == "open"
    found = ListYear.objects.get(pk=list_year)
    assert (found.confirmed, found.confirmation, found.citation) == (True, determination, "The report")


def test_a_listing_more_overtakes_what_was_to_be_confirmed(people: People) -> None:
    year = ListYear(list_year=fiscal.list_behind(this_year()))
    determination = years.recommend_confirmed(year=year, citation="The report", by=people["cspa"])
    listed(people)
    determination.refresh_from_db()
    assert determination.state == State.OVERTAKEN and "Another listing" in determination.changed[0]


def test_who_may_confirm_a_list(people: People) -> None:
    here = person("cspa", Country.objects.get(pk="XA"))
    year = ListYear(list_year=today().year)
    for by in (here, people["drl"], people["approver"]):
        with pytest.raises(NotYours):
            years.recommend_confirmed(year=year, citation="The report", by=by)
    with pytest.raises(NotNow, match="future"):
        years.recommend_confirmed(year=ListYear(list_year=today().year + 1), citation="…", by=people["cspa"])
    confirmed(people, today().year)
    with pytest.raises(NotNow, match="already"):
        years.recommend_confirmed(
            year=ListYear.objects.get(pk=today().year), citation="The report", by=people["cspa"]
        )


# --- corrections ---


def corrected(thing: Any, people: People, **changes: Any) -> Determination:
    determination = corrections.recommend(
        thing=thing, changes=changes, reason="Read again.", by=people["cspa"]
    )
    return signed(determination, people)


def test_a_correction_is_a_new_version_signed_by_two(people: People) -> None:
    listing = listed(people, confidence="low")
    assert state() == "unconfirmed"
    determination = corrected(listing, people, confidence="high", citation="Report, page 9")
    listing.refresh_from_db()
    assert (state(), listing.version, listing.citation) == ("barred", 2, "Report, page 9")
    first, second = Kept.objects.filter(kind="listing").order_by("version")
    assert (first.said["confidence"], second.said["confidence"], second.cause) == (
        "low",
        "high",
        determination,
    )
    assert determination.payload["was"]["citation"] == "Report, page 7"


def test_a_listing_that_is_taken_off_takes_what_hangs_on_it_with_it(people: People) -> None:
    confirmed(people)
    listing = listed(people)
    waived(people, listing)
    corrected(listing, people, ended=True)
    assert state() == "open" and not Waiver.objects.standing().exists()
    with pytest.raises(NotNow, match="record it anew"):
        corrected(Listing.objects.get(), people, finding="…")


def test_a_waiver_is_corrected_within_what_a_waiver_may_be(people: People) -> None:
    waiver = waived(people, listed(people))
    with pytest.raises(Invalid) as refused:
        corrected(waiver, people, until=DAY(this_year() + 1, 1, 1))
    assert [each.pointer for each in refused.value.problems] == ["/changes/until"]
    corrected(waiver, people, until=DAY(this_year(), 1, 31))
    assert (state(day=DAY(this_year(), 1, 31)), state(day=DAY(this_year(), 2, 1))) == (
        "open-under-waiver", "barred")  # fmt: skip


def test_a_changed_listing_overtakes_the_waiver_that_waits_on_it(people: People) -> None:
    listing = listed(people)
    waiting = reliefs.recommend_waiver(by=people["cspa"], **relief(listing))
    corrected(listing, people, finding="Told anew.")
    waiting.refresh_from_db()
    assert waiting.state == State.OVERTAKEN


# --- what the database holds by itself ---


def raw(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_lets_no_waiver_outlive_its_year_or_overlap_another(people: People) -> None:
    waiver = waived(people, listed(people))
    year = this_year()
    for span in (f"[{year - 1}-09-30,{year}-01-01]", f"[{year}-01-01,{year}-10-01]", "empty"):
        with pytest.raises(IntegrityError, match="within_year"):
            raw("update cspa_waiver set days = %s::daterange where id = %s", span, waiver.pk)
    other = {"listing": waiver.listing, "country": waiver.country, "fiscal_year": year, "extent": "full",
             "imported": True}  # fmt: skip
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        Waiver.objects.create(days=days(DAY(year, 9, 30), DAY(year, 9, 30)), **other)
    with pytest.raises(IntegrityError, match="of_its_year"), transaction.atomic():
        Waiver.objects.create(
            **other | {"fiscal_year": year - 1}, days=days(DAY(year - 1, 1, 1), DAY(year - 1, 1, 1))
        )
        raw("set constraints all immediate")


def test_the_database_asks_for_two_people(people: People) -> None:
    listing = listed(people)
    waiting = reliefs.recommend_waiver(by=people["cspa"], **relief(listing))
    said = {"listing": listing, "country": listing.country, "fiscal_year": this_year(), "extent": "full",
            "days": days(DAY(this_year(), 1, 1), DAY(this_year(), 1, 2)),
            "recorded_by": people["cspa"]}  # fmt: skip
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Waiver.objects.create(**said)
    with pytest.raises(IntegrityError, match="two people have not signed"), transaction.atomic():
        Waiver.objects.create(**said, cause=waiting)
    with pytest.raises(IntegrityError, match="two people have not signed"):
        raw("update cspa_listyear set confirmed = true, confirmation_id = %s", waiting.pk)


@pytest.mark.parametrize("table", ["cspa_listing", "cspa_waiver", "cspa_listyear", "cspa_kept"])
def test_nothing_is_deleted(people: People, table: str) -> None:
    waived(people, listed(people))
    with pytest.raises(DatabaseError):
        raw(f"delete from {table}")


def test_whose_a_record_is_does_not_move(people: People) -> None:
    listed(people)
    with pytest.raises(DatabaseError, match="denied"):
        raw("update cspa_listing set country_id = 'XB'")


def test_the_demo_stands(people: People) -> None:
    demo_cspa.load(people)
    demo_cspa.load(people)
    year = this_year()
    assert [state(each, country="XC") for each in ("IMET", "PKO", "FMF")] == [
        "open-under-waiver", "open-under-waiver", "barred"]  # fmt: skip
    assert state("FMF", country="XA") == state("FMF", country="XB") == "open"
    assert state("FMF", country="XA", day=DAY(year, 9, 30)) == "open"
    assert Listing.objects.count() == 2
