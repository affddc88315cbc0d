"""nominations/import/: a class as a file, read by a worker, told by its job."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.accounts.models import User
from foundation.doors import jobs
from foundation.doors.jobs import Job
from foundation.outbox import relay
from tests.support.classes import a_class, a_name, a_person, nominated
from tests.support.people import Caller, key, organisation, person, pointers
from tests.support.worker import Worker
from tests.vetting.intake.builders import csv_of, xlsx_of
from tests.vetting.test_api_nominations import rows_everywhere
from vetting import imports
from vetting.models import Case, Nomination

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jana(people: dict[str, User]) -> Caller:
    return Caller(people["nominator"])


def line(number: int, **changes: str) -> dict[str, str]:
    """One row of a file: the same person as `a_person(number)`."""
    body = a_person(number)
    return {
        "name": body["name"]["full"],
        "date_of_birth": body["date_of_birth"],
        "birth_city": "Corvasht",
        "birth_country": "XA",
        "nationality": "XA",
        "gender": "unknown",
        "national_id": body["national_id"],
        "rank": "Captain",
        "job_title": "Examiner",
        "unit": body["unit"]["name"],
        "commander": body["unit"]["commander"]["full"],
    } | changes


def a_form(by: User, content: bytes, name: str = "class.csv", **changes: Any) -> dict[str, Any]:
    body = a_class(1, by=by)
    event = {f"event_{field}": value for field, value in body.pop("event").items()}
    body.pop("candidates")
    file = SimpleUploadedFile(name, content)
    form = {**body, **event, "file": file, "date_order": "ymd", "mode": "all"} | changes
    return {name: value for name, value in form.items() if value is not ...}


def send(caller: Caller, content: bytes, *, dry_run: bool = False, **changes: Any) -> dict[str, Any]:
    """Send a file, let it be worked on, and read its job."""
    address = "nominations/import/" + ("?dry_run=1" if dry_run else "")
    response = caller.send(address, a_form(caller.user, content, **changes), **key())
    assert response.status_code == 202, response.content
    relay.drain()
    job: dict[str, Any] = caller.get(response["Location"]).json()
    return job


def refused_rows(caller: Caller, job: dict[str, Any]) -> list[str]:
    response = caller.get(f"jobs/{job['id']}/refused.csv")
    return response.content.decode("utf-8-sig").splitlines() if response.status_code == 200 else []


# --- asking ---


def test_a_file_is_taken_in_and_becomes_a_nomination(jana: Caller) -> None:
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1), line(2)])), **key())
    assert (response.status_code, set(response.json())) == (202, {"job"})
    assert response["Location"] == f"/api/v1/jobs/{response.json()['job']}/"
    assert jana.get(response["Location"]).json()["state"] == "queued"
    relay.drain()
    job = jana.get(response["Location"]).json()
    nomination = Nomination.objects.get()
    assert (job["state"], job["done"], job["total"], job["errors"]) == ("done", 2, 2, [])
    counts = {"new": 2, "same_person": 0, "changed": 0, "duplicates": 0, "refused": 0}
    assert job["result"] == {"nomination": str(nomination.pk), **counts}
    shown = jana.get(f"nominations/{nomination.pk}/").json()
    assert [each["name"] for each in shown["candidates"]] == [a_name(1), a_name(2)]
    assert Case.objects.filter(status="in-review").count() == 3


def test_a_worker_does_it(jana: Caller, worker: Worker) -> None:
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())
    worker.until(lambda: jana.get(response["Location"]).json()["state"] == "done")
    assert Nomination.objects.count() == 1


def test_a_workbook_reads_like_the_file(jana: Caller) -> None:
    rows = [line(1), line(2)]
    content = xlsx_of([list(rows[0]), *(list(each.values()) for each in rows)])
    assert send(jana, content, name="class.xlsx")["result"]["new"] == 2


def test_their_own_headings_and_the_order_of_day_and_month(jana: Caller) -> None:
    row = {
        "Nom": "Ana Kolm",
        "DOB": "04/03/1980",
        **{k: v for k, v in line(1).items() if k not in ("name", "date_of_birth")},
    }
    columns = json.dumps({"Nom": "name", "DOB": "date_of_birth"})
    job = send(jana, csv_of([row | {"DOB": "04/03/1980"}]), columns=columns, date_order="dmy")
    assert job["state"] == "done", job
    assert Nomination.objects.get().candidates.get().subject.individual.date_of_birth == "1980-03-04"


def test_the_same_form_sent_twice_under_one_key_is_one_job(jana: Caller) -> None:
    once, content = key(), csv_of([line(1)])
    form = a_form(jana.user, content)
    first = jana.send("nominations/import/", form, **once)
    again = jana.send(
        "nominations/import/", form | {"file": SimpleUploadedFile("class.csv", content)}, **once
    )
    assert again.json() == first.json()
    other = form | {"file": SimpleUploadedFile("class.csv", csv_of([line(2)]))}
    assert jana.send("nominations/import/", other, **once).status_code == 422
    relay.drain()
    assert (Job.objects.count(), Nomination.objects.count()) == (1, 1)


def test_a_job_delivered_twice_is_done_once(jana: Caller) -> None:
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())
    imports.run(response.json()["job"])
    imports.run(response.json()["job"])
    assert Nomination.objects.count() == 1


def test_a_twin_that_is_overtaken_leaves_nothing_behind(jana: Caller, monkeypatch: Any) -> None:
    """A worker slow enough that another took its job over: both save, one commits."""
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())
    read = imports.read_bounded

    def slowly(*told: Any) -> Any:
        monkeypatch.setattr(imports, "read_bounded", read)
        imports.run(response.json()["job"])  # the other worker
        return read(*told)

    monkeypatch.setattr(imports, "read_bounded", slowly)
    imports.run(response.json()["job"])
    assert (Nomination.objects.count(), Job.objects.get().state) == (1, "done")


def test_a_job_that_was_ended_meanwhile_leaves_nothing_behind(jana: Caller, monkeypatch: Any) -> None:
    """Nothing else would stop it: its reference is free, and only the end of its job is not."""
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())
    read = imports.read_bounded

    def meanwhile(*told: Any) -> Any:
        Job.objects.get().fail()
        return read(*told)

    monkeypatch.setattr(imports, "read_bounded", meanwhile)
    imports.run(response.json()["job"])
    assert (Nomination.objects.count(), Job.objects.get().state) == (0, "failed")


def test_a_fault_of_ours_is_said_to_be_ours(jana: Caller, monkeypatch: Any) -> None:
    def broken(*told: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "check_sheet", broken)
    job = send(jana, csv_of([line(1)]))
    assert (job["state"], job["errors"][0]["code"]) == ("failed", "error")


def test_a_job_is_its_askers_alone(jana: Caller, people: dict[str, User]) -> None:
    job = send(jana, csv_of([line(1, gender="")]))
    for other in (Caller(people["nominator2"]), Caller(people["drl"])):
        assert other.get(f"jobs/{job['id']}/").status_code == 404
        assert other.get(f"jobs/{job['id']}/refused.csv").status_code == 404


def test_staff_send_no_files(people: dict[str, User]) -> None:
    drl = Caller(people["drl"])
    assert drl.send("nominations/import/", {"mode": "all"}, **key()).status_code == 403


# --- what is refused at the door ---


def test_everything_wrong_with_the_form_is_said_at_once(jana: Caller) -> None:
    response = jana.send(
        "nominations/import/?dry_run=perhaps",
        a_form(
            jana.user,
            b"%PDF-1.7 not a class",
            reference=...,
            organisation="00000000-0000-4000-8000-000000000000",
            event_ends_on="2026-13-01",
            date_order="guess",
            mode=...,
            columns="{",
            colour="blue",
            candidates="[]",
        ),
    )
    assert response.status_code == 400
    assert set(pointers(response)) == {
        (None, "idempotency-key-missing"),
        ("/file", "wrong-file"),
        ("/reference", "missing"),
        ("/organisation", "not-found"),
        ("/event_ends_on", "bad-date"),
        ("/date_order", "unknown-code"),
        ("/mode", "missing"),
        ("/columns", "not-json"),
        ("/colour", "unknown-field"),
        ("/candidates", "unknown-field"),
        ("/dry_run", "unknown-code"),
    }
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("class.csv", b"", "empty-file"),
        ("class.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-format"),
        ("class.xlsm", b"PK\x03\x04", "macros"),
        ("class.pdf", b"%PDF-1.7", "wrong-file"),
        ("class", b"name\nAna\n", "wrong-file"),
    ],
)
def test_a_file_that_will_not_be_read_is_refused_at_the_door(
    jana: Caller, name: str, content: bytes, code: str
) -> None:
    form = a_form(jana.user, content, name=name)
    response = jana.send("nominations/import/", form, **key())
    assert (response.status_code, pointers(response)) == (400, [("/file", code)])


def test_a_file_too_large_is_413(jana: Caller) -> None:
    form = a_form(jana.user, b"x" * (10 * 2**20 + 1))
    assert jana.send("nominations/import/", form, **key()).status_code == 413


def test_json_is_not_a_form(jana: Caller) -> None:
    assert jana.post("nominations/import/", {}, **key()).status_code == 415


# --- what the job refuses, and nothing saved ---

ROWS = [line(1), line(2)]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"name,unit\n", "class.csv", "no-rows"),
        ("náme\nAna\n".encode("latin-1"), "class.csv", "wrong-encoding"),
        (b'name\n"Ana\n', "class.csv", "unclosed-quote"),
        (b"PK\x03\x04 broken", "class.xlsx", "damaged"),
        (csv_of([line(n) for n in range(1, 10_002)]), "class.csv", "too-many-rows"),
        (csv_of([{"colour": "blue"}]), "class.csv", "no-headings"),
        (csv_of([ROWS[0], ROWS[1] | {"rank": "=1+1"}]), "class.csv", "formula"),
        (csv_of([ROWS[0], ROWS[1] | {"date_of_birth": "03/04/1980"}]), "class.csv", "bad-date"),
        (csv_of([ROWS[0], ROWS[1] | {"unit": ""}]), "class.csv", "missing"),
        (csv_of([ROWS[0], ROWS[0]]), "class.csv", "same-person"),
    ],
)
def test_a_file_that_is_wrong_saves_nothing(jana: Caller, content: bytes, name: str, code: str) -> None:
    before = rows_everywhere()
    job = send(jana, content, name=name)
    assert (job["state"], job["errors"][-1]["code"]) == ("refused", code)
    after = rows_everywhere()
    allowed = {"doors.Job", "doors.IdempotencyKey", "outbox.Fact", "outbox.Delivery"}
    assert {label for label, count in after.items() if count != before[label]} == allowed


def test_rows_are_named_by_their_number_and_the_senders_own_heading(jana: Caller) -> None:
    rows = [{"DOB": "soon", **line(1)}, {"DOB": "1980", **line(2, gender="f")}]
    for row in rows:
        del row["date_of_birth"]
    job = send(jana, csv_of(rows), columns=json.dumps({"DOB": "date_of_birth"}))
    assert [(each["row"], each["column"], each["code"]) for each in job["errors"]] == [
        (1, "DOB", "bad-date"), (2, "gender", "unknown-code")
    ]  # fmt: skip
    assert (job["file"], job["result"]["refused"]) == ("refused.csv", 2)
    assert len(refused_rows(jana, job)) == 3


def test_valid_rows_go_in_and_the_others_come_back_with_reasons(jana: Caller) -> None:
    rows = [line(1), line(2, gender=""), line(3), line(1)]
    job = send(jana, csv_of(rows), mode="valid-rows")
    counts = {"new": 2, "same_person": 0, "changed": 0, "duplicates": 1, "refused": 2}
    assert (job["state"], {**job["result"], "nomination": ""}) == ("done", {"nomination": "", **counts})
    assert [(each["row"], each["code"]) for each in job["errors"]] == [(2, "missing"), (4, "same-person")]
    back = refused_rows(jana, job)
    assert len(back) == 3
    assert back[0].endswith('"problems"')
    assert "Gender: missing." in back[1]
    assert list(Nomination.objects.get().candidates.values_list("row", flat=True)) == [1, 3]


def test_refused_rows_mended_go_in_as_they_came_back(jana: Caller) -> None:
    job = send(jana, csv_of([line(1), line(2, gender="")]), mode="valid-rows")
    back = jana.get(f"jobs/{job['id']}/refused.csv").content.decode("utf-8-sig")
    mended = back.replace('"XA","","XA-000002"', '"XA","female","XA-000002"')
    assert send(jana, mended.encode())["result"]["new"] == 1


def test_a_reference_taken_meanwhile_is_said_by_the_job(jana: Caller) -> None:
    response = jana.send(
        "nominations/import/", a_form(jana.user, csv_of([line(1)]), reference="ONE"), **key()
    )
    nominated(1, by=jana.user, reference="ONE")
    relay.drain()
    job = jana.get(response["Location"]).json()
    assert (job["state"], job["errors"][0]["pointer"]) == ("refused", "/reference")


def test_a_role_lost_meanwhile_saves_nothing(jana: Caller) -> None:
    response = jana.send("nominations/import/", a_form(jana.user, csv_of([line(1)])), **key())
    jana.user.groups.clear()
    imports.run(response.json()["job"])
    assert (Job.objects.get().state, Nomination.objects.count()) == ("refused", 0)


# --- a dry run, and what it compares with ---


def test_a_dry_run_saves_nothing_and_says_what_it_would_do(jana: Caller) -> None:
    earlier = nominated([a_person(1), a_person(2), a_person(3)], by=jana.user, reference="EARLIER")
    relay.drain()
    before = Case.objects.count()
    rows = [line(1, rank="Major"), line(2, date_of_birth="1990"), line(3, name="Another Name"), line(4)]
    job = send(jana, csv_of(rows), dry_run=True)
    assert job["state"] == "done"
    assert "nomination" not in job["result"]
    assert {name: job["result"][name] for name in ("new", "same_person", "changed")} == {
        "new": 1, "same_person": 1, "changed": 2
    }  # fmt: skip
    assert [
        (each["row"], each["kind"], each["earlier_row"], each["fields"]) for each in job["result"]["diff"]
    ] == [
        (1, "same_person", 1, ["rank"]),
        (2, "changed", 2, ["date_of_birth"]),
        (3, "changed", 3, ["name"]),
    ]
    assert {each["nomination"] for each in job["result"]["diff"]} == {str(earlier.pk)}
    assert (Nomination.objects.count(), Case.objects.count()) == (1, before)


def test_somebody_elses_nominees_look_like_invented_names(jana: Caller) -> None:
    other = person("nominator", at=organisation())
    nominated([a_person(1), a_person(2)], by=other)
    relay.drain()
    known, invented = (send(jana, csv_of([line(n), line(n + 1)]), dry_run=True) for n in (1, 501))
    for job in (known, invented):
        job.pop("id")
    assert known == invented
    assert known["result"] == {
        "new": 2, "same_person": 0, "changed": 0, "duplicates": 0, "refused": 0, "diff": []
    }  # fmt: skip


def test_a_dry_run_of_a_wrong_file_says_so_and_gives_the_rows_back(jana: Caller) -> None:
    job = send(jana, csv_of([line(1), line(2, gender="")]), dry_run=True)
    assert (job["state"], job["result"]["refused"], len(refused_rows(jana, job))) == ("refused", 1, 2)


def test_progress_is_told_while_rows_are_read(jana: Caller, monkeypatch: Any) -> None:
    told = []
    monkeypatch.setattr(jobs, "EVERY", 0)
    monkeypatch.setattr(Job, "progress", lambda self, done, total: told.append((done, total)), raising=True)
    send(jana, csv_of([line(n) for n in range(1, 451)]))
    assert told == [(200, 450), (400, 450), (450, 450)]
