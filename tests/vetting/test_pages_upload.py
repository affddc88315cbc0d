"""A class as a file, by the pages: header and file, their own headings, progress, problems, sent, mended."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.accounts.models import User
from foundation.doors.housekeeping import forget
from foundation.doors.jobs import Job
from foundation.outbox import relay
from tests.support.classes import a_class, nominated
from tests.vetting.browsing import Browser, Page, said
from tests.vetting.intake.builders import csv_of
from tests.vetting.test_imports import line
from tests.vetting.test_pages_nominations import days
from vetting import kept_files
from vetting.models import Nomination

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
UPLOAD = "/nominations/upload/"


@pytest.fixture
def jana(people: People) -> Browser:
    return Browser(people["nominator"])


def form(by: User, **changes: Any) -> dict[str, Any]:
    body = a_class(1, by=by)
    typed = {name: body[name] for name in ("reference", "organisation", "country", "program", "law")}
    typed |= {"event_title": body["event"]["title"], "event_location": body["event"]["location"]}
    typed |= days("event_starts_on", body["event"]["starts_on"])
    typed |= days("event_ends_on", body["event"]["ends_on"]) | days("needed_by", body["needed_by"])
    return typed | {"date_order": "ymd", "what": "check"} | changes


def file(*rows: dict[str, str], name: str = "class.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_of(rows))


def sent(jana: Browser, *rows: dict[str, str], **changes: Any) -> str:
    """The address one is led to."""
    response = jana.press(UPLOAD, UPLOAD, **form(jana.user, **changes), file=file(*rows))
    assert response.status_code == 303, said(response)
    return str(response["Location"])


def come_of(jana: Browser, address: str) -> Page:
    relay.drain()
    return jana.read(address)


def press_send(jana: Browser, page: Page, what: str) -> Page:
    action = next(each["action"] for each in page.forms if each["action"].endswith("/send/"))
    response = jana.client.post(action, {**page.hidden(action), "what": what})
    return come_of(jana, response["Location"])


def test_a_file_is_checked_first_and_sent_from_what_was_kept(jana: Browser) -> None:
    address = sent(jana, line(1), line(2))
    waiting = jana.client.get(address)
    assert waiting["Refresh"] == "3"
    assert "Waiting to start" in said(waiting)
    page = come_of(jana, address)
    assert "Every row reads well" in page.text
    assert Nomination.objects.count() == 0
    page = press_send(jana, page, "all")
    assert "2 rows are received" in page.text
    assert Nomination.objects.get().candidates.count() == 2
    assert "Refresh" not in jana.client.get(address)


def test_problems_are_listed_by_row_and_their_own_column_and_refused_rows_come_back(jana: Browser) -> None:
    address = sent(jana, line(1), line(2, rank=""), line(3, date_of_birth="31/06/1988"))
    page = come_of(jana, address)
    assert "2 problems in 2 of 3 rows" in page.text
    assert "2 rank Missing." in page.text
    assert "Send only the 1 valid row" in page.text
    response = jana.client.get(f"{address}refused.csv")
    assert len(response.content.decode("utf-8-sig").splitlines()) == 3
    page = press_send(jana, page, "valid-rows")
    assert "1 row is received. 2 rows were left out" in page.text
    assert Nomination.objects.get().candidates.count() == 1


def test_mended_and_uploaded_again_with_the_header_as_it_was(jana: Browser) -> None:
    page = come_of(jana, sent(jana, line(1, rank=""), event_title="River course"))
    again = next(link for link in page.links if "again=" in link)
    html = jana.client.get(again).content.decode()
    assert 'value="River course"' in html
    page = come_of(jana, sent(jana, line(1)))
    assert "Every row reads well" in page.text


def test_all_or_nothing_where_that_was_chosen(jana: Browser) -> None:
    page = come_of(jana, sent(jana, line(1), line(2, rank=""), what="all"))
    assert "Nothing is sent" in page.text
    assert Nomination.objects.count() == 0


def test_their_own_headings_are_matched(jana: Browser) -> None:
    rows = [{"Full name": line(1)["name"], **{k: v for k, v in line(1).items() if k != "name"}, "Shoe": "43"}]
    address = sent(jana, *rows)
    assert address.endswith("/columns/")
    page = jana.client.get(address)
    assert "Shoe" in said(page)
    headings = list(rows[0])
    typed = {f"column{at}": heading for at, heading in enumerate(headings)}
    typed |= {"column0": "name", f"column{headings.index('Shoe')}": ""}
    wrong = jana.press(address, **typed)
    assert wrong.status_code == 400
    assert "“Shoe” is not a column we know" in said(wrong)
    done = jana.press(address, **typed | {f"column{headings.index('Shoe')}": "-"})
    assert "Every row reads well" in come_of(jana, done["Location"]).text


def test_what_is_wrong_in_the_header_is_said_at_once_and_the_file_is_kept(jana: Browser) -> None:
    typed = form(jana.user, reference="", date_order="", needed_by_0="31", needed_by_1="2")
    response = jana.press(UPLOAD, UPLOAD, **typed, file=file(line(1)))
    assert response.status_code == 400
    page = said(response)
    assert "Your reference : Missing." in page
    assert "Which comes first in your dates : Missing." in page
    assert "Results needed by : There is no such day." in page
    assert "class.csv is kept" in page
    hidden = Page(response.content.decode()).hidden(UPLOAD)
    response = jana.client.post(UPLOAD, {**hidden, **form(jana.user)})
    assert "Every row reads well" in come_of(jana, response["Location"]).text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("class.csv", b"", "The file is empty"),
        ("class.pdf", b"%PDF-1.7", "The file is a PDF"),
        ("class.xlsm", b"PK\x03\x04", "can hold macros"),
        ("class.csv", b"name\n", "no rows under them"),
    ],
)
def test_a_file_that_is_none_is_refused_on_the_page(
    jana: Browser, name: str, content: bytes, sentence: str
) -> None:
    response = jana.press(UPLOAD, UPLOAD, **form(jana.user), file=SimpleUploadedFile(name, content))
    assert response.status_code == 400
    assert sentence in said(response)
    assert Job.objects.count() == 0


def test_no_file_is_said(jana: Browser) -> None:
    assert "The file : None was chosen." in said(jana.press(UPLOAD, UPLOAD, **form(jana.user)))


def test_whom_one_nominated_before_is_told_in_a_check(people: People, jana: Browser) -> None:
    before = nominated(1, by=people["nominator"])
    page = come_of(jana, sent(jana, line(1, rank="Major"), line(2)))
    assert "Nominated by you before" in page.text
    assert f"{before.reference} , row 1" in page.text
    assert "rank" in page.text


def test_a_kept_file_and_an_import_are_their_owners_alone(people: People, jana: Browser) -> None:
    address = sent(jana, line(1))
    kept = Job.objects.get(kind=kept_files.KIND)
    other = Browser(people["nominator2"])
    assert other.status(address) == 404
    assert other.status(f"{address}refused.csv") == 404
    assert other.status(reverse("upload-columns", args=[kept.pk])) == 404
    assert other.client.post(reverse("upload-send", args=[kept.pk]), {"what": "all"}).status_code == 404
    assert "class.csv" not in other.client.get(f"{UPLOAD}?again={kept.pk}").content.decode()


def test_a_kept_file_is_forgotten(people: People, jana: Browser) -> None:
    sent(jana, line(1))
    Job.objects.update(updated_at="2020-01-01T00:00Z")
    forget()
    kept = Job.objects.get(kind=kept_files.KIND)
    assert kept.attachment is None
    assert jana.status(reverse("upload-columns", args=[kept.pk])) == 404


def test_the_template_is_there_to_fill_in(people: People, jana: Browser) -> None:
    assert jana.client.get("/nominations/template.csv").content.startswith(b"\xef\xbb\xbf")
    assert jana.client.get("/nominations/template.xlsx").content.startswith(b"PK")
    assert jana.status("/nominations/template.pdf") == 404
    assert Browser(people["drl"]).status("/nominations/template.csv") == 404
