"""Jobs: one person's, done once, told while they run."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from knox.models import AuthToken

from foundation.accounts.models import User
from foundation.doors import housekeeping, jobs
from foundation.doors.jobs import Job, JobIsOver
from foundation.doors.jobs_api import accepted
from foundation.refused import Problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("config.api")]


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create(username="owner")


def get(user: User, address: str) -> Any:
    token = AuthToken.objects.create(user)[1]
    return Client().get(address, headers={"Authorization": f"Token {token}"})


def test_a_job_is_read_by_its_owner_alone(owner: User) -> None:
    job = jobs.queue(kind="test.import", owner=owner, input=b"file")
    response = get(owner, f"/jobs/{job.pk}/")
    assert response.json() == {
        "id": str(job.pk),
        "kind": "test.import",
        "state": "queued",
        "done": 0,
        "total": 0,
        "errors": [],
    }
    assert response["ETag"]
    assert get(User.objects.create(username="other"), f"/jobs/{job.pk}/").status_code == 404


def test_progress_is_seen_while_it_runs(owner: User) -> None:
    job = jobs.take(jobs.queue(kind="test.import", owner=owner).pk)
    assert job is not None
    job.progress(3, 10)
    job.progress(4, 10)  # too soon to tell
    assert get(owner, f"/jobs/{job.pk}/").json()["done"] == 3
    job.progress(10, 10)
    assert Job.objects.get().done == 10


def test_a_job_that_is_done_forgets_its_input_and_is_not_done_again(owner: User) -> None:
    queued = jobs.queue(kind="test.import", owner=owner, input=b"file", total=2)
    first, twin = jobs.take(queued.pk), jobs.take(queued.pk)
    assert first and twin
    with transaction.atomic():
        first.finish({"new": 2})
    with pytest.raises(JobIsOver), transaction.atomic():
        User.objects.create(username="effect-of-the-twin")
        twin.finish({"new": 2})
    assert not User.objects.filter(username="effect-of-the-twin").exists()
    assert jobs.take(queued.pk) is None
    done = Job.objects.get()
    assert (done.state, done.done, done.result, done.input) == ("done", 2, {"new": 2}, None)


def test_a_refused_job_names_its_problems_and_gives_the_rows_back(owner: User) -> None:
    job = jobs.take(jobs.queue(kind="test.import", owner=owner).pk)
    assert job is not None
    job.attach("refused.csv", "naïve,row\r\n".encode())
    job.refuse([Problem("required", "A name is missing.", row=3, column="Name")])
    shown = get(owner, f"/jobs/{job.pk}/").json()
    assert (shown["state"], shown["file"]) == ("refused", "refused.csv")
    assert shown["errors"] == [
        {"code": "required", "detail": "A name is missing.", "row": 3, "column": "Name"}
    ]
    file = get(owner, f"/jobs/{job.pk}/refused.csv")
    assert (file.content.decode(), file["Content-Disposition"]) == (
        "naïve,row\r\n",
        'attachment; filename="refused.csv"',
    )
    assert get(User.objects.create(username="other"), f"/jobs/{job.pk}/refused.csv").status_code == 404


def test_more_than_a_thousand_problems_are_counted(owner: User) -> None:
    job = jobs.queue(kind="test.import", owner=owner)
    job.refuse(Problem("required", "A name is missing.", row=row) for row in range(1500))
    assert len(job.errors) == 1001
    assert "500" in job.errors[-1]["detail"]


def test_a_job_that_failed_says_that_it_was_not_the_asker(owner: User) -> None:
    job = jobs.queue(kind="test.import", owner=owner, input=b"file")
    job.fail()
    assert (job.state, job.input, job.errors[0]["code"]) == ("failed", None, "error")


def test_an_import_is_answered_with_where_to_ask(owner: User) -> None:
    job = jobs.queue(kind="test.import", owner=owner)
    response = accepted(job)
    assert (response.status_code, response["Location"]) == (202, f"/api/v1/jobs/{job.pk}/")


def test_housekeeping_forgets_the_old_only(owner: User) -> None:
    jobs.queue(kind="test.import", owner=owner)
    housekeeping.forget()
    assert Job.objects.count() == 1
